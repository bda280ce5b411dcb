"""Time limits as pages show them: when each began, stood still, was extended and ended, and where more time would lead.

For the domain that owns a case's subject, which asks for the right; no viewer here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yiwang.engines.flow import models, store
from yiwang.kernel.calendar import Calendar
from yiwang.kernel.titles import Title


@dataclass(frozen=True)
class ClockView:
    """One limit of a step. `due_at` is None while held; `ended_at` None while it counts; `holds` are (from, to).

    `minutes` are working minutes, `day_minutes` how many of them a full working day of its calendar has.
    """

    item_uid: UUID
    title: Title
    state: str
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    minutes: int
    day_minutes: int
    n_extended: int
    holds: tuple[tuple[datetime, datetime | None], ...]
    is_provisional: bool


def clocks_of(instance_uid: UUID) -> tuple[ClockView, ...]:
    """The limits of a case's steps, oldest first."""
    rows = models.Clock.objects.filter(instance__uid=instance_uid, item__isnull=False).select_related(
        "instance", "item"
    )
    return tuple(_view(row) for row in rows.order_by("number"))


def due_with(item_uid: UUID, minutes: Iterable[int]) -> dict[int, datetime | None]:
    """Until when an open item's running limit lasts with so many more working minutes each; {} without one."""
    row = models.Clock.objects.filter(item__uid=item_uid, state="running").select_related("instance").first()
    if row is None:
        return {}
    calendar = _calendar(row)
    holds = [(datetime.fromisoformat(a), datetime.fromisoformat(b) if b else None) for a, b in row.holds]
    return {more: calendar.add_minutes(row.started_at, row.minutes + more, holds).at for more in minutes}


def _calendar(row: models.Clock) -> Calendar:
    return store.calendars_of(row.instance.calendars_id)[row.calendar]


def _view(row: models.Clock) -> ClockView:
    item = row.item
    assert item is not None  # asked for above
    definition = store.definition_of(row.instance.version_id, row.instance.digest)
    return ClockView(
        item_uid=item.uid,
        title=definition.user(item.node).title,
        state=row.state,
        started_at=row.started_at,
        due_at=row.due_at,
        ended_at=item.ended_at,
        minutes=row.minutes,
        day_minutes=day_minutes(_calendar(row)),
        n_extended=row.n_extended,
        holds=tuple((datetime.fromisoformat(a), datetime.fromisoformat(b) if b else None) for a, b in row.holds),
        is_provisional=row.is_provisional,
    )


def day_minutes(calendar: Calendar) -> int:
    """The working minutes of a calendar's longest weekday: what people mean by a working day."""
    return max(sum(last - first for first, last in spans) for spans in calendar.hours)
