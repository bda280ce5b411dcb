"""Stores converted rows in chunks: each chunk one transaction and one audit entry.

New closed cases are inserted in bulk without a flow; new open ones start their course, so that they can be worked
to the end; known ones are compared by digest and, when changed, updated with a line in their story.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.deeds import Deed
from yiwang.base.inserting import insert_rows, with_ids
from yiwang.domains.events import search
from yiwang.domains.events.actions.coursing import start_course
from yiwang.domains.events.actions.story import tell
from yiwang.domains.events.classify.deciding import classify_text
from yiwang.domains.events.course import Rules
from yiwang.domains.events.importing.converting import Incoming
from yiwang.domains.events.importing.joining import join_known
from yiwang.domains.events.importing.past import entries_of_past
from yiwang.domains.events.locating import CELL_DEGREES, area_in, is_placeholder, point_of_words
from yiwang.domains.events.models import (
    OPEN_STATUSES,
    Evaluation,
    Event,
    EventEntry,
    ImportBatch,
    PlaceQuality,
    Report,
    Status,
)
from yiwang.engines.flow import actions as flow
from yiwang.engines.place import queries as place
from yiwang.kernel.clock import now

COPIED = ("title", "text", "address_text", "lon", "lat", "cell", "place_quality", "area_id", "area_path", "grid_code")


@dataclass(frozen=True)
class Known:
    """A row imported before."""

    report_id: int
    event_id: int
    digest: str


@dataclass
class Tally:
    """What became of the rows so far."""

    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    n_open: int = 0


def known_rows(source_name: str, external_ids: Iterable[str]) -> dict[str, Known]:
    """The rows of these ids that were imported before, in one query."""
    rows = Report.objects.filter(source_name=source_name, external_id__in=list(external_ids))
    return {x: Known(r, e, d) for x, r, e, d in rows.values_list("external_id", "id", "event_id", "row_hash")}


def store_chunk(
    rows: Sequence[Incoming], batch: ImportBatch, source_name: str, rules: Rules, *, by: Viewer, d: Deed
) -> Tally:
    """Store rows with distinct external ids within the caller's deed."""
    tally = Tally()
    known = known_rows(source_name, (r.external_id for r in rows))
    fresh = [r for r in rows if r.external_id not in known]
    changed = [r for r in rows if r.external_id in known and known[r.external_id].digest != r.digest]
    tally.n_same = len(rows) - len(fresh) - len(changed)
    at = now()
    _insert(fresh, batch, source_name, rules, at=at, by=by, d=d, tally=tally)
    for row in changed:
        _update(row, known[row.external_id], rules, at=at, by=by, d=d)
    tally.n_new, tally.n_changed = len(fresh), len(changed)
    return tally


def _insert(
    rows: Sequence[Incoming],
    batch: ImportBatch,
    source_name: str,
    rules: Rules,
    *,
    at: datetime,
    by: Viewer,
    d: Deed,
    tally: Tally,
) -> None:
    if not rows:
        return
    events = _located(rows, [_event(row, rules, at) for row in rows], rules)
    entries: list[EventEntry] = []
    for row, event in zip(rows, events, strict=True):
        entries += _told(event, row, at, by)
        if not row.is_closed:
            entries += start_course(event, rules, at=at, by=by)
            d.announce("event.reported", version=1, subject=str(event.uid), payload={"source": event.source})
            tally.n_open += 1
    insert_rows(events)
    stored = list(with_ids(events))
    reports = [_report(row, event, batch, source_name, rules, at) for row, event in zip(rows, stored, strict=True)]
    insert_rows(reports)
    for entry in entries:
        entry.event = entry.event  # takes over the id the event has now
    insert_rows(entries)
    insert_rows(_evaluations(rows, reports))
    join_known([(row.part_of, event) for row, event in zip(rows, stored, strict=True)], source_name, at=at, by=by)
    titles = {c.id: c.title for c in rules.categories.values()}
    search.index_events((event, titles.get(event.category_id or 0, {})) for event in events)


