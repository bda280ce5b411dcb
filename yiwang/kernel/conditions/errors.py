"""What is wrong with a condition, and where: raised when it is loaded, never when it is used."""

from __future__ import annotations

from typing import Any

from yiwang.kernel.errors import Failure, Invalid
from yiwang.kernel.text import N_, Text


class ConditionError(Failure):
    """A condition that cannot be accepted.

    `message` is the bare reason; `text` has the place in front. `offset` counts characters from 0, `line` and
    `column` from 1, so that a loader adds `line - 1` to the line of the YAML block.
    """

    def __init__(self, source: str, offset: int, msgid: str | Text, **params: Any) -> None:
        self.source = source
        self.offset = max(0, min(offset, len(source)))
        before = source[: self.offset]
        self.line = before.count("\n") + 1
        self.column = self.offset - (before.rfind("\n") + 1) + 1
        self.message = msgid if isinstance(msgid, Text) else Text(msgid, params)
        super().__init__(
            N_("line %(line)s, column %(column)s: %(message)s"),
            line=self.line,
            column=self.column,
            message=self.message,
        )


class RecordError(Invalid):
    """A record carries a value of another type than the schema says: a fault of the caller, never passed as unknown."""

    def __init__(self, name: str, wanted: object, value: object) -> None:
        super().__init__(
            N_("field %(name)s must be %(type)s, but the record holds %(value)s"),
            name=name,
            type=str(wanted),
            value=type(value).__name__,
        )
