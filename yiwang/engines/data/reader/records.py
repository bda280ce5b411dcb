"""What the reader hands out: rows, rows that cannot be read, what is known of a file, and the limits it keeps to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from yiwang.kernel.text import Text

RAW_LIMIT = 10_000
"""Characters of a rejected row that are kept."""

_STRAY = re.compile("[\udc00-\udcff]")


class Row(NamedTuple):
    """One record: the line it begins in (from 1; the row number in a workbook) and its values by column.

    Text files give `str`; workbooks and JSON also numbers, dates, booleans and None, JSON lists and objects too.
    """

    line: int
    values: dict[str, Any]


class BadRow(NamedTuple):
    """A record that cannot be read: its line, why, and its original text (or cells, joined by tabs)."""

    line: int
    reason: Text
    raw: str


@dataclass(frozen=True)
class Limits:
    """What a file may be before it is refused or a row of it is rejected."""

    max_bytes: int = 2 * 1024**3
    max_columns: int = 2_000
    max_row_chars: int = 4 * 1024**2
    max_row_lines: int = 1_000
    max_unpacked: int = 512 * 1024**2
    """Bytes a workbook may unpack to, counted while unpacking, whatever its directory says."""


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class FileFacts:
    """What a look into a file tells."""

    kind: str
    """`csv` (any separator), `xlsx`, `xls`, `jsonl`, `json`."""
    n_bytes: int
    encoding: str = ""
    """Python's name for text: `utf-8-sig`, `gb18030`, `utf-16-le` …; "" for workbooks."""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_line: int = 0
    """Line of the column names, 0 where each record names its own (JSON)."""
    columns: tuple[str, ...] = ()
    n_rows_estimate: int = 0
    sample: tuple[Row, ...] = field(default=(), repr=False)


def shown(text: str) -> str:
    r"""Original text as it can be stored and shown: undecodable bytes as `\xNN`, NUL as `\x00`, cut to `RAW_LIMIT`."""
    cut = text[:RAW_LIMIT].rstrip("\r\n").replace("\0", "\\x00")
    return _STRAY.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", cut)


def has_stray_bytes(text: str) -> bool:
    """Whether decoding met bytes that are not of the file's encoding."""
    return not text.isascii() and _STRAY.search(text) is not None


def column_names(cells: list[str]) -> tuple[str, ...]:
    """Header cells as distinct names: trimmed, line breaks to spaces, empty ones numbered, repeated ones counted."""
    names: list[str] = []
    for n, cell in enumerate(cells, start=1):
        name = " ".join(cell.replace("\ufeff", "").replace("\0", "").split()) or f"column_{n}"
        wanted, count = name, 1
        while name in names:
            count += 1
            name = f"{wanted} ({count})"
        names.append(name)
    return tuple(names)


def header_position(rows: list[list[str]]) -> int:
    """Which of the first rows holds the column names: exports often put a title and a date of printing above them.

    The first one that fills at least 60 % of the width most rows have (the first row of all when nothing does).
    """
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    widths = sorted(filled)
    typical = widths[len(widths) // 2] if widths else 0
    for n, count in enumerate(filled):
        if count and count >= 0.6 * typical:
            return n
    return 0