def _event(row: Incoming, rules: Rules, at: datetime) -> Event:
    category = row.category
    if category is None and row.text:
        guess = classify_text(row.text, rules)
        category = rules.by_code.get(guess.code) if guess.is_sure else None
    return Event(
        jurisdiction_id=rules.jurisdiction.id,
        title=row.title,
        text=row.text,
        address_text=row.address,
        category_id=category.id if category else None,
        category_path=category.path if category else "",
        urgency=row.urgency or (category.urgency if category else "normal"),
        element_code=row.element_code,
        is_public=row.is_public,
        department_id=row.department.id if row.department and row.is_closed else None,
        department_path=row.department.path if row.department and row.is_closed else "",
        place_quality=row.place_quality,
        status=Status.CLOSED if row.is_closed else Status.RECEIVED,
        source=row.source,
        occurred_at=row.occurred_at,
        recorded_at=at,
        changed_at=at,
        dispatched_at=row.past.dispatched_at,
        accepted_at=row.past.accepted_at,
        n_returns=row.past.n_returns,
        n_reopened=row.past.n_reopened,
        is_supervised=row.past.is_supervised,
        due_at=row.due_at if row.is_closed else None,
        handled_at=(row.past.handled_at or row.closed_at) if row.is_closed else None,
        closed_at=row.closed_at if row.is_closed else None,
        outcome="closed" if row.is_closed else "",
        is_late=row.is_late if row.is_closed else None,
        is_imported=True,
        satisfaction=row.satisfaction,
    )


def _located(rows: Sequence[Incoming], events: list[Event], rules: Rules) -> list[Event]:
    """Set point, cell, grid and area of all events of a chunk; points in no grid are kept out of the map."""
    root = rules.jurisdiction.root
    nowhere = (root.id, root.path) if root else (None, "")
    points: dict[int, tuple[float, float]] = {}
    for n, (row, event) in enumerate(zip(rows, events, strict=True)):
        event.area_id, event.area_path = (row.area.id, row.area.path) if row.area else nowhere
        if row.lon is None or row.lat is None:
            continue
        if is_placeholder(row.lon, row.lat, rules):
            event.place_quality = PlaceQuality.PLACEHOLDER
        else:
            points[n] = (row.lon, row.lat)
    for n, (point, grid) in _found(points, rules.jurisdiction.id).items():
        event = events[n]
        if point is None:
            event.place_quality = PlaceQuality.OUTSIDE
            continue
        event.lon, event.lat = point
        event.cell = place.cell(*point, CELL_DEGREES)
        event.grid_code = grid.grid_code if grid else ""
        if grid is not None and grid.area_id and not event.area_path.startswith(grid.area_path):
            event.area_id, event.area_path = grid.area_id, grid.area_path  # the point is surer than the words
    for row, event in zip(rows, events, strict=True):
        if event.lon is None and row.address:
            _locate_by_words(row, event, rules)
    return events


def _locate_by_words(row: Incoming, event: Event, rules: Rules) -> None:
    """The point of an address that means one place; else the area it names, where the row names none."""
    where = point_of_words(row.address, rules)
    named = row.area.path if row.area else ""
    if where is None or not where.area_path.startswith(named):  # another area than the row's: one of them is wrong
        found = None if row.area else area_in(row.address, rules)
        if found is not None:
            event.area_id, event.area_path = found
        return
    event.lon, event.lat, event.cell, event.grid_code = where.lon, where.lat, where.cell, where.grid_code
    event.area_id, event.area_path = where.area_id, where.area_path
    event.place_quality = PlaceQuality.ADDRESS


def _found(
    points: Mapping[int, tuple[float, float]], jurisdiction: int
) -> dict[int, tuple[tuple[float, float] | None, place.Located | None]]:
    """Point and grid by number; swapped coordinates are put right when only the swap lies inside; else (None, None)."""
    if not place.has_grids(jurisdiction):
        return {n: (point, None) for n, point in points.items()}
    found: dict[int, tuple[tuple[float, float] | None, place.Located | None]] = {}
    left = dict(points)
    for _swap in range(2):
        numbers = [n for n, (lon, lat) in left.items() if abs(lon) <= 180 and abs(lat) <= 90]
        grids = place.locate_many(
            [left[n][0] for n in numbers], [left[n][1] for n in numbers], jurisdiction=jurisdiction
        )
        found |= {n: (left[n], grid) for n, grid in zip(numbers, grids, strict=True) if grid is not None}
        left = {n: (lat, lon) for n, (lon, lat) in left.items() if n not in found}
    return found | dict.fromkeys(left, (None, None))


