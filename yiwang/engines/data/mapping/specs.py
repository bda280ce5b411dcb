"""What a mapping may say: how the columns of a departments' file become the fields of a target (`event`, a dataset).

In scenes it is `data/mappings/<id>.yaml`; `event import --mapping` takes the same file.

    target: event
    time_zone: America/New_York
    placeholders: ["", N/A]
    fields:
      external_id: {column: SRRecordID}
      occurred_at: {column: CreatedDate, formats: ["%m/%d/%Y %I:%M:%S %p"]}
      category: {columns: [一级标签, 二级标签], separator: " / "}
      status: {column: SRStatus, lookup: {Closed: closed, Open: open}, otherwise: reject}
      lon: {column: Longitude, placeholders: ["-77"]}
      source: {constant: import}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field, model_validator

from yiwang.engines.data.mapping.dates import NAMED_FORMATS, DateFormat
from yiwang.kernel.specs import Id, Spec, SpecError, TimeZoneName, TitleField
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title

FieldType = Literal["string", "integer", "decimal", "float", "boolean", "date", "datetime", "lon", "lat", "phone"]
"""How a value is read. `lon`, `lat` are WGS-84 degrees within their range; `phone` is checked and normalised."""

Plain = str | int | float | bool


@dataclass(frozen=True)
class TargetField:
    """One field of what the rows shall become, as the caller declares it.

    `concept` chooses the package's list of usual column names (default: the field's own name); `synonyms` are further
    ones. `joins` tells that several columns may be joined into it (levels of a category).
    """

    name: str
    type: FieldType = "string"
    title: Title = field(default_factory=dict)
    required: bool = False
    synonyms: Sequence[str] = ()
    concept: str = ""
    joins: bool = False
    max_length: int | None = None


class FieldRule(Spec):
    """Where one field of the target comes from; exactly one of `column`, `columns` and `constant`."""

    column: str | None = None
    """Name of one column."""
    columns: tuple[str, ...] = ()
    """Names of several columns, joined by `separator`; empty cells are left out."""
    separator: str = " "
    constant: Plain | None = None
    """The same value in every row."""
    formats: tuple[str, ...] = ()
    """Forms of dates, tried in order: `%Y/%m/%d %H:%M`, `iso`, `excel` (serial number), `unix`, `unix_ms`."""
    lookup: dict[str, Plain] = Field(default_factory=dict)
    """Value in the file → value of the target; compared without case and outer spaces."""
    otherwise: Literal["keep", "empty", "reject"] = "reject"
    """What becomes of a value that `lookup` does not list."""
    placeholders: tuple[str, ...] = ()
    """Values that mean "nothing known" in this field, numbers compared as numbers (`"0"` is `0.000`)."""
    default: Plain | None = None
    """The value when the file has none."""

    @model_validator(mode="after")
    def _one_origin(self) -> FieldRule:
        if (self.column is not None) + bool(self.columns) + (self.constant is not None) != 1:
            raise SpecError(N_("give exactly one of column, columns and constant"))
        for n, text in enumerate(self.formats):
            if text not in NAMED_FORMATS:
                try:
                    DateFormat(text)
                except ValueError as error:
                    told = N_("“%(format)s” is no form of a date: %(reason)s")
                    raise SpecError(told, at=("formats", n), format=text, reason=str(error)) from None
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.column,) if self.column is not None else self.columns


class MappingSpec(Spec):
    """One mapping; see the module for an example."""

    title: TitleField | None = None
    target: Id
    """What the fields belong to: `event`, or a dataset's name."""
    time_zone: TimeZoneName | None = None
    """Zone of times written without one; else that of the jurisdiction."""
    sheet: str | None = None
    """Sheet of a workbook; else the first filled one."""
    placeholders: tuple[str, ...] = ()
    """Values that mean "nothing" in every column, besides empty cells."""
    fields: dict[Id, FieldRule]

    def columns(self) -> tuple[str, ...]:
        """All columns of the file that the mapping reads, each once."""
        return tuple(dict.fromkeys(name for rule in self.fields.values() for name in rule.sources))


_NOISE = re.compile(r"[\s_\-–—/\\.:：()（）\[\]【】#*]+")


def plain_name(name: str) -> str:
    """A column's name as names are compared: half width, lower case, without spaces and punctuation."""
    import unicodedata

    return _NOISE.sub("", unicodedata.normalize("NFKC", name).lower())


def table_of(mapping: MappingSpec, fields: Sequence[TargetField] = ()) -> list[tuple[str, str, str]]:
    """The mapping for people: (field, where from, how), in the target's order, unmapped fields with "" last."""
    shown: list[tuple[str, str, str]] = []
    order = [f.name for f in fields if f.name in mapping.fields]
    for name in dict.fromkeys([*order, *mapping.fields]):
        rule = mapping.fields[name]
        origin = rule.separator.join(rule.sources) if rule.sources else f"= {rule.constant}"
        shown.append((name, origin, _how(rule)))
    shown += [(f.name, "", "") for f in fields if f.name not in mapping.fields]
    return shown


def _how(rule: FieldRule) -> str:
    parts = [" | ".join(rule.formats)] if rule.formats else []
    if rule.lookup:
        parts.append(_pairs(rule.lookup))
    if rule.placeholders:
        parts.append("∅ " + ", ".join(rule.placeholders))
    return "; ".join(parts)


def _pairs(lookup: Mapping[str, Plain]) -> str:
    first = [f"{key} → {value}" for key, value in list(lookup.items())[:4]]
    return ", ".join([*first, "…"] if len(lookup) > 4 else first)
