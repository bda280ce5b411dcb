"""What can go wrong, in words a person can act on.

`Failure` and its kinds are raised by actions and queries; the web floor turns each kind into a status and shows
its `text` in the reader's language. `Problems` gathers everything wrong with a set of files at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yiwang.kernel.text import Text


class Failure(Exception):
    """Base of all expected failures; carries a translatable `text`."""

    def __init__(self, msgid: str | Text, **params: Any) -> None:
        self.text = msgid if isinstance(msgid, Text) else Text(msgid, params)
        super().__init__(str(self.text))


class Invalid(Failure):
    """The input is wrong; `fields` names the places (form field or column → messages)."""

    def __init__(self, msgid: str | Text, *, fields: Mapping[str, Sequence[Text]] | None = None, **params: Any) -> None:
        super().__init__(msgid, **params)
        self.fields: dict[str, list[Text]] = {k: list(v) for k, v in (fields or {}).items()}


class NotAllowed(Failure):
    """The viewer has no single grant that covers this."""


class NotFound(Failure):
    """No such thing, or none the viewer may know of."""


class Conflict(Failure):
    """Somebody was quicker, or the thing has moved on since it was shown."""


class Unavailable(Failure):
    """A part this needs (database, lake, outside system) does not answer now."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong at one place of a file; line 0 means the whole file."""

    file: str
    line: int
    text: Text = field(compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class Problems:
    """Collects problems so that a person sees all of them at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, file: str | Path, line: int, msgid: str | Text, **params: Any) -> None:
        """Note one problem at `file:line`."""
        self._found.append(Problem(str(file), line, msgid if isinstance(msgid, Text) else Text(msgid, params)))

    def extend(self, others: Problems) -> None:
        """Take over everything another collection found."""
        self._found.extend(others)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self._found))

    def __len__(self) -> int:
        return len(self._found)

    def __bool__(self) -> bool:
        return bool(self._found)

    def raise_if_any(self) -> None:
        """Raise `ProblemsFound` when anything was collected."""
        if self._found:
            raise ProblemsFound(self)


class ProblemsFound(Failure):
    """Raised with all problems of a set of files; its text lists them, one a line."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        super().__init__(Text("%(list)s", {"list": "\n".join(str(p) for p in problems)}))
