"""What every verb shares: the deed, the lock, the rights, the message. Private to the actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yiwang.base.access import Viewer
from yiwang.base.deeds import Deed, deed
from yiwang.base.organisation import queries as organisation
from yiwang.base.people.queries import display_names
from yiwang.engines.flow import rights, store
from yiwang.engines.flow.clocks import clock_summary
from yiwang.engines.flow.records import Assignment, ItemView, Moved
from yiwang.engines.flow.state import ClockRecord, Event, Unit
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict, Invalid
from yiwang.kernel.text import N_, Text

MOVED = "flow.moved"
CLOCK_MISSED = "flow.clock_missed"
CLOCK_WARNED = "flow.clock_warned"


@dataclass
class Move:
    """One verb on one locked instance while its deed is open."""

    deed: Deed
    found: store.Loaded
    by: Viewer
    item: ItemView | None = None

    @property
    def open_items(self) -> list[ItemView]:
        """The instance's open items as they were found."""
        return [self.found.item_view(item.number) for item in self.found.state.open_items]

    def require_act(self) -> None:
        """NotAllowed unless the viewer may act on the item; Conflict naming who has taken it."""
        assert self.item is not None
        holder = self.item.assignee_id
        if holder is not None and not rights.may_act(self.by, self.item):
            could = self.by.may(
                self.item.permission, department_path=self.item.department_path, area_path=self.item.area_path
            )
            if could:
                name = display_names([holder]).get(holder, "")
                raise Conflict(N_("%(name)s has taken this work item."), name=name)
        rights.require_act(self.by, self.item)

    def require_supervise(self) -> None:
        """NotAllowed unless the viewer supervises the case."""
        items = [self.item] if self.item else self.open_items
        rights.require_supervise(self.by, items, self.found.definition.spec.supervised_by)

    def apply(self, verb: str, **data: Any) -> Moved:
        """Let the instance move, save it, note and announce what happened."""
        given = {name: value for name, value in data.items() if value is not None}
        number = self.item.number if self.item else None
        moved = store.apply(self.found, Event(verb, clock.now(), self.by.account_id, number, given))
        tell(self.deed, self.found, verb, moved, self.item)
        return moved


@contextmanager
def moving_item(action: str, item_uid: UUID, *, by: Viewer, reason: str = "") -> Iterator[Move]:
    """Open a deed on a work item's instance, locked. NotFound; Conflict when the item is finished already."""
    with deed(f"flow.{action}", by=by, subject=f"item:{item_uid}", reason=reason) as d:
        found, row = store.load_by_item(item_uid)
        d.subject, d.area_path = found.row.subject, found.row.area_path
        yield Move(d, found, by, found.item_view(row.number))


@contextmanager
def moving_case(action: str, uid: UUID, *, by: Viewer, reason: str = "") -> Iterator[Move]:
    """Open a deed on an instance, locked. NotFound."""
    with deed(f"flow.{action}", by=by, subject=f"instance:{uid}", reason=reason) as d:
        found = store.load_by_uid(uid)
        d.subject, d.area_path = found.row.subject, found.row.area_path
        yield Move(d, found, by)


def tell(d: Deed, found: store.Loaded, verb: str, moved: Moved, item: ItemView | None) -> None:
    """Note a move in the audit entry and announce it: ids, codes and times only."""
    said: dict[str, Any] = {"verb": verb, "instance": str(moved.instance_uid)}
    if item is not None:
        said |= {"item": str(item.uid), "node": item.node}
    if moved.closed and moved.closed[0].outcome:
        said["outcome"] = moved.closed[0].outcome
    if moved.opened:
        said["opened"] = [_opened(each) for each in moved.opened]
    if moved.is_ended:
        said |= {"is_ended": True, "end_node": moved.end_node, "end_outcome": moved.outcome}
    d.note(**said)
    d.announce(MOVED, version=1, subject=moved.subject, payload=said)
    for each in found.missed:
        d.announce(CLOCK_MISSED, version=1, subject=moved.subject, payload=clock_payload(found, each))


def clock_payload(found: store.Loaded, which: ClockRecord) -> dict[str, Any]:
    """What a message about a clock carries: the limit, the item it belongs to, and whether anybody has taken it."""
    return {"instance": str(found.row.uid), **clock_summary(which), **_item_of(found, which.item)}


def _opened(item: ItemView) -> dict[str, Any]:
    return {
        "uid": str(item.uid),
        "node": item.node,
        "department": item.department_id,
        "assignee": item.assignee_id,
        "due_at": item.due_at.isoformat() if item.due_at else None,
    }


def _item_of(found: store.Loaded, number: int | None) -> dict[str, Any]:
    """Which work item a clock belongs to, and whether anybody has taken it."""
    row = found.items.get(number) if number is not None else None
    if row is None:
        return {}
    return {
        "item_uid": str(row.uid),
        "node": row.node,
        "department": row.department_id,
        "assignee": row.assignee_id,
    }


def assignment_data(assign: Assignment | None) -> Mapping[str, Any] | None:
    """An assignment as event data. Invalid for a department out of use or an unknown account."""
    if assign is None:
        return None
    data: dict[str, Any] = {}
    if assign.department_id is not None:
        data["unit"] = unit_of(assign.department_id).as_json()
    if assign.account_id is not None:
        if not display_names([assign.account_id]):
            raise Invalid(N_("There is no such account."))
        data["account"] = assign.account_id
    return data


def unit_of(department_id: int) -> Unit:
    """A department that work may be given to. Invalid when there is none or it is closed."""
    found = organisation.departments_by_id([department_id]).get(department_id)
    if found is None or not found.is_active:
        raise Invalid(N_("There is no such department, or it is closed."))
    return Unit(found.id, found.path)


def needed(reason: str) -> str:
    """A reason that is not blank. Invalid, naming the field, otherwise."""
    if not reason.strip():
        missing = Text(N_("Please give a reason."))
        raise Invalid(missing, fields={"reason": [missing]})
    return reason.strip()
