"""The clocks of an event as bars on one line of time: accepting, then each step, with pauses and more time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext

from yiwang.domains.events.pages.filters import words
from yiwang.domains.events.queries import EventView
from yiwang.domains.events.queries.around import Limits
from yiwang.kernel.clock import now

LEAST_PERCENT = 0.6
MOST_BEYOND = 2
"""How many times as long as the work took the line of a finished event is at most."""


@dataclass(frozen=True)
class Bar:
    """One bar; positions are percent of the whole line. `due` is None for a clock that stands still."""

    title: str
    words: str
    tone: str
    start: float
    length: float
    due: float | None
    due_at: datetime | None
    held: tuple[tuple[float, float], ...] = ()
    more: str = ""
    seconds: float = 0.0
    """How long it took, or has taken; what is said of a step without a limit."""


@dataclass(frozen=True)
class ClockLine:
    """All bars of an event, from `begins_at` to `ends_at`; `now` is where the present stands, None when it is over."""

    begins_at: datetime
    ends_at: datetime
    now: float | None
    bars: tuple[Bar, ...] = field(default=())


def clock_line(view: EventView, limits: Limits) -> ClockLine | None:
    """The line of an event; None where nothing was ever limited."""
    spans = _spans(view, limits)
    if not spans:
        return None
    at = now()
    is_over = view.row.status in ("closed", "rejected", "merged")
    begins_at = min(span.start for span in spans)
    marks = [moment for span in spans for moment in (span.end, span.due_at) if moment is not None]
    ends_at = max([*marks, *([] if is_over else [at]), begins_at + timedelta(minutes=30)])
    if is_over:  # a deadline far beyond the end would leave nothing to see of what happened
        last = max((span.end for span in spans if span.end is not None), default=ends_at)
        ends_at = min(ends_at, max(begins_at + MOST_BEYOND * (last - begins_at), begins_at + timedelta(minutes=30)))
    whole = (ends_at - begins_at).total_seconds()

    def percent(moment: datetime) -> float:
        return round(100 * min(1.0, max(0.0, (moment - begins_at).total_seconds() / whole)), 2)

    bars = []
    for span in spans:
        start, end = percent(span.start), percent(span.end or at)
        bars.append(
            Bar(
                title=span.title,
                words=span.words,
                tone=span.tone,
                start=start,
                length=max(LEAST_PERCENT, round(end - start, 2)),
                due=percent(span.due_at) if span.due_at and span.due_at <= ends_at else None,
                due_at=span.due_at,
                held=tuple(
                    (percent(a), max(LEAST_PERCENT, round(percent(b or at) - percent(a), 2))) for a, b in span.holds
                ),
                more=span.more,
                seconds=((span.end or at) - span.start).total_seconds(),
            )
        )
    return ClockLine(begins_at, ends_at, None if is_over else percent(at), tuple(bars))


@dataclass(frozen=True)
class _Span:
    title: str
    start: datetime
    end: datetime | None
    due_at: datetime | None
    words: str
    tone: str
    holds: Sequence[tuple[datetime, datetime | None]] = ()
    more: str = ""


def _spans(view: EventView, limits: Limits) -> list[_Span]:
    """A limit runs from the dispatch, never from the report: that time was not the department's."""
    found = []
    at = now()
    if limits.given_at and limits.accept_due_at:
        found.append(_span(gettext("Accept"), limits.given_at, view.accepted_at, limits.accept_due_at, at))
    for clock in limits.clocks:
        more = gettext("extended %(n)s times") % {"n": clock.n_extended} if clock.n_extended else ""
        found.append(
            _span(
                *(words(clock.title), clock.started_at, clock.ended_at, clock.due_at, at),
                holds=clock.holds,
                more=more,
                is_cancelled=clock.state == "cancelled",
            )
        )
    if not found and view.row.due_at:
        start = view.dispatched_at or view.recorded_at
        end = view.row.handled_at or view.row.closed_at
        if view.row.due_at > start:
            found.append(_span(gettext("Handle"), start, end, view.row.due_at, at))
    if found and view.row.handled_at and view.row.status in ("verifying", "closing", "closed"):
        end = view.row.closed_at
        found.append(_Span(gettext("Check and close"), view.row.handled_at, end, None, "", "neutral"))
    return found


def _span(
    title: str,
    start: datetime,
    end: datetime | None,
    due_at: datetime | None,
    at: datetime,
    *,
    holds: Sequence[tuple[datetime, datetime | None]] = (),
    more: str = "",
    is_cancelled: bool = False,
) -> _Span:
    if is_cancelled:
        said, tone = gettext("not wanted any more"), "neutral"
    elif due_at is None:
        said, tone = gettext("the clock stands still"), "neutral"
    elif end is not None:
        is_late = end > due_at
        said, tone = (gettext("late"), "danger") if is_late else (gettext("in time"), "success")
    elif at > due_at:
        said, tone = gettext("overdue"), "danger"
    else:
        is_near = at > start + (due_at - start) * 0.75
        said, tone = gettext("running"), "warning" if is_near else "info"
    return _Span(title, start, end, due_at, said, tone, holds, more)
