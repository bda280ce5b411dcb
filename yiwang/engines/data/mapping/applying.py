"""Applies a mapping to rows: typed values and what is wrong with a row, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from yiwang.engines.data.mapping.specs import FieldRule, MappingSpec, TargetField
from yiwang.engines.data.mapping.values import Read, Unreadable, cell_text, number_text, reader_of
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

NUMBERS = ("integer", "decimal", "float", "lon", "lat")
EMPTY = frozenset({"", "null", "NULL", "None", "\\N"})


class FieldProblem(NamedTuple):
    """What is wrong with one field: its name, the columns it comes from, and why."""

    field: str
    columns: str
    text: Text


class Mapped(NamedTuple):
    """A row as the target sees it.

    `values` has every field of the mapping, None where nothing is known; `placeholders` are the fields whose cell held
    a value that stands for "unknown".
    """

    values: dict[str, Any]
    problems: list[FieldProblem]
    placeholders: list[str]


class Mapper:
    """A mapping made ready for one target; `apply` one row after the other.

    Raises Invalid, with `fields` by target field, for fields the target does not know, required ones that nothing
    fills, and columns that `columns` (those of the file, when given) does not have.
    """

    def __init__(
        self,
        mapping: MappingSpec,
        fields: Sequence[TargetField],
        *,
        time_zone: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> None:
        self.mapping = mapping
        known = {field.name: field for field in fields}
        refuse_unfit(mapping, fields, columns)
        zone = ZoneInfo(mapping.time_zone or time_zone or "UTC")
        everywhere = frozenset(mapping.placeholders) | EMPTY
        self._plans = [_Plan(known[name], rule, zone, everywhere) for name, rule in mapping.fields.items()]

    def apply(self, row: Mapping[str, Any]) -> Mapped:
        """The row's values and problems; a field with a problem is None."""
        values: dict[str, Any] = {}
        problems: list[FieldProblem] = []
        placeholders: list[str] = []
        for plan in self._plans:
            name = plan.field.name
            try:
                values[name], is_placeholder = plan.value(row)
                if is_placeholder:
                    placeholders.append(name)
            except Unreadable as wrong:
                values[name] = None
                problems.append(FieldProblem(name, plan.shown_columns, wrong.text))
                continue
            if values[name] is None and plan.field.required:
                problems.append(FieldProblem(name, plan.shown_columns, Text(N_("The value is missing."))))
        return Mapped(values, problems, placeholders)


class _Plan:
    """How one field is filled."""

    def __init__(self, field: TargetField, rule: FieldRule, zone: ZoneInfo, everywhere: frozenset[str]) -> None:
        self.field, self.rule = field, rule
        self.shown_columns = rule.separator.join(rule.sources)
        self._read: Read = reader_of(field.type, formats=rule.formats, zone=zone, max_length=field.max_length)
        self._lookup = {key.strip().casefold(): value for key, value in rule.lookup.items()}
        self._nothing = everywhere
        self._placeholders = frozenset(rule.placeholders)
        self._numbers: frozenset[float] = frozenset()
        if field.type in NUMBERS:
            self._numbers = frozenset(n for n in map(_number, rule.placeholders) if n is not None)
        self._constant = None if rule.constant is None else _typed(self._read, rule.constant, field.name)
        self._default = None if rule.default is None else _typed(self._read, rule.default, field.name)

    def value(self, row: Mapping[str, Any]) -> tuple[Any, bool]:
        """The value (None: nothing known), and whether the cell held a placeholder. Raises Unreadable."""
        rule = self.rule
        if rule.constant is not None:
            return self._constant, False
        cell: Any = row.get(rule.column) if rule.column is not None else self._joined(row)
        if cell is None:
            return self._default, False
        text = cell.strip() if isinstance(cell, str) else None
        if text is not None and text in self._nothing:
            return self._default, text not in EMPTY
        if (self._placeholders and cell_text(cell) in self._placeholders) or (
            self._numbers and _number(cell) in self._numbers
        ):
            return self._default, True
        if self._lookup:
            found = self._lookup.get(cell_text(cell).casefold())
            if found is not None:
                cell = found
            elif rule.otherwise == "empty":
                return self._default, False
            elif rule.otherwise == "reject":
                raise Unreadable(N_("“%(value)s” is not in the list of known values."), value=cell_text(cell)[:60])
        elif text is not None:
            cell = text
        return self._read(cell), False

    def _joined(self, row: Mapping[str, Any]) -> str | None:
        parts = [cell_text(row.get(name)) for name in self.rule.columns]
        kept = [part for part in parts if part not in self._nothing]
        return self.rule.separator.join(kept) if kept else None


def _number(value: Any) -> float | None:
    try:
        return float(number_text(value))
    except ValueError:
        return None


def _typed(read: Read, value: Any, field: str) -> Any:
    try:
        return read(value)
    except Unreadable as wrong:
        raise Invalid(N_("The mapping does not fit."), fields={field: [wrong.text]}) from None


def refuse_unfit(mapping: MappingSpec, fields: Sequence[TargetField], columns: Sequence[str] | None = None) -> None:
    """Raise Invalid naming all fields and columns of a mapping that do not exist, and required fields it leaves out."""
    known = {field.name: field for field in fields}
    found: dict[str, list[Text]] = {}
    for name, rule in mapping.fields.items():
        if name not in known:
            found.setdefault(name, []).append(Text(N_("%(target)s has no such field."), {"target": mapping.target}))
        for column in rule.sources:
            if columns is not None and column not in columns:
                found.setdefault(name, []).append(Text(N_("The file has no column “%(column)s”."), {"column": column}))
    for field in fields:
        if field.required and field.name not in mapping.fields:
            found.setdefault(field.name, []).append(Text(N_("The field is required and nothing fills it.")))
    if found:
        raise Invalid(N_("The mapping does not fit."), fields=found)


def apply_mapping(
    mapping: MappingSpec, row: Mapping[str, Any], fields: Sequence[TargetField], *, time_zone: str | None = None
) -> tuple[dict[str, Any], list[FieldProblem]]:
    """(values, problems) of a single row; for many rows make one `Mapper`."""
    mapped = Mapper(mapping, fields, time_zone=time_zone).apply(row)
    return mapped.values, mapped.problems
