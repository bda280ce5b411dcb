"""Watching over events: urge (催办), supervise (督办), and more time for a handler.

Both tell whoever has the work; where nobody has taken it, everybody at the department who could.
"""

from __future__ import annotations

from uuid import UUID

from yiwang.base.access import Viewer, require
from yiwang.base.notices.actions import notify
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events.actions.coursing import REASON_SHOWN, Move, moving, needed
from yiwang.domains.events.models import Event, Status
from yiwang.domains.events.numbers import event_number
from yiwang.engines.flow import actions as flow
from yiwang.engines.flow.queries import ItemView
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

URGED = (
    N_("Please hurry with %(number)s “%(title)s”"),
    N_("Please hurry with %(number)s “%(title)s”: %(reason)s"),
)
"""What the bell says, without and with the supervisor's words."""
SUPERVISED = N_("%(number)s “%(title)s” is under supervision: %(reason)s")
WORKING = (Status.RECEIVED, Status.DISPATCHED, Status.HANDLING, Status.VERIFYING, Status.CLOSING)


def urge_event(uid: UUID, *, by: Viewer, reason: str) -> None:
    """Remind whoever holds the open step; counted on the event."""
    with moving(uid, "urge_event", by=by, reason=reason) as move:
        _need_supervisor(move.event, by)
        item = move.item(*WORKING)
        flow.urge_item(item.uid, reason=reason, by=by)
        move.event.n_urged += 1
        move.event.save(update_fields=["n_urged"])
        move.tell("urged", text=reason)
        _tell_holders(move, item, URGED[bool(reason.strip())], reason)


def supervise_event(uid: UUID, *, by: Viewer, reason: str) -> None:
    """Put the event under supervision: it is marked everywhere until closed. Saying it again adds another line.

    Invalid without a sentence: it tells whoever has the step what is expected of them.
    """
    reason = needed(reason)
    with moving(uid, "supervise_event", by=by, reason=reason) as move:
        _need_supervisor(move.event, by)
        item = move.item(*WORKING)
        flow.urge_item(item.uid, reason=reason, by=by)
        move.event.is_supervised = True
        move.event.save(update_fields=["is_supervised"])
        move.tell("supervised", text=reason)
        _tell_holders(move, item, SUPERVISED, reason)


def extend_deadline(uid: UUID, *, by: Viewer, minutes: int, reason: str) -> None:
    """Give `minutes` more working time before the deadline has passed; the flow refuses it afterwards."""
    if minutes < 1:
        positive = Text(N_("More time must be at least one minute."))
        raise Invalid(positive, fields={"minutes": [positive]})
    with moving(uid, "extend_deadline", by=by, reason=reason) as move:
        _need_supervisor(move.event, by)
        item = move.item(Status.DISPATCHED, Status.HANDLING)
        move.project(flow.extend_clock(item.uid, minutes=minutes, reason=reason, by=by))
        move.tell("extended", text=reason, minutes=minutes)


def _tell_holders(move: Move, item: ItemView, text: str, reason: str) -> None:
    """Ring the bell of who has the step, else of everybody at its department who may take it there."""
    if item.assignee_id is not None:
        whom = {item.assignee_id}
    elif item.department_id is not None:
        found = organisation.handlers_of(item.department_id, permission=item.permission, area_path=move.event.area_path)
        whom = {one.account_id for one in found}
    else:
        return
    number = event_number(move.event.pk)
    params = {"number": number, "title": move.event.title, "reason": reason.strip()[:REASON_SHOWN]}
    notify(whom - {move.by.account_id}, Text(text, params), url=f"/events/{number}/", by=move.by)


def _need_supervisor(event: Event, by: Viewer) -> None:
    require(by, "events.supervise", department_path=event.department_path, area_path=event.area_path)
