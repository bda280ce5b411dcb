"""What stands around one event: its clocks, who can act next, what happened here before, where undoing would lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from yiwang.base.access import Viewer
from yiwang.base.areas import queries as areas
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events.actions.coursing import placement_of
from yiwang.domains.events.actions.reporting import follow_code
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.locating import CELL_DEGREES
from yiwang.domains.events.models import Event, Report, Status
from yiwang.domains.events.numbers import event_id
from yiwang.domains.events.queries.lists import event_scope
from yiwang.domains.events.queries.records import ROW_RELATED, EventRow, EventView, event_row
from yiwang.engines.flow import queries as flow
from yiwang.engines.flow.clock_views import ClockView, clocks_of, day_minutes, due_with
from yiwang.engines.place import queries as place
from yiwang.kernel.clock import now
from yiwang.kernel.titles import Title

HERE_METRES = 60
HERE_DAYS = 400
MOST_EARLIER = 6
MOST_PEOPLE = 5


@dataclass(frozen=True)
class Limits:
    """The limits of an event: until when it should be accepted (None: no limit), and the clock of each step.

    `given_at`: when the department that has it, or had it last, got it; None while nobody has.
    """

    given_at: datetime | None
    accept_due_at: datetime | None
    clocks: tuple[ClockView, ...]
    day_minutes: int


@dataclass(frozen=True)
class Person:
    """Somebody who can act, with the post they hold."""

    name: str
    post: Title


@dataclass(frozen=True)
class Earlier:
    """An earlier event at the same facility (`metres` None) or so many metres away."""

    row: EventRow
    metres: float | None


def limits(view: EventView) -> Limits:
    """The clocks of an event the viewer sees; no clocks for one without a flow."""
    rules = rules_of(areas.jurisdiction(view.jurisdiction).id)
    category = rules.by_code.get(view.category_code)
    calendar = rules.calendar_of(category.id if category else None)
    clocks = clocks_of(view.flow_instance) if view.flow_instance else ()
    given_at = None if view.row.status == Status.RECEIVED else view.dispatched_at
    if given_at and clocks and (len(clocks) > 1 or view.n_reopened):  # it went out more than once
        given_at = clocks[-1].started_at
    due = None
    if category is not None and category.accept_minutes and given_at and not view.is_imported:
        due = calendar.add_minutes(given_at, category.accept_minutes).at
    return Limits(given_at, due, clocks, clocks[-1].day_minutes if clocks else day_minutes(calendar))


def due_after(view: EventView, minutes: Iterable[int]) -> dict[int, datetime | None]:
    """Until when the present step has time with so many more working minutes each; {} without a running clock."""
    item = next(iter(flow.open_items_of(view.flow_instance)), None) if view.flow_instance else None
    return due_with(item.uid, minutes) if item is not None else {}


def who_can_act(viewer: Viewer, view: EventView) -> tuple[Person, ...]:
    """Who may take the open step: holders of posts of its department whose role allows it. For colleagues only."""
    paths = {"department_path": view.department_path, "area_path": view.area_path}
    item = next(iter(flow.open_items_of(view.flow_instance)), None) if view.flow_instance else None
    if item is None or item.department_id is None or not viewer.may("events.view", **paths):
        return ()
    found = organisation.handlers_of(item.department_id, permission=item.permission, area_path=view.area_path)
    return tuple(Person(one.name, one.post.title) for one in found[:MOST_PEOPLE])


def on_duty_here(viewer: Viewer, view: EventView) -> tuple[Person, ...]:
    """Who is on duty in the event's grid now."""
    if view.row.lon is None or view.row.lat is None:
        return ()
    grid = place.locate(view.row.lon, view.row.lat, jurisdiction=areas.jurisdiction(view.jurisdiction).id)
    if grid is None or grid.grid_id is None or not viewer.may("events.view", area_path=view.area_path):
        return ()
    found = place.duty_of(viewer, grid.grid_id)[:MOST_PEOPLE]
    titles = {one.code: one.title for one in _posts(duty.post for duty in found if duty.post)}
    return tuple(Person(duty.name, titles.get(duty.post, {})) for duty in found if duty.name)


def _posts(codes: Iterable[str]) -> list[organisation.PostView]:
    return [organisation.post(code) for code in set(codes)]


def grid_title(view: EventView) -> Title:
    """The title of the grid an event's point lies in; {} where it has none."""
    if view.row.lon is None or view.row.lat is None:
        return {}
    found = place.locate(view.row.lon, view.row.lat, jurisdiction=areas.jurisdiction(view.jurisdiction).id)
    return dict(found.title) if found is not None and found.grid_code == view.grid_code else {}


def earlier_here(viewer: Viewer, view: EventView) -> list[Earlier]:
    """Earlier events at the same facility or within a stone's throw, newest first, that the viewer may see."""
    row = view.row
    before = row.occurred_at - timedelta(days=HERE_DAYS)
    near = Q(pk__in=())
    if row.lon is not None and row.lat is not None:
        near |= Q(cell__in=place.cells_around(row.lon, row.lat, HERE_METRES, CELL_DEGREES))
    if not near:
        return []
    rows = (
        Event.objects.filter(near, event_scope(viewer), merged_into=None)
        .filter(occurred_at__gte=before, occurred_at__lte=row.occurred_at, jurisdiction__code=view.jurisdiction)
        .exclude(pk=row.id)
        .select_related(*ROW_RELATED)
        .order_by("-occurred_at")[: 5 * MOST_EARLIER]
    )
    found = [Earlier(event_row(event), _metres(event, row, view.element_code)) for event in rows]
    kept = [one for one in found if one.metres is None or one.metres <= HERE_METRES]
    return sorted(kept, key=lambda one: one.metres is not None)[:MOST_EARLIER]


def _metres(event: Event, row: EventRow, element: str) -> float | None:
    if element and event.element_code == element:
        return None
    if event.lon is None or event.lat is None or row.lon is None or row.lat is None:
        return float("inf")
    return place.metres_between(event.lon, event.lat, row.lon, row.lat)


def would_go_to(number: str) -> Title:
    """The department the responsibility list names for an event as it is now; {} for none."""
    event = Event.objects.get(pk=event_id(number) or 0)
    duty = placement_of(event, rules_of(event.jurisdiction_id), at=now()).duty
    return duty.department_title if duty else {}


def code_of_report(viewer: Viewer, view: EventView, report: UUID) -> str:
    """The code behind which the reporter reads, for officials who see the event from inside; "" without one."""
    paths = {"department_path": view.department_path, "area_path": view.area_path}
    if not viewer.may("events.view", **paths) or report not in {one.uid for one in view.reports}:
        return ""
    has_code = Report.objects.filter(uid=report, follow_hash__isnull=False).exists()
    return follow_code(report) if has_code else ""
