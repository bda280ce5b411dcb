"""A YAML file as plain data that remembers the line of every key.

The YAML accepted is smaller than YAML 1.1, so that a file means what it seems to mean:

* only `true` and `false` are booleans (`yes`, `no`, `on`, `off` stay text), only `null`, `~` and nothing are empty;
* numbers are decimal without leading zeros or underscores: `012345` and `1_000` stay text, `0o17` and `0x1f` too;
* dates and times stay text (`2026-01-01`); a spec's date field reads the ISO form;
* keys are text, always (`2026-01-01: free`, `1: first`, `no: …` have the keys "2026-01-01", "1", "no");
* refused: the same key twice, anchors and aliases, tags, several documents in one file, nesting deeper than 40,
  files over 4 MB, anything but UTF-8.
"""

from __future__ import annotations

import math
import pathlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, overload

import yaml
from yaml import events as ev

from yiwang.kernel.errors import Problems
from yiwang.kernel.text import N_, Text

Path = tuple[str | int, ...]
"""Where something stands in a document: keys and list positions from the top, `("steps", 0, "title")`."""

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 40

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,29})\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*|(?=\.[0-9]))(\.[0-9]*)?([eE][-+]?[0-9]{1,3})?\Z")
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """The data of one YAML file with the line of each key; `file` is shown in problems as it was given."""

    file: pathlib.Path
    data: Any
    lines: Mapping[Path, int] = field(repr=False)
    text_lines: Mapping[Path, int] = field(default_factory=dict, repr=False)

    def line_of(self, path: Path = ()) -> int:
        """The line (from 1) of the key or list item at `path`, or of the nearest thing around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def line_in(self, path: Path, offset: int) -> int:
        """The line of row `offset` (from 0) inside the multi-line text at `path`, such as a condition or a query."""
        return self.text_lines.get(path, self.line_of(path)) + offset

    def add(self, problems: Problems, path: Path, msgid: str | Text, **params: Any) -> None:
        """Note a problem at the line of `path`."""
        problems.add(self.file, self.line_of(path), msgid, **params)


@overload
def read_yaml(path: pathlib.Path) -> Document: ...
@overload
def read_yaml(path: pathlib.Path, problems: Problems) -> Document | None: ...
def read_yaml(path: pathlib.Path, problems: Problems | None = None) -> Document | None:
    """Read one YAML file.

    With `problems`, everything wrong goes there and None is returned for a file that cannot be used; without, a
    faulty file raises `ProblemsFound`.
    """
    found = Problems()
    document = None
    text = read_text(path, found)
    if text is not None:
        document = parse_yaml(text, path, found)
    if problems is None:
        found.raise_if_any()
    else:
        problems.extend(found)
    return document


def read_text(path: pathlib.Path, problems: Problems, limit: int = MAX_BYTES) -> str | None:
    """The text of a UTF-8 file (a byte order mark is dropped) of at most `limit` bytes, or None with a problem."""
    try:
        if path.stat().st_size > limit:
            problems.add(path, 0, N_("the file is larger than %(limit)s bytes"), limit=limit)
            return None
        raw = path.read_bytes()
    except OSError as error:
        problems.add(path, 0, N_("the file cannot be read: %(reason)s"), reason=error.strerror or str(error))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.add(path, line, N_("the file is not in UTF-8; save it in that encoding"))
        return None


def parse_yaml(text: str, file: pathlib.Path, problems: Problems) -> Document | None:
    """Parse YAML text; everything wrong goes into `problems`, and then None is returned."""
    before = len(problems)
    reader = _Composer(file, problems)
    try:
        data = reader.compose(text)
    except _GivenUpError:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = error.problem or error.context or ""
        problems.add(file, mark.line + 1 if mark else 0, _syntax_message(reason, _line_text(text, mark)))
        return None
    except yaml.YAMLError as error:
        reason = getattr(error, "reason", "") or str(error).splitlines()[0]
        problems.add(file, _line_of_reader_error(text, error), N_("this is not YAML: %(reason)s"), reason=reason)
        return None
    if len(problems) > before:
        return None
    return Document(file, data, reader.lines, reader.text_lines)


def _line_text(text: str, mark: Any) -> str:
    """The line of the text a parser's mark stands in, "" when unknown."""
    lines = text.splitlines()
    return lines[mark.line] if mark and mark.line < len(lines) else ""


