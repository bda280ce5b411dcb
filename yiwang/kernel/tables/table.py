"""Decision tables at work: which rows hold for a record, what they give, and why.

A row whose condition is unknown has not been refused: `Decision.unknown_rows` names the ones that could have changed
the result and `unknown_fields` what to ask for, so that nobody takes a guess for a decision (`is_certain`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from yiwang.kernel.conditions import Condition, Explanation, Expression, Schema, Type
from yiwang.kernel.conditions.tree import Case
from yiwang.kernel.errors import Conflict, Invalid
from yiwang.kernel.text import N_

Hit = Literal["first", "unique", "collect"]


@dataclass(frozen=True)
class Row:
    """One rule of a table: its number (from 1), condition, result by output, and note."""

    number: int
    condition: Condition
    outputs: Mapping[str, Expression]
    note: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a row gave its result: the row's number and note, and its condition explained."""

    row_number: int
    note: str
    explanation: Explanation


@dataclass(frozen=True)
class Decision:
    """What a table says about a record.

    `outputs`: value by output (hit `collect`: tuple of values in the order of the rows); empty when nothing held and
    there is no default. `row_numbers`: the rows that held. `unknown_rows`: rows whose condition was unknown and that
    would have counted. `unknown_fields`: the record's missing fields that left rows or outputs unknown.
    """

    outputs: Mapping[str, Any]
    row_numbers: tuple[int, ...]
    reasons: tuple[Reason, ...]
    is_default: bool = False
    unknown_rows: tuple[int, ...] = ()
    unknown_fields: frozenset[str] = frozenset()

    @property
    def is_certain(self) -> bool:
        """Could no unknown row have changed the result?"""
        return not self.unknown_rows


class AmbiguousDecision(Conflict):
    """More than one row of a `unique` table held; `row_numbers` names them."""

    def __init__(self, row_numbers: tuple[int, ...]) -> None:
        self.row_numbers = row_numbers
        super().__init__(
            N_("only one row may hold, but rows %(rows)s did"), rows=", ".join(str(number) for number in row_numbers)
        )


@dataclass(frozen=True)
class DecisionTable:
    """A checked table over a schema; made by `build_table`."""

    hit: Hit
    schema: Schema
    outputs: Mapping[str, Type]
    rows: tuple[Row, ...]
    default: Mapping[str, Expression] | None = None

    @property
    def fields(self) -> frozenset[str]:
        """All fields the table reads."""
        return frozenset().union(*(one.fields for one in self._expressions()))

    def _expressions(self) -> Iterator[Expression]:
        for row in self.rows:
            yield row.condition
            yield from row.outputs.values()
        yield from (self.default or {}).values()

    def decide(self, record: Mapping[str, Any]) -> Decision:
        """What the table says about a record. AmbiguousDecision when two rows of a `unique` table hold."""
        held: list[Row] = []
        unknown: list[Row] = []
        for row in self.rows:
            outcome = row.condition.holds(record)
            if outcome is None:
                unknown.append(row)
            elif outcome:
                held.append(row)
                if self.hit == "first":
                    break
        if self.hit == "unique" and len(held) > 1:
            raise AmbiguousDecision(tuple(row.number for row in held))
        is_default = not held and self.default is not None
        given = [row.outputs for row in held] or ([self.default] if self.default is not None else [])
        missing = [name for outputs in given for one in outputs.values() for name in _missing(one, record)]
        return Decision(
            outputs=self._values(given, record),
            row_numbers=tuple(row.number for row in held),
            reasons=tuple(Reason(row.number, row.note, row.condition.explain(record)) for row in held),
            is_default=is_default,
            unknown_rows=tuple(row.number for row in unknown),
            unknown_fields=frozenset(missing).union(*(row.condition.explain(record).unknown_fields for row in unknown)),
        )

    def _values(self, given: list[Mapping[str, Expression]], record: Mapping[str, Any]) -> Mapping[str, Any]:
        rows = [{name: one.value(record) for name, one in outputs.items()} for outputs in given]
        if self.hit == "collect":
            return {name: tuple(row[name] for row in rows) for name in self.outputs}
        return rows[0] if rows else {}

    def expression(self, output: str) -> Expression:
        """One output of a `first` table as an expression, e.g. for its `sql`; Invalid for another kind of table.

        Unknown rows are passed over, as `decide` does; no row and no default is unknown.
        """
        if self.hit != "first" or not self.rows:
            raise Invalid(N_("only a table of kind “first” with rows is an expression"))
        whens = tuple((row.condition.node, row.outputs[output].node) for row in self.rows)
        default = self.default[output].node if self.default is not None else None
        return Expression("", self.schema, Case(self.outputs[output], None, whens, default))


def _missing(one: Expression, record: Mapping[str, Any]) -> frozenset[str]:
    """Fields that leave an output unknown; constants cost nothing."""
    return one.unknown_fields(record) if one.fields and one.value(record) is None else frozenset()
