"""An event's course: dispatch, accept, handle, return, transfer, verify, close, reject, reopen.

Taking back what was misdirected is in `redirecting.py`.

Each verb finds the event's open work item, lets the flow move, and writes the projection and the story in the same
transaction. Who may do a step is the flow's rule (permission, department, "not by whoever handled it").

A verb may carry a `submission`: the uid its sender gave it. The line it writes keeps that uid, and the same submission
sent again changes nothing (`Standing.is_repeat`), so a telephone on a bad network may send until it hears an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import UUIDField

from yiwang.base.access import SYSTEM, Viewer, require
from yiwang.base.deeds import Deed, deed
from yiwang.base.notices.actions import notify
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
    *("category_path", "flow_instance", "changed_at", "is_supervised"),
)
MAX_WORDS = 2_000
HANDLE = "events.handle"
REASON_SHOWN = 120
"""Characters of an official's sentence that stand in a notice; all of it stands in the story."""
CHECK_FAILED = N_("%(number)s “%(title)s” did not pass the check: %(reason)s")
REOPENED = N_("%(number)s “%(title)s” was reopened: %(reason)s")


@dataclass(frozen=True)
class Standing:
    """Where an event stands after a verb."""

    number: str
    status: str
    department_path: str
    due_at: datetime | None
    is_repeat: bool = False
    """The submission had been done before; nothing was changed."""


@dataclass
class Move:
    """One verb on one locked event while its transaction is open."""

    event: Event
    rules: Rules
    deed: Deed
    by: Viewer
    at: datetime
    entries: list[EventEntry] = field(default_factory=list)
    submission: UUID | None = None
    is_repeat: bool = False

    def tell(
        self, kind: str, *, text: str = "", is_public: bool = False, by: Viewer | None = None, **data: Any
    ) -> None:
        """Add a line to the event's story; the first keeps the submission."""
        if self.submission is not None and not self.entries:
            data["submission"] = str(self.submission)
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
        event = self.event
        return Standing(event_number(event.pk), event.status, event.department_path, event.due_at, self.is_repeat)


_LOCKED = Prepared(lambda: Event.objects.select_for_update().filter(uid=Given("uid", UUIDField())))


@contextmanager
def moving(uid: UUID, verb: str, *, by: Viewer, reason: str = "", submission: UUID | None = None) -> Iterator[Move]:
    """Lock an event, do a verb, and save projection, story, audit and message together.

    A `submission` done before makes the move a repeat: the verb must do nothing then, and nothing is saved.
    """
    if len(reason) > MAX_WORDS:
        raise Invalid(N_("The text is longer than %(most)s characters."), most=MAX_WORDS)
    at = now()
    with deed(f"events.{verb}", by=by, subject=f"event:{uid}", reason=reason) as d:
        event = _LOCKED.first(uid=uid)
        if event is None:
            raise NotFound(N_("There is no such event."))
        move = Move(event, rules_of(event.jurisdiction_id), d, by, at, submission=submission)
        move.is_repeat = submission is not None and _is_done(event, submission, by)
        before = event.status
        yield move
        if move.is_repeat:
            d.note(is_repeat=True)
            return
        event.changed_at = at
        update(event, PROJECTED)
        insert(move.entries)
        d.area_path = event.area_path
        d.note(status=[before, event.status])
        d.announce(f"event.{_TOPICS.get(verb, 'changed')}", version=1, subject=str(uid), payload={"verb": verb})


def _is_done(event: Event, submission: UUID, by: Viewer) -> bool:
    """Whether the sender's submission is in the event's story already (asked under the event's lock)."""
    return EventEntry.objects.filter(event=event, by_id=by.account_id, data__submission=str(submission)).exists()


_TOPICS = {
    "close_event": "closed",
    "reopen_event": "reopened",
    "reopen_by_code": "reopened",
    "dispatch_event": "dispatched",
    "redispatch_event": "dispatched",
}


def placement_of(event: Event, rules: Rules, *, at: datetime) -> Placement:
    """Whom the responsibility list names for an event as it is."""
    record = event_record(_record(event, rules), at.astimezone(rules.zone))
    return place_event(rules, event.category_path, event.area_path, record)