def _report(row: Incoming, event: Event, batch: ImportBatch, source_name: str, rules: Rules, at: datetime) -> Report:
    return Report(
        jurisdiction_id=rules.jurisdiction.id,
        event=event,
        batch=batch,
        source=row.source,
        source_name=source_name,
        external_id=row.external_id,
        row_hash=row.digest,
        occurred_at=row.occurred_at,
        recorded_at=at,
        reporter_name=row.reporter_name,
        reporter_phone=row.reporter_phone,
        text=row.text or row.title,
        address_text=row.address,
        lon=event.lon,
        lat=event.lat,
        place_quality=event.place_quality,
        given_category=row.given_category,
        element_code=row.element_code,
        extra=row.extra,
    )


def _told(event: Event, row: Incoming, at: datetime, by: Viewer) -> list[EventEntry]:
    """The case's course as far as the export tells one, then that it was taken over from there."""
    past = entries_of_past(
        event,
        row.past,
        text=row.text or row.title,
        outcome=row.outcome,
        closed_at=row.closed_at,
        satisfaction=row.satisfaction,
        department=row.department.title if row.department else None,
    )
    words = "" if past else row.outcome
    return [*past, tell(event, "imported", at=at, by=by, text=words, external_id=row.external_id, **row.extra)]


def _evaluations(rows: Sequence[Incoming], reports: Sequence[Report]) -> list[Evaluation]:
    """What reporters thought, where the export tells more than the bare number."""
    return [
        Evaluation(
            event_id=report.event_id,
            report=stored,
            score=row.satisfaction,
            text=row.past.evaluation,
            at=row.past.evaluated_at or row.closed_at or row.occurred_at,
        )
        for row, report, stored in zip(rows, reports, with_ids(reports), strict=True)
        if row.satisfaction is not None and (row.past.evaluation or row.past.evaluated_at)
    ]


def _update(row: Incoming, known: Known, rules: Rules, *, at: datetime, by: Viewer, d: Deed) -> None:
    """Bring an imported event to the row's present values and say in its story what changed."""
    event = Event.objects.select_for_update().get(pk=known.event_id)
    fresh = _located([row], [_event(row, rules, at)], rules)[0]
    changes = {
        name: [_plain(getattr(event, name)), _plain(getattr(fresh, name))]
        for name in (*COPIED, "category_id", "closed_at", "occurred_at", "satisfaction")
        if getattr(event, name) != getattr(fresh, name)
    }
    before = str(event.status)
    for name in (*COPIED, "category_id", "category_path", "occurred_at", "satisfaction"):
        setattr(event, name, getattr(fresh, name))
    entries: list[EventEntry] = []
    if event.status not in (*OPEN_STATUSES, Status.CLOSED):
        pass  # merged or rejected here: the row may say what it likes
    elif row.is_closed:
        _close(event, fresh)
    elif event.status == Status.CLOSED and event.flow_instance is None:
        event.closed_at = event.handled_at = event.is_late = None
        event.outcome = ""
        entries = start_course(event, rules, at=at, by=by)
    if event.status != before:
        changes["status"] = [before, str(event.status)]
    event.changed_at = at
    event.save()
    entries.insert(0, tell(event, "changed_at_source", at=at, by=by, changes=changes))
    EventEntry.objects.bulk_create(entries)
    Report.objects.filter(pk=known.report_id).update(
        row_hash=row.digest, text=row.text or row.title, address_text=row.address, extra=row.extra
    )
    search.index_event(event, rules.categories[event.category_id].title if event.category_id else {})
    d.announce("event.changed", version=1, subject=str(event.uid), payload={"verb": "import"})


def _close(event: Event, fresh: Event) -> None:
    """The other system ended the case: so do we, whatever step it had here."""
    if event.status in OPEN_STATUSES and event.flow_instance is not None:
        flow.terminate_instance(event.flow_instance, reason="closed at the source", by=SYSTEM)
    event.status = Status.CLOSED
    event.due_at, event.closed_at, event.handled_at = fresh.due_at, fresh.closed_at, fresh.handled_at
    event.is_late, event.outcome = fresh.is_late, fresh.outcome
    if fresh.department_id:
        event.department_id, event.department_path = fresh.department_id, fresh.department_path


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
