"""What the YAML of a decision table may say.

hit: first
inputs: {category: category, age: "years_between(born_on, applied_on)"}
outputs: {department: STRING, days: INTEGER}
rows:
  - {when: {category: "LIKE '02%'", age: ">= 60"}, then: {department: water, days: 3}}
  - {when: "urgent AND age IS NULL", then: {department: centre, days: 1}, note: "…"}
default: {department: centre, days: 7}
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from yiwang.kernel.conditions import BOOLEAN, DATE, DATETIME, DECIMAL, FLOAT, INTEGER, STRING, Type
from yiwang.kernel.specs import Id, Spec, SpecError, TitleField
from yiwang.kernel.text import N_

Scalar = bool | int | float | str | None
Cell = Scalar | tuple[bool | int | float | str, ...]
TypeName = Literal["BOOLEAN", "INTEGER", "DECIMAL", "FLOAT", "STRING", "DATE", "DATETIME"]

TYPES: dict[str, Type] = {kind.name: kind for kind in (BOOLEAN, INTEGER, DECIMAL, FLOAT, STRING, DATE, DATETIME)}


class InputSpec(Spec):
    """A column of tests: what the cells are compared with."""

    value: str
    """An expression over the record's fields, often just a field's name."""
    title: TitleField | None = None
    """What spreadsheets may call the column."""


class OutputSpec(Spec):
    """A column of results."""

    type: TypeName
    title: TitleField | None = None
    """What spreadsheets may call the column."""
    optional: bool = False
    """May a row leave it out (or say null)?"""


class RowSpec(Spec):
    """One rule: when it applies, and what then."""

    when: str | dict[str, Cell] | None = None
    """A whole condition, or tests by input; inputs not named are not tested. Nothing: always."""
    then: dict[str, Scalar]
    """Constants by output; a text beginning with `=` is an expression over the record."""
    note: str = ""
    """Why the row is there (a paragraph of a regulation, say); shown with the decision."""


class TableSpec(Spec):
    """A decision table."""

    hit: Literal["first", "unique", "collect"] = "first"
    """first: the topmost row that holds; unique: only one may hold; collect: all that hold."""
    title: TitleField | None = None
    inputs: dict[Id, InputSpec | str] = {}
    """Columns of tests: an expression by name."""
    outputs: dict[Id, OutputSpec | TypeName]
    """Columns of results: a type by name."""
    rows: tuple[RowSpec, ...] = ()
    default: dict[str, Scalar] | None = None
    """The outputs when no row holds."""

    @model_validator(mode="after")
    def _has_outputs(self) -> Self:
        if not self.outputs:
            raise SpecError(N_("a decision table needs at least one output"), at=("outputs",))
        return self

    def input(self, name: str) -> InputSpec:
        """The named input in its long form."""
        given = self.inputs[name]
        return InputSpec(value=given) if isinstance(given, str) else given

    def output(self, name: str) -> OutputSpec:
        """The named output in its long form."""
        given = self.outputs[name]
        return given if isinstance(given, OutputSpec) else OutputSpec(type=given)
