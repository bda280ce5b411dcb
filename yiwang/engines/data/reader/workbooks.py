"""XLSX, XLSM, XLSB, ODS and XLS by calamine, after the archive has been judged.

A workbook is refused before it is opened when its directory says it would unpack to too much (the rule of
`base.files`), and, since a directory can lie, when counting what really comes out passes the limit.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from yiwang.base.files.judging import judge_workbook
from yiwang.engines.data.reader.records import BadRow, Limits, Row, column_names, header_position
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

HEAD_ROWS = 30
CHUNK = 1024 * 1024
MAX_DEFLATE_RATIO = 1032
"""What deflate can do at most; entries too small to reach the limit even so need no counting."""


class Workbook:
    """One sheet of a workbook; iterate `rows()` once."""

    def __init__(self, path: Path, limits: Limits, sheet: str | None = None, *, is_archive: bool = True) -> None:
        if is_archive:
            refuse_bombs(path, limits)
        self._book = _opened(path)
        self.sheets: tuple[str, ...] = tuple(self._book.sheet_names)
        self.sheet = sheet or self._first_filled()
        if self.sheet not in self.sheets:
            told = N_("The workbook has no sheet “%(sheet)s”; it has: %(sheets)s")
            raise Invalid(told, sheet=self.sheet, sheets=", ".join(self.sheets))
        self._sheet = _guarded(self._book.get_sheet_by_name, self.sheet)
        start = self._sheet.start or (0, 0)
        self._first_line = int(start[0]) + 1
        self.n_rows = int(self._sheet.height)
        head = [row for row, _n in zip(self._cells(), range(HEAD_ROWS), strict=False)]
        texts = [[as_text(cell) for cell in row] for _line, row in head]
        position = header_position(texts)
        self.header_line = head[position][0] if head else 0
        names = texts[position] if head else []
        while names and not names[-1].strip():
            names.pop()
        if len(names) > limits.max_columns:
            raise Invalid(N_("The table has more than %(limit)s columns."), limit=limits.max_columns)
        self.columns = column_names(names)

    def _first_filled(self) -> str:
        """The first sheet with more than one row; the first of all when there is none."""
        for name in self.sheets:
            if _guarded(self._book.get_sheet_by_name, name).height > 1:
                return name
        if not self.sheets:
            raise Invalid(N_("The workbook has no sheet."))
        return self.sheets[0]

    def _cells(self) -> Iterator[tuple[int, list[Any]]]:
        yield from enumerate(self._sheet.iter_rows(), start=self._first_line)

    def rows(self) -> Iterator[Row | BadRow]:
        """The rows below the header; blank ones are passed over."""
        columns, width = self.columns, len(self.columns)
        for line, cells in self._cells():
            if line <= self.header_line:
                continue
            values = [plain(cell) for cell in cells]
            if not any(value not in (None, "") for value in values):
                continue
            if any(value not in (None, "") for value in values[width:]):
                raw = "\t".join(as_text(cell) for cell in cells)
                told = Text(N_("The row has cells beyond the last named column."))
                yield BadRow(line, told, raw)
                continue
            values += [None] * (width - len(values))
            yield Row(line, dict(zip(columns, values, strict=False)))


def plain(cell: Any) -> Any:
    """A cell as a value: "" is None; every number comes as a float, so whole ones become int again."""
    if cell == "" or cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell


def as_text(cell: Any) -> str:
    """A cell as text."""
    value = plain(cell)
    return "" if value is None else str(value)


def _opened(path: Path) -> Any:
    from python_calamine import CalamineWorkbook

    return _guarded(CalamineWorkbook.from_path, str(path))


def _guarded(call: Any, *arguments: Any) -> Any:
    """Call into calamine; whatever it says of a damaged file (even a panic) is Invalid."""
    from python_calamine import CalamineError, PasswordError

    try:
        return call(*arguments)
    except PasswordError:
        raise Invalid(N_("The workbook is protected by a password.")) from None
    except (CalamineError, OSError) as error:
        raise Invalid(N_("The workbook cannot be read: %(reason)s"), reason=str(error)) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Invalid(N_("The workbook cannot be read: %(reason)s"), reason=str(error)) from None


def refuse_bombs(path: Path, limits: Limits) -> None:
    """Invalid when an archive would unpack to too much, by its directory or in truth."""
    with path.open("rb") as file:
        judge_workbook(file)
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
        left = limits.max_unpacked
        for entry in entries:
            if entry.compress_size * MAX_DEFLATE_RATIO > left or entry.compress_size > CHUNK:
                left -= _true_size(file, entry, left)
            else:
                left -= entry.compress_size * (MAX_DEFLATE_RATIO if entry.file_size < entry.compress_size else 1)
            if left < 0:
                raise Invalid(N_("This workbook unpacks to far more than it should and is not opened."))


def _true_size(file: BinaryIO, entry: zipfile.ZipInfo, most: int) -> int:
    """How many bytes an entry unpacks to; counting stops above `most`."""
    file.seek(entry.header_offset)
    header = file.read(30)
    if len(header) < 30 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Invalid(N_("The file is damaged: it starts like an archive but is none."))
    if entry.compress_type == zipfile.ZIP_STORED:
        return entry.compress_size
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    file.seek(name_length + extra_length, 1)
    inflate = zlib.decompressobj(-15)
    size, left = 0, entry.compress_size
    while left > 0 and size <= most and not inflate.eof:
        packed = file.read(min(CHUNK, left))
        if not packed:
            break
        left -= len(packed)
        while packed and size <= most:
            try:
                size += len(inflate.decompress(packed, CHUNK))
            except zlib.error:
                raise Invalid(N_("The file is damaged: it starts like an archive but is none.")) from None
            packed = inflate.unconsumed_tail
    return size