def start_course(event: Event, rules: Rules, *, at: datetime, by: Viewer, in_hand: str = "") -> list[EventEntry]:
    """Start the flow of a new (unsaved) event; the responsibility list dispatches it when it names somebody.

    `in_hand` is the code of the department that has it already: then the list is not asked.
    """
    placement = _reached(placement_of(event, rules, at=at), event.area_path)
    duty = placement.duty if rules.settings.auto_dispatch else None
    if in_hand:
        to = organisation.department(rules.jurisdiction.code, in_hand)
        duty = Duty(0, "", "", None, to.id, to.code, to.path, to.title, "")
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
    if duty is not None and in_hand:
        return [tell(event, "dispatched", at=at, by=by, is_public=True, department=duty.department_title, by_hand=True)]
    return [_told_placement(event, placement, duty, at)]


def _reached(placement: Placement, area_path: str) -> Placement:
    """The placement, without its department where nobody there could see the event: then a person chooses."""
    duty = placement.duty
    if duty is None or organisation.is_reached(duty.department_path, area_path, permission=HANDLE):
        return placement
    nobody = Text(N_("no post of that department reaches this place"))
    return replace(placement, duty=None, reasons=(*placement.reasons, nobody))


def require_reached(event: Event, department_path: str) -> None:
    """Invalid (`department`) where no post of a department could see or take the event."""
    if not organisation.is_reached(department_path, event.area_path, permission=HANDLE):
        nobody = Text(N_("No post of this department reaches the place of this event, so nobody there would see it."))
        raise Invalid(nobody, fields={"department": [nobody]})


def dispatch_event(
    uid: UUID, *, by: Viewer, department: str = "", category: str = "", minutes: int | None = None, reason: str = ""
) -> Standing:
    """Give the event to a department, by code; without one the responsibility list decides (with the new category).

    `minutes` (working time) overrides the category's limit. Invalid when neither names a department; Conflict when
    the event is not waiting for dispatch; NotAllowed without a grant that covers it.
    """
    with moving(uid, "dispatch_event", by=by, reason=reason) as move:
        give(move, department=department, category=category, minutes=minutes, reason=reason)
    return move.standing


def give(move: Move, *, department: str, category: str, minutes: int | None, reason: str) -> None:
    """Finish the step of dispatch (or the ruling), as `dispatch_event` says; for verbs that dispatch."""
    item = move.item(Status.RECEIVED)
    if category:
        _reclassify(move, category)
    duty, placement = _choose(move, department)
    require_reached(move.event, duty.department_path)
    variables = _variables(move.event, move.rules, duty) | ({"handle_minutes": minutes} if minutes else {})
    moved = flow.complete_item(item.uid, outcome="dispatched", variables=variables, by=move.by, reason=reason)
    move.project(moved)
    if placement is None:
        move.tell("dispatched", text=reason, is_public=True, department=duty.department_title, by_hand=True)
    else:
        move.entries.append(_told_placement(move.event, placement, duty, move.at))


def reject_event(uid: UUID, *, by: Viewer, reason: str) -> Standing:
    """End an undispatched event that is no matter for the city; the reason is shown to the reporter."""
    with moving(uid, "reject_event", by=by, reason=needed(reason)) as move:
        item = move.item(Status.RECEIVED)
        move.project(flow.complete_item(item.uid, outcome="rejected", by=by, reason=reason))
        move.tell("rejected", text=reason, is_public=True)
    return move.standing


def accept_event(uid: UUID, *, by: Viewer, submission: UUID | None = None) -> Standing:
    """Take the handling step: from now on one person answers for it."""
    with moving(uid, "accept_event", by=by, submission=submission) as move:
        if move.is_repeat:
            return move.standing
        item = move.item(Status.DISPATCHED, Status.HANDLING)
        move.project(flow.claim_item(item.uid, by=by))
        move.event.accepted_at, move.event.accept_due_at = move.at, None
        move.tell("accepted", is_public=True)
    return move.standing


