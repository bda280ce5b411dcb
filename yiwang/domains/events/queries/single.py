"""One event: its page, its story, its likely duplicates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db.models import BigIntegerField, Q, QuerySet

from yiwang.base.access import Viewer, scope
from yiwang.base.prepared import Given, Prepared
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.models import DuplicateLink, Event, EventEntry, Report, Status
from yiwang.domains.events.numbers import event_id, event_number, report_number
from yiwang.domains.events.queries.lists import VIEW, event_scope
from yiwang.domains.events.queries.records import (
    ROW_RELATED,
    DuplicateView,
    EventRow,
    EventView,
    ReportView,
    StoryLine,
    event_row,
)
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_

FOR_REPORTERS = frozenset({"reported", "handled", "verified", "closed", "rejected"})
"""Lines of the story whose words somebody may read who only takes part as a reporter."""
FACTS_FOR_REPORTERS = frozenset({"department", "files", "score", "source"})


def event(viewer: Viewer, number: str) -> EventView:
    """The event with this number; NotFound when the viewer may not see it.

    Who sees it only as a reporter finds no other reports than their own.
    """
    this = _visible(viewer, number)
    return _view(this, None if _sees_inside(viewer, this) else viewer)


_PATHS = Prepared(
    lambda: Event.objects.filter(pk=Given("pk", BigIntegerField())).only("uid", "department_path", "area_path")
)


def event_uid(viewer: Viewer, number: str) -> UUID:
    """The uid behind a number, for the actions; NotFound when the viewer may not see the event."""
    pk = event_id(number)
    found = _PATHS.first(pk=pk) if pk else None
    if found is None or not (_sees_inside(viewer, found) or _has_reported(viewer, found)):
        raise NotFound(N_("There is no such event."))
    return found.uid


def story(viewer: Viewer, number: str) -> list[StoryLine]:
    """Everything that happened to an event, oldest first; to its reporters only what is meant for them.

    They learn neither the officials' names nor what officials said among themselves.
    """
    this = _visible(viewer, number)
    entries = EventEntry.objects.filter(event=this)
    if _sees_inside(viewer, this):
        return _story(entries)
    mine = Report.objects.filter(reporter_id=viewer.account_id).filter(Q(event=this) | Q(event__merged_into=this))
    uids = {str(uid) for uid in mine.values_list("uid", flat=True)}
    return [_for_reporters(line, uids) for line in _story(entries.filter(is_public=True))]


def duplicates(viewer: Viewer, number: str) -> list[DuplicateView]:
    """Events linked with this one as likely duplicates, both ways, that the viewer may see.

    What was merged is likely no more: an event names the one it went into, and the story what joined it.
    """
    this = _visible(viewer, number)
    links = DuplicateLink.objects.filter(Q(event=this) | Q(other=this), state="proposed").order_by("-score")
    by_other = {(x.other_id if x.event_id == this.pk else x.event_id): x for x in links[:20]}
    rows = Event.objects.filter(event_scope(viewer), pk__in=by_other).exclude(status=Status.MERGED)
    rows = rows.select_related(*ROW_RELATED)
    views = [
        DuplicateView(event_row(e), by_other[e.pk].score, tuple(by_other[e.pk].reasons), by_other[e.pk].state)
        for e in rows
    ]
    return sorted(views, key=lambda v: -v.score)


def row(viewer: Viewer, pk: int) -> EventRow:
    """The list record of one event by id (the map asks for what was clicked); NotFound otherwise."""
    found = Event.objects.filter(event_scope(viewer), pk=pk).select_related(*ROW_RELATED).first()
    if found is None:
        raise NotFound(N_("There is no such event."))
    return event_row(found)


def rows_by_uid(viewer: Viewer, uids: Iterable[UUID]) -> dict[UUID, EventRow]:
    """The list records of these events as far as the viewer may see them, in one query (inboxes ask)."""
    found = Event.objects.filter(event_scope(viewer), uid__in=list(uids)).select_related(*ROW_RELATED)
    return {e.uid: event_row(e) for e in found}


def may_read_event_files(viewer: Viewer, uid: str) -> bool:
    """Whether a viewer may see the files of the event with this uid (asked by `base.files`)."""
    return is_uid(uid) and Event.objects.filter(event_scope(viewer), uid=uid).exists()


def may_read_report_files(viewer: Viewer, uid: str) -> bool:
    """Whether a viewer may see what was sent with the report of this uid (asked by `base.files`).

    By grant on its event, or on the one that was merged into; other reporters of the same event may not.
    """
    report = Report.objects.filter(uid=uid).select_related("event").first() if is_uid(uid) else None
    if report is None:
        return False
    if viewer.account_id is not None and report.reporter_id == viewer.account_id:
        return True
    seen = [pk for pk in (report.event_id, report.event.merged_into_id) if pk is not None]
    return Event.objects.filter(scope(viewer, VIEW), pk__in=seen).exists()


def is_uid(text: str) -> bool:
    """True for the text of a UUID."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _visible(viewer: Viewer, number: str) -> Event:
    pk = event_id(number)
    found = (
        Event.objects.filter(event_scope(viewer), pk=pk).select_related(*ROW_RELATED, "jurisdiction").first()
        if pk
        else None
    )
    if found is None:
        raise NotFound(N_("There is no such event."))
    return found


