"""An event's course: dispatch, accept, handle, return, transfer, verify, close, reject, reopen.

Each verb finds the event's open work item, lets the flow move, and writes the projection and the story in the same
transaction. Who may do a step is the flow's rule (permission, department, "not by whoever handled it").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import UUIDField

from yiwang.base.access import SYSTEM, Viewer, require
from yiwang.base.deeds import Deed, deed
from yiwang.base.organisation import queries as organisation
from yiwang.base.prepared import Given, Prepared, insert, update
from yiwang.domains.events.actions.story import tell
from yiwang.domains.events.course import Duty, Rules, rules_of
from yiwang.domains.events.models import Event, EventEntry, Status
from yiwang.domains.events.numbers import event_number
from yiwang.domains.events.projection import project, status_of
from yiwang.domains.events.responsibility import Placement, place_event
from yiwang.domains.events.schema import event_record
from yiwang.engines.flow import actions as flow
from yiwang.engines.flow import queries as flow_queries
from yiwang.engines.flow.queries import ItemView, Moved
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Conflict, Invalid, NotFound
from yiwang.kernel.text import N_, Text

PROJECTED = (
    *("status", "department", "department_path", "due_at", "is_provisional_due", "dispatched_at"),
    *("accept_due_at", "accepted_at"),
    *("handled_at", "closed_at", "outcome", "is_late", "n_returns", "n_reopened", "urgency", "category"),
    *("category_path", "flow_instance", "changed_at"),
)
MAX_WORDS = 2_000


@dataclass(frozen=True)
class Standing:
    """Where an event stands after a verb."""

    number: str
    status: str
    department_path: str
    due_at: datetime | None


@dataclass
class Move:
    """One verb on one locked event while its transaction is open."""

    event: Event
    rules: Rules
    deed: Deed
    by: Viewer
    at: datetime
    entries: list[EventEntry] = field(default_factory=list)

    def tell(
        self, kind: str, *, text: str = "", is_public: bool = False, by: Viewer | None = None, **data: Any
    ) -> None:
        """Add a line to the event's story."""
        self.entries.append(
            tell(self.event, kind, at=self.at, by=by or self.by, text=text, is_public=is_public, **data)
        )

    def item(self, *statuses: Status) -> ItemView:
        """The open work item of a step with one of these statuses; Conflict when the event has moved on."""
        if self.event.flow_instance is not None:
            for item in flow_queries.open_items_of(self.event.flow_instance):
                if status_of(item, self.rules) in statuses:
                    return item
        raise Conflict(N_("This event has moved on since you saw it; it is now: %(status)s."), status=self._status())

    def _status(self) -> Text:
        return Text(str(Status(self.event.status).label))

    def project(self, moved: Moved) -> None:
        """Write what the flow returned onto the event."""
        project(self.event, moved, self.rules, at=self.at)

    @property
    def standing(self) -> Standing:
        """Where the event stands now."""
        return Standing(event_number(self.event.pk), self.event.status, self.event.department_path, self.event.due_at)


_LOCKED = Prepared(lambda: Event.objects.select_for_update().filter(uid=Given("uid", UUIDField())))


@contextmanager
def moving(uid: UUID, verb: str, *, by: Viewer, reason: str = "") -> Iterator[Move]:
    """Lock an event, do a verb, and save projection, story, audit and message together."""
    if len(reason) > MAX_WORDS:
        raise Invalid(N_("The text is longer than %(most)s characters."), most=MAX_WORDS)
    at = now()
    with deed(f"events.{verb}", by=by, subject=f"event:{uid}", reason=reason) as d:
        event = _LOCKED.first(uid=uid)
        if event is None:
            raise NotFound(N_("There is no such event."))
        move = Move(event, rules_of(event.jurisdiction_id), d, by, at)
        before = event.status
        yield move
        event.changed_at = at
        update(event, PROJECTED)
        insert(move.entries)
        d.area_path = event.area_path
        d.note(status=[before, event.status])
        d.announce(f"event.{_TOPICS.get(verb, 'changed')}", version=1, subject=str(uid), payload={"verb": verb})


_TOPICS = {"close_event": "closed", "reopen_event": "reopened", "dispatch_event": "dispatched"}


def start_course(event: Event, rules: Rules, *, at: datetime, by: Viewer) -> list[EventEntry]:
    """Start the flow of a new (unsaved) event; the responsibility list dispatches it when it names somebody."""
    record = event_record(_record(event, rules), at.astimezone(rules.zone))
    placement = place_event(rules, event.category_path, event.area_path, record)
    duty = placement.duty if rules.settings.auto_dispatch else None
    moved = flow.start_instance(
        rules.settings.flow,
        subject=f"event:{event.uid}",
        title=event.title,
        variables=_variables(event, rules, duty),
        area_path=event.area_path,
        calendar=rules.calendar_of(event.category_id),
        jurisdiction=rules.jurisdiction.code,
        by=by,
    )
    event.flow_instance = moved.instance_uid
    project(event, moved, rules, at=at)
    return [_told_placement(event, placement, duty, at)]


