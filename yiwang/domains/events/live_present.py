"""Live queries of the present: clocks, hours of the day, satisfaction and places told of again, for boards."""

from __future__ import annotations

from urllib.parse import urlencode

from yiwang.base.access import Viewer
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events.live import offer
from yiwang.domains.events.queries import present
from yiwang.engines.board.live import Column, LiveResult
from yiwang.kernel.text import N_

EVENTS = {"zh-Hans": "件", "en": "events"}
CLOCKS = (
    Column("share", N_("Not overdue"), kind="share"),
    Column("in_time", N_("In time"), kind="number", tone="success"),
    Column("at_risk", N_("Due within 4 hours"), kind="number", tone="warning"),
    Column("overdue", N_("Overdue"), kind="number", tone="danger"),
    Column("without", N_("No deadline yet"), kind="number", tone="neutral"),
)
HOURS = (
    Column("hour", N_("Hour")),
    Column("reported", N_("Reported today"), kind="number", unit=EVENTS),
    Column("closed", N_("Closed today"), kind="number", unit=EVENTS),
    Column("yesterday", N_("Reported yesterday"), kind="number", tone="before", unit=EVENTS),
)
OPINIONS = (
    Column("share", N_("Satisfied"), kind="share"),
    Column("satisfied", N_("Satisfied"), kind="number", tone="success"),
    Column("middling", N_("In between"), kind="number", tone="info"),
    Column("dissatisfied", N_("Dissatisfied"), kind="number", tone="danger"),
)
REPEATED = (
    Column("title", N_("Address")),
    Column("reports", N_("Reports"), kind="number"),
    Column("events", N_("Events"), kind="number"),
    Column("last", N_("Last"), kind="moment"),
    Column("url", N_("Address"), kind="url", is_shown=False),
)


def register() -> None:
    """Offer the queries; called when Django starts."""
    offer("events.clocks", _clocks, columns=CLOCKS)
    offer("events.hours", _hours, columns=HOURS, keep_s=5)
    offer("events.opinions", _opinions, columns=OPINIONS, params=("days",), keep_s=5)
    offer("events.repeated", _repeated, columns=REPEATED, params=("days", "limit"), keep_s=5)


def _clocks(viewer: Viewer, *, jurisdiction: JurisdictionView, area_path: str = "") -> LiveResult:
    c = present.clocks(viewer, jurisdiction, area_path=area_path)
    running = c.n_in_time + c.n_at_risk + c.n_overdue
    share = 1 - c.n_overdue / running if running else None
    return LiveResult(rows=((share, c.n_in_time, c.n_at_risk, c.n_overdue, c.n_without),))


def _hours(viewer: Viewer, *, jurisdiction: JurisdictionView, area_path: str = "") -> LiveResult:
    found = present.by_hour(viewer, jurisdiction, area_path=area_path)
    return LiveResult(rows=tuple((f"{h.hour:02}:00", h.n_reported, h.n_closed, h.n_yesterday) for h in found))


def _opinions(viewer: Viewer, *, jurisdiction: JurisdictionView, days: int = 30, area_path: str = "") -> LiveResult:
    o = present.opinions(viewer, jurisdiction, days=days, area_path=area_path)
    told = o.n_satisfied + o.n_middling + o.n_dissatisfied
    share = o.n_satisfied / told if told else None
    return LiveResult(rows=((share, o.n_satisfied, o.n_middling, o.n_dissatisfied),))


def _repeated(
    viewer: Viewer, *, jurisdiction: JurisdictionView, days: int = 14, limit: int = 8, area_path: str = ""
) -> LiveResult:
    found = present.repeated(viewer, jurisdiction, days=days, area_path=area_path, most=min(limit, 50))
    rows = ((r.address, r.n_reports, r.n_events, r.last_at, f"/events/?{urlencode({'q': r.address})}") for r in found)
    return LiveResult(rows=tuple(rows))
