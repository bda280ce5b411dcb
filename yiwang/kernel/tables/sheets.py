"""The rows of a decision table from a spreadsheet: what officials edit.

The YAML keeps the frame (hit, inputs, outputs, default); the sheet's header names the columns by their names or
titles in any language, in any order, with the further columns `when` (a whole condition) and `note`. A spreadsheet
does not tell 3 from 3.0 or from text, so here a cell takes the type of its column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from yiwang.kernel.conditions import DATE, STRING, Schema, Type, expression
from yiwang.kernel.errors import Failure, Problems
from yiwang.kernel.tables.building import TableError, build_table
from yiwang.kernel.tables.cells import constant, plain_value
from yiwang.kernel.tables.specs import TYPES, RowSpec, TableSpec
from yiwang.kernel.tables.table import DecisionTable
from yiwang.kernel.text import N_

_WHEN, _NOTE = ("when", "条件"), ("note", "备注")


def table_from_sheet(
    rows: Sequence[Sequence[Any]], frame: TableSpec, schema: Schema, file: str, problems: Problems
) -> DecisionTable | None:
    """The table whose rows stand in a sheet (header first, line 1); None when `problems` got any, each with its line.

    Blank rows are skipped. `frame.rows` is not used.
    """
    columns = _columns(rows[0] if rows else [], frame, file, problems)
    if columns is None:
        return None
    kinds = _input_types(frame, schema)
    lines = [line for line, row in enumerate(rows[1:], start=2) if any(not _is_blank(cell) for cell in row)]
    specs = tuple(_row(rows[line - 1], columns, kinds, frame) for line in lines)
    for line, spec in zip(lines, specs, strict=True):
        if isinstance(spec.when, str) and any(
            column and column[0] == "in" and not _is_blank(cell)
            for cell, column in zip(rows[line - 1], columns, strict=False)
        ):
            problems.add(file, line, N_("a row has either a whole condition or tests by input, not both"))
            return None
    try:
        return build_table(frame.model_copy(update={"rows": specs}), schema)
    except TableError as error:
        for flaw in error.flaws:
            is_row = flaw.path[0] == "rows"
            problems.add(file, lines[int(flaw.path[1])] if is_row else 1, flaw.text)
    return None


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _columns(
    header: Sequence[Any], frame: TableSpec, file: str, problems: Problems
) -> list[tuple[str, str] | None] | None:
    """For each column what it is (`in`, `out`, `when`, `note`) and its name; None when the header is wrong."""
    known: dict[str, tuple[str, str]] = {
        **dict.fromkeys(_WHEN, ("when", "")),
        **dict.fromkeys(_NOTE, ("note", "")),
    }
    for name in frame.inputs:
        known |= dict.fromkeys((name, *(frame.input(name).title or {}).values()), ("in", name))
    for name in frame.outputs:
        known |= dict.fromkeys((name, *(frame.output(name).title or {}).values()), ("out", name))
    columns: list[tuple[str, str] | None] = []
    found = len(problems)
    for cell in header:
        word = "" if cell is None else str(cell).strip()
        column = known.get(word)
        if word and column is None:
            problems.add(file, 1, N_("the column “%(name)s” is neither an input nor an output"), name=word)
        elif column in columns and column is not None:
            problems.add(file, 1, N_("the column “%(name)s” stands there twice"), name=word)
        columns.append(column)
    for name in frame.outputs:
        if ("out", name) not in columns and not frame.output(name).optional:
            problems.add(file, 1, N_("the output %(name)s is missing"), name=name)
    return columns if len(problems) == found else None


def _input_types(frame: TableSpec, schema: Schema) -> Mapping[str, Type]:
    """Types of the inputs; one that cannot be read is left to `build_table` to complain of."""
    kinds: dict[str, Type] = {}
    for name in frame.inputs:
        try:
            kinds[name] = expression(frame.input(name).value, schema).type
        except Failure:
            kinds[name] = STRING
    return kinds


def _row(
    row: Sequence[Any], columns: list[tuple[str, str] | None], kinds: Mapping[str, Type], frame: TableSpec
) -> RowSpec:
    when: dict[str, Any] = {}
    then: dict[str, Any] = {}
    whole, note = "", ""
    for cell, column in zip(row, columns, strict=False):
        if column is None or _is_blank(cell):
            continue
        role, name = column
        if role == "in":
            when[name] = _typed(cell, kinds[name], is_test=True)
        elif role == "out":
            then[name] = _typed(cell, TYPES[frame.output(name).type], is_test=False)
        elif role == "when":
            whole = str(cell)
        else:
            note = str(cell)
    return RowSpec(when=whole or when, then=then, note=note)


def _typed(cell: Any, kind: Type, *, is_test: bool) -> Any:
    """A cell as YAML would have it for a column of type `kind`; what does not fit is left as it is, to be refused."""
    if isinstance(cell, datetime) and kind == DATE:
        cell = cell.date()
    if isinstance(cell, date):  # also datetime
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and not isinstance(cell, bool):
        cell = int(cell)
    if kind == STRING:
        return cell if isinstance(cell, str) else str(cell)
    if isinstance(cell, str) and not is_test and not cell.startswith("="):
        try:
            value = plain_value(cell.strip(), kind)
            constant(value, kind)
        except Failure:
            return cell
        return float(value) if not isinstance(value, bool | int | str) else value
    return cell