def dispatch_event(
    uid: UUID, *, by: Viewer, department: str = "", category: str = "", minutes: int | None = None, reason: str = ""
) -> Standing:
    """Give the event to a department, by code; without one the responsibility list decides (with the new category).

    `minutes` (working time) overrides the category's limit. Invalid when neither names a department; Conflict when
    the event is not waiting for dispatch; NotAllowed without a grant that covers it.
    """
    with moving(uid, "dispatch_event", by=by, reason=reason) as move:
        item = move.item(Status.RECEIVED)
        if category:
            _reclassify(move, category)
        duty, placement = _choose(move, department)
        variables = _variables(move.event, move.rules, duty) | ({"handle_minutes": minutes} if minutes else {})
        moved = flow.complete_item(item.uid, outcome="dispatched", variables=variables, by=by, reason=reason)
        move.project(moved)
        if placement is None:
            move.tell("dispatched", text=reason, is_public=True, department=duty.department_title, by_hand=True)
        else:
            move.entries.append(_told_placement(move.event, placement, duty, move.at))
    return move.standing


def reject_event(uid: UUID, *, by: Viewer, reason: str) -> Standing:
    """End an undispatched event that is no matter for the city; the reason is shown to the reporter."""
    with moving(uid, "reject_event", by=by, reason=_needed(reason)) as move:
        item = move.item(Status.RECEIVED)
        move.project(flow.complete_item(item.uid, outcome="rejected", by=by, reason=reason))
        move.tell("rejected", text=reason, is_public=True)
    return move.standing


def accept_event(uid: UUID, *, by: Viewer) -> Standing:
    """Take the handling step: from now on one person answers for it."""
    with moving(uid, "accept_event", by=by) as move:
        item = move.item(Status.DISPATCHED, Status.HANDLING)
        move.project(flow.claim_item(item.uid, by=by))
        move.event.accepted_at, move.event.accept_due_at = move.at, None
        move.tell("accepted", is_public=True)
    return move.standing


def handle_event(uid: UUID, *, by: Viewer, result: str, files: tuple[str, ...] = ()) -> Standing:
    """Say what was done; the event goes to verification. `result` is shown to the reporter."""
    with moving(uid, "handle_event", by=by) as move:
        item = move.item(Status.DISPATCHED, Status.HANDLING)
        if move.event.accepted_at is None:
            move.event.accepted_at, move.event.accept_due_at = move.at, None
        move.project(flow.complete_item(item.uid, outcome="done", by=by))
        move.tell("handled", text=_needed(result), is_public=True, files=list(files))
    return move.standing


def return_event(uid: UUID, *, by: Viewer, reason: str) -> Standing:
    """A department says it is not theirs. After the scene's number of returns a supervisor decides for good."""
    with moving(uid, "return_event", by=by, reason=_needed(reason)) as move:
        item = move.item(Status.DISPATCHED, Status.HANDLING)
        most = move.rules.settings.arbitrate_after_returns
        if move.event.n_returns >= most:
            raise Conflict(N_("A supervisor has ruled that this is yours; it cannot be returned again."))
        move.event.n_returns += 1
        goes_up = move.event.n_returns >= most
        variables = {"n_returns": move.event.n_returns, "needs_arbitration": goes_up}
        moved = flow.complete_item(item.uid, outcome="returned", variables=variables, by=by, reason=reason)
        move.project(moved)
        move.event.accepted_at = None
        move.tell("returned", text=reason, n_returns=move.event.n_returns, arbitration=goes_up)
    return move.standing


def transfer_event(uid: UUID, *, by: Viewer, department: str, reason: str) -> Standing:
    """Hand the handling step to another department (转办); the deadline stays."""
    with moving(uid, "transfer_event", by=by, reason=_needed(reason)) as move:
        item = move.item(Status.DISPATCHED, Status.HANDLING)
        to = organisation.department(move.rules.jurisdiction.code, department)
        move.project(
            flow.transfer_item(item.uid, department_id=to.id, variables={"department": to.code}, reason=reason, by=by)
        )
        move.event.accepted_at = None
        move.tell("transferred", text=reason, department=to.title)
    return move.standing


def verify_event(uid: UUID, *, by: Viewer, is_passed: bool, text: str = "") -> Standing:
    """Check the result, not by whoever handled it; a failed check sends it back to the same department."""
    with moving(uid, "verify_event", by=by, reason=text if is_passed else _needed(text)) as move:
        item = move.item(Status.VERIFYING)
        moved = flow.complete_item(item.uid, outcome="passed" if is_passed else "failed", by=by, reason=text)
        move.project(moved)
        move.tell("verified" if is_passed else "verified_failed", text=text, is_public=is_passed)
    return move.standing


