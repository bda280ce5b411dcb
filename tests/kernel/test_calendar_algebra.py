"""Laws of working time that hold for every calendar, start, limit and set of holds."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.kernel.calendar import Calendar, Hold, Override, named

MINUTES = st.integers(0, 60 * 24 * 12)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def weeks(draw: st.DrawFn) -> tuple[tuple[tuple[int, int], ...], ...]:
    def day() -> tuple[tuple[int, int], ...]:
        edges = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
        return tuple((a * 15, b * 15) for a, b in zip(edges[::2], edges[1::2], strict=False))

    week = tuple(day() for _ in range(7))
    return week if any(week) else (((540, 1020),), *week[1:])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    days = draw(st.sets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=4))
    return Calendar(
        "any",
        draw(st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe"])),
        draw(weeks()),
        holidays=draw(st.sampled_from(["CN", "none", "listed"])),
        overrides=tuple(Override(day, draw(st.booleans())) for day in sorted(days)),
    )


ANY_CALENDAR = st.one_of(calendars(), st.sampled_from([named("always"), named("office"), named("hotline")]))


@st.composite
def closed_holds(draw: st.DrawFn) -> list[Hold]:
    starts = draw(st.lists(MOMENTS, max_size=4))
    return [(start, start + timedelta(minutes=draw(st.integers(0, 6000)))) for start in starts]


@st.composite
def near_holds(draw: st.DrawFn, start: datetime) -> list[Hold]:
    shifts = draw(st.lists(st.tuples(st.integers(-3000, 9000), st.integers(0, 4000)), max_size=4))
    return [(start + timedelta(minutes=a), start + timedelta(minutes=a + b)) for a, b in shifts]


@given(ANY_CALENDAR, MOMENTS, MINUTES, st.data())
def test_adding_then_measuring_gives_the_minutes_back(
    c: Calendar, start: datetime, n: int, data: st.DataObject
) -> None:
    holds = data.draw(near_holds(start))
    due = c.add_minutes(start, n, holds)
    assert due.at is not None
    assert c.working_seconds_between(start, due.at, holds) == n * 60


@given(ANY_CALENDAR, MOMENTS, MOMENTS, MINUTES, MINUTES, closed_holds())
def test_later_starts_and_longer_limits_never_end_earlier(
    c: Calendar, one: datetime, other: datetime, short: int, more: int, holds: list[Hold]
) -> None:
    first, last = sorted((one, other))
    ends = [c.add_minutes(first, short, holds).at, c.add_minutes(last, short, holds).at]
    ends.append(c.add_minutes(last, short + more, holds).at)
    assert ends == sorted(ends, key=lambda end: end or first)


@given(ANY_CALENDAR, MOMENTS, st.integers(1, 5000), st.data())
def test_a_limit_ends_in_working_time_outside_holds(c: Calendar, start: datetime, n: int, data: st.DataObject) -> None:
    holds = data.draw(near_holds(start))
    due = c.add_minutes(start, n, holds)
    assert due.at is not None and due.at >= start + timedelta(minutes=n)
    assert c.working_seconds_between(due.at - timedelta(seconds=1), due.at, holds) == 1


@given(ANY_CALENDAR, MOMENTS, MINUTES, st.data())
def test_a_hold_shifts_the_end_by_the_working_time_it_takes(
    c: Calendar, start: datetime, n: int, data: st.DataObject
) -> None:
    without = c.add_minutes(start, n)
    assert without.at is not None
    minutes = int((without.at - start) / timedelta(minutes=1))
    begin = start + timedelta(minutes=data.draw(st.integers(0, minutes)))
    hold = (begin, begin + timedelta(minutes=data.draw(st.integers(0, 5000))))
    held = c.add_minutes(start, n, [hold])
    assert held.at is not None and held.at >= without.at
    stopped = c.working_seconds_between(begin, min(hold[1], held.at))
    assert c.working_seconds_between(without.at, held.at) == stopped


@given(ANY_CALENDAR, MOMENTS, MOMENTS, MOMENTS, closed_holds())
def test_working_time_adds_up(c: Calendar, x: datetime, y: datetime, z: datetime, holds: list[Hold]) -> None:
    # whole seconds are counted, so parts add up exactly when everything begins and ends on one
    a, b, d = sorted(moment.replace(microsecond=0) for moment in (x, y, z))
    holds = [(begin.replace(microsecond=0), end and end.replace(microsecond=0)) for begin, end in holds]
    parts = c.working_seconds_between(a, b, holds) + c.working_seconds_between(b, d, holds)
    assert parts == c.working_seconds_between(a, d, holds)


@given(st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"]), MOMENTS, MINUTES, MOMENTS)
def test_the_24_hour_calendar_is_plain_arithmetic(zone: str, start: datetime, n: int, end: datetime) -> None:
    always = named("always", zone)
    assert always.add_minutes(start, n).at == start + timedelta(minutes=n)
    whole = abs(end - start) // timedelta(seconds=1)
    assert always.working_seconds_between(start, end) == (whole if end >= start else -whole)


@given(ANY_CALENDAR, MOMENTS, st.integers(1, 60))
def test_a_limit_of_days_passes_exactly_that_many_working_days(c: Calendar, start: datetime, n: int) -> None:
    due = c.add_days(start, n)
    assert due.at is not None
    zone = ZoneInfo(c.zone)
    first = start.astimezone(zone).date()
    last = (due.at - timedelta(microseconds=1)).astimezone(zone).date()
    days = [first + timedelta(days=k) for k in range(1, (last - first).days + 1)]
    passed = [day for day in days if c.working_seconds_between(_midnight(day, zone), _midnight(day, zone, 1))]
    assert len(passed) == n and passed[-1] == last
    assert due.is_provisional == any(c.is_working_day(day).is_provisional for day in days)
    assert c.working_seconds_between(due.at, _midnight(last, zone, 1)) == 0


@settings(max_examples=40)
@given(calendars(), MOMENTS, MINUTES)
def test_a_calendar_from_json_counts_alike(c: Calendar, start: datetime, n: int) -> None:
    kept = Calendar.from_json(c.as_json())
    assert kept.add_minutes(start, n) == c.add_minutes(start, n)
    assert kept.add_days(start, n % 40) == c.add_days(start, n % 40)


def test_ten_working_days_take_far_less_than_a_millisecond() -> None:
    office, start = named("office"), datetime(2026, 2, 10, 2, tzinfo=UTC)
    office.add_days(start, 10)
    began = time.process_time()
    for _ in range(200):
        office.add_days(start, 10)
        office.add_minutes(start, 4200)
    assert (time.process_time() - began) / 400 < 0.000_5  # measured 0.01 ms; the margin is for a busy machine


def _midnight(day: date, zone: ZoneInfo, later: int = 0) -> datetime:
    day += timedelta(days=later)
    return datetime(day.year, day.month, day.day, tzinfo=zone)
