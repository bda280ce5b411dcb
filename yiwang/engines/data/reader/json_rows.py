"""JSON lines, and a JSON array of objects streamed one object at a time.

Objects keep their types; nested lists and objects stay as they are (a mapping takes them as JSON text). What is no
object, or no JSON, is rejected with its line, and reading goes on with the next line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from yiwang.engines.data.reader.encodings import MARKED, friendly
from yiwang.engines.data.reader.records import BadRow, Limits, Row, has_stray_bytes, shown
from yiwang.kernel.text import N_, Text

BLOCK = 256 * 1024
SAMPLE_ROWS = 500
_BEGINS_OBJECT = re.compile(r"\s*\{")


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
        with self.path.open(encoding=self.encoding, errors=MARKED, newline="") as file:
            window = _Window(file)
            while window.seek_value():
                begin, line = window.at, window.line
                value, why = window.value(self.limits.max_row_chars)
                text = window.text[begin : window.at]
                yield self._row(line, value, text) if why is None else BadRow(line, why, shown(text))
                window.forget()


class _Window:
    """The part of a JSON text under way; `at` is the place in it, `line` the line of that place."""

    def __init__(self, file: TextIO) -> None:
        self.text, self.at, self.line = "", 0, 1
        self._file = file
        self._is_end = False

    def seek_value(self) -> bool:
        """Go to the next value, past white space, commas and the brackets of the outer array; False at the end."""
        while True:
            at = self.at
            while at < len(self.text) and self.text[at] in " \t\r\n,[]\ufeff":
                at += 1
            self._move(at)
            if at < len(self.text):
                return True
            if not self._grow():
                return False

    def value(self, limit: int) -> tuple[Any, Text | None]:
        """The object here and None, or None and why it is none; then at its end."""
        if self.text[self.at] != "{":
            self._resume()
            return None, Text(N_("An object {…} is expected."))
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except (ValueError, RecursionError) as error:
                # It may only not be whole yet; doubling keeps the cost of starting over linear.
                is_whole = isinstance(error, RecursionError) or len(self.text) - self.at > limit
                if is_whole or not self._grow():
                    self._resume()
                    return None, _no_json(error)
            else:
                self._move(end)
                return value, None

    def forget(self) -> None:
        """Drop what is done with, once it is much."""
        if self.at > BLOCK:
            self.text, self.at = self.text[self.at :], 0

    def _grow(self) -> bool:
        """Read on; False at the end of the file."""
        if not self._is_end:
            more = self._file.read(max(BLOCK, len(self.text) - self.at))
            self._is_end = not more
            self.text += more
        return not self._is_end

    def _resume(self) -> None:
        """Go to the next line that begins with an object, else to the end of what is read."""
        place = self.at
        while (place := self.text.find("\n", place + 1)) >= 0:
            if _BEGINS_OBJECT.match(self.text, place):
                self._move(place)
                return
        self._move(len(self.text))

    def _move(self, to: int) -> None:
        self.line += self.text.count("\n", self.at, to)
        self.at = to


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
