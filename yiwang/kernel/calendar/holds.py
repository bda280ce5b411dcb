"""Stopped clocks: half-open intervals [from, to) in which no working time passes (挂起, waiting for the applicant).

They may overlap (two reasons at once) and the last may still be open; merged they are a sorted list without overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from yiwang.kernel.calendar.hours import moment_of

Hold = tuple[datetime, datetime | None]
Stop = tuple[int, int]
NEVER = 1 << 62  # the end of an open hold: later than any moment a datetime can carry


def merge_holds(holds: Iterable[Hold]) -> list[Stop]:
    """Holds as sorted stops in microseconds, overlapping and touching ones joined, empty ones left out.

    ValueError when a hold ends before it begins or has no time zone.
    """
    stops: list[Stop] = []
    for first, last in sorted((moment_of(a), NEVER if b is None else moment_of(b)) for a, b in holds):
        if last < first:
            raise ValueError("a hold ends before it begins")
        if stops and first <= stops[-1][1]:
            stops[-1] = (stops[-1][0], max(last, stops[-1][1]))
        elif first < last:
            stops.append((first, last))
    return stops


def running(windows: Iterable[Stop], since: int, stops: list[Stop]) -> Iterator[Stop]:
    """The parts of working windows that lie at or after `since` and outside all stops, in order, none empty."""
    for first, last in windows:
        first = max(first, since)
        if first >= last:
            continue
        for stopped, resumed in stops:
            if resumed <= first:
                continue
            if stopped >= last:
                break
            if stopped > first:
                yield first, stopped
            first = resumed
            if first >= last:
                break
        if first < last:
            yield first, last


def stopped_at(moment: int, stops: list[Stop]) -> bool:
    """Whether the clock stands still just before `moment` (so at a window's end: whether it was stopped then)."""
    return any(first < moment <= last for first, last in stops)
