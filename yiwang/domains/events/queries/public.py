"""What people outside the house may read: the course behind a receipt's code, and the public list of a city.

The holder of a code sees their own words and photos, the department, the dates and what officials wrote for the
reporter. Words of *other* reporters of the same event, and the officials' names and reasons among themselves, are
taken out here, so that no page can show them by mistake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from yiwang.base.areas.queries import JurisdictionView, jurisdiction
from yiwang.base.files.queries import FileView, files_of
from yiwang.domains.events.actions.evaluating import event_of, report_by_code
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.models import Evaluation, Event, EventEntry, Report, Status
from yiwang.domains.events.queries.records import ROW_RELATED
from yiwang.domains.events.queries.single import Followed, followed
from yiwang.kernel.errors import NotFound
from yiwang.kernel.page_keys import from_page_key, page_key
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title

SHOWN_TEXTS = frozenset({"handled", "verified", "closed", "rejected"})
"""Lines of the story whose words officials write for the reporter."""
HIDDEN = "***"
_TRACES = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # addresses of e-mail
    r"|[\u4e00-\u9fff][A-Z][·•\s]?[A-Z0-9]{5,6}(?![A-Z0-9])"  # number plates
    r"|\d(?:[\s-]?\d){5,}[Xx]?"  # telephones, identity numbers, accounts
)


@dataclass(frozen=True)
class PublicLine:
    """A line of the course as the reporter reads it; `department` is {} unless the line names one."""

    at: datetime
    kind: str
    text: str
    department: Title


@dataclass(frozen=True)
class CitizenCourse:
    """Everything the holder of a code sees; `evaluate_until` is None while the event is not closed."""

    seen: Followed
    jurisdiction: JurisdictionView
    lines: tuple[PublicLine, ...]
    photos: tuple[FileView, ...]
    results: tuple[FileView, ...]
    evaluate_until: datetime | None
    said: str


def citizen_course(code: str) -> CitizenCourse:
    """The course behind a code; NotFound, in the same words, for every wrong one."""
    seen = followed(code)
    report = report_by_code(code)
    event = event_of(report)
    given = Evaluation.objects.filter(event=event, report=report).first()
    closed_at = event.closed_at if event.status == Status.CLOSED else None
    days = rules_of(report.jurisdiction_id).settings.evaluation_days
    return CitizenCourse(
        seen=seen,
        jurisdiction=jurisdiction(report.jurisdiction.code),
        lines=_lines(report, event),
        photos=tuple(f for f in files_of(f"report:{report.uid}") if f.is_photo),
        results=_results(event),
        evaluate_until=closed_at + timedelta(days=days) if closed_at else None,
        said=given.text if given else "",
    )


def photo_by_code(code: str, uid: UUID) -> FileView:
    """A photo the holder of a code may see: their own, or one of the result. NotFound otherwise."""
    report = report_by_code(code)
    shown = [*files_of(f"report:{report.uid}"), *_results(event_of(report))]
    found = next((file for file in shown if file.uid == uid and file.is_photo), None)
    if found is None:
        raise NotFound(N_("There is no such file."))
    return found


@dataclass(frozen=True)
class PublicRow:
    """An event of the public list; telephone and identity numbers are taken out of the title."""

    title: str
    category: Title
    area: Title
    status: str
    occurred_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class PublicPage:
    """Rows, newest first, and the key of the next page ("" at the end)."""

    rows: tuple[PublicRow, ...]
    after: str


def has_public_list(jurisdiction: JurisdictionView) -> bool:
    """Whether the city shows one (`course.yaml: public_list`)."""
    return rules_of(jurisdiction.id).settings.public_list


def public_events(jurisdiction: JurisdictionView, *, after: str = "", limit: int = 20) -> PublicPage:
    """The events whose reporters agreed to show them; NotFound where the city keeps no public list."""
    if not has_public_list(jurisdiction):
        raise NotFound(N_("This city does not publish a list."))
    found = Event.objects.filter(jurisdiction_id=jurisdiction.id, is_public=True).exclude(status=Status.MERGED)
    if after:
        at, pk = from_page_key(after)
        found = found.filter(Q(occurred_at__lt=at) | Q(occurred_at=at, pk__lt=pk), occurred_at__lte=at)
    rows = list(found.select_related(*ROW_RELATED).order_by("-occurred_at", "-id")[: limit + 1])
    has_more = len(rows) > limit
    rows = rows[:limit]
    return PublicPage(
        tuple(_row(event) for event in rows), page_key(rows[-1].occurred_at, rows[-1].pk) if has_more else ""
    )


def without_traces(text: str) -> str:
    """A text with e-mail addresses, number plates and long numbers (telephone, identity) taken out."""
    return _TRACES.sub(HIDDEN, text)


def _lines(report: Report, event: Event) -> tuple[PublicLine, ...]:
    """The public story; of a merged event also how the reporter's own one got there, but nobody else's reporting."""
    is_merged = event.pk != report.event_id
    own = EventEntry.objects.filter(event_id=report.event_id, is_public=True).order_by("id")
    lines = [_line(entry) for entry in own]
    if is_merged:
        since = lines[0].at if lines else report.recorded_at
        theirs = EventEntry.objects.filter(event=event, is_public=True, at__gte=since).order_by("id")
        lines += [_line(entry) for entry in theirs if entry.kind not in ("reported", "merged", "unmerged")]
    return tuple(sorted((line for line in lines if line.kind != "evaluated"), key=lambda line: line.at))


def _line(entry: EventEntry) -> PublicLine:
    department = entry.data.get("department") or {}
    return PublicLine(
        at=entry.at,
        kind=entry.kind,
        text=entry.text if entry.kind in SHOWN_TEXTS else "",
        department=department if isinstance(department, dict) else {},
    )


def _results(event: Event) -> tuple[FileView, ...]:
    """Photos handed in with what was done."""
    handled = EventEntry.objects.filter(event=event, kind="handled", is_public=True)
    named = {str(uid) for entry in handled for uid in entry.data.get("files", ())}
    return tuple(f for f in files_of(f"event:{event.uid}") if f.is_photo and str(f.uid) in named) if named else ()


def _row(event: Event) -> PublicRow:
    return PublicRow(
        title=without_traces(event.title),
        category=event.category.title if event.category else {},
        area=event.area.title if event.area else {},
        status=event.status,
        occurred_at=event.occurred_at,
        closed_at=event.closed_at,
    )