def _sees_inside(viewer: Viewer, this: Event) -> bool:
    """By grant, and not only as one of its reporters."""
    return viewer.may(VIEW, department_path=this.department_path, area_path=this.area_path)


def _has_reported(viewer: Viewer, this: Event) -> bool:
    """Whether one of the event's reports is the viewer's."""
    return viewer.is_signed_in and Report.objects.filter(event=this, reporter_id=viewer.account_id).exists()


def _for_reporters(line: StoryLine, reports: set[str]) -> StoryLine:
    """A line for who wrote these reports: what they said when it was taken up again is theirs to read."""
    is_own = line.kind == "reopened" and line.data.get("report") in reports
    data = {name: value for name, value in line.data.items() if name in FACTS_FOR_REPORTERS}
    if line.by_name:
        data["by_official"] = True
    return replace(line, by_name="", text=line.text if is_own or line.kind in FOR_REPORTERS else "", data=data)


def _view(this: Event, only_of: Viewer | None = None) -> EventView:
    """The record of an event; `only_of` leaves the reports of everybody else out."""
    rules = rules_of(this.jurisdiction_id)
    chain = (
        [c for c in rules.categories.values() if this.category_path.startswith(c.path)] if this.category_path else []
    )
    merged = Event.objects.filter(merged_into=this).values_list("pk", flat=True)
    reports = Report.objects.filter(event__in=[this.pk, *merged]).order_by("recorded_at", "id")
    if only_of is not None:
        reports = reports.filter(reporter_id=only_of.account_id)
    return EventView(
        row=event_row(this),
        jurisdiction=this.jurisdiction.code,
        time_zone=this.jurisdiction.time_zone,
        text=this.text,
        category_code=this.category.code if this.category else "",
        category_titles=tuple(c.title for c in sorted(chain, key=lambda c: c.level)),
        grid_code=this.grid_code,
        place_quality=this.place_quality,
        department_code=this.department.code if this.department else "",
        department_path=this.department_path,
        area_path=this.area_path,
        recorded_at=this.recorded_at,
        dispatched_at=this.dispatched_at,
        accepted_at=this.accepted_at,
        outcome=this.outcome,
        n_reopened=this.n_reopened,
        n_urged=this.n_urged,
        is_imported=this.is_imported,
        flow_instance=this.flow_instance,
        merged_into=event_number(this.merged_into_id) if this.merged_into_id else "",
        element_code=this.element_code,
        reports=tuple(_report(r) for r in reports[:50]),
    )


def _report(report: Report) -> ReportView:
    return ReportView(
        uid=report.uid,
        number=report_number(report.pk),
        source=report.source,
        source_name=report.source_name,
        external_id=report.external_id,
        occurred_at=report.occurred_at,
        recorded_at=report.recorded_at,
        text=report.text,
        address=report.address_text,
        reporter_name=str(report.reporter_name or ""),
        reporter_phone=str(report.reporter_phone or ""),
        files=tuple(report.files),
        extra=report.extra,
    )


def _story(entries: QuerySet[EventEntry]) -> list[StoryLine]:
    return [StoryLine(e.at, e.by_name, e.kind, e.text, e.data, e.is_public) for e in entries.order_by("id")]
