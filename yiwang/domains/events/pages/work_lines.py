"""How a step of my work is shown: its clock in words and colour, also where it has no limit of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext

from yiwang.domains.events.queries import EventRow
from yiwang.domains.events.queries.work import WorkLine
from yiwang.domains.events.wording import STATUS_TITLES, URGENCY_TITLES
from yiwang.engines.flow.queries import ItemView
from yiwang.kernel.clock import now

WAITS_LONG = timedelta(days=1)
"""A step without a limit of its own that has waited this long is shown in the colour of a warning."""
WARN_SHARE = 0.75
"""The share of the time used from which a clock warns (as the clocks of the shell do)."""

Outcome = Literal["", "in_time", "late"]


@dataclass(frozen=True)
class Line:
    """One step as the list shows it.

    `tone` colours the line by its clock. Steps without a limit of their own (checks, closes) say how long they have
    waited (`waits_s`, seconds) and how the event's own limit ended (`outcome`, `due_at`).
    """

    work: WorkLine
    status: str
    urgency: str
    tone: str
    waits_s: int
    outcome: Outcome

    @property
    def item(self) -> ItemView:
        """The step."""
        return self.work.item

    @property
    def row(self) -> EventRow | None:
        """Its event."""
        return self.work.row

    @property
    def is_free(self) -> bool:
        """Nobody has taken it and the viewer may."""
        return "accept" in self.work.verbs

    @property
    def verbs(self) -> str:
        """What may be done with several at once, as words of an attribute."""
        return " ".join(self.work.verbs)


def lines_of(found: Iterable[WorkLine]) -> list[Line]:
    """The lines of a page."""
    at = now()
    return [_line(each, at) for each in found]


def _line(work: WorkLine, at: datetime) -> Line:
    row = work.row
    return Line(
        work=work,
        status=gettext(STATUS_TITLES[row.status]) if row else "",
        urgency=gettext(URGENCY_TITLES[row.urgency]) if row else "",
        tone=_tone(work, at),
        waits_s=max(0, int((at - work.item.created_at).total_seconds())),
        outcome=_outcome(row),
    )


def _tone(work: WorkLine, at: datetime) -> str:
    item = work.item
    if not item.is_open or item.is_held:
        return "neutral"
    if item.due_at is None:
        if _outcome(work.row) == "late":
            return "danger"
        return "warning" if at - item.created_at > WAITS_LONG else "info"
    if item.due_at < at:
        return "danger"
    whole = (item.due_at - item.created_at).total_seconds()
    used = (at - item.created_at).total_seconds() / whole if whole > 0 else 1.0
    return "warning" if used >= WARN_SHARE else "success"


def _outcome(row: EventRow | None) -> Outcome:
    """Whether an event that was handled met its limit; "" while it is being handled or has none."""
    if row is None or row.due_at is None or row.handled_at is None:
        return ""
    return "late" if row.handled_at > row.due_at else "in_time"
