"""Why a condition held or not: every leaf with its outcome and the values it saw.

All parts are evaluated, also those `holds` would have skipped; `is_needed` tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from yiwang.kernel.conditions.closures import compile_node
from yiwang.kernel.conditions.errors import RecordError
from yiwang.kernel.conditions.tree import And, Case, Field, Node, Not, Or
from yiwang.kernel.conditions.values import Reader, Record, reader
from yiwang.kernel.conditions.wording import literal, wording


@dataclass(frozen=True)
class Explanation:
    """One part of a condition as it was for one record.

    `kind` is all, any, not, case or leaf; `outcome` the part's value (None: unknown); `seen` the fields a leaf read
    with their values; `is_needed` False when the parts before it had already decided.
    """

    text: str
    kind: str
    outcome: Any
    is_needed: bool = True
    seen: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Explanation, ...] = ()

    def leaves(self) -> Iterator[Explanation]:
        """The leaves, in reading order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    @property
    def unknown_fields(self) -> frozenset[str]:
        """Fields that were needed and had no value."""
        needed = (leaf for leaf in self.leaves() if leaf.is_needed)
        return frozenset(name for leaf in needed for name, value in leaf.seen.items() if value is None)

    def lines(self, indent: int = 0) -> Iterator[str]:
        """The explanation as lines of text, parts indented below what they belong to."""
        seen = ", ".join(f"{name}: {_told(value)}" for name, value in self.seen.items())
        skipped = "" if self.is_needed else "· "
        yield "  " * indent + f"{skipped}[{_told(self.outcome)}] {self.text}" + (f"  ({seen})" if seen else "")
        for part in self.parts:
            yield from part.lines(indent + 1)

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _told(value: Any) -> str:
    return "?" if value is None else literal(value)


Explainer = Callable[[Record, bool], Explanation]


def explainer(node: Node) -> Explainer:
    """A function from a record (and whether the part is needed) to its explanation; compiled once."""
    if isinstance(node, And):
        return _chain(node, "all", node.items, decided=False)
    if isinstance(node, Or):
        return _chain(node, "any", node.items, decided=True)
    if isinstance(node, Not):
        return _not(node)
    if isinstance(node, Case) and node.subject is None:
        return _case(node)
    return _leaf(node)


def _leaf(node: Node) -> Explainer:
    text, run = wording(node), compile_node(node)
    fields = {one.name: one.type for one in node.walk() if isinstance(one, Field)}
    readers: list[tuple[str, Reader]] = [(name, reader(name, kind)) for name, kind in fields.items()]

    def explain(record: Record, is_needed: bool) -> Explanation:
        try:
            seen = {name: read(record) for name, read in readers}
            return Explanation(text, "leaf", run(record), is_needed, seen)
        except RecordError:
            if is_needed:
                raise
            return Explanation(text, "leaf", None, is_needed)  # what `holds` never looked at must not stop the story

    return explain


def _chain(node: Node, kind: str, items: tuple[Node, ...], *, decided: bool) -> Explainer:
    """AND is decided by the first false item, OR by the first true one."""
    text, parts = wording(node), [explainer(item) for item in items]

    def explain(record: Record, is_needed: bool) -> Explanation:
        told: list[Explanation] = []
        outcome: bool | None = not decided
        for part in parts:
            one = part(record, is_needed and outcome is not decided)
            told.append(one)
            if one.outcome is decided:
                outcome = decided
            elif one.outcome is None and outcome is not decided:
                outcome = None
        return Explanation(text, kind, outcome, is_needed, parts=tuple(told))

    return explain


def _not(node: Not) -> Explainer:
    text, part = wording(node), explainer(node.arg)

    def explain(record: Record, is_needed: bool) -> Explanation:
        one = part(record, is_needed)
        outcome = None if one.outcome is None else not one.outcome
        return Explanation(text, "not", outcome, is_needed, parts=(one,))

    return explain


def _case(node: Case) -> Explainer:
    """Parts: the branches' conditions and values in order; only those up to the branch taken are needed."""
    text = wording(node)
    whens = [(explainer(when), explainer(then)) for when, then in node.whens]
    default = explainer(node.default) if node.default else None

    def explain(record: Record, is_needed: bool) -> Explanation:
        told: list[Explanation] = []
        taken: Explanation | None = None
        for when, then in whens:
            condition = when(record, is_needed and taken is None)
            is_taken = taken is None and condition.outcome is True
            value = then(record, is_needed and is_taken)
            told += [condition, value]
            taken = value if is_taken else taken
        if default:
            value = default(record, is_needed and taken is None)
            told.append(value)
            taken = taken or value
        return Explanation(text, "case", taken.outcome if taken else None, is_needed, parts=tuple(told))

    return explain
