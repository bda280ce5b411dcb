"""JSON lines, and a JSON array of objects streamed one object at a time.

Objects keep their types; nested lists and objects stay as they are (a mapping takes them as JSON text). What is no
object, or no JSON, is rejected with its line, and reading goes on with the next line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yiwang.engines.data.reader.encodings import MARKED, friendly
from yiwang.engines.data.reader.records import BadRow, Limits, Row, has_stray_bytes, shown
from yiwang.kernel.text import N_, Text

BLOCK = 256 * 1024
SAMPLE_ROWS = 500


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


class JsonRows:
    """A file of JSON objects; iterate `rows()` once. `columns` are the keys of the first records."""

    def __init__(self, path: Path, encoding: str, limits: Limits, *, is_lines: bool) -> None:
        self.path, self.encoding, self.limits, self.is_lines = path, encoding, limits, is_lines
        self.header_line = 0
        names: dict[str, None] = {}
        for row, _n in zip(self.rows(), range(SAMPLE_ROWS), strict=False):
            if isinstance(row, Row):
                names.update(dict.fromkeys(row.values))
        self.columns = tuple(names)

    def rows(self) -> Iterator[Row | BadRow]:
        """The objects, good and bad, in order."""
        return self._lines() if self.is_lines else self._array()

    def _lines(self) -> Iterator[Row | BadRow]:
        limit = self.limits.max_row_chars
        with self.path.open(encoding=self.encoding, errors=MARKED, newline="") as file:
            line = 0
            while text := file.readline(limit):
                line += 1
                if len(text) >= limit and not text.endswith("\n"):
                    while (more := file.readline(limit)) and not more.endswith("\n"):
                        pass
                    told = N_("The row is longer than %(limit)s characters.")
                    yield BadRow(line, Text(told, {"limit": limit}), shown(text))
                    continue
                text = text.strip("\ufeff \t\r\n")
                if text:
                    yield self._one(line, text)

    def _one(self, line: int, text: str) -> Row | BadRow:
        try:
            value, end = _DECODER.raw_decode(text)
        except (ValueError, RecursionError) as error:
            return BadRow(line, _no_json(error), shown(text))
        if text[end:].strip(" \t\r\n,"):
            return BadRow(line, Text(N_("Something follows the object in the same line.")), shown(text))
        return self._row(line, value, text)

    def _row(self, line: int, value: Any, text: str) -> Row | BadRow:
        if not isinstance(value, dict):
            return BadRow(line, Text(N_("An object {…} is expected.")), shown(text))
        if has_stray_bytes(text):
            told = Text(N_("Some bytes are not %(encoding)s."), {"encoding": friendly(self.encoding)})
            return BadRow(line, told, shown(text))
        if "\0" in text or "\\u0000" in text:
            return BadRow(line, Text(N_("The row contains NUL bytes.")), shown(text))
        if len(value) > self.limits.max_columns:
            told = Text(N_("The table has more than %(limit)s columns."), {"limit": self.limits.max_columns})
            return BadRow(line, told, shown(text))
        return Row(line, value)

    def _array(self) -> Iterator[Row | BadRow]:
        """Objects in `[…]` or simply one after another, over several lines."""
        limit = self.limits.max_row_chars
        with self.path.open(encoding=self.encoding, errors=MARKED, newline="") as file:
            buffer, at, line, is_end = "", 0, 1, False
            while True:
                start = _skip(buffer, at)
                line += buffer.count("\n", at, start)
                at = start
                if (at < len(buffer) and buffer[at] == "{") or (at < len(buffer) and is_end):
                    try:
                        value, end = _DECODER.raw_decode(buffer, at)
                    except (ValueError, RecursionError) as error:
                        if is_end or len(buffer) - at > limit or isinstance(error, RecursionError):
                            end = _resume(buffer, at)
                            yield BadRow(line, _no_json(error), shown(buffer[at:end]))
                            line += buffer.count("\n", at, end)
                            at = end
                            continue
                    else:
                        yield self._row(line, value, buffer[at:end])
                        line += buffer.count("\n", at, end)
                        at = end
                        continue
                elif at < len(buffer):
                    end = _resume(buffer, at)
                    yield BadRow(line, Text(N_("An object {…} is expected.")), shown(buffer[at:end]))
                    line += buffer.count("\n", at, end)
                    at = end
                    continue
                if is_end:
                    return
                # Doubling keeps the cost of starting over on a long object linear.
                more = file.read(max(BLOCK, len(buffer) - at))
                is_end = not more
                buffer, at = buffer[at:] + more, 0


def _skip(buffer: str, at: int) -> int:
    """The next place that is not white space, a comma or a bracket of the outer array."""
    while at < len(buffer) and buffer[at] in " \t\r\n,[]\ufeff":
        at += 1
    return at


def _resume(buffer: str, at: int) -> int:
    """Where to go on after something unreadable: the next line that begins with an object, else the end."""
    place = at
    while (place := buffer.find("\n", place + 1)) >= 0:
        if buffer[place:].lstrip()[:1] == "{":
            return place
    return len(buffer)


def _no_json(error: Exception) -> Text:
    if isinstance(error, RecursionError):
        return Text(N_("The object is nested too deeply."))
    return Text(N_("This is not JSON: %(reason)s"), {"reason": str(error)})


def is_json_lines(path: Path, encoding: str) -> bool:
    """Whether the first line that is not blank is a whole object of its own."""
    with path.open(encoding=encoding, errors=MARKED) as file:
        for _ in range(100):
            text = file.readline(BLOCK * 16).strip("\ufeff \t\r\n")
            if text:
                try:
                    return isinstance(_DECODER.raw_decode(text)[0], dict)
                except (ValueError, RecursionError):
                    return not text.startswith("{") and not text.startswith("[")
    return False
