"""How events stand whose course goes on: for whoever drives it from outside, such as the demo's simulator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from yiwang.base.access import Viewer, scope
from yiwang.domains.events.actions.reporting import follow_code
from yiwang.domains.events.models import OPEN_STATUSES, Evaluation, Event, Report, Status

SAME = (
    *("grid_code", "source", "text", "occurred_at", "changed_at", "dispatched_at", "accepted_at", "due_at"),
    *("closed_at", "n_returns", "n_reopened", "is_supervised"),
)
"""What a standing has under the column's own name."""


@dataclass(frozen=True)
class StandingView:
    """An event whose course goes on, or which its reporter may still judge."""

    uid: UUID
    status: str
    category: str
    department: str
    grid_code: str
    source: str
    text: str
    submission: UUID | None
    """Of its first report."""
    follow_code: str
    occurred_at: datetime
    changed_at: datetime
    dispatched_at: datetime | None
    accepted_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    n_returns: int
    n_reopened: int
    is_supervised: bool
    is_evaluated: bool


def standings(viewer: Viewer, jurisdiction: int, *, closed_since: datetime, limit: int = 2_000) -> list[StandingView]:
    """Open events and those closed here since a moment, longest unchanged first, as far as the viewer may see them."""
    open_ones = Q(closed_at=None, status__in=OPEN_STATUSES)
    closed = Q(status=Status.CLOSED, closed_at__gte=closed_since, is_imported=False)
    found = (
        Event.objects.filter(open_ones | closed, jurisdiction_id=jurisdiction)
        .filter(scope(viewer, "events.view"))
        .annotate(has_score=Exists(Evaluation.objects.filter(event=OuterRef("pk"))))
        .order_by("changed_at", "id")[:limit]
    )
    # whoever drives a city looks every few minutes at all that is open: as plain values, without a model for each
    events = list(found.values("pk", "uid", "status", "has_score", "category__code", "department__code", *SAME))
    first: dict[int, tuple[UUID, UUID | None]] = {}
    for start in range(0, len(events), 500):
        ids = [event["pk"] for event in events[start : start + 500]]
        rows = Report.objects.filter(event__in=ids).order_by("-id").values_list("event_id", "uid", "submission")
        first |= {event_id: (uid, submission) for event_id, uid, submission in rows}
    return [_view(event, *first[event["pk"]]) for event in events if event["pk"] in first]


def _view(event: Mapping[str, Any], report: UUID, submission: UUID | None) -> StandingView:
    return StandingView(
        uid=event["uid"],
        status=str(event["status"]),
        category=event["category__code"] or "",
        department=event["department__code"] or "",
        submission=submission,
        follow_code=follow_code(report),
        is_evaluated=event["has_score"],
        **{name: event[name] for name in SAME},
    )
