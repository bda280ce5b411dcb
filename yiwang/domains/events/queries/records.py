"""What the queries hand out: frozen records, never model rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yiwang.domains.events.models import OPEN_STATUSES, Event
from yiwang.domains.events.numbers import event_number
from yiwang.kernel.titles import Title


@dataclass(frozen=True)
class EventRow:
    """An event as lists, maps and exports show it."""

    id: int
    uid: UUID
    number: str
    title: str
    status: str
    urgency: str
    source: str
    category: Title
    area: Title
    department: Title
    address: str
    lon: float | None
    lat: float | None
    occurred_at: datetime
    due_at: datetime | None
    is_provisional_due: bool
    handled_at: datetime | None
    closed_at: datetime | None
    is_late: bool | None
    is_supervised: bool
    n_reports: int
    n_returns: int
    n_reopened: int
    satisfaction: int | None
    changed_at: datetime

    @property
    def is_closed(self) -> bool:
        """No check, no close is to come any more."""
        return self.status not in OPEN_STATUSES


@dataclass(frozen=True)
class ReportView:
    """One source's words, personal parts masked."""

    uid: UUID
    number: str
    source: str
    source_name: str
    external_id: str
    occurred_at: datetime
    recorded_at: datetime
    text: str
    address: str
    reporter_name: str
    reporter_phone: str
    files: tuple[str, ...]
    extra: dict[str, Any]


@dataclass(frozen=True)
class StoryLine:
    """One entry of the history."""

    at: datetime
    by_name: str
    kind: str
    text: str
    data: dict[str, Any]
    is_public: bool


@dataclass(frozen=True)
class DuplicateView:
    """A linked event and how alike the two are."""

    row: EventRow
    score: float
    reasons: tuple[dict[str, Any], ...]
    state: str


@dataclass(frozen=True)
class EventView:
    """An event with everything its page shows, except the story and the work items."""

    row: EventRow
    jurisdiction: str
    time_zone: str
    text: str
    category_code: str
    category_titles: tuple[Title, ...]
    grid_code: str
    place_quality: str
    department_code: str
    department_path: str
    area_path: str
    recorded_at: datetime
    dispatched_at: datetime | None
    accepted_at: datetime | None
    outcome: str
    n_reopened: int
    n_urged: int
    is_imported: bool
    flow_instance: UUID | None
    merged_into: str
    element_code: str
    reports: tuple[ReportView, ...]


ROW_RELATED = ("category", "area", "department")


def event_row(event: Event) -> EventRow:
    """The record of a row fetched with `ROW_RELATED`."""
    return EventRow(
        id=event.pk,
        uid=event.uid,
        number=event_number(event.pk),
        title=event.title,
        status=event.status,
        urgency=event.urgency,
        source=event.source,
        category=event.category.title if event.category else {},
        area=event.area.title if event.area else {},
        department=event.department.title if event.department else {},
        address=event.address_text,
        lon=event.lon,
        lat=event.lat,
        occurred_at=event.occurred_at,
        due_at=event.due_at,
        is_provisional_due=event.is_provisional_due,
        handled_at=event.handled_at,
        closed_at=event.closed_at,
        is_late=event.is_late,
        is_supervised=event.is_supervised,
        n_reports=event.n_reports,
        n_returns=event.n_returns,
        n_reopened=event.n_reopened,
        satisfaction=event.satisfaction,
        changed_at=event.changed_at,
    )
