"""Counts of events for live tiles: of the present, scoped like every list. History is measured from the lake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.db.models.functions import TruncDate

from yiwang.base.access import Viewer
from yiwang.base.access.paths import ancestor_paths
from yiwang.base.areas import queries as areas
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.models import OPEN_STATUSES, Event, Status, Urgency
from yiwang.domains.events.numbers import event_number
from yiwang.domains.events.queries.deadlines import due_soon, is_overdue, overdue
from yiwang.domains.events.queries.lists import UNFINISHED, event_scope
from yiwang.kernel.clock import now, today
from yiwang.kernel.titles import Title


@dataclass(frozen=True)
class Today:
    """The day so far (in the jurisdiction's zone) and what is open now."""

    n_reported: int
    n_closed: int
    n_open: int
    n_overdue: int
    n_due_soon: int
    n_supervised: int
    n_reported_before: int = 0
    """Yesterday up to this hour, as the next one."""
    n_closed_before: int = 0
    n_open_before: int = 0
    """Open yesterday at this hour, of the events known today."""


@dataclass(frozen=True)
class Counted:
    """One bar: its code, its label, how many, and of these how many overdue."""

    code: str
    title: Title
    n: int
    n_overdue: int = 0


@dataclass(frozen=True)
class Point:
    """An open event on the map (WGS-84 degrees)."""

    number: str
    title: str
    lon: float
    lat: float
    status: str
    tone: str = "info"
    """`danger` when overdue, `warning` when urgent."""


@dataclass(frozen=True)
class Punctuality:
    """Events of a span: how many in all, closed, closed with a deadline, late, and the mean satisfaction (1-5).

    "Late" is stated both ways the field does: of all events (`n_late / n_events`), and of those that have both a
    deadline and a close (`n_late / n_due`).
    """

    n_events: int
    n_closed: int
    n_due: int
    n_late: int
    satisfaction: float | None
    n_evaluated: int


def today_counts(viewer: Viewer, jurisdiction: areas.JurisdictionView, *, area_path: str = "") -> Today:
    """The day so far beside yesterday at this hour: a query over the open events, one for each count of a day."""
    at = now()
    since = day_start(jurisdiction)
    found = seen(viewer, jurisdiction, area_path)
    open_now = found.filter(UNFINISHED).aggregate(
        n=Count("id"),
        overdue=Count("id", filter=overdue(at)),
        soon=Count("id", filter=due_soon(at)),
        supervised=Count("id", filter=Q(is_supervised=True)),
    )
    reported = found.filter(occurred_at__gte=since).count()
    closed = found.filter(closed_at__gte=since, status=Status.CLOSED).count()
    day = timedelta(days=1)
    earlier, then = since - day, at - day
    reported_before = found.filter(occurred_at__gte=earlier, occurred_at__lt=then).count()
    closed_before = found.filter(closed_at__gte=earlier, closed_at__lt=then, status=Status.CLOSED).count()
    # open then: open now or closed since, and there already
    still = found.filter(UNFINISHED, occurred_at__lt=then).count()
    ended = found.filter(closed_at__gte=then, occurred_at__lt=then).count()
    return Today(
        reported,
        closed,
        open_now["n"],
        open_now["overdue"],
        open_now["soon"],
        open_now["supervised"],
        reported_before,
        closed_before,
        still + ended,
    )


def by_status(viewer: Viewer, jurisdiction: areas.JurisdictionView, *, area_path: str = "") -> list[Counted]:
    """Open events by where they stand, in the order of the course."""
    at = now()
    rows = seen(viewer, jurisdiction, area_path).filter(UNFINISHED)
    counts = {r["status"]: r for r in rows.values("status").annotate(n=Count("id"), late=Count("id", filter=_late(at)))}
    return [
        Counted(s.value, {}, counts[s.value]["n"], counts[s.value]["late"]) for s in OPEN_STATUSES if s.value in counts
    ]


def by_area(
    viewer: Viewer,
    jurisdiction: areas.JurisdictionView,
    *,
    level: int,
    is_open: bool = True,
    days: int = 30,
    area_path: str = "",
) -> list[Counted]:
    """Events by the areas of one level (3 district, 4 street, 5 community) they lie in, most first."""
    counted = _counted_by("area_path", seen(viewer, jurisdiction, area_path), is_open, days)
    titles = {a.path: a for a in areas.subtree(jurisdiction.root_path, level=level)}
    totals: dict[str, list[int]] = {}
    for path, (n, late) in counted.items():
        place = next((p for p in ancestor_paths(path) if p in titles), None)
        if place is not None:
            total = totals.setdefault(place, [0, 0])
            total[0] += n
            total[1] += late
    found = [Counted(titles[p].code, titles[p].title, n, late) for p, (n, late) in totals.items()]
    return sorted(found, key=lambda c: (-c.n, c.code))


def by_grid(viewer: Viewer, jurisdiction: areas.JurisdictionView, *, area_path: str = "") -> list[Counted]:
    """Open events by grid code, for shading the map."""
    rows = seen(viewer, jurisdiction, area_path).filter(UNFINISHED).exclude(grid_code="").values("grid_code")
    counted = rows.annotate(n=Count("id"), late=Count("id", filter=_late(now())))
    return [Counted(r["grid_code"], {}, r["n"], r["late"]) for r in counted]


def open_points(
    viewer: Viewer, jurisdiction: areas.JurisdictionView, *, most: int = 2_000, area_path: str = ""
) -> list[Point]:
    """Open events with a place, newest first."""
    rows = seen(viewer, jurisdiction, area_path).filter(UNFINISHED, lon__isnull=False, lat__isnull=False)
    found = rows.order_by("-occurred_at", "-id")
    columns = found.values_list("id", "title", "lon", "lat", "status", "urgency", "due_at", "handled_at")[:most]
    at = now()
    return [
        Point(
            event_number(pk), title, lon or 0.0, lat or 0.0, status, _tone(urgency, is_overdue(due_at, handled_at, at))
        )
        for pk, title, lon, lat, status, urgency, due_at, handled_at in columns
    ]


def _tone(urgency: str, is_late: bool) -> str:
    if is_late:
        return "danger"
    return "info" if urgency == Urgency.NORMAL else "warning"


def by_category(
    viewer: Viewer,
    jurisdiction: areas.JurisdictionView,
    *,
    level: int = 1,
    is_open: bool = False,
    days: int = 30,
    area_path: str = "",
) -> list[Counted]:
    """Events by category of one level, most first; events without a category are left out."""
    rules = rules_of(jurisdiction.id)
    placed = seen(viewer, jurisdiction, area_path).exclude(category_path="")
    totals: dict[str, list[int]] = {}
    for path, (n, late) in _counted_by("category_path", placed, is_open, days).items():
        code = path.rstrip("/").split("/")[:level][-1]  # the deepest there is down to the level
        total = totals.setdefault(code, [0, 0])
        total[0] += n
        total[1] += late
    found = [Counted(code, rules.by_code[code].title, n, late) for code, (n, late) in totals.items()]
    return sorted(found, key=lambda c: (-c.n, c.code))


def by_source(
    viewer: Viewer, jurisdiction: areas.JurisdictionView, *, days: int = 30, area_path: str = ""
) -> list[Counted]:
    """Events of the last days by how they came in, most first."""
    rows = _span(seen(viewer, jurisdiction, area_path), False, days).values("source").annotate(n=Count("status"))
    return sorted((Counted(r["source"], {}, r["n"]) for r in rows), key=lambda c: (-c.n, c.code))


def by_department(viewer: Viewer, jurisdiction: areas.JurisdictionView, *, area_path: str = "") -> list[Counted]:
    """Open events by department, most overdue first."""
    rows = seen(viewer, jurisdiction, area_path).filter(UNFINISHED).exclude(department=None)
    counted = list(rows.values("department_id").annotate(n=Count("id"), late=Count("id", filter=_late(now()))))
    known = organisation.departments_by_id(r["department_id"] for r in counted)
    found = [
        Counted(known[r["department_id"]].code, known[r["department_id"]].title, r["n"], r["late"]) for r in counted
    ]
    return sorted(found, key=lambda c: (-c.n_overdue, -c.n, c.code))


def by_day(
    viewer: Viewer, jurisdiction: areas.JurisdictionView, *, days: int = 14, area_path: str = ""
) -> list[tuple[str, int, int]]:
    """Reported and closed on each of the last days (ISO day in the jurisdiction's zone), today last."""
    last = today(jurisdiction.time_zone)
    wanted = [last - timedelta(days=n) for n in reversed(range(days))]
    since = day_start(jurisdiction) - timedelta(days=days - 1)
    found = seen(viewer, jurisdiction, area_path)
    zone = rules_of(jurisdiction.id).zone

    def per_day(column: str, rows: QuerySet[Event]) -> dict[Any, int]:
        counted = rows.filter(**{f"{column}__gte": since}).annotate(day=TruncDate(column, tzinfo=zone))
        return {r["day"]: r["n"] for r in counted.values("day").annotate(n=Count("status"))}

    reported = per_day("occurred_at", found)
    closed = per_day("closed_at", found.filter(status=Status.CLOSED))
    return [(day.isoformat(), reported.get(day, 0), closed.get(day, 0)) for day in wanted]


def punctuality(
    viewer: Viewer, jurisdiction: areas.JurisdictionView, *, days: int | None = 30, area_path: str = ""
) -> Punctuality:
    """How the closed events of the last days (None: all) kept their deadlines, and what reporters thought."""
    every = seen(viewer, jurisdiction, area_path)
    found = every.filter(status=Status.CLOSED)
    if days is not None:
        since = now() - timedelta(days=days)
        every, found = every.filter(occurred_at__gte=since), found.filter(closed_at__gte=since)
    totals = found.aggregate(
        n=Count("status"),
        due=Count("status", filter=Q(is_late__isnull=False)),
        late=Count("status", filter=Q(is_late=True)),
        mean=Avg("satisfaction"),
        evaluated=Count("status", filter=Q(satisfaction__isnull=False)),
    )
    return Punctuality(every.count(), totals["n"], totals["due"], totals["late"], totals["mean"], totals["evaluated"])


def seen(viewer: Viewer, jurisdiction: areas.JurisdictionView, area_path: str = "") -> QuerySet[Event]:
    """The events a viewer may see in a jurisdiction or a part of it, without those merged into others, unordered."""
    scoped = Event.objects.filter(event_scope(viewer), jurisdiction_id=jurisdiction.id)
    if area_path:
        scoped = scoped.filter(area_path__under=area_path)
    return scoped.exclude(status=Status.MERGED).order_by()


def _span(found: QuerySet[Event], is_open: bool, days: int) -> QuerySet[Event]:
    if is_open:
        return found.filter(UNFINISHED)
    return found.filter(occurred_at__gte=now() - timedelta(days=days))


def _counted_by(column: str, found: QuerySet[Event], is_open: bool, days: int) -> dict[str, tuple[int, int]]:
    """How many, and of these how many late, by a column's value.

    Of the last days the index `event_reported` tells by itself how many there are and which were closed late; which of
    the few open ones are overdue changes with the hour and is asked of these alone.
    """
    at = now()
    rows = _span(found, is_open, days).values(column)
    late = _late(at) if is_open else Q(is_late=True)
    asked = rows.annotate(n=Count("status"), late=Count("status", filter=late))
    counted = {row[column]: (row["n"], row["late"]) for row in asked}
    if not is_open:
        for row in rows.filter(UNFINISHED & overdue(at)).exclude(is_late=True).annotate(n=Count("status")):
            n, n_late = counted.get(row[column], (0, 0))
            counted[row[column]] = (n, n_late + row["n"])
    return counted


def _late(at: datetime) -> Q:
    return (Q(status__in=OPEN_STATUSES) & overdue(at)) | Q(is_late=True)


def day_start(jurisdiction: areas.JurisdictionView) -> datetime:
    """Midnight in the jurisdiction's zone."""
    zone = rules_of(jurisdiction.id).zone
    return datetime.combine(today(jurisdiction.time_zone), time.min, zone)
