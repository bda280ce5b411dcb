"""A signed-in citizen's or company's own reports: where each stands, and the code that leads to its course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yiwang.base.access import Viewer
from yiwang.domains.events.actions.evaluating import KEEPERS, report_by_code
from yiwang.domains.events.actions.reporting import follow_code
from yiwang.domains.events.models import Event, Report
from yiwang.domains.events.numbers import report_number
from yiwang.domains.events.titling import event_title
from yiwang.kernel.titles import Title

RELATED = tuple(
    f"{event}{one}"
    for event in ("event__", "event__merged_into__")
    for one in ("category", "department", "jurisdiction")
)


@dataclass(frozen=True)
class OwnReport:
    """One report of the viewer's; `status`, `department`, `due_at` are its event's (the one it was merged into)."""

    id: int
    number: str
    code: str
    title: str
    status: str
    category: Title
    department: Title
    occurred_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    time_zone: str
    city: Title


def own_reports(viewer: Viewer, *, before: int | None = None, limit: int = 20) -> list[OwnReport]:
    """The viewer's reports, newest first; `before` is the id of the last one already shown."""
    if viewer.account_id is None:
        return []
    rows = Report.objects.filter(reporter_id=viewer.account_id).select_related("event__merged_into", *RELATED)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_own(row) for row in rows.order_by("-id")[:limit]]


def may_keep(viewer: Viewer, code: str) -> bool:
    """Whether the report behind a code is nobody's yet and the viewer is one who keeps reports. NotFound as ever."""
    return report_by_code(code).reporter_id is None and viewer.is_signed_in and viewer.kind in KEEPERS


def _own(report: Report) -> OwnReport:
    event: Event = report.event
    while event.merged_into is not None:
        event = event.merged_into
    return OwnReport(
        id=report.pk,
        number=report_number(report.pk),
        code=follow_code(report.uid),
        title=event_title(report.text),
        status=event.status,
        category=event.category.title if event.category else {},
        department=event.department.title if event.department else {},
        occurred_at=report.occurred_at,
        due_at=event.due_at,
        closed_at=event.closed_at,
        time_zone=event.jurisdiction.time_zone,
        city=event.jurisdiction.title,
    )
