"""What the holder of a code sees of their matter: the course in public lines, and its photos.

The lines are those meant for the reporter (`is_public`), without what officials say to each other, without anybody's
name, without other reporters' words, and without those of an evaluation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yiwang.base.areas.queries import JurisdictionView, jurisdiction
from yiwang.base.files.queries import FileView, files_of
from yiwang.domains.events.actions.evaluating import event_of, report_by_code
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.models import Evaluation, Event, EventEntry, Report, Status
from yiwang.domains.events.numbers import event_number, report_number
from yiwang.domains.events.queries.records import ROW_RELATED
from yiwang.domains.events.titling import event_title
from yiwang.kernel.errors import NotFound
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
class Followed:
    """Where a report's matter stands, for its reporter: no department's internals, nobody's name or words."""

    report_number: str
    event_number: str
    title: str
    text: str
    status: str
    category: Title
    department: Title
    address: str
    occurred_at: datetime
    dispatched_at: datetime | None
    accepted_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    score: int | None
    is_merged: bool


@dataclass(frozen=True)
class PublicLine:
    """A line of the course as the reporter reads it; `department` is {} unless the line names one."""

    at: datetime
    kind: str
    text: str
    department: Title


@dataclass(frozen=True)
class CitizenCourse:
    """Everything the holder of a code sees; `evaluate_until` is None while the event is not closed.

    `reasons` are the codes the reporter ticked with the stars.
    """

    seen: Followed
    jurisdiction: JurisdictionView
    lines: tuple[PublicLine, ...]
    photos: tuple[FileView, ...]
    results: tuple[FileView, ...]
    evaluate_until: datetime | None
    said: str
    reasons: tuple[str, ...]


def citizen_course(code: str) -> CitizenCourse:
    """The course behind a code; NotFound, in the same words, for every wrong one."""
    report = report_by_code(code)
    event = Event.objects.select_related(*ROW_RELATED).get(pk=event_of(report).pk)
    given = Evaluation.objects.filter(event=event, report=report).first()
    closed_at = event.closed_at if event.status == Status.CLOSED else None
    days = rules_of(report.jurisdiction_id).settings.evaluation_days
    return CitizenCourse(
        seen=_followed(report, event, given.score if given else None),
        jurisdiction=jurisdiction(report.jurisdiction.code),
        lines=_lines(report, event),
        photos=tuple(f for f in files_of(f"report:{report.uid}") if f.is_photo),
        results=_results(event),
        evaluate_until=closed_at + timedelta(days=days) if closed_at else None,
        said=given.text if given else "",
        reasons=_reasons(report, event) if given else (),
    )


def photo_by_code(code: str, uid: UUID) -> FileView:
    """A photo the holder of a code may see: their own, or one of the result. NotFound otherwise."""
    report = report_by_code(code)
    shown = [*files_of(f"report:{report.uid}"), *_results(event_of(report))]
    found = next((file for file in shown if file.uid == uid and file.is_photo), None)
    if found is None:
        raise NotFound(N_("There is no such file."))
    return found


def without_traces(text: str) -> str:
    """A text with e-mail addresses, number plates and long numbers (telephone, identity) taken out."""
    return _TRACES.sub(HIDDEN, text)


def _followed(report: Report, event: Event, score: int | None) -> Followed:
    is_merged = event.pk != report.event_id
    return Followed(
        report_number=report_number(report.pk),
        event_number=event_number(event.pk),
        title=event_title(report.text) if is_merged else event.title,
        text=report.text,
        status=event.status,
        category=event.category.title if event.category else {},
        department=event.department.title if event.department else {},
        address=report.address_text,
        occurred_at=report.occurred_at,
        dispatched_at=event.dispatched_at,
        accepted_at=event.accepted_at,
        due_at=event.due_at,
        closed_at=event.closed_at,
        score=score,
        is_merged=is_merged,
    )


def _lines(report: Report, event: Event) -> tuple[PublicLine, ...]:
    """The public story; of a merged event also how the reporter's own one got there, but nobody else's reporting."""
    is_merged = event.pk != report.event_id
    own = EventEntry.objects.filter(event_id=report.event_id, is_public=True).order_by("id")
    lines = [_line(entry, report) for entry in own]
    if is_merged:
        since = lines[0].at if lines else report.recorded_at
        theirs = EventEntry.objects.filter(event=event, is_public=True, at__gte=since).order_by("id")
        lines += [_line(entry, report) for entry in theirs if entry.kind not in ("reported", "merged", "unmerged")]
    return tuple(sorted((line for line in lines if line.kind != "evaluated"), key=lambda line: line.at))


def _line(entry: EventEntry, report: Report) -> PublicLine:
    """A line as the reporter reads it; words of reporters are shown to the one who wrote them."""
    is_own = entry.kind == "reopened" and entry.data.get("report") == str(report.uid)
    department = entry.data.get("department") or {}
    return PublicLine(
        at=entry.at,
        kind=entry.kind,
        text=entry.text if is_own or entry.kind in SHOWN_TEXTS else "",
        department=department if isinstance(department, dict) else {},
    )


def _results(event: Event) -> tuple[FileView, ...]:
    """Photos handed in with what was done."""
    handled = EventEntry.objects.filter(event=event, kind="handled", is_public=True)
    named = {str(uid) for entry in handled for uid in entry.data.get("files", ())}
    return tuple(f for f in files_of(f"event:{event.uid}") if f.is_photo and str(f.uid) in named) if named else ()


def _reasons(report: Report, event: Event) -> tuple[str, ...]:
    """What was ticked with the newest evaluation of this report."""
    for entry in EventEntry.objects.filter(event=event, kind="evaluated").order_by("-id")[:20]:
        if entry.data.get("report") == str(report.uid):
            return tuple(map(str, entry.data.get("reasons", ())))
    return ()
