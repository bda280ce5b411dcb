"""The live query `events.lateness_by`: late events by department, area, month or kind, for boards."""

from __future__ import annotations

from yiwang.base.access import Viewer
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events.live import offer
from yiwang.domains.events.queries.lateness import lateness
from yiwang.engines.board.live import Column, LiveResult
from yiwang.kernel.text import N_, Text

KEEP_S = 10.0
"""Groups over all events cost tens of milliseconds and change slowly."""


def register() -> None:
    """Offer the query; called when Django starts."""
    offer(
        "events.lateness_by",
        _lateness,
        columns=(
            Column("code", N_("Code"), is_shown=False),
            Column("title", N_("Name")),
            Column("n", N_("Events"), kind="number"),
            Column("open", N_("Open"), kind="number"),
            Column("due", N_("Closed with a deadline"), kind="number"),
            Column("late", N_("Late"), kind="number", tone="danger"),
            Column("late_of_all", N_("Late of all"), kind="share"),
            Column("late_of_due", N_("Late of those with a deadline"), kind="share"),
        ),
        params=("by", "level"),
        keep_s=KEEP_S,
        follows_area=False,
    )


def _lateness(viewer: Viewer, *, jurisdiction: JurisdictionView, by: str = "department", level: int = 1) -> LiveResult:
    groups = lateness(viewer, jurisdiction, by=by, level=level)
    return LiveResult(
        rows=tuple(
            (g.code, g.title or Text(N_("Not known")), g.n, g.n_open, g.n_due, g.n_late, g.of_all, g.of_due)
            for g in groups
        )
    )
