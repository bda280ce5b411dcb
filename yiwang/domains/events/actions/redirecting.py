"""Putting right what was misdirected: take back (收回), give to another department (改派), put back (放回).

A dispatched event may be taken back until it is handled, where the flow says so (`withdraw` of its step). The former
department's limit ends there and stays in the flow's log: missed if its time was over, else cancelled. The next
dispatch begins a limit of its own, as after a return, because minutes and calendar are frozen when dispatched.
"""

from __future__ import annotations

from uuid import UUID

from yiwang.base.access import Viewer
from yiwang.base.notices.actions import notify
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events.actions.coursing import REASON_SHOWN, Move, Standing, give, moving, needed
from yiwang.domains.events.models import Status
from yiwang.domains.events.numbers import event_number
from yiwang.domains.events.projection import accept_due
from yiwang.engines.flow import actions as flow
from yiwang.engines.flow.queries import ItemView
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

WITHDRAWN = N_("%(number)s “%(title)s” was taken back; it is not yours any more: %(reason)s")
RELEASED = N_("%(number)s “%(title)s” was put back for others of your department: %(reason)s")
WORK_URL = "/work/"


def withdraw_event(uid: UUID, *, by: Viewer, reason: str) -> Standing:
    """Take a dispatched event back, accepted or not; it waits for dispatch again (a ruled one for a ruling).

    Conflict once it is handled or where the flow does not allow it; NotAllowed without the permission the flow names.
    """
    with moving(uid, "withdraw_event", by=by, reason=needed(reason)) as move:
        item = _take_back(move, reason)
        _tell_former(move, item, WITHDRAWN, reason)
    return move.standing


def redispatch_event(
    uid: UUID, *, by: Viewer, reason: str, department: str = "", category: str = "", minutes: int | None = None
) -> Standing:
    """Take a dispatched event back and give it on in one step; `department`, `category`, `minutes` as in dispatch.

    Invalid where that would leave it with the department that has it, not taken and as it was.
    """
    with moving(uid, "redispatch_event", by=by, reason=needed(reason)) as move:
        before = (move.event.department_id, move.event.category_id)
        item = _take_back(move, reason)
        give(move, department=department, category=category, minutes=minutes, reason="")
        is_same = (move.event.department_id, move.event.category_id) == before
        if is_same and item.assignee_id is None and not minutes:
            there = Text(N_("It is with this department already."))
            raise Invalid(there, fields={"department": [there]})
        _tell_former(move, item, WITHDRAWN, reason)
    return move.standing


def release_event(uid: UUID, *, by: Viewer, reason: str) -> Standing:
    """Put an accepted event back for the others of its department: whoever accepted it, or a supervisor.

    The deadline stays; the time to accept it begins anew.
    """
    with moving(uid, "release_event", by=by, reason=needed(reason)) as move:
        item = move.item(Status.HANDLING)
        move.project(flow.unclaim_item(item.uid, by=by))
        move.event.accepted_at = None
        move.event.accept_due_at = accept_due(move.event, move.rules, move.at)
        move.tell("released", text=reason)
        _tell_former(move, item, RELEASED, reason)
    return move.standing


def _take_back(move: Move, reason: str) -> ItemView:
    """End the handling step where it is and project what follows; returns the step as it was."""
    item = move.item(Status.DISPATCHED, Status.HANDLING)
    former = organisation.departments_by_id([item.department_id]) if item.department_id else {}
    move.project(flow.withdraw_item(item.uid, reason=reason, by=move.by))
    move.event.accepted_at = None
    move.tell("withdrawn", text=reason, department=next((one.title for one in former.values()), None))
    return item


def _tell_former(move: Move, item: ItemView, text: str, reason: str) -> None:
    """Tell whoever had the step, else everybody at its department who could have taken it. They may not see it now."""
    if item.assignee_id is not None:
        whom = {item.assignee_id}
    elif item.department_id is not None:
        found = organisation.handlers_of(item.department_id, permission=item.permission, area_path=move.event.area_path)
        whom = {one.account_id for one in found}
    else:
        return
    params = {"number": event_number(move.event.pk), "title": move.event.title, "reason": reason.strip()[:REASON_SHOWN]}
    notify(whom - {move.by.account_id}, Text(text, params), url=WORK_URL, by=move.by)
