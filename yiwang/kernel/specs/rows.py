"""CSV files of a scene: UTF-8, comma, a header line; errors carry their line.

This is for the small tables a scene's author writes (responsibilities, limits, code lists). Departments' own
exports, in whatever encoding they come, are read by the data engine instead.
"""

from __future__ import annotations

import csv
import io
import pathlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from yiwang.kernel.errors import Problems
from yiwang.kernel.specs.document import read_text
from yiwang.kernel.specs.reading import path_in, placed_at
from yiwang.kernel.specs.wording import message, unknown_key
from yiwang.kernel.text import N_

R = TypeVar("R", bound=BaseModel)
MAX_CSV_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Row:
    """One record of a CSV file: the line it begins in (from 1) and its cells by column, spaces trimmed."""

    line: int
    cells: dict[str, str]


def read_rows(
    path: pathlib.Path,
    problems: Problems,
    *,
    columns: Collection[str] | None = None,
    required: Collection[str] = (),
) -> list[Row]:
    """The records of a CSV file; faulty ones are left out and noted in `problems`.

    `columns` are those allowed (None: any); `required` must stand in the header. Blank lines are skipped.
    """
    text = read_text(path, problems, MAX_CSV_BYTES)
    return [] if text is None else parse_rows(text, path, problems, columns=columns, required=required)


def parse_rows(
    text: str,
    file: pathlib.Path,
    problems: Problems,
    *,
    columns: Collection[str] | None = None,
    required: Collection[str] = (),
) -> list[Row]:
    """As `read_rows`, from text already read."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    rows: list[Row] = []
    start = 1
    try:
        for record in reader:
            line, start = start, reader.line_num + 1
            cells = [cell.strip() for cell in record]
            if not any(cells):
                continue
            if header is None:
                header = cells
                _check_header(header, file, line, problems, columns, required)
            elif len(cells) != len(header):
                told = N_("%(found)s cells, but the header has %(wanted)s")
                problems.add(file, line, told, found=len(cells), wanted=len(header))
            else:
                rows.append(Row(line, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        problems.add(file, start, N_("this is not CSV: %(reason)s"), reason=str(error))
    if header is None:
        problems.add(file, 0, N_("the file is empty"))
    return rows


def _check_header(
    header: list[str],
    file: pathlib.Path,
    line: int,
    problems: Problems,
    columns: Collection[str] | None,
    required: Collection[str],
) -> None:
    """Note empty, repeated, unknown and missing columns."""
    for n, column in enumerate(header, start=1):
        if not column:
            problems.add(file, line, N_("column %(number)s has no name"), number=n)
        elif column in header[: n - 1]:
            problems.add(file, line, N_("the column “%(column)s” stands there twice"), column=column)
        elif columns is not None and column not in columns:
            problems.add(file, line, unknown_key(column, columns))
    for column in required:
        if column not in header:
            problems.add(file, line, N_("the column “%(column)s” is missing"), column=column)


def read_row_specs(path: pathlib.Path, spec: type[R], problems: Problems) -> list[tuple[int, R]]:
    """The records of a CSV file as flat specs with their lines; empty cells count as not given.

    Cells are read by the type of their field (`"5"` is a number there); faulty records go to `problems`.
    """
    fields = {info.alias or name: info.is_required() for name, info in spec.model_fields.items()}
    required = [name for name, is_required in fields.items() if is_required]
    found: list[tuple[int, R]] = []
    for row in read_rows(path, problems, columns=fields, required=required):
        given = {column: cell for column, cell in row.cells.items() if cell and column in fields}
        try:
            found.append((row.line, spec.model_validate_strings(given)))
        except ValidationError as failed:
            for error in failed.errors(include_url=False):
                where = path_in(given, error["loc"]) + placed_at(error)
                column = str(error["loc"][0]) if error["loc"] else ""
                words = message(error, spec, given, where)
                if error["type"] == "missing" and column not in row.cells:
                    continue  # the header's problem already says so
                problems.add(path, row.line, "%(column)s: %(message)s", column=column, message=words)
    return found
