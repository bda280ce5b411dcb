"""The plan of the demo city's events: ninety days of reports with their fates, made from a seed, a size and an end.

Pure: the same ground, seed, size and end give the same plan, so that an interrupted set-up goes on where it was.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from yiwang.demo.plan import weather
from yiwang.demo.plan.places import Places
from yiwang.demo.plan.records import ZONE, Caller, Fate, Plan, Planned, Words
from yiwang.demo.plan.telling import Teller
from yiwang.demo.size import SEED, Size

__all__ = ["ZONE", "Caller", "Fate", "Plan", "Planned", "Words", "make_plan"]

LAST_REPORT = timedelta(minutes=4)
GROUPS, GROUP_SIZES = 0.055, (1, 1, 1, 2, 2, 3, 5)
"""How many reports are the first of several on one matter, and how many more there are."""
CALLS, LETTERS = 0.012, 0.012
"""How many are calls with several matters, and texts with several matters."""
RAMP = {0: 2.2, 1: 2.0, 2: 1.6, 3: 1.3}
"""How busy the last days are, by days before the end: they lead over to the pace of the live city."""
WEEKDAYS = (1.16, 1.10, 1.05, 1.03, 1.02, 0.86, 0.78)


def make_plan(places: Places, *, end: datetime, seed: int = SEED, size: Size | None = None) -> Plan:
    """All reports of the days before `end`, about `size.events` of them, in order of time."""
    size = size or Size()
    begin = (end - timedelta(days=size.days)).astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [begin.date() + timedelta(days=n) for n in range((end.astimezone(ZONE).date() - begin.date()).days + 1)]
    rain = {day: weather.rain_mm(day, seed) for day in days}
    teller = Teller(places, seed, size.events)
    made = list(_reports(teller, random.Random(f"{seed}/days"), days, rain, end, size.events))  # noqa: S311 - made up
    made = [one for one in made if one.at <= end - LAST_REPORT]
    return Plan(tuple(sorted(made, key=lambda one: (one.at, one.key))), rain, begin, end)


def _reports(
    teller: Teller, rnd: random.Random, days: list[date], rain: dict[date, float], end: datetime, n_wanted: int
) -> Iterator[Planned]:
    """Each day's share of the reports, then what neighbours say about the same."""
    weights = [_busy(rnd, day, rain[day], end) for day in days]
    extra = GROUPS * sum(GROUP_SIZES) / len(GROUP_SIZES) + CALLS * 1.4
    n_firsts = n_wanted / (1 + extra)
    number = 0
    for day, weight in zip(days, weights, strict=True):
        exact = n_firsts * weight / sum(weights)
        for _n in range(int(exact) + (rnd.random() < exact % 1)):
            number += 1
            at = _moment(rnd, day, end)
            kind = rnd.random()
            key = f"YX{day:%y%m%d}{number:05d}"
            if kind < CALLS:
                yield from teller.call(key, at, rnd.choice((2, 2, 3)))
            elif kind < CALLS + LETTERS:
                yield teller.letter(key, at)
            elif kind < CALLS + LETTERS + GROUPS * (2.2 if rain[day] >= weather.HEAVY_MM else 1):
                yield from _told_by_several(teller, rnd, key, at)
            else:
                yield teller.tell(key, at)


def _told_by_several(teller: Teller, rnd: random.Random, key: str, at: datetime) -> Iterator[Planned]:
    """A matter many see: the first report and those of neighbours within hours."""
    first = replace(teller.tell(key, at), group=key)
    yield first
    for n in range(rnd.choice(GROUP_SIZES)):
        later = at + timedelta(minutes=round(rnd.lognormvariate(4.6, 1.0)) + 4)
        yield teller.tell_again(f"{key}R{n + 1}", later, first)


def _busy(rnd: random.Random, day: date, mm: float, end: datetime) -> float:
    """How many reports a day gets beside the others; the last one is not over yet."""
    wet = 1.0 + min(0.5, mm / 60)
    local = end.astimezone(ZONE)
    part = _passed(local) if day == local.date() else 1.0
    ramp = RAMP.get((local.date() - day).days, 1.0)
    return WEEKDAYS[day.weekday()] * wet * rnd.uniform(0.9, 1.1) * ramp * part


HOURS = (6, 4, 3, 3, 3, 6, 16, 30, 52, 64, 62, 50, 36, 40, 50, 54, 50, 44, 40, 38, 34, 26, 18, 10)


def _passed(local: datetime) -> float:
    """The share of a day's reports that came in by a moment."""
    return (sum(HOURS[: local.hour]) + HOURS[local.hour] * local.minute / 60) / sum(HOURS)


def _moment(rnd: random.Random, day: date, end: datetime) -> datetime:
    """A moment of the day by the hours people report in; of the last day only what has passed."""
    local = end.astimezone(ZONE)
    hours: list[float] = list(HOURS)
    if day == local.date():
        hours = [*HOURS[: local.hour], HOURS[local.hour] * local.minute / 60 or 0.01]
    hour = rnd.choices(range(len(hours)), hours)[0]
    if day == local.date() and hour == local.hour:
        return datetime(day.year, day.month, day.day, hour, rnd.randrange(local.minute + 1), tzinfo=ZONE)
    return datetime(day.year, day.month, day.day, hour, rnd.randrange(60), rnd.randrange(60), tzinfo=ZONE)
