"""The typed tree every back end reads: a condition after parsing and type checking.

Nodes are frozen and carry their result type. Nothing here knows SQL text, records or sqlglot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yiwang.kernel.conditions.types import Type

if TYPE_CHECKING:
    from yiwang.kernel.conditions.functions import Overload


@dataclass(frozen=True)
class Node:
    """Base of all nodes; `type` is the type of its value."""

    type: Type

    def children(self) -> Iterator[Node]:
        """The nodes directly below, in reading order."""
        for value in self.__dict__.values():
            yield from _nodes(value)

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children():
            yield from child.walk()


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


@dataclass(frozen=True)
class Field(Node):
    """A field of the record."""

    name: str


@dataclass(frozen=True)
class Literal(Node):
    """A constant; `value` None is NULL."""

    value: Any


@dataclass(frozen=True)
class Convert(Node):
    """A change of type to `type`: widening of numbers, or a CAST (`is_written`) from the allow-list."""

    arg: Node
    is_written: bool = False


@dataclass(frozen=True)
class Call(Node):
    """A function of the list; unknown when any argument is unknown."""

    overload: Overload
    args: tuple[Node, ...]


@dataclass(frozen=True)
class Arithmetic(Node):
    """`left op right` with op of + - * / %, both of one number type (`/` always FLOAT)."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Negate(Node):
    """Unary minus."""

    arg: Node


@dataclass(frozen=True)
class Compare(Node):
    """`left op right` with op of = <> < <= > >=, both of one type."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class In(Node):
    """`arg IN (items)`."""

    arg: Node
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Between(Node):
    """`arg BETWEEN low AND high`, both ends included."""

    arg: Node
    low: Node
    high: Node


@dataclass(frozen=True)
class Like(Node):
    """`arg LIKE pattern`; the pattern's parts are characters, or ANY (%) and ONE (_)."""

    arg: Node
    parts: tuple[str, ...]


ANY, ONE = "any", "one"  # longer than one character, so never a literal part


@dataclass(frozen=True)
class IsNull(Node):
    """`arg IS NULL`: is it unknown? Never unknown itself."""

    arg: Node


@dataclass(frozen=True)
class IsTruth(Node):
    """`arg IS TRUE` or `IS FALSE`: never unknown itself."""

    arg: Node
    value: bool


@dataclass(frozen=True)
class Not(Node):
    """`NOT arg`: unknown stays unknown."""

    arg: Node


@dataclass(frozen=True)
class And(Node):
    """All of `items`: false when one is false, else unknown when one is unknown."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Or(Node):
    """Any of `items`: true when one is true, else unknown when one is unknown."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Case(Node):
    """First branch whose condition is true (unknown is not); `subject` is the simple form's, `default` None is NULL."""

    subject: Node | None
    whens: tuple[tuple[Node, Node], ...]
    default: Node | None


@dataclass(frozen=True)
class Coalesce(Node):
    """The first of `items` that is not unknown."""

    items: tuple[Node, ...]
