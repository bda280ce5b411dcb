"""What can be done with an event next, by whom, and which of it the viewer may do: the flow's word, put as verbs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from yiwang.base.access import Viewer
from yiwang.base.areas import queries as areas
from yiwang.base.organisation import queries as organisation
from yiwang.base.people.queries import display_names
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.models import OPEN_STATUSES, Status
from yiwang.domains.events.projection import status_of
from yiwang.domains.events.queries.records import EventView
from yiwang.engines.flow import queries as flow
from yiwang.engines.flow.queries import ItemView
from yiwang.kernel.errors import NotFound
from yiwang.kernel.titles import Title

VERBS: dict[str, tuple[str, ...]] = {
    Status.RECEIVED: ("dispatch", "reject"),
    Status.DISPATCHED: ("accept", "handle", "return", "transfer"),
    Status.HANDLING: ("handle", "return", "transfer"),
    Status.VERIFYING: ("verify",),
    Status.CLOSING: ("close",),
}
WATCHING = ("urge", "supervise")


@dataclass(frozen=True)
class NextStep:
    """The open step of an event and what the viewer may do: `verbs` as the actions are called, without `_event`.

    `department` and `holder` say who can do it: the department's title ({} for none) and the person's name ("" while
    nobody has taken it). `step` is None for an event without an open step.
    """

    step: Title | None
    department: Title
    holder: str
    is_mine: bool
    is_held: bool
    verbs: tuple[str, ...]


NOTHING = NextStep(None, {}, "", False, False, ())


def next_step(viewer: Viewer, view: EventView) -> NextStep:
    """The open step of an event the viewer sees, with the verbs its flow lets them do now."""
    paths = {"department_path": view.department_path, "area_path": view.area_path}
    watches = viewer.may("events.supervise", **paths)
    notes = ("note",) if viewer.may("events.view", **paths) else ()
    if view.row.status in (Status.CLOSED, Status.REJECTED) and not view.is_imported:
        return replace(NOTHING, verbs=(*(("reopen",) if watches else ()), *notes))
    if view.row.status == Status.MERGED:
        may = viewer.may("events.dispatch", area_path=view.area_path)
        return replace(NOTHING, verbs=(*(("unmerge",) if may else ()), *notes))
    if view.flow_instance is None or view.row.status not in OPEN_STATUSES:
        return replace(NOTHING, verbs=notes)
    item = next(iter(flow.open_items_of(view.flow_instance)), None)
    if item is None:
        return replace(NOTHING, verbs=notes)
    known = organisation.departments_by_id([item.department_id]) if item.department_id else {}
    # who works on it is said to colleagues only, not to the reporter
    named = item.assignee_id if viewer.may("events.view", **paths) else None
    names = display_names([named]) if named else {}
    return NextStep(
        step=item.title,
        department=known[item.department_id].title if item.department_id else {},
        holder=names.get(named, "") if named else "",
        is_mine=item.assignee_id is not None and item.assignee_id == viewer.account_id,
        is_held=item.is_held,
        verbs=(*_verbs(viewer, view, item, watches), *notes),
    )


def _verbs(viewer: Viewer, view: EventView, item: ItemView, watches: bool) -> tuple[str, ...]:
    status = status_of(item, rules_of(areas.jurisdiction(view.jurisdiction).id))
    try:
        detail = flow.item(viewer, item.uid)
    except NotFound:
        return ()
    verbs = VERBS.get(status, ()) if detail.may_act else ()
    if status == Status.HANDLING and (detail.may_unclaim or (watches and item.state == "claimed")):
        verbs += ("release",)
    if status in (Status.DISPATCHED, Status.HANDLING) and detail.may_withdraw:
        verbs += ("redispatch", "withdraw")
    if watches:
        verbs += tuple(v for v in WATCHING if v != "supervise" or not view.row.is_supervised)
        if status in (Status.DISPATCHED, Status.HANDLING) and item.due_at is not None:
            verbs += ("extend",)
    return verbs