def handle_event(
    uid: UUID,
    *,
    by: Viewer,
    result: str,
    files: tuple[str, ...] = (),
    before: tuple[str, ...] = (),
    submission: UUID | None = None,
) -> Standing:
    """Say what was done; the event goes to verification. `result` is shown to the reporter.

    `files` are uids of photos of the result, `before` of photos of how it was found.
    """
    with moving(uid, "handle_event", by=by, submission=submission) as move:
        if move.is_repeat:
            return move.standing
        item = move.item(Status.DISPATCHED, Status.HANDLING)
        if move.event.accepted_at is None:
            move.event.accepted_at, move.event.accept_due_at = move.at, None
        move.project(flow.complete_item(item.uid, outcome="done", by=by))
        marks: dict[str, Any] = {"before": list(before), "after": list(files)} if before else {}
        move.tell("handled", text=needed(result), is_public=True, files=[*before, *files], **marks)
    return move.standing


def return_event(uid: UUID, *, by: Viewer, reason: str) -> Standing:
    """A department says it is not theirs. After the scene's number of returns a supervisor decides for good."""
    with moving(uid, "return_event", by=by, reason=needed(reason)) as move:
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
    with moving(uid, "transfer_event", by=by, reason=needed(reason)) as move:
        item = move.item(Status.DISPATCHED, Status.HANDLING)
        to = organisation.department(move.rules.jurisdiction.code, department)
        require_reached(move.event, to.path)
        move.project(
            flow.transfer_item(item.uid, department_id=to.id, variables={"department": to.code}, reason=reason, by=by)
        )
        move.event.accepted_at = None
        move.tell("transferred", text=reason, department=to.title)
    return move.standing


def verify_event(uid: UUID, *, by: Viewer, is_passed: bool, text: str = "") -> Standing:
    """Check the result, not by whoever handled it; a failed check sends it back to the same department."""
    with moving(uid, "verify_event", by=by, reason=text if is_passed else needed(text)) as move:
        item = move.item(Status.VERIFYING)
        moved = flow.complete_item(item.uid, outcome="passed" if is_passed else "failed", by=by, reason=text)
        move.project(moved)
        move.tell("verified" if is_passed else "verified_failed", text=text, is_public=is_passed)
        if not is_passed:
            tell_handler(move, CHECK_FAILED, text)
    return move.standing


def close_event(uid: UUID, *, by: Viewer, text: str = "") -> Standing:
    """End the event; the reporter may evaluate from now on."""
    with moving(uid, "close_event", by=by, reason=text) as move:
        item = move.item(Status.CLOSING)
        move.project(flow.complete_item(item.uid, outcome="closed", by=by, reason=text))
        move.tell("closed", text=text, is_public=True)
    return move.standing


def reopen_event(uid: UUID, *, by: Viewer, reason: str) -> Standing:
    """Take up a closed or rejected event again: a new run of the flow, at the department that had it, if any.

    Needs `events.supervise`. The reporter reopens through `evaluating.reopen_by_code`.
    """
    with moving(uid, "reopen_event", by=by, reason=needed(reason)) as move:
        event = move.event
        if by is not SYSTEM:
            require(by, "events.supervise", department_path=event.department_path, area_path=event.area_path)
        restart(move)
        move.tell("reopened", text=reason, is_public=True)
        tell_handler(move, REOPENED, reason)
    return move.standing


def restart(move: Move) -> None:
    """Start the flow anew for an event that has ended; Conflict when it has not. Its limits begin anew.

    Supervision ended with the close and is not taken up again by itself.
    """
    event = move.event
    if event.status not in (Status.CLOSED, Status.REJECTED):
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
    event.is_supervised = False
    move.project(moved)


def tell_handler(move: Move, text: str, reason: str = "") -> None:
    """Tell whoever handled the event last that it is back, as long as a post lets them take it again."""
    event = move.event
    last = EventEntry.objects.filter(event=event, kind="handled").order_by("-id").values_list("by_id", flat=True)[:1]
    able = organisation.handlers_of(event.department_id, area_path=event.area_path) if event.department_id else []
    whom = {one.account_id for one in able} & set(last) - {move.by.account_id}
    number = event_number(event.pk)
    told = Text(text, {"number": number, "title": event.title, "reason": reason.strip()[:REASON_SHOWN]})
    notify(whom, told, url=f"/events/{number}/", by=move.by)


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


def needed(text: str) -> str:
    """Text without blanks around it. Invalid (`reason`) where nothing is left."""
    if not text.strip():
        needed = Text(N_("Please give a reason in words."))
        raise Invalid(needed, fields={"reason": [needed]})
    return text.strip()
