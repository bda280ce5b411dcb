"""Telling people in time: a deadline comes near or has passed, nobody has accepted, a deadline can be made certain."""

from __future__ import annotations

from uuid import UUID

from yiwang.base.access import SYSTEM, Viewer, require
from yiwang.base.areas import queries as areas
from yiwang.base.deeds import deed
from yiwang.base.notices.actions import notify
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events.actions.coursing import moving
from yiwang.domains.events.actions.story import tell
from yiwang.domains.events.models import OPEN_STATUSES, Event, EventEntry, Status
from yiwang.domains.events.numbers import event_number
from yiwang.engines.flow import actions as flow
from yiwang.kernel.clock import now
from yiwang.kernel.text import N_, Text

BATCH = 200


def warn_of_clock(uid: str, *, is_missed: bool, assignee_id: int | None, key: str) -> None:
    """Tell whoever has the work; when nobody has taken it, or the deadline has passed, the supervisors too."""
    event = Event.objects.filter(uid=uid, status__in=OPEN_STATUSES).first()
    if event is None:
        return
    number = event_number(event.pk)
    kind = "overdue" if is_missed else "warned"
    if is_missed:
        text = N_("The deadline of %(number)s “%(title)s” has passed")
    else:
        text = N_("The deadline of %(number)s “%(title)s” comes near")
    with deed("events.warn_of_clock", by=SYSTEM, subject=f"event:{uid}", area_path=event.area_path):
        EventEntry.objects.bulk_create([tell(event, kind, at=now(), by=SYSTEM, untaken=assignee_id is None)])
        whom = {assignee_id} if assignee_id is not None else _handlers(event)
        if is_missed or assignee_id is None:
            whom |= _supervisors(event)
        told = Text(text, {"number": number, "title": event.title})
        notify(whom, told, url=f"/events/{number}/", key=f"clock:{key}", by=SYSTEM)


def tell_untaken(*, limit: int = BATCH) -> int:
    """Tell handlers and supervisors of events nobody accepted within the category's time; returns how many."""
    due = Event.objects.filter(accept_due_at__lt=now()).order_by("accept_due_at")
    found = list(due.values_list("uid", flat=True)[:limit])
    return sum(_tell_untaken(uid) for uid in found)


def renew_deadlines(jurisdiction: areas.JurisdictionView, *, by: Viewer) -> int:
    """Reckon anew the deadlines marked provisional, once their year's holidays are published; others stay frozen.

    Needs `events.supervise` over the whole jurisdiction. Returns how many events were reckoned.
    """
    require(by, "events.supervise", area_path=jurisdiction.root_path)
    provisional = Event.objects.filter(
        jurisdiction_id=jurisdiction.id, is_provisional_due=True, status__in=OPEN_STATUSES, flow_instance__isnull=False
    )
    uids = list(provisional.values_list("uid", flat=True))
    for uid in uids:
        with moving(uid, "renew_deadline", by=by) as move:
            instance = move.event.flow_instance
            if instance is not None:
                calendar = move.rules.calendar_of(move.event.category_id)
                before = move.event.due_at
                move.project(flow.renew_calendar(instance, calendar=calendar, by=SYSTEM))
                if move.event.due_at != before:
                    move.tell("extended", reckoned_anew=True)
    return len(uids)


def _tell_untaken(uid: UUID) -> bool:
    with deed("events.tell_untaken", by=SYSTEM, subject=f"event:{uid}") as d:
        event = Event.objects.select_for_update().get(uid=uid)
        if event.accept_due_at is None or event.status != Status.DISPATCHED:
            return False
        d.area_path = event.area_path
        Event.objects.filter(pk=event.pk).update(accept_due_at=None)
        EventEntry.objects.bulk_create([tell(event, "not_accepted", at=now(), by=SYSTEM)])
        number = event_number(event.pk)
        params = {"number": number, "title": event.title}
        text = Text(N_("Nobody has accepted %(number)s “%(title)s” in time"), params)
        key = f"untaken:{uid}:{event.accept_due_at.isoformat()}"
        notify(_handlers(event) | _supervisors(event), text, url=f"/events/{number}/", key=key, by=SYSTEM)
    return True


def _handlers(event: Event) -> set[int]:
    if event.department_id is None:
        return set()
    return {one.account_id for one in organisation.handlers_of(event.department_id, area_path=event.area_path)}


def _supervisors(event: Event) -> set[int]:
    found = organisation.holders_of(
        "events.supervise", department_path=event.department_path, area_path=event.area_path
    )
    return {one.account_id for one in found}
