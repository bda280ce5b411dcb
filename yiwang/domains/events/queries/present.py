"""More counts of the present for live tiles: clocks, the day by hour, what reporters thought, places told of again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, Max, Q, Sum
from django.db.models.functions import TruncHour

from yiwang.base.access import Viewer
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.models import Status
from yiwang.domains.events.queries.counts import day_start, seen
from yiwang.domains.events.queries.deadlines import DUE_SOON, due_soon, overdue
from yiwang.domains.events.queries.lists import UNFINISHED
from yiwang.kernel.clock import now

HOURS = 24


@dataclass(frozen=True)
class Clocks:
    """Open events by how their deadline stands."""

    n_in_time: int
    n_at_risk: int
    n_overdue: int
    n_without: int


@dataclass(frozen=True)
class Hour:
    """One hour of the day (0-23): reported and closed today (None for hours to come), reported yesterday."""

    hour: int
    n_reported: int | None
    n_closed: int | None
    n_yesterday: int


@dataclass(frozen=True)
class Opinions:
    """What reporters thought of closed events: satisfied (4-5), in between (3), dissatisfied (1-2), mean of 1-5."""

    n_satisfied: int
    n_middling: int
    n_dissatisfied: int
    mean: float | None


@dataclass(frozen=True)
class Repeated:
    """An address several events of the last days name: how many, of how many reports, the last one's time."""

    address: str
    n_events: int
    n_reports: int
    last_at: datetime


def clocks(viewer: Viewer, jurisdiction: JurisdictionView, *, area_path: str = "") -> Clocks:
    """One query over the open events that are not handled yet; at risk is what is due within four hours."""
    at = now()
    found = seen(viewer, jurisdiction, area_path).filter(UNFINISHED)
    n = found.aggregate(
        in_time=Count("id", filter=Q(handled_at=None, due_at__gte=at + DUE_SOON)),
        risk=Count("id", filter=due_soon(at)),
        overdue=Count("id", filter=overdue(at)),
        without=Count("id", filter=Q(due_at=None)),
    )
    return Clocks(n["in_time"], n["risk"], n["overdue"], n["without"])


def by_hour(viewer: Viewer, jurisdiction: JurisdictionView, *, area_path: str = "") -> list[Hour]:
    """The hours of the day in the jurisdiction's zone, beside those of yesterday."""
    zone = rules_of(jurisdiction.id).zone
    since = day_start(jurisdiction)
    yesterday = since - timedelta(days=1)
    found = seen(viewer, jurisdiction, area_path)
    counted: defaultdict[tuple[str, int], int] = defaultdict(int)
    for column, rows in (
        ("occurred_at", found.filter(occurred_at__gte=yesterday)),
        ("closed_at", found.filter(closed_at__gte=since, status=Status.CLOSED)),
    ):
        for row in rows.annotate(hour=TruncHour(column, tzinfo=zone)).values("hour").annotate(n=Count("status")):
            day = column if row["hour"] >= since else "yesterday"
            counted[day, row["hour"].hour] += row["n"]
    this = now().astimezone(zone).hour

    def today(column: str, hour: int) -> int | None:
        return counted[column, hour] if hour <= this else None

    return [
        Hour(hour, today("occurred_at", hour), today("closed_at", hour), counted["yesterday", hour])
        for hour in range(HOURS)
    ]


def opinions(viewer: Viewer, jurisdiction: JurisdictionView, *, days: int = 30, area_path: str = "") -> Opinions:
    """Of the events closed in the last days."""
    since = now() - timedelta(days=days)
    found = seen(viewer, jurisdiction, area_path).filter(closed_at__gte=since, satisfaction__isnull=False)
    n = found.aggregate(
        good=Count("status", filter=Q(satisfaction__gte=4)),
        middling=Count("status", filter=Q(satisfaction=3)),
        bad=Count("status", filter=Q(satisfaction__lte=2)),
        mean=Avg("satisfaction"),
    )
    return Opinions(n["good"], n["middling"], n["bad"], n["mean"])


def repeated(
    viewer: Viewer, jurisdiction: JurisdictionView, *, days: int = 14, area_path: str = "", most: int = 10
) -> list[Repeated]:
    """Addresses that more than one report of the last days names, most reports first."""
    since = now() - timedelta(days=days)
    rows = seen(viewer, jurisdiction, area_path).filter(occurred_at__gte=since).exclude(address_text="")
    counted = rows.values("address_text").annotate(n=Count("id"), told=Sum("n_reports"), last=Max("occurred_at"))
    found = counted.filter(told__gte=2).order_by("-told", "-n", "address_text")[:most]
    return [Repeated(r["address_text"], r["n"], r["told"], r["last"]) for r in found]
