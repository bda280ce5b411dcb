"""What a dataset's description may say (`data/<id>.yaml` of a scene, or declared by a domain that publishes one).

title: {zh-Hans: 雨量站, en: Rain gauges}
department: water
key: [code]
columns:
  code: {type: string, title: {zh-Hans: 站码, en: Code}}
  owner_phone: {type: string, title: {zh-Hans: 电话, en: Phone}, level: L3, mask: phone}
  built_on: {type: date, title: {zh-Hans: 建成日期, en: Built on}}
source: {kind: file, mapping: rain_gauges}
refresh: {every_s: 86400}
checks:
  - {name: code_length, condition: "length(code) = 8", title: {zh-Hans: 站码八位, en: Codes have eight digits}}
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field, model_validator

from yiwang.kernel.conditions import BOOLEAN, DATE, DATETIME, DECIMAL, FLOAT, INTEGER, STRING, Schema, Type
from yiwang.kernel.specs import Id, Refers, Spec, SpecError, TitleField
from yiwang.kernel.text import N_

ColumnType = Literal["string", "integer", "decimal", "float", "boolean", "date", "datetime", "wkb"]
Level = Literal["L1", "L2", "L3", "L4"]
"""Classification: L1 open, L2 inside government, L3 sensitive (masked), L4 core (not shown at all)."""
Mask = Literal["name", "phone", "citizen_id", "credit_code", "address", "text"]

CONDITION_TYPES: dict[str, Type] = {
    "string": STRING,
    "integer": INTEGER,
    "decimal": DECIMAL,
    "float": FLOAT,
    "boolean": BOOLEAN,
    "date": DATE,
    "datetime": DATETIME,
}


class ColumnSpec(Spec):
    """One column."""

    type: ColumnType
    title: TitleField
    level: Level = "L2"
    """L1 open, L2 inside government, L3 sensitive (masked for readers), L4 core (never shown)."""
    mask: Mask | None = None
    """How an L3 column is shown; without one it is not shown."""
    unit: str | None = None
    """Unit as it is printed: `mm`, `m³/s`."""
    required: bool = False
    """Rows without a value are rejected."""


class CheckSpec(Spec):
    """A condition every row should meet."""

    name: Id
    title: TitleField
    condition: str
    severity: Literal["error", "warning"] = "warning"


class ScopeSpec(Spec):
    """Which rows a reader sees: those one single grant of `permission` covers by these columns."""

    permission: str
    department: Id | None = None
    """Column with the department's path."""
    area: Id | None = None
    """Column with the area's path."""


class SourceSpec(Spec):
    """Where the rows come from: files people deliver, a domain's published changes, a query, a stream."""

    kind: Literal["file", "published", "sql", "stream"] = "file"
    mapping: Annotated[Id, Refers("mappings")] | None = None
    """How a file's columns become these."""
    sql: str | None = None
    """For kind `sql`: the file `<name>.sql` beside this one, one SELECT."""
    reads: tuple[Id, ...] = ()
    """For kind `sql`: the datasets it reads."""


class RefreshSpec(Spec):
    """How often new rows are due; a dataset older than that is shown as stale."""

    every_s: Annotated[int, Field(gt=0)] | None = None


class DatasetSpec(Spec):
    """One dataset; see the module for an example."""

    title: TitleField
    department: Annotated[str, Refers("departments")] | None = None
    """Code of the department that owns it."""
    key: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Columns that identify a row; none of them may hold personal data, since keys are kept in the table's log."""
    columns: Annotated[dict[Id, ColumnSpec], Field(min_length=1)]
    source: SourceSpec = SourceSpec()
    refresh: RefreshSpec = RefreshSpec()
    checks: tuple[CheckSpec, ...] = ()
    scope: ScopeSpec | None = None

    @model_validator(mode="after")
    def _names_exist(self) -> DatasetSpec:
        for n, name in enumerate(self.key):
            if name not in self.columns:
                raise SpecError(N_("the column “%(column)s” is not declared"), at=("key", n), column=name)
            if self.columns[name].level in ("L3", "L4") or self.columns[name].type in ("wkb", "float"):
                told = N_("“%(column)s” cannot be a key: keys are neither sensitive nor geometries nor fractions")
                raise SpecError(told, at=("key", n), column=name)
        for place, column in self._scope_columns():
            if column not in self.columns:
                raise SpecError(N_("the column “%(column)s” is not declared"), at=("scope", place), column=column)
        if (self.source.kind == "sql") != (self.source.sql is not None):
            raise SpecError(N_("a source of kind sql, and only such a one, names its SQL file"), at=("source",))
        names = [check.name for check in self.checks]
        for n, name in enumerate(names):
            if name in names[:n]:
                raise SpecError(N_("the name “%(name)s” stands there twice"), at=("checks", n, "name"), name=name)
        return self

    def _scope_columns(self) -> list[tuple[str, str]]:
        if self.scope is None:
            return []
        named = [("department", self.scope.department), ("area", self.scope.area)]
        return [(place, column) for place, column in named if column is not None]

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what it says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def typed_schema(self, name: str, version: int) -> Schema:
        """The typed schema `dataset:<name>@<version>` that conditions over its rows are read with."""
        fields = {n: CONDITION_TYPES[c.type] for n, c in self.columns.items() if c.type in CONDITION_TYPES}
        return Schema(f"dataset:{name}@{version}", fields)