def close_event(uid: UUID, *, by: Viewer, text: str = "") -> Standing:
    """End the event; the reporter may evaluate from now on."""
    with moving(uid, "close_event", by=by, reason=text) as move:
        item = move.item(Status.CLOSING)
        move.project(flow.complete_item(item.uid, outcome="closed", by=by, reason=text))
        move.tell("closed", text=text, is_public=True)
    return move.standing


def reopen_event(uid: UUID, *, by: Viewer, reason: str) -> Standing:
    """Take up a closed event again: a new run of the flow, at the same department; needs `events.supervise`.

    The reporter reopens through `evaluating.reopen_by_code`.
    """
    with moving(uid, "reopen_event", by=by, reason=_needed(reason)) as move:
        event = move.event
        if by is not SYSTEM:
            require(by, "events.supervise", department_path=event.department_path, area_path=event.area_path)
        restart(move)
        move.tell("reopened", text=reason, is_public=True)
    return move.standing


def restart(move: Move) -> None:
    """Start the flow anew for a closed event; Conflict when it is not closed."""
    event = move.event
    if event.status != Status.CLOSED:
        raise Conflict(N_("Only a closed event can be reopened."))
    known = organisation.departments_by_id([event.department_id]) if event.department_id else {}
    department = known[event.department_id].code if event.department_id else None
    moved = flow.start_instance(
        move.rules.settings.flow,
        subject=f"event:{event.uid}",
        title=event.title,
        variables=_variables(event, move.rules, None) | {"department": department},
        area_path=event.area_path,
        calendar=move.rules.calendar_of(event.category_id),
        jurisdiction=move.rules.jurisdiction.code,
        by=move.by,
    )
    event.flow_instance = moved.instance_uid
    event.n_reopened += 1
    event.closed_at = event.handled_at = event.accepted_at = None
    event.outcome = ""
    event.is_late = None
    move.project(moved)


def _choose(move: Move, department: str) -> tuple[Duty, Placement | None]:
    """The department a person named, else the responsibility list's with its explanation."""
    if department:
        found = organisation.department(move.rules.jurisdiction.code, department)
        return Duty(0, "", "", None, found.id, found.code, found.path, found.title, ""), None
    record = event_record(_record(move.event, move.rules), move.at.astimezone(move.rules.zone))
    placement = place_event(move.rules, move.event.category_path, move.event.area_path, record)
    if placement.duty is None:
        nobody = Text(N_("The responsibility list names nobody here; please choose a department."))
        raise Invalid(nobody, fields={"department": [nobody]})
    return placement.duty, placement


def _reclassify(move: Move, code: str) -> None:
    category = move.rules.by_code.get(code)
    if category is None or not category.is_active:
        unknown = Text(N_("There is no category “%(code)s” here."), {"code": code})
        raise Invalid(unknown, fields={"category": [unknown]})
    if category.id != move.event.category_id:
        move.event.category_id = category.id
        move.event.category_path = category.path
        move.event.urgency = category.urgency
        move.tell("categorised", category=category.title)


def _record(event: Event, rules: Rules) -> dict[str, Any]:
    """The event as conditions see it."""
    category = rules.categories.get(event.category_id) if event.category_id else None
    return {
        "category": category.code if category else None,
        "urgency": event.urgency,
        "area": event.area_path.rstrip("/").rsplit("/", 1)[-1] or None,
        "grid": event.grid_code or None,
        "source": event.source,
        "text": event.text,
        "address": event.address_text or None,
        "occurred_at": event.occurred_at,
        "lon": event.lon,
        "lat": event.lat,
        "n_reports": event.n_reports,
        "is_public": event.is_public,
    }


def _variables(event: Event, rules: Rules, duty: Duty | None) -> dict[str, Any]:
    """What the flow may know of an event: codes and limits, nothing personal."""
    category = rules.categories.get(event.category_id) if event.category_id else None
    return {
        "category": category.code if category else None,
        "urgency": event.urgency,
        "department": duty.department_code if duty else None,
        "centre": rules.settings.default_department,
        "accept_minutes": category.accept_minutes if category else None,
        "handle_minutes": category.handle_minutes if category else None,
        "n_returns": event.n_returns,
    }


def _told_placement(event: Event, placement: Placement, duty: Duty | None, at: datetime) -> EventEntry:
    """The line that says to whom it went and why, or why nobody was found."""
    return tell(
        event,
        "dispatched" if duty else "not_dispatched",
        at=at,
        by=SYSTEM,
        is_public=duty is not None,
        department=duty.department_title if duty else None,
        reasons=[{"msgid": r.msgid, "params": dict(r.params)} for r in placement.reasons],
        considered=list(placement.considered),
        version=placement.version,
    )


def _needed(text: str) -> str:
    """Text that must not be blank."""
    if not text.strip():
        needed = Text(N_("Please give a reason in words."))
        raise Invalid(needed, fields={"reason": [needed]})
    return text.strip()
