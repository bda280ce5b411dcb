"""Watching over events: urge (催办), supervise (督办), and more time for a handler."""

from __future__ import annotations

from uuid import UUID

from yiwang.base.access import Viewer, require
from yiwang.domains.events.actions.coursing import moving
from yiwang.domains.events.models import Event, Status
from yiwang.engines.flow import actions as flow
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

WORKING = (Status.RECEIVED, Status.DISPATCHED, Status.HANDLING, Status.VERIFYING, Status.CLOSING)


def urge_event(uid: UUID, *, by: Viewer, reason: str) -> None:
    """Remind whoever holds the open step; counted on the event."""
    with moving(uid, "urge_event", by=by, reason=reason) as move:
        _need_supervisor(move.event, by)
        flow.urge_item(move.item(*WORKING).uid, reason=reason, by=by)
        move.event.n_urged += 1
        move.event.save(update_fields=["n_urged"])
        move.tell("urged", text=reason)


def supervise_event(uid: UUID, *, by: Viewer, reason: str) -> None:
    """Put the event under supervision: it is marked everywhere until closed."""
    with moving(uid, "supervise_event", by=by, reason=reason) as move:
        _need_supervisor(move.event, by)
        flow.urge_item(move.item(*WORKING).uid, reason=reason, by=by)
        move.event.is_supervised = True
        move.event.save(update_fields=["is_supervised"])
        move.tell("supervised", text=reason)


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


def _need_supervisor(event: Event, by: Viewer) -> None:
    require(by, "events.supervise", department_path=event.department_path, area_path=event.area_path)
