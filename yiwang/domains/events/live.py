"""Live queries of events for boards: the present moment, scoped, kept for a second by the board engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yiwang.base.access import Viewer
from yiwang.base.areas import queries as areas
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events.queries import EventFilter, counts, events
from yiwang.domains.events.queries.counts import Counted
from yiwang.domains.events.wording import SOURCE_TITLES, STATUS_TITLES
from yiwang.engines.board.live import Ask, Column, Label, LiveResult, register_live
from yiwang.kernel.errors import NotAllowed
from yiwang.kernel.text import N_, Text

COUNTED = (
    Column("code", N_("Code"), is_shown=False),
    Column("title", N_("Name")),
    Column("n", N_("Events"), kind="number"),
    Column("overdue", N_("Overdue"), kind="number", tone="danger"),
)
AREAS = (Column("area", N_("Code"), kind="area"), *COUNTED[1:])
TODAY = (
    Column("reported", N_("Reported today"), kind="number", before="reported_before"),
    Column("closed", N_("Closed today"), kind="number", tone="success", before="closed_before"),
    Column("open", N_("Open"), kind="number", before="open_before"),
    Column("overdue", N_("Overdue"), kind="number", tone="danger"),
    Column("due_soon", N_("Due soon"), kind="number", tone="warning"),
    Column("supervised", N_("Supervised"), kind="number"),
    Column("reported_before", N_("Reported yesterday by now"), kind="number", is_shown=False),
    Column("closed_before", N_("Closed yesterday by now"), kind="number", is_shown=False),
    Column("open_before", N_("Open yesterday at this hour"), kind="number", is_shown=False),
)
TREND = (
    Column("day", N_("Day"), kind="day"),
    Column("reported", N_("Reported"), kind="number"),
    Column("closed", N_("Closed"), kind="number", tone="success"),
)
NEWEST = (
    Column("number", N_("Number")),
    Column("title", N_("Event")),
    Column("area", N_("Area")),
    Column("status", N_("Status"), kind="status"),
    Column("occurred_at", N_("When"), kind="moment"),
    Column("url", N_("Address"), kind="url", is_shown=False),
)
POINTS = (
    Column("title", N_("Event")),
    Column("lon", N_("Longitude"), kind="lon"),
    Column("lat", N_("Latitude"), kind="lat"),
    Column("status", N_("Status"), kind="status"),
    Column("url", N_("Address"), kind="url", is_shown=False),
    Column("tone", N_("Colour"), is_shown=False),
    Column("key", N_("Number"), is_shown=False),
)
GRIDS = (
    Column("code", N_("Grid")),
    Column("n", N_("Open"), kind="number"),
    Column("overdue", N_("Overdue"), kind="number", tone="danger"),
)
LATENESS = (
    Column("closed", N_("Closed"), kind="number"),
    Column("due", N_("With a deadline"), kind="number"),
    Column("late", N_("Late"), kind="number", tone="danger"),
    Column("in_time", N_("In time"), kind="share", tone="success"),
    Column("late_of_all", N_("Late of all events"), kind="share", tone="danger"),
    Column("satisfaction", N_("Satisfaction (1-5)"), kind="number"),
    Column("evaluated", N_("Evaluations"), kind="number"),
)


def offer(name: str, ask: Ask, **settings: Any) -> None:
    """Offer a live query to viewers who may see events; others are told so instead of shown zeros.

    All of them follow the area a board is turned to, unless `follows_area=False` says otherwise.
    """

    def asked(viewer: Viewer, **params: Any) -> LiveResult:
        if not viewer.may("events.view"):
            raise NotAllowed(N_("Your posts do not show you events."))
        return ask(viewer, **params)

    register_live(name, asked, **({"follows_area": True} | settings))


def register() -> None:
    """Offer all live queries; called when Django starts."""
    offer("events.today", _today, columns=TODAY)
    offer("events.open_by_status", _by_status, columns=COUNTED)
    offer("events.by_area", _by_area, columns=AREAS, params=("level", "open", "days"), keep_s=2)
    offer("events.by_category", _by_category, columns=COUNTED, params=("level", "open", "days"), keep_s=5)
    offer("events.by_source", _by_source, columns=COUNTED[:3], params=("days",), keep_s=5)
    offer("events.by_department", _by_department, columns=COUNTED, keep_s=2)
    offer("events.trend_14d", _trend, columns=TREND, params=("days",), keep_s=2)
    offer("events.newest", _newest, columns=NEWEST, params=("limit",))
    offer("events.map", _map, columns=POINTS, params=("limit",))
    offer("events.grids", _grids, columns=GRIDS)
    for name, days in (("events.lateness", 30), ("events.lateness_all", None)):
        offer(name, _lateness(days), columns=LATENESS, keep_s=5)


def _today(viewer: Viewer, *, jurisdiction: JurisdictionView, area_path: str = "") -> LiveResult:
    c = counts.today_counts(viewer, jurisdiction, area_path=area_path)
    now = (c.n_reported, c.n_closed, c.n_open, c.n_overdue, c.n_due_soon, c.n_supervised)
    return LiveResult(rows=((*now, c.n_reported_before, c.n_closed_before, c.n_open_before),))


def _by_status(viewer: Viewer, *, jurisdiction: JurisdictionView, area_path: str = "") -> LiveResult:
    found = counts.by_status(viewer, jurisdiction, area_path=area_path)
    return LiveResult(rows=tuple((c.code, Label(c.code, Text(STATUS_TITLES[c.code])), c.n, c.n_overdue) for c in found))


def _by_area(
    viewer: Viewer,
    *,
    jurisdiction: JurisdictionView,
    level: int = 3,
    open: bool = True,
    days: int = 30,
    area_path: str = "",
) -> LiveResult:
    if area_path:
        level = max(level, areas.area_at(area_path).level + 1)  # what lies below the area looked at
    return _counted(counts.by_area(viewer, jurisdiction, level=level, is_open=open, days=days, area_path=area_path))


def _by_category(
    viewer: Viewer,
    *,
    jurisdiction: JurisdictionView,
    level: int = 1,
    open: bool = False,
    days: int = 30,
    area_path: str = "",
) -> LiveResult:
    found = counts.by_category(viewer, jurisdiction, level=level, is_open=open, days=days, area_path=area_path)
    return _counted(found)


def _by_source(viewer: Viewer, *, jurisdiction: JurisdictionView, days: int = 30, area_path: str = "") -> LiveResult:
    found = counts.by_source(viewer, jurisdiction, days=days, area_path=area_path)
    return LiveResult(rows=tuple((c.code, Text(SOURCE_TITLES.get(c.code, c.code)), c.n) for c in found))


def _by_department(viewer: Viewer, *, jurisdiction: JurisdictionView, area_path: str = "") -> LiveResult:
    return _counted(counts.by_department(viewer, jurisdiction, area_path=area_path))


def _trend(viewer: Viewer, *, jurisdiction: JurisdictionView, days: int = 14, area_path: str = "") -> LiveResult:
    return LiveResult(rows=tuple(counts.by_day(viewer, jurisdiction, days=days, area_path=area_path)))


def _newest(viewer: Viewer, *, jurisdiction: JurisdictionView, limit: int = 12, area_path: str = "") -> LiveResult:
    page = events(viewer, EventFilter(jurisdiction=jurisdiction.id, area_path=area_path), limit=min(limit, 50))
    return LiveResult(
        rows=tuple(
            (r.number, r.title, r.area, _status(r.status), r.occurred_at, f"/events/{r.number}/") for r in page.rows
        )
    )


def _map(viewer: Viewer, *, jurisdiction: JurisdictionView, limit: int = 2_000, area_path: str = "") -> LiveResult:
    points = counts.open_points(viewer, jurisdiction, most=min(limit, 5_000), area_path=area_path)
    return LiveResult(
        rows=tuple((p.title, p.lon, p.lat, _status(p.status), f"/events/{p.number}/", p.tone, p.number) for p in points)
    )


def _grids(viewer: Viewer, *, jurisdiction: JurisdictionView, area_path: str = "") -> LiveResult:
    found = counts.by_grid(viewer, jurisdiction, area_path=area_path)
    return LiveResult(rows=tuple((c.code, c.n, c.n_overdue) for c in found))


def _lateness(days: int | None) -> Any:
    def ask(viewer: Viewer, *, jurisdiction: JurisdictionView, area_path: str = "") -> LiveResult:
        p = counts.punctuality(viewer, jurisdiction, days=days, area_path=area_path)
        in_time = 1 - p.n_late / p.n_due if p.n_due else None
        of_all = p.n_late / p.n_events if p.n_events else None
        mean = round(p.satisfaction, 1) if p.satisfaction is not None else None
        return LiveResult(rows=((p.n_closed, p.n_due, p.n_late, in_time, of_all, mean, p.n_evaluated),))

    return ask


def _status(code: str) -> Label:
    return Label(code, Text(STATUS_TITLES[code]))


def _counted(found: Iterable[Counted]) -> LiveResult:
    return LiveResult(rows=tuple((c.code, c.title, c.n, c.n_overdue) for c in found))
