"""The calendars every installation has: `always`, `office`, `hotline`. A scene may add others (`CalendarSpec`)."""

from __future__ import annotations

from functools import cache

from yiwang.kernel.calendar.calendar import Calendar
from yiwang.kernel.calendar.days import Holidays
from yiwang.kernel.calendar.hours import DAY_MINUTES, Span
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_

_OFFICE: tuple[Span, ...] = ((9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30))
_WEEKS: dict[str, tuple[tuple[Span, ...], ...]] = {
    "always": (((0, DAY_MINUTES),),) * 7,
    "office": (_OFFICE,) * 5 + ((),) * 2,
    "hotline": (((8 * 60, 20 * 60),),) * 7,
}
NAMES = tuple(_WEEKS)


@cache
def named(name: str, zone: str = "Asia/Shanghai", holidays: Holidays = "CN") -> Calendar:
    """One of `NAMES` in an IANA zone, shared so that its cached days are too.

    `holidays` matters to `office` only (`none` for a jurisdiction outside China: weekends only); the others are open
    every day. NotFound for another name.
    """
    if name not in _WEEKS:
        raise NotFound(N_("There is no calendar %(name)s; there are %(names)s."), name=name, names=", ".join(NAMES))
    return Calendar(name, zone, _WEEKS[name], holidays=holidays if name == "office" else "none")
