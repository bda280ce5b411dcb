"""Many reports, one event: merge what is one matter, and undo it when it was not.

The later event is merged into the earlier one: its flow ends, its reports count there. Undoing gives it back its
own course from the start; nothing is deleted either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from yiwang.base.access import SYSTEM, Viewer, require
from yiwang.base.notices.actions import notify
from yiwang.domains.events.actions.coursing import moving, start_course
from yiwang.domains.events.actions.story import tell
from yiwang.domains.events.models import OPEN_STATUSES, DuplicateLink, Event, EventEntry, Status
from yiwang.domains.events.numbers import event_id, event_number
from yiwang.engines.flow import actions as flow
from yiwang.engines.flow import queries as flow_queries
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Conflict, Invalid
from yiwang.kernel.text import N_, Text


def propose_duplicate(event: Event, other: Event, *, score: float, reasons: Sequence[Text]) -> DuplicateLink:
    """Note that two events look like one matter; a pair already judged by somebody is left as it is."""
    told = [{"msgid": r.msgid, "params": dict(r.params)} for r in reasons]
    link, _made = DuplicateLink.objects.get_or_create(
        event=event, other=other, defaults={"score": score, "reasons": told, "at": now()}
    )
    return link


def merge_events(uid: UUID, *, into: UUID, by: Viewer, reason: str = "", score: float = 1.0) -> None:
    """Merge the event `uid` into another open one of its jurisdiction; Conflict when either is not open."""
    with moving(uid, "merge_events", by=by, reason=reason) as move:
        event = move.event
        target = Event.objects.select_for_update().get(uid=into)
        if by is not SYSTEM:
            require(by, "events.dispatch", area_path=event.area_path)
            require(by, "events.dispatch", area_path=target.area_path)
        _check_pair(event, target)
        if event.flow_instance is not None:
            _tell_holder(event, target, by)
            # the right was asked for above; the flow would want a supervisor
            flow.terminate_instance(event.flow_instance, reason="merged", by=SYSTEM)
        event.status = Status.MERGED
        event.merged_into = target
        event.save(update_fields=["merged_into"])
        target.n_reports += event.n_reports
        target.changed_at = move.at
        target.save(update_fields=["n_reports", "changed_at"])
        DuplicateLink.objects.update_or_create(
            event=event,
            other=target,
            defaults={"state": "merged", "by_name": "" if by.is_system else by.name, "at": move.at},
            create_defaults={"state": "merged", "score": score, "at": move.at, "by_name": by.name},
        )
        move.tell("merged", text=reason, is_public=True, into=event_number(target.pk))
        move.entries.append(tell(target, "joined", at=move.at, by=by, text=reason, other=event_number(event.pk)))


def unmerge_event(uid: UUID, *, by: Viewer, reason: str) -> None:
    """Undo a merge: the event starts its own course again, its reports leave the other one."""
    with moving(uid, "unmerge_event", by=by, reason=reason) as move:
        event = move.event
        if event.status != Status.MERGED or event.merged_into is None:
            raise Conflict(N_("This event is not merged."))
        if by is not SYSTEM:
            require(by, "events.dispatch", area_path=event.area_path)
        target = Event.objects.select_for_update().get(pk=event.merged_into.pk)
        target.n_reports = max(1, target.n_reports - event.n_reports)
        target.changed_at = move.at
        target.save(update_fields=["n_reports", "changed_at"])
        DuplicateLink.objects.filter(event=event, other=target).update(state="unmerged", by_name=by.name)
        event.merged_into = None
        event.save(update_fields=["merged_into"])
        move.tell("unmerged", text=reason, is_public=True, out_of=event_number(target.pk))
        move.entries += start_course(event, move.rules, at=move.at, by=by)
        move.entries.append(tell(target, "parted", at=move.at, by=by, text=reason, other=event_number(event.pk)))


def reject_duplicate(uid: UUID, *, other: UUID, by: Viewer) -> None:
    """Say that two events are not one matter, so that they are not proposed again."""
    with moving(uid, "reject_duplicate", by=by) as move:
        require(by, "events.dispatch", area_path=move.event.area_path)
        DuplicateLink.objects.filter(event=move.event, other__uid=other, state="proposed").update(
            state="rejected", by_name=by.name, at=move.at
        )
        number = event_number(Event.objects.values_list("pk", flat=True).get(uid=other))
        move.entries.append(tell(move.event, "not_duplicate", at=move.at, by=by, other=number))


def target_of(number: str, jurisdiction_id: int, by: Viewer) -> Event:
    """The open event a new report may join. Invalid (`joins`) where there is none; NotAllowed without the right.

    Anybody may join one that stands on the public list ("I see this too"); others want the right to dispatch.
    """
    pk = event_id(number)
    found = Event.objects.select_related("category").filter(pk=pk or 0, jurisdiction_id=jurisdiction_id).first()
    if found is None or found.status not in OPEN_STATUSES:
        told = Text(N_("This event is not open any more; please save it as a matter of its own."))
        raise Invalid(told, fields={"joins": [told]})
    if by is not SYSTEM and not found.is_public:
        require(by, "events.dispatch", area_path=found.area_path)
    return found


def join_event(event: Event, into: int, *, at: datetime) -> None:
    """Make a new (unsaved) event one that is merged into an open one from the start; it gets no course of its own.

    Conflict when the other one was closed meanwhile. `told_join` writes the story once the event is saved.
    """
    target = Event.objects.select_for_update().get(pk=into)
    if target.status not in OPEN_STATUSES:
        raise Conflict(N_("Only open events can be merged."))
    event.status = Status.MERGED
    event.merged_into = target
    target.n_reports += 1
    target.changed_at = at
    target.save(update_fields=["n_reports", "changed_at"])


def told_join(event: Event, target: Event, *, at: datetime, by: Viewer) -> list[EventEntry]:
    """The two lines of the story, and the link that undoing finds."""
    DuplicateLink.objects.create(event=event, other=target, state="merged", score=1.0, at=at, by_name=by.name)
    return [
        tell(event, "merged", at=at, by=by, is_public=True, into=event_number(target.pk)),
        tell(target, "joined", at=at, by=by, other=event_number(event.pk)),
    ]


def _tell_holder(event: Event, target: Event, by: Viewer) -> None:
    """Whoever had accepted the later event need not go on with it."""
    assert event.flow_instance is not None
    holders = {item.assignee_id for item in flow_queries.open_items_of(event.flow_instance)}
    into = event_number(target.pk)
    told = {"number": event_number(event.pk), "title": event.title, "into": into}
    whom = (one for one in holders if one is not None and one != by.account_id)
    notify(whom, Text(N_("%(number)s “%(title)s” is merged into %(into)s"), told), url=f"/events/{into}/", by=by)


def _check_pair(event: Event, target: Event) -> None:
    if event.pk == target.pk or event.jurisdiction_id != target.jurisdiction_id:
        raise Conflict(N_("An event can be merged only into another one of the same jurisdiction."))
    if event.status not in OPEN_STATUSES or target.status not in OPEN_STATUSES:
        raise Conflict(N_("Only open events can be merged."))
