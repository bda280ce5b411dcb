"""What a calendar is told about single days, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from yiwang.kernel.calendar.hours import Span
from yiwang.kernel.titles import Title

Holidays = Literal["CN", "listed", "none"]


@dataclass(frozen=True)
class DayKind:
    """What a day is; true when it is a working day. `title` names the holiday, exchange or override, if any."""

    is_working: bool
    is_provisional: bool
    title: Title | None = None

    def __bool__(self) -> bool:
        return self.is_working


@dataclass(frozen=True)
class Due:
    """When a limit ends (UTC); `at` is None while an open hold keeps the clock standing before the end."""

    at: datetime | None
    is_provisional: bool


@dataclass(frozen=True)
class Override:
    """One day set by hand; `hours` None: the usual ones; `title` as pairs (language, label), so that it is hashable."""

    day: date
    is_working: bool
    title: tuple[tuple[str, str], ...] = ()
    hours: tuple[Span, ...] | None = None
