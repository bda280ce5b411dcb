"""What a supervisor looks after: overdue, about to be, returned often, silent, dissatisfied, and what is supervised.

Everything is answered from the small index of the open events (the dissatisfied from their own), under the scope of
`events.supervise`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from django.db.models import Count, Max, Q, QuerySet

from yiwang.base.access import Viewer, scope
from yiwang.base.organisation import queries as organisation
from yiwang.base.people.queries import display_names
from yiwang.domains.events.models import Event, EventEntry, Status
from yiwang.domains.events.queries.deadlines import due_soon, overdue
from yiwang.domains.events.queries.lists import UNFINISHED
from yiwang.domains.events.queries.records import ROW_RELATED, EventRow, StoryLine, event_row
from yiwang.engines.flow import queries as flow
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title

PERMISSION = "events.supervise"
Concern = Literal["overdue", "due_soon", "bounced", "silent", "dissatisfied", "supervised"]
CONCERNS: tuple[Concern, ...] = get_args(Concern)
RETURNS = 2
SILENT_HOURS = 24
DISSATISFIED_DAYS = 30
BAD = (1, 2)
"""The scores of the dissatisfied; as a list of values the index on score and close answers both."""
LAST_KINDS_APART = ("warned", "overdue", "not_accepted", "seen")
"""Lines the platform writes by itself: nobody did anything."""


@dataclass(frozen=True)
class Watch:
    """What counts as too much: returns, hours without anything done, days back for evaluations; and where to look."""

    jurisdiction: int | None = None
    returns: int = RETURNS
    silent_hours: int = SILENT_HOURS
    days: int = DISSATISFIED_DAYS
    area_path: str = ""
    department_path: str = ""


@dataclass(frozen=True)
class WatchedLine:
    """An event that needs a supervisor: who has its step since when, the last thing somebody did, what was said last.

    `step` and `department` are titles ({} for none), `holder` a name ("" while nobody has taken it).
    """

    row: EventRow
    step: Title
    department: Title
    holder: str
    held_since: datetime | None
    last: StoryLine | None
    told: StoryLine | None
    """The line that explains the concern: the last return, the evaluation, the supervision."""


@dataclass(frozen=True)
class WatchedPage:
    """Lines, the most pressing first, and whether there are more."""

    lines: tuple[WatchedLine, ...]
    has_more: bool


@dataclass(frozen=True)
class DepartmentLoad:
    """One department's open events; {} as title = not dispatched yet."""

    code: str
    title: Title
    path: str
    n_open: int
    n_overdue: int
    n_due_soon: int
    n_bounced: int
    n_silent: int
    n_supervised: int


def concerns(viewer: Viewer, watch: Watch) -> dict[str, int]:
    """How many events of each concern; two queries."""
    marks = _marks(watch)
    counted = _open(viewer, watch).aggregate(**{name: Count("pk", filter=mark) for name, mark in marks.items()})
    counted["dissatisfied"] = _dissatisfied(viewer, watch).count()
    return {name: counted[name] for name in CONCERNS}


def watched(viewer: Viewer, watch: Watch, concern: str, *, skip: int = 0, limit: int = 50) -> WatchedPage:
    """The events of one concern: the longest overdue, next due, most often returned, longest silent, newest rated,
    next due of the supervised first. Invalid for an unknown concern.
    """
    if concern not in CONCERNS:
        raise Invalid(N_("There is no list “%(state)s”."), state=concern)
    if concern == "dissatisfied":
        found = _dissatisfied(viewer, watch).order_by("-closed_at", "-pk")
    else:
        found = _open(viewer, watch).filter(_marks(watch)[concern])
        found = found.order_by(*_ORDERS[concern])
    rows = list(found.select_related(*ROW_RELATED)[skip : skip + limit + 1])
    return WatchedPage(_lines(rows[:limit], concern), len(rows) > limit)


