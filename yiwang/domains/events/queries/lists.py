"""Lists of events: filtered, scoped, in keyset pages, and as points for the map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from yiwang.base.access import Viewer, scope
from yiwang.domains.events import search
from yiwang.domains.events.models import OPEN_STATUSES, Event, Report, Status
from yiwang.domains.events.numbers import event_id
from yiwang.domains.events.queries.deadlines import due_soon, overdue
from yiwang.domains.events.queries.records import ROW_RELATED, EventRow, event_row
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid
from yiwang.kernel.page_keys import from_page_key, page_key
from yiwang.kernel.text import N_

VIEW = "events.view"
UNFINISHED = Q(status__in=OPEN_STATUSES, closed_at=None)
"""Not ended yet; the time adds nothing but names the small index of the open ones."""
MAX_CELLS = 5_000
EXPORT_CHUNK = 2_000
COLUMNS = {"recent": ("occurred_at", True), "due": ("due_at", False), "changed": ("changed_at", True)}
"""The orders of lists: column, and whether it falls."""


@dataclass(frozen=True)
class EventFilter:
    """What a list shows; every field has its place in the page's URL. Empty = no restriction.

    `state` is `open`, `closed`, `overdue`, `due_soon`, `supervised`, `returned`, `dissatisfied` or one status.
    """

    jurisdiction: int | None = None
    text: str = ""
    state: str = ""
    category_path: str = ""
    area_path: str = ""
    department_path: str = ""
    urgency: str = ""
    source: str = ""
    since: datetime | None = None
    until: datetime | None = None
    order: str = "recent"
    is_nothing: bool = False
    """Lists nothing: what was asked for was not understood."""


@dataclass(frozen=True)
class Page:
    """Rows, the key of the next page ("" at the end) and the key of the one before ("" on the first)."""

    rows: tuple[EventRow, ...]
    after: str
    before: str = ""


def events(viewer: Viewer, wanted: EventFilter, *, after: str = "", before: str = "", limit: int = 50) -> Page:
    """One page: newest first (`recent`), next due first (`due`, those with a deadline), last changed first (`changed`).

    `after` and `before` are keys of pages seen earlier; at most one is given. Coming back to the start of the list
    gives its first page.
    """
    found = _ordered(visible_events(viewer, wanted), wanted.order, after or before, is_back=bool(before))
    rows = list(found.select_related(*ROW_RELATED)[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    if before:
        rows.reverse()
        if not more:
            return events(viewer, wanted, limit=limit)
    if not rows:
        return Page((), "")
    has_next = more or bool(before)
    has_previous = more if before else bool(after)
    return Page(
        tuple(event_row(e) for e in rows),
        _key(rows[-1], wanted.order) if has_next else "",
        _key(rows[0], wanted.order) if has_previous else "",
    )


def state_counts(viewer: Viewer, wanted: EventFilter) -> dict[str, int]:
    """How many of the open events stand where, under all of the filter but its state: keys as in `EventFilter.state`.

    One query over the open events only; finished ones are not counted.
    """
    at = now()
    found = visible_events(viewer, replace(wanted, state="open")).order_by()
    return found.aggregate(
        open=Count("id"),
        received=Count("id", filter=Q(status=Status.RECEIVED)),
        overdue=Count("id", filter=overdue(at)),
        due_soon=Count("id", filter=due_soon(at)),
        supervised=Count("id", filter=Q(is_supervised=True)),
        returned=Count("id", filter=Q(n_returns__gt=0)),
    )


def count_newer(viewer: Viewer, wanted: EventFilter, since: datetime, *, most: int = 99) -> int:
    """How many events that match were recorded after `since`, counted up to `most`."""
    found = visible_events(viewer, wanted).filter(recorded_at__gt=since)
    return found.filter(changed_at__gt=since).order_by()[:most].count()  # true of all these; names the index


def count_events(viewer: Viewer, wanted: EventFilter, *, most: int = 10_000) -> int:
    """How many match, counted up to `most`."""
    return visible_events(viewer, wanted).order_by()[:most].count()


def exported_events(viewer: Viewer, wanted: EventFilter, *, most: int = 100_000) -> Iterator[EventRow]:
    """All matching rows in list order, fetched in chunks; needs `events.export` besides `events.view`."""
    found = _ordered(visible_events(viewer, wanted, permission="events.export"), wanted.order, "")
    for event in found.select_related(*ROW_RELATED)[:most].iterator(chunk_size=EXPORT_CHUNK):
        yield event_row(event)


def visible_events(viewer: Viewer, wanted: EventFilter, *, permission: str = VIEW) -> QuerySet[Event]:
    """The events a viewer may see that match; merged ones only when asked for. For this package's queries."""
    found = Event.objects.filter(event_scope(viewer, permission))
    if wanted.is_nothing:
        return found.none()
    if wanted.jurisdiction is not None:
        found = found.filter(jurisdiction_id=wanted.jurisdiction)
    found = _in_state(found, wanted.state)
    for column in ("category_path", "area_path", "department_path"):
        if path := getattr(wanted, column):
            found = found.filter(**{f"{column}__under": path})
    for column in ("urgency", "source"):
        if value := getattr(wanted, column):
            found = found.filter(**{column: value})
    if wanted.since:
        found = found.filter(occurred_at__gte=wanted.since)
    if wanted.until:
        found = found.filter(occurred_at__lt=wanted.until)
    if wanted.text.strip():
        pk = event_id(wanted.text)
        found = found.filter(pk=pk) if pk is not None else search.matching(found, wanted.text)
    return found


def event_scope(viewer: Viewer, permission: str = VIEW) -> Q:
    """The scope of events: by grant, or as the reporter of one of its reports."""
    mine = Q(pk__in=Report.objects.filter(reporter_id=viewer.account_id).values("event_id"))
    return scope(viewer, permission, participants=mine if viewer.is_signed_in else None)


def _in_state(found: QuerySet[Event], state: str) -> QuerySet[Event]:
    at = now()
    unfinished = UNFINISHED
    states = {
        "": ~Q(status=Status.MERGED),
        "open": unfinished,
        "closed": Q(status=Status.CLOSED),
        "overdue": unfinished & overdue(at),
        "due_soon": unfinished & due_soon(at),
        "supervised": unfinished & Q(is_supervised=True),
        "returned": unfinished & Q(n_returns__gt=0),
        "dissatisfied": Q(satisfaction__lte=2),
        "late": Q(is_late=True),
    }
    if state in states:
        return found.filter(states[state])
    if state in Status.values:
        return found.filter(status=state)
    raise Invalid(N_("There is no list “%(state)s”."), state=state)


def _ordered(found: QuerySet[Event], order: str, key: str, *, is_back: bool = False) -> QuerySet[Event]:
    """Order, and start behind the row of a key; `is_back` walks the other way."""
    if order not in COLUMNS:
        raise Invalid(N_("Lists cannot be ordered by “%(order)s”."), order=order)
    column, is_falling = COLUMNS[order]
    if order == "due":
        found = found.filter(due_at__isnull=False)
    if is_falling is is_back:
        found, side = found.order_by(F(column).asc(), F("id").asc()), "gt"
    else:
        found, side = found.order_by(F(column).desc(), F("id").desc()), "lt"
    if key:
        at, pk = from_page_key(key)
        beyond = Q(**{f"{column}__{side}": at}) | Q(**{column: at, f"id__{side}": pk})
        found = found.filter(beyond, **{f"{column}__{side}e": at})
    return found


def _key(event: Event, order: str) -> str:
    at = getattr(event, COLUMNS[order][0])
    assert at is not None
    return page_key(at, event.pk)
