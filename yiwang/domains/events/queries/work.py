"""My work: the open steps that wait for a viewer with their events, narrowed by street, category, urgency and clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from yiwang.base.access import Viewer
from yiwang.base.people.queries import display_names
from yiwang.domains.events.models import Event
from yiwang.domains.events.queries.deadlines import DUE_SOON
from yiwang.domains.events.queries.records import EventRow
from yiwang.domains.events.queries.seeing import Unread, unread
from yiwang.domains.events.queries.single import rows_by_uid
from yiwang.engines.flow import queries as flow
from yiwang.engines.flow.queries import NEVER, ItemFilter, ItemView, Whose
from yiwang.kernel.clock import now

ClockState = Literal["", "overdue", "soon", "later", "none"]
SUBJECT = "event:"
COUNT_UP_TO = 100


@dataclass(frozen=True)
class WorkFilter:
    """What of a viewer's work; empty = no restriction. `clock`: its own limit is over, near, later, or absent."""

    whose: Whose = "mine"
    area_path: str = ""
    category_path: str = ""
    urgency: str = ""
    clock: ClockState = ""


@dataclass(frozen=True)
class WorkLine:
    """One step with its event; `row` is None where the viewer may do the step but not see the event.

    `verbs` are what the viewer may do with several at once: accept, handle, verify, close.
    """

    item: ItemView
    row: EventRow | None
    holder: str
    unread: Unread | None
    verbs: tuple[str, ...]


@dataclass(frozen=True)
class WorkPage:
    """Lines, due first, and the key of the next page ("" on the last)."""

    lines: tuple[WorkLine, ...]
    after: str


def work(viewer: Viewer, wanted: WorkFilter, *, after: str = "", limit: int = 50) -> WorkPage:
    """One page of open steps, due first; five queries however many lines."""
    page = flow.open_items(viewer, wanted=_items(wanted), after=after, limit=limit)
    return WorkPage(_lines(viewer, page.items), page.after)


def done_work(viewer: Viewer, *, after: str = "", limit: int = 50) -> WorkPage:
    """What the viewer has finished, latest first."""
    page = flow.done_items(viewer, after=after, limit=limit)
    return WorkPage(_lines(viewer, page.items), page.after)


def count_work(viewer: Viewer, wanted: WorkFilter, *, since: datetime | None = None, most: int = COUNT_UP_TO) -> int:
    """How many open steps match, counted up to `most`; with `since` only those opened after it."""
    return flow.count_items(viewer, _items(wanted, since), most=most)


def _items(wanted: WorkFilter, since: datetime | None = None) -> ItemFilter:
    """The engine's filter for ours."""
    at = now()
    soon = at + DUE_SOON
    span: dict[str, tuple[datetime | None, datetime | None]] = {
        "": (None, None),
        "overdue": (None, at),
        "soon": (at, soon),
        "later": (soon, NEVER),
        "none": (NEVER, None),
    }
    due_from, due_before = span[wanted.clock]
    among = None
    if wanted.category_path or wanted.urgency:
        events = Event.objects.filter(closed_at=None)
        if wanted.category_path:
            events = events.filter(category_path__under=wanted.category_path)
        if wanted.urgency:
            events = events.filter(urgency=wanted.urgency)
        among = events.values("flow_instance")
    return ItemFilter(
        whose=wanted.whose,
        due_from=due_from,
        due_before=due_before,
        created_after=since,
        area_path=wanted.area_path,
        among=among,
    )


def _lines(viewer: Viewer, items: tuple[ItemView, ...]) -> tuple[WorkLine, ...]:
    rows = rows_by_uid(viewer, [uid for item in items if (uid := _event_of(item)) is not None])
    names = display_names(item.assignee_id for item in items if item.assignee_id is not None)
    marks = unread(viewer, rows.values())
    lines = []
    for item in items:
        uid = _event_of(item)
        row = rows.get(uid) if uid is not None else None
        holder = names.get(item.assignee_id, "") if item.assignee_id is not None else ""
        mark = marks.get(row.id) if row is not None and item.is_open else None
        lines.append(WorkLine(item, row, holder, mark, _verbs(viewer, item, row)))
    return tuple(lines)


def _verbs(viewer: Viewer, item: ItemView, row: EventRow | None) -> tuple[str, ...]:
    if row is None or not item.is_open or item.is_held or not flow.may_act(viewer, item):
        return ()
    if row.status == "dispatched" and item.assignee_id is None:
        return ("accept", "handle")
    return {"dispatched": ("handle",), "handling": ("handle",), "verifying": ("verify",), "closing": ("close",)}.get(
        row.status, ()
    )


def _event_of(item: ItemView) -> UUID | None:
    return UUID(item.subject.removeprefix(SUBJECT)) if item.subject.startswith(SUBJECT) else None


WAITS_LONG = timedelta(days=1)
"""A step without a limit of its own that has waited this long is shown as urgent."""
