"""Time limits as pure arithmetic: begin, hold, resume, extend, stop.

A limit is met when the work ends at or before `due_at`, missed after it. Warnings fall due at stated fractions of
the limit, counted in the same working time; `next_at` is the next moment anybody must look at the clock.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from yiwang.engines.flow.specs import ClockSpec
from yiwang.engines.flow.state import ClockRecord, ClockState
from yiwang.kernel.calendar import Calendar
from yiwang.kernel.errors import Conflict, Invalid
from yiwang.kernel.text import N_

COUNTING = frozenset({ClockState.RUNNING, ClockState.HELD})
MAX_MINUTES = 5_256_000


def begin_clock(
    number: int, item: int | None, spec: ClockSpec, minutes: int, *, calendar: Calendar, at: datetime
) -> ClockRecord:
    """A clock that starts at `at` with `minutes` of working time of `calendar`."""
    clock = ClockRecord(
        number=number,
        item=item,
        calendar=spec.calendar,
        started_at=at,
        minutes=min(minutes, MAX_MINUTES),
        warn_at=tuple(sorted(spec.warn_at)),
        state=ClockState.RUNNING,
        due_at=None,
        is_provisional=False,
        next_at=None,
    )
    return reckon(clock, calendar)


def reckon(clock: ClockRecord, calendar: Calendar) -> ClockRecord:
    """The clock with `due_at` and `next_at` reckoned anew from its start, minutes and holds."""
    due = calendar.add_minutes(clock.started_at, clock.minutes, clock.holds)
    clock = replace(clock, due_at=due.at, is_provisional=due.is_provisional)
    return replace(clock, next_at=_next_moment(clock, calendar))


def _next_moment(clock: ClockRecord, calendar: Calendar) -> datetime | None:
    if clock.state is not ClockState.RUNNING or clock.due_at is None:
        return None
    if clock.n_warned < len(clock.warn_at):
        minutes = int(clock.minutes * clock.warn_at[clock.n_warned])
        return calendar.add_minutes(clock.started_at, minutes, clock.holds).at
    return clock.due_at


def hold_clock(clock: ClockRecord, at: datetime) -> ClockRecord:
    """Stop a running clock; one that has run out stays missed."""
    if clock.state is not ClockState.RUNNING:
        return clock
    if clock.due_at is not None and at > clock.due_at:
        return replace(clock, state=ClockState.MISSED, next_at=None)
    return replace(
        clock, state=ClockState.HELD, due_at=None, next_at=None, holds=(*clock.holds, (max(at, clock.started_at), None))
    )


def resume_clock(clock: ClockRecord, at: datetime, calendar: Calendar) -> ClockRecord:
    """Let a held clock run on: its end moves by the working time it stood still."""
    if clock.state is not ClockState.HELD:
        return clock
    since = clock.holds[-1][0]
    closed = (*clock.holds[:-1], (since, max(at, since)))
    return reckon(replace(clock, state=ClockState.RUNNING, holds=closed), calendar)


def extend_clock(clock: ClockRecord, minutes: int, at: datetime, calendar: Calendar) -> ClockRecord:
    """Give a clock more working minutes. Conflict when it has run out: a missed limit cannot be extended."""
    if minutes <= 0 or clock.minutes + minutes > MAX_MINUTES:
        raise Invalid(N_("An extension is a whole number of minutes above 0."))
    if clock.state is not ClockState.RUNNING or (clock.due_at is not None and at > clock.due_at):
        raise Conflict(N_("The time limit has run out or stands still; it can only be extended before it expires."))
    longer = replace(clock, minutes=clock.minutes + minutes, n_extended=clock.n_extended + 1)
    return reckon(longer, calendar)


def stop_clock(clock: ClockRecord, at: datetime) -> ClockRecord:
    """The work is done: met or missed. A held clock is met, for its time was not up when it was stopped."""
    if clock.state not in COUNTING:
        return clock
    is_late = clock.due_at is not None and at > clock.due_at
    return replace(clock, state=ClockState.MISSED if is_late else ClockState.MET, next_at=None)


def cancel_clock(clock: ClockRecord, at: datetime) -> ClockRecord:
    """The work is not wanted any more: missed when its time was up already, else cancelled."""
    if clock.state not in COUNTING:
        return clock
    stopped = stop_clock(clock, at)
    return stopped if stopped.state is ClockState.MISSED else replace(stopped, state=ClockState.CANCELLED)


def warn_clock(clock: ClockRecord, at: datetime, calendar: Calendar) -> ClockRecord:
    """Count every warning that has fallen due by `at` as given."""
    while clock.n_warned < len(clock.warn_at) and clock.next_at is not None and clock.next_at < at:
        clock = replace(clock, n_warned=clock.n_warned + 1)
        clock = replace(clock, next_at=_next_moment(clock, calendar))
    return clock


def clock_summary(clock: ClockRecord) -> dict[str, Any]:
    """What a message says about a clock (JSON)."""
    return {
        "clock": clock.number,
        "item": clock.item,
        "minutes": clock.minutes,
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
        "is_provisional": clock.is_provisional,
    }
