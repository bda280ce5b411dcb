"""The calendar and its arithmetic.

A day follows, in this order: its override; the country's table (`CN`: statutory holidays and 调休); its weekday's
hours. Working time is what lies inside the hours of working days and outside holds. Seconds are whole, moments exact
to the microsecond, results in UTC. Limits counted in working days follow the law: the day of receipt is not counted
(民法典 第201条) and the term ends when business ends on its last day (第203条); days are working days without
statutory holidays (行政许可法 第82条).

Years whose holidays are not published yet count weekends only, and every answer that consulted a day of such a
year says `is_provisional`. The last three days of a year belong to the next year's notice too (2006, 2007, 2018 and
2023 moved New Year's days into December), so they wait for that one as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from yiwang.kernel.calendar import china, freezing
from yiwang.kernel.calendar.days import DayKind, Due, Holidays, Override
from yiwang.kernel.calendar.holds import NEVER, Hold, Stop, merge_holds, running, stopped_at
from yiwang.kernel.calendar.hours import DAY_MINUTES, MICROSECONDS, MINUTE, Span, datetime_of, local_moment, moment_of
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

_HORIZON_DAYS = 200 * 366
_TOO_FAR = N_("The deadline lies too far ahead for calendar %(calendar)s.")


@dataclass(frozen=True)
class _Day:
    begin: int  # moment of its local midnight
    windows: tuple[Stop, ...]
    is_provisional: bool


@dataclass(frozen=True)
class Calendar:
    """Working time of one zone: hours per weekday (Monday first), holidays and overrides; immutable, hashable.

    `holidays`: `CN` China's table; `none` no table, weekends are what the hours leave out; `listed` all special days
    are overrides and the years not in `complete_years` are provisional. With `CN`, `complete_years` are years
    entered by hand as overrides before the library knows them. `exchanged_hours` are kept on a working day whose
    weekday has no hours (a worked Saturday); left empty, those of the first weekday that has any.
    """

    name: str
    zone: str
    hours: tuple[tuple[Span, ...], ...]
    holidays: Holidays = "CN"
    overrides: tuple[Override, ...] = ()
    complete_years: frozenset[int] = frozenset()
    exchanged_hours: tuple[Span, ...] = ()
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _overrides: dict[date, Override] = field(init=False, repr=False, compare=False)
    _days: dict[int, _Day] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Check what the arithmetic relies on; ValueError otherwise."""
        if len(self.hours) != 7:
            raise ValueError("a week has seven days of hours")
        if not any(self.hours):
            raise ValueError("a calendar without any working hours never reaches a deadline")
        for spans in (*self.hours, self.exchanged_hours, *(o.hours or () for o in self.overrides)):
            ends = [0, *(minute for span in spans for minute in span), DAY_MINUTES]
            if ends != sorted(ends) or any(first == last for first, last in spans):
                raise ValueError("hours of a day are ordered, apart and within the day")
        by_day = {override.day: override for override in self.overrides}
        if len(by_day) != len(self.overrides):
            raise ValueError("two overrides for one day")
        if self.holidays not in get_args(Holidays):
            raise ValueError(f"holidays are one of {get_args(Holidays)}, not {self.holidays!r}")
        try:
            object.__setattr__(self, "_zone", ZoneInfo(self.zone))
        except (KeyError, OSError) as error:
            raise ValueError(f"no time zone {self.zone!r}") from error
        object.__setattr__(self, "_overrides", by_day)

    def is_working_day(self, day: date) -> DayKind:
        """Whether the day has working time, why, and whether that may still change."""
        return self._kind(day)[0]

    def add_minutes(self, start: datetime, minutes: int, holds: Iterable[Hold] = ()) -> Due:
        """The moment `minutes` of working time have passed since `start` (aware).

        It lies in working time or at the end of a window (09:00 + 180 minutes is 12:00); 0 minutes give the first
        working moment at or after `start`. ValueError for a naive start or negative minutes.
        """
        if minutes < 0:
            raise ValueError("a limit is not negative")
        since, left = moment_of(start), minutes * MINUTE
        stops, provisional = merge_holds(holds), False
        stands_from = _open_from(stops)
        for day in self._walk(start):
            if day.begin >= stands_from:
                return Due(None, provisional)
            provisional = provisional or day.is_provisional
            for first, last in running(day.windows, since, stops):
                if last - first >= left:
                    return Due(datetime_of(first + left), provisional)
                left -= last - first
        raise Invalid(_TOO_FAR, calendar=self.name)

    def add_days(self, start: datetime, days: int, holds: Iterable[Hold] = ()) -> Due:
        """The end of working time of the `days`-th working day after the day of `start`, which is not counted.

        0 days: the end of the same day's working time, or of the next working day when none is left. A day is
        counted when the clock runs as its working time ends, so a hold takes out the day-ends it covers.
        ValueError for a naive start or negative days.
        """
        if days < 0:
            raise ValueError("a limit is not negative")
        since, left = moment_of(start), days
        stops, provisional = merge_holds(holds), False
        stands_from = _open_from(stops)
        for n, day in enumerate(self._walk(start)):
            if n == 0 and days:
                continue
            if day.begin >= stands_from:
                return Due(None, provisional)
            provisional = provisional or day.is_provisional
            end = day.windows[-1][1] if day.windows else since
            if end <= since or stopped_at(end, stops):
                continue
            left -= 1
            if left <= 0:
                return Due(datetime_of(end), provisional)
        raise Invalid(_TOO_FAR, calendar=self.name)

    def working_seconds_between(self, start: datetime, end: datetime, holds: Iterable[Hold] = ()) -> int:
        """Whole seconds of working time from `start` to `end`; negative when `end` is the earlier one."""
        if end < start:
            return -self.working_seconds_between(end, start, holds)
        since, until = moment_of(start), moment_of(end)
        stops, passed = merge_holds([*holds, (end, None)]), 0
        for day in self._walk(start):
            if day.begin >= until:
                break
            passed += sum(last - first for first, last in running(day.windows, since, stops))
        return passed // MICROSECONDS

    def as_json(self, since_year: int | None = None) -> dict[str, Any]:
        """All that is needed to give the same answers later, as JSON data (see `freezing`).

        Special days of China are written out, from `since_year` on when given (years before become provisional),
        so that a case keeps the calendar it started with whatever a later library says.
        """
        return freezing.as_json(
            name=self.name,
            zone=self.zone,
            hours=self.hours,
            exchanged_hours=self.exchanged_hours,
            holidays=self.holidays,
            overrides=self.overrides,
            complete_years=self.complete_years,
            since_year=since_year,
        )

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Calendar:
        """The calendar `as_json` wrote; ValueError when the data is not one."""
        return Calendar(**freezing.fields_of(data))

    def _walk(self, start: datetime) -> Iterator[_Day]:
        first = start.astimezone(self._zone).toordinal()
        days = self._days
        for ordinal in range(first, min(first + _HORIZON_DAYS, date.max.toordinal() - 1)):
            yield days.get(ordinal) or self._day(ordinal)

    def _day(self, ordinal: int) -> _Day:
        kind, spans = self._kind(date.fromordinal(ordinal))
        edges = [(local_moment(ordinal, a, self._zone), local_moment(ordinal, b, self._zone)) for a, b in spans]
        windows = tuple((first, last) for first, last in edges if first < last)  # a skipped hour may swallow one
        found = _Day(local_moment(ordinal, 0, self._zone), windows, kind.is_provisional)
        self._days[ordinal] = found
        return found

    def _kind(self, day: date) -> tuple[DayKind, tuple[Span, ...]]:
        weekly = self.hours[day.weekday()]
        override = self._overrides.get(day)
        if override is not None:
            spans = self._spans(weekly, override.hours) if override.is_working else ()
            return DayKind(bool(spans), False, dict(override.title) or None), spans
        special = china.special_days().get(day) if self.holidays == "CN" else None
        is_provisional = not self._is_published(day)
        if special is None:
            return DayKind(bool(weekly), is_provisional), weekly
        spans = self._spans(weekly, None) if special.is_working else ()
        return DayKind(bool(spans), is_provisional, special.title), spans

    def _spans(self, weekly: tuple[Span, ...], own: tuple[Span, ...] | None) -> tuple[Span, ...]:
        if own is not None:
            return own
        return weekly or self.exchanged_hours or next(filter(None, self.hours))

    def _is_published(self, day: date) -> bool:
        if self.holidays == "none":
            return True
        years = [day.year, day.year + 1] if (day.month, day.day) >= (12, 29) else [day.year]
        known = china.published_years() if self.holidays == "CN" else frozenset()
        return all(year in known or year in self.complete_years for year in years)


def _open_from(stops: list[Stop]) -> int:
    return stops[-1][0] if stops and stops[-1][1] == NEVER else NEVER
