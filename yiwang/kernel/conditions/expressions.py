"""The public face: a text becomes a `Condition` or an `Expression`, ready for records and for SQL."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from yiwang.kernel.conditions.closures import compile_node
from yiwang.kernel.conditions.errors import ConditionError
from yiwang.kernel.conditions.explain import Explainer, Explanation, explainer
from yiwang.kernel.conditions.sql import DialectName, sql
from yiwang.kernel.conditions.tree import Field, Literal, Node
from yiwang.kernel.conditions.types import BOOLEAN, NULL, Schema, Type
from yiwang.kernel.conditions.values import Reader, Record, reader
from yiwang.kernel.conditions.wording import wording
from yiwang.kernel.text import N_


class Expression:
    """A typed expression over the fields of a schema; made by `expression`, never changed after.

    `source` is the text as written, `text` the same in one canonical spelling, `type` that of the value.
    """

    def __init__(self, source: str, schema: Schema, node: Node) -> None:
        self.source = source
        self.schema = schema
        self.node = node
        self.type: Type = node.type
        self.fields: frozenset[str] = frozenset(one.name for one in node.walk() if isinstance(one, Field))
        self._run: Reader = compile_node(node)

    def value(self, record: Record) -> Any:
        """The value for a record (a mapping of field names), None for unknown; datetimes are UTC.

        A missing field is unknown. Raises RecordError when the record holds a value of a wrong type.
        """
        return self._run(record)

    def explain(self, record: Record) -> Explanation:
        """How the value came about: the tree of parts, each leaf with the values it saw."""
        return self._explainer(record, True)

    def sql(self, dialect: DialectName = "duckdb") -> str:
        """An SQL expression with the same value for each row of a table with the schema's columns.

        The session's time zone must be UTC. Raises Invalid when guards make it longer than half a million characters.
        """
        return sql(self.node, dialect)

    @cached_property
    def text(self) -> str:
        """The expression in canonical spelling."""
        return wording(self.node)

    @cached_property
    def _explainer(self) -> Explainer:
        return explainer(self.node)

    def unknown_fields(self, record: Record) -> frozenset[str]:
        """The expression's fields that have no value in the record."""
        return frozenset(name for name in self.fields if reader(name, self.schema.fields[name])(record) is None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and (self.schema, self.node) == (other.schema, other.node)

    def __hash__(self) -> int:
        return hash((self.schema.name, self.source))


class Condition(Expression):
    """An expression that is true, false or unknown."""

    def holds(self, record: Record) -> bool | None:
        """Does it hold for this record? None: unknown, which is neither yes nor no."""
        outcome: bool | None = self._run(record)
        return outcome


def condition(text: str, schema: Schema) -> Condition:
    """The condition written in `text`; ConditionError with line and column when it is wrong."""
    return Condition(text, schema, _read(text, schema, BOOLEAN))


def expression(text: str, schema: Schema, expect: Type | None = None) -> Expression:
    """The expression written in `text`, widened to `expect` where given; ConditionError when wrong or misfit."""
    return Expression(text, schema, _read(text, schema, expect))


def _read(text: str, schema: Schema, expect: Type | None) -> Node:
    from yiwang.kernel.conditions.parse import parse  # sqlglot takes 0.1 s to import: only who loads conditions pays
    from yiwang.kernel.conditions.typecheck import Checker

    checker, parsed = Checker(text, schema), parse(text)
    node = checker.expect(parsed, expect) if expect else checker.check(parsed)
    if isinstance(node, Literal) and node.type == NULL:
        raise ConditionError(text, 0, N_("NULL alone has no type"))
    return node