def department_loads(viewer: Viewer, watch: Watch) -> list[DepartmentLoad]:
    """Open events by department, the most overdue first; one query over the open events."""
    marks = _marks(watch)
    counted: dict[str, Any] = {name: Count("pk", filter=mark) for name, mark in marks.items()}
    rows: Any = _open(viewer, watch).values("department_id").annotate(n=Count("pk"), **counted)
    found: list[dict[str, Any]] = list(rows)
    known = organisation.departments_by_id(row["department_id"] for row in found if row["department_id"] is not None)
    loads = []
    for row in found:
        one = known.get(row["department_id"])
        loads.append(
            DepartmentLoad(
                code=one.code if one else "",
                title=one.title if one else {},
                path=one.path if one else "",
                n_open=row["n"],
                n_overdue=row["overdue"],
                n_due_soon=row["due_soon"],
                n_bounced=row["bounced"],
                n_silent=row["silent"],
                n_supervised=row["supervised"],
            )
        )
    return sorted(loads, key=lambda load: (-load.n_overdue, -load.n_silent, -load.n_open, load.code))


def _open(viewer: Viewer, watch: Watch) -> QuerySet[Event]:
    found = _within(viewer, watch).filter(UNFINISHED)
    return found.exclude(flow_instance=None).order_by()


def _within(viewer: Viewer, watch: Watch) -> QuerySet[Event]:
    found = Event.objects.filter(scope(viewer, PERMISSION))
    if watch.jurisdiction is not None:
        found = found.filter(jurisdiction_id=watch.jurisdiction)
    for column in ("area_path", "department_path"):
        if path := getattr(watch, column):
            found = found.filter(**{f"{column}__under": path})
    return found


def _dissatisfied(viewer: Viewer, watch: Watch) -> QuerySet[Event]:
    since = now() - timedelta(days=watch.days)
    found = _within(viewer, watch).filter(satisfaction__in=BAD, closed_at__gte=since, status=Status.CLOSED)
    return found.order_by()


def _marks(watch: Watch) -> dict[str, Q]:
    """The concerns among open events."""
    at = now()
    return {
        "overdue": overdue(at),
        "due_soon": due_soon(at),
        "bounced": Q(n_returns__gte=watch.returns),
        "silent": Q(changed_at__lt=at - timedelta(hours=watch.silent_hours)),
        "supervised": Q(is_supervised=True),
    }


_ORDERS: dict[str, tuple[str, ...]] = {
    "overdue": ("due_at", "pk"),
    "due_soon": ("due_at", "pk"),
    "bounced": ("-n_returns", "due_at", "pk"),
    "silent": ("changed_at", "pk"),
    "supervised": ("due_at", "pk"),
}
_TOLD = {"bounced": "returned", "dissatisfied": "evaluated", "supervised": "supervised"}


def _lines(events: list[Event], concern: str) -> tuple[WatchedLine, ...]:
    """The events with their open steps, holders and telling lines; five queries however many."""
    items = flow.open_items_of_many(e.flow_instance for e in events if e.flow_instance is not None)
    names = display_names(item.assignee_id for item in items.values() if item.assignee_id is not None)
    known = organisation.departments_by_id(i.department_id for i in items.values() if i.department_id is not None)
    last = _last_lines(events, ~Q(kind__in=LAST_KINDS_APART))
    told = _last_lines(events, Q(kind=_TOLD[concern])) if concern in _TOLD else {}
    lines = []
    for event in events:
        item = items.get(event.flow_instance) if event.flow_instance is not None else None
        department = known.get(item.department_id) if item is not None and item.department_id is not None else None
        lines.append(
            WatchedLine(
                row=event_row(event),
                step=item.title if item else {},
                department=department.title if department else {},
                holder=names.get(item.assignee_id, "") if item and item.assignee_id is not None else "",
                held_since=item.created_at if item else None,
                last=last.get(event.pk),
                told=told.get(event.pk),
            )
        )
    return tuple(lines)


def _last_lines(events: list[Event], which: Q) -> dict[int, StoryLine]:
    """The newest line of each event among some kinds, by event id."""
    entries: Any = EventEntry.objects.filter(which, event__in=[event.pk for event in events])
    newest = entries.values("event_id").annotate(pk_of=Max("pk")).order_by().values_list("pk_of", flat=True)
    return {
        e.event_id: StoryLine(e.at, e.by_name, e.kind, e.text, e.data, e.is_public)
        for e in EventEntry.objects.filter(pk__in=list(newest))
    }
