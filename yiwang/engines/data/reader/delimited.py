"""CSV in all its dialects, streamed: separator found, header found, bad rows set aside with their line.

The rows come from the standard library's `csv` in strict mode. A quote that never closes would swallow the rest of
the file; therefore the physical lines of a record are held until it is complete, and when it is not, only its first
line is rejected and reading resumes with the next.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from yiwang.engines.data.reader.encodings import MARKED, friendly
from yiwang.engines.data.reader.records import (
    BadRow,
    Limits,
    Row,
    column_names,
    has_stray_bytes,
    header_position,
    shown,
)
from yiwang.kernel.text import N_, Text

DELIMITERS = (",", "\t", ";", "|")
HEAD_LINES = 60

csv.field_size_limit(max(csv.field_size_limit(), 16 * 1024**2))  # ours is the limit of a whole row


class _TooLongError(Exception):
    """The record under way passes the limits."""


class DelimitedText:
    """One delimited file; iterate `rows()` once. `columns` and `header_line` are known from the start."""

    def __init__(self, path: Path, encoding: str, limits: Limits, delimiter: str | None = None) -> None:
        self.path, self.encoding, self.limits = path, encoding, limits
        head = self._head()
        self.delimiter = delimiter or find_delimiter(head)
        records = list(_lenient(head, self.delimiter))
        if not records:
            self.columns: tuple[str, ...] = ()
            self.header_line = 0
            return
        position = header_position([cells for _line, cells in records])
        self.header_line, cells = records[position]
        while cells and not cells[-1].strip():
            cells.pop()
        self.columns = column_names(cells)

    def _head(self) -> list[str]:
        with self.path.open(encoding=self.encoding, errors=MARKED, newline="") as file:
            lines = [file.readline(self.limits.max_row_chars) for _ in range(HEAD_LINES)]
        if self.encoding.startswith("utf-16") and lines[0].startswith("\ufeff"):
            lines[0] = lines[0][1:]
        return [line for line in lines if line]

    def rows(self) -> Iterator[Row | BadRow]:
        """The records after the header, good and bad, in order of their lines."""
        with self.path.open(encoding=self.encoding, errors=MARKED, newline="") as file:
            feed = _Feed(file, self.limits)
            feed.skip(self.header_line)
            yield from self._records(feed)

    def _records(self, feed: _Feed) -> Iterator[Row | BadRow]:
        columns, width = self.columns, len(self.columns)
        held = feed.held
        reader = csv.reader(feed, delimiter=self.delimiter, strict=True)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _TooLongError) as error:
                yield feed.reject_first(self._why(error, held))
                reader = csv.reader(feed, delimiter=self.delimiter, strict=True)
                continue
            line = feed.line
            n_cells = len(cells)
            if len(held) == 1:
                text = held[0]
                feed.done()
                if n_cells == width and text.isascii() and "\0" not in text:
                    yield Row(line, dict(zip(columns, cells, strict=True)))
                    continue
            else:
                text = "".join(held)
                if n_cells != width and not _fits(cells, width):
                    # Probably a stray quote that joined several records: give the others their chance.
                    yield feed.reject_first(self._ragged(n_cells))
                    reader = csv.reader(feed, delimiter=self.delimiter, strict=True)
                    continue
                feed.done()
            if not n_cells or (n_cells == 1 and not cells[0].strip()):
                continue  # a blank line
            if "\0" in text:
                yield BadRow(line, Text(N_("The row contains NUL bytes.")), shown(text))
            elif has_stray_bytes(text):
                told = Text(N_("Some bytes are not %(encoding)s."), {"encoding": friendly(self.encoding)})
                yield BadRow(line, told, shown(text))
            elif not _fits(cells, width):
                yield BadRow(line, self._ragged(n_cells), shown(text))
            else:
                yield Row(line, dict(zip(columns, cells, strict=False)))

    def _ragged(self, found: int) -> Text:
        told = N_("The row has %(found)s cells, the header %(wanted)s.")
        return Text(told, {"found": found, "wanted": len(self.columns)})

    def _why(self, error: Exception, held: list[str]) -> Text:
        if isinstance(error, _TooLongError):
            if len(held) > 1:
                return Text(N_("A quote is opened and never closed."))
            return Text(N_("The row is longer than %(limit)s characters."), {"limit": self.limits.max_row_chars})
        if "unexpected end" in str(error):
            return Text(N_("A quote is opened and never closed."))
        if "expected after" in str(error):
            return Text(N_("A quote stands in the middle of a quoted cell; it must be doubled."))
        return Text(N_("This row is not CSV: %(reason)s"), {"reason": str(error)})


def _fits(cells: list[str], width: int) -> bool:
    """As many cells as columns; further empty ones at the end are no fault (exports often end lines with a comma)."""
    return len(cells) == width or (len(cells) > width and not any(cell.strip() for cell in cells[width:]))


class _Feed:
    """Physical lines for `csv.reader`, keeping those of the record under way so that they can be given again."""

    def __init__(self, file: io.TextIOWrapper, limits: Limits) -> None:
        self.held: list[str] = []
        self.line = 1
        self._readline = file.readline
        self._back: deque[str] = deque()
        self._n_chars = 0
        self._limits = limits

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self._back:
            text = self._back.popleft()
        else:
            text = self._readline(self._limits.max_row_chars)
            if not text:
                raise StopIteration
        held = self.held
        held.append(text)
        if len(held) > 1 or len(text) >= self._limits.max_row_chars:
            self._check()
        return text

    def _check(self) -> None:
        """Give up on a record that is too long; the rest of an endless physical line is skipped."""
        limit = self._limits.max_row_chars
        last = self.held[-1]
        if len(last) >= limit and not last.endswith(("\n", "\r")):
            while (more := self._readline(limit)) and not more.endswith(("\n", "\r")):
                pass
            raise _TooLongError
        self._n_chars = len(last) + (self._n_chars if len(self.held) > 2 else len(self.held[0]))
        if len(self.held) > self._limits.max_row_lines or self._n_chars > limit:
            raise _TooLongError

    def skip(self, n_lines: int) -> None:
        """Pass over the first lines."""
        for _ in range(n_lines):
            self._readline()
        self.line += n_lines

    def done(self) -> None:
        """The record is complete."""
        self.line += len(self.held)
        self.held.clear()

    def reject_first(self, reason: Text) -> BadRow:
        """Reject the first held line, give the others again to a new reader."""
        bad = BadRow(self.line, reason, shown(self.held[0]))
        self._back.extendleft(reversed(self.held[1:]))
        self.held.clear()
        self.line += 1
        return bad


def find_delimiter(lines: list[str]) -> str:
    """The separator that gives most rows the same number of cells, more than one; the comma if none does."""
    best, found = 0.0, ","
    for delimiter in DELIMITERS:
        counts = [len(cells) for _line, cells in _lenient(lines, delimiter)]
        if not counts:
            continue
        usual = max(set(counts), key=counts.count)
        score = counts.count(usual) / len(counts) * (usual > 1) * (1 + min(usual, 50) / 100)
        if score > best:
            best, found = score, delimiter
    return found


def _lenient(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records of the head with the line each ends in; blank ones left out, faults ignored."""
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error:
        return
