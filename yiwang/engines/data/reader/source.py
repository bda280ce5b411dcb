"""Opens a departments' file, whatever it is: told from its bytes, never from its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from yiwang.engines.data.reader.delimited import DelimitedText
from yiwang.engines.data.reader.encodings import MARKED, detect_encoding
from yiwang.engines.data.reader.json_rows import JsonRows, is_json_lines
from yiwang.engines.data.reader.records import DEFAULT_LIMITS, BadRow, FileFacts, Limits, Row
from yiwang.engines.data.reader.workbooks import Workbook
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.text import N_

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAMPLE_ROWS = 1_000


class _Table(Protocol):
    """What the readers of the several kinds have in common."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def header_line(self) -> int: ...

    def rows(self) -> Iterator[Row | BadRow]: ...


@dataclass(frozen=True)
class RowSource:
    """An opened file; iterating it streams `Row` and `BadRow` in file order, each time from the beginning."""

    path: Path
    kind: str
    encoding: str
    table: _Table

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, distinct and not empty."""
        return self.table.columns

    @property
    def header_line(self) -> int:
        """The line of the header, 0 for JSON."""
        return self.table.header_line

    def __iter__(self) -> Iterator[Row | BadRow]:
        return iter(self.table.rows())


def open_rows(path: Path | str, sheet: str | None = None, limits: Limits = DEFAULT_LIMITS) -> RowSource:
    """Open a file for reading row by row.

    CSV/TSV (`,` tab `;` `|`) in UTF-8, GB18030 or UTF-16, workbooks (`sheet`, else the first filled one), JSON lines,
    a JSON array. A row that cannot be read comes as `BadRow` and stops nothing. Raises NotFound, and Invalid for a
    file that is empty, too large, no table, encrypted, or a zip bomb.
    """
    path = Path(path)
    if not path.is_file():
        raise NotFound(N_("There is no file “%(name)s”."), name=path.name)
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise Invalid(N_("The file is too large; at most %(limit)s MB."), limit=limits.max_bytes // 1024 // 1024)
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\0 \t\r\n"):
        raise Invalid(N_("The file is empty."))
    if head.startswith(ZIP):
        return RowSource(path, "xlsx", "", Workbook(path, limits, sheet))
    if head.startswith(OLE):
        return RowSource(path, "xls", "", Workbook(path, limits, sheet, is_archive=False))
    return _open_text(path, limits)


def _open_text(path: Path, limits: Limits) -> RowSource:
    encoding = detect_encoding(path)
    with path.open(encoding=encoding, errors=MARKED) as file:
        begin = file.read(4096).lstrip("\ufeff \t\r\n")
    if begin.startswith("<"):
        told = N_("This is a web page, not a table (some systems export pages named .xls). Save it as .xlsx or CSV.")
        raise Invalid(told)
    odd = sum(1 for char in begin if (char < " " and char not in "\t\r\n") or "\udc00" <= char <= "\udcff")
    if odd > max(20, len(begin) * 0.1):
        raise Invalid(N_("This is not a table: neither text in UTF-8, GB18030 or UTF-16 nor a workbook."))
    if begin.startswith(("{", "[")):
        is_lines = is_json_lines(path, encoding)
        kind = "jsonl" if is_lines else "json"
        return RowSource(path, kind, encoding, JsonRows(path, encoding, limits, is_lines=is_lines))
    table = DelimitedText(path, encoding, limits)
    if not table.columns:
        raise Invalid(N_("The file is empty."))
    if len(table.columns) > limits.max_columns:
        raise Invalid(N_("The table has more than %(limit)s columns."), limit=limits.max_columns)
    return RowSource(path, "csv", encoding, table)


def sniff(path: Path | str, sheet: str | None = None, limits: Limits = DEFAULT_LIMITS) -> FileFacts:
    """What a file is, with its columns, its first rows (at most 1,000, good ones only) and an estimate of its length.

    Raises what `open_rows` raises.
    """
    source = open_rows(path, sheet, limits)
    sample = tuple(row for row in islice(source, SAMPLE_ROWS) if isinstance(row, Row))
    size = source.path.stat().st_size
    table = source.table
    book = table if isinstance(table, Workbook) else None
    return FileFacts(
        kind=source.kind,
        n_bytes=size,
        encoding=source.encoding,
        delimiter=table.delimiter if isinstance(table, DelimitedText) else "",
        sheet=book.sheet if book else "",
        sheets=book.sheets if book else (),
        header_line=source.header_line,
        columns=source.columns,
        n_rows_estimate=max(0, book.n_rows - 1) if book else _estimate(source, sample, size),
        sample=sample,
    )


def _estimate(source: RowSource, sample: tuple[Row, ...], size: int) -> int:
    """Rows of a text file from the bytes of its beginning; exact when the sample is the whole."""
    if len(sample) < SAMPLE_ROWS * 0.9:
        return len(sample)
    with source.path.open("rb") as file:
        block = file.read(4 * 1024 * 1024)
    # Bytes per row from line ends, corrected for rows of several lines.
    lines_per_row = max(1.0, (sample[-1].line - sample[0].line) / max(1, len(sample) - 1))
    return max(len(sample), round(size / len(block) * block.count(b"\n") / lines_per_row))