def _syntax_message(reason: str, line: str) -> Text:
    """A known syntax error in plain words, else the parser's own."""
    if "cannot start any token" in reason and "\t" in line[: len(line) - len(line.lstrip())]:
        return Text(N_("a tab is used for indenting; use spaces"))
    if "mapping values are not allowed" in reason:
        return Text(N_("a second “:” in this line: put the text in quotes, or check the indenting"))
    return Text(N_("this is not YAML: %(reason)s"), {"reason": reason})


def _line_of_reader_error(text: str, error: yaml.YAMLError) -> int:
    """The line of a character YAML does not allow; 0 when unknown."""
    for n, line in enumerate(text.split("\n"), start=1):
        if re.search("[^\t\r\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", line):
            return n
    return 0


class _GivenUpError(Exception):
    """The rest of the file is not worth reading; the problem is noted."""


class _Composer:
    """Builds plain data from parser events, noting lines; own code so that no PyYAML constructor ever runs."""

    def __init__(self, file: pathlib.Path, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.lines: dict[Path, int] = {}
        self.text_lines: dict[Path, int] = {}

    def compose(self, text: str) -> Any:
        """The data of the single document in `text`; None with a problem when there is none."""
        self._events = yaml.parse(text, Loader=_LOADER)
        next(self._events)  # StreamStart
        if isinstance(next(self._events), ev.StreamEndEvent):
            self.problems.add(self.file, 0, N_("the file is empty"))
            return None
        first = next(self._events)
        self.lines[()] = _line(first)
        data = self._node(first, (), 0)
        next(self._events)  # DocumentEnd
        after = next(self._events)
        if not isinstance(after, ev.StreamEndEvent):
            self._note(after, N_("a second document begins here; one file holds one document"))
        elif data is None:
            self.problems.add(self.file, 0, N_("the file is empty"))
        return data

    def _note(self, event: ev.Event, msgid: str, **params: Any) -> None:
        self.problems.add(self.file, _line(event), msgid, **params)

    def _node(self, event: Any, path: Path, depth: int) -> Any:
        if isinstance(event, ev.AliasEvent):
            self._note(event, N_("“*%(name)s”: aliases are not allowed; write it out"), name=event.anchor)
            return None
        if event.anchor is not None:
            self._note(event, N_("“&%(name)s”: anchors are not allowed; write it out"), name=event.anchor)
        if event.tag is not None:
            self._note(event, N_("“%(tag)s”: tags are not allowed"), tag=event.tag)
        if isinstance(event, ev.ScalarEvent):
            return self._scalar(event, path)
        if depth >= MAX_DEPTH:
            self._note(event, N_("nested deeper than %(depth)s levels"), depth=MAX_DEPTH)
            raise _GivenUpError
        if isinstance(event, ev.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _scalar(self, event: ev.ScalarEvent, path: Path) -> Any:
        text: str = event.value
        if event.style in ("|", ">"):
            self.text_lines[path] = _line(event) + 1
        if event.style in ("'", '"', "|", ">"):
            return text
        return plain_value(text)

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), ev.SequenceEndEvent):
            here = (*path, len(items))
            self.lines[here] = _line(event)
            items.append(self._node(event, here, depth + 1))
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(event := next(self._events), ev.MappingEndEvent):
            key = self._key(event, depth)
            here = (*path, key)
            if key in data:
                first = self.lines[here]
                self._note(event, N_("“%(key)s” stands here twice, first in line %(first)s"), key=key, first=first)
            else:
                self.lines[here] = _line(event)
            data[key] = self._node(next(self._events), here, depth + 1)
        return data

    def _key(self, event: ev.Event, depth: int) -> str:
        if isinstance(event, ev.ScalarEvent) and event.tag is None and event.anchor is None:
            return str(event.value)
        if isinstance(event, ev.ScalarEvent | ev.AliasEvent):
            self._node(event, (), depth)
            return ""
        self._note(event, N_("a key must be text"))
        raise _GivenUpError


def _line(event: ev.Event) -> int:
    """The line (from 1) where an event begins."""
    return event.start_mark.line + 1 if event.start_mark else 0


def plain_value(text: str) -> Any:
    """What an unquoted YAML scalar means: None, bool, int, float, or the text itself."""
    if text in ("", "null", "~"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text) and math.isfinite(number := float(text)):
        return number
    return text
