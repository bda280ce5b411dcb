"""Telling people what is theirs now: posts of new work, reporters of the end. Done by a job in rounds, after the verbs.

Work is told in one line a queue that counts on while it is unread (`notify_grouped`), to those whose post may take the
step. A round gathers what came into a queue, so that a busy hour costs a line a person and not one an event. Who
supervises has a desk for the exceptions and is told of rulings only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from uuid import UUID

from django.db import transaction

from yiwang.base.access import SYSTEM
from yiwang.base.messages.actions import hold_pending, mark_done
from yiwang.base.messages.queries import Pending
from yiwang.base.messages.registry import Letter
from yiwang.base.notices.actions import Came, notify, notify_grouped
from yiwang.base.organisation import queries as organisation
from yiwang.base.organisation.queries import Official
from yiwang.domains.events.models import OPEN_STATUSES, Event, EventEntry, Report, Status
from yiwang.domains.events.numbers import event_number, report_number
from yiwang.engines.flow import queries as flow_queries
from yiwang.engines.flow.queries import ItemView
from yiwang.kernel.text import N_, Text

TELLS = "events.work"
"""The subscriber whose letters a round takes."""
ROUND = 500
REPORTED = "report_matter"
BACK = frozenset({"verify_event", "reopen_event", "reopen_by_code"})
"""Verbs after which the last handler has been told already, in words of their own."""
OPENS_WORK = BACK | {
    *(REPORTED, "dispatch_event", "redispatch_event", "transfer_event", "return_event", "release_event"),
    *("handle_event", "unmerge_event"),
}
ENDS = frozenset({"close_event", "reject_event"})
SUPERVISES = "events.supervise"
WORK_URL = "/work/?tab=department"
REPORTS_URL = "/my/reports/"
WORK = {
    Status.RECEIVED: (N_("To be dispatched: %(number)s “%(title)s”"), N_("%(n)s events came to be dispatched")),
    Status.DISPATCHED: (
        N_("New for your department: %(number)s “%(title)s”"),
        N_("%(n)s new events for your department"),
    ),
    Status.VERIFYING: (N_("To be verified: %(number)s “%(title)s”"), N_("%(n)s events came to be verified")),
    Status.CLOSING: (N_("To be closed: %(number)s “%(title)s”"), N_("%(n)s events came to be closed")),
}
"""What the bell says of one, and of several, by where the event stands."""
RULING = (N_("A ruling is needed: %(number)s “%(title)s”"), N_("%(n)s events need a ruling"))
ENDED = {
    Status.CLOSED: N_("Your report %(number)s is completed. Please say whether it is solved."),
    Status.REJECTED: N_("Your report %(number)s was not taken up; the reason stands in its course."),
}

log = logging.getLogger("yiwang.events")


@dataclass
class _Queue:
    """One department's step of the course: what came into it, for whom, told by which letters."""

    many: Text
    came: dict[int, Came] = field(default_factory=dict)
    letters: list[int] = field(default_factory=list)


def tell_round() -> int:
    """Tell of what has happened since the last round, a batch of it; returns how many letters are done with.

    Everything new in one queue is told to each person in one line. A queue that can't be told is logged and tried again
    in the next round; the others are told.
    """
    done: list[int] = []
    with transaction.atomic():
        waiting = hold_pending(TELLS, ROUND)
        opened: dict[UUID, list[Pending]] = {}
        ended: list[Pending] = []
        for one in waiting:
            if _verb(one.letter) in OPENS_WORK:
                opened.setdefault(UUID(one.letter.subject), []).append(one)
            elif _verb(one.letter) in ENDS:
                ended.append(one)
            else:
                done.append(one.id)
        queues = _queues(opened, done)
        for group, queue in queues.items():
            tell = partial(notify_grouped, queue.came, queue.many, group=group, many_url=WORK_URL, by=SYSTEM)
            done += queue.letters if _told(group, tell) else []
        for one in ended:
            tell = partial(tell_reporters, UUID(one.letter.subject), key=str(one.letter.uid))
            done += [one.id] if _told(one.letter.subject, tell) else []
        mark_done(done)
    return len(done)


def _told(what: str, tell: Callable[[], int]) -> bool:
    try:
        with transaction.atomic():
            tell()
    except Exception:
        log.exception("%s could not be told", what)
        return False
    return True


def _verb(letter: Letter) -> str:
    return REPORTED if letter.topic == "event.reported" else str(letter.payload.get("verb", ""))


def _queues(opened: Mapping[UUID, Sequence[Pending]], done: list[int]) -> dict[str, _Queue]:
    """What is to be told by queue; letters of what was taken or finished meanwhile are `done` with.

    The verb that opened the next step tells of that.
    """
    events = Event.objects.filter(uid__in=list(opened), status__in=OPEN_STATUSES, flow_instance__isnull=False)
    found = {event.uid: event for event in events.order_by("id")}
    items = flow_queries.open_items_of_many([one.flow_instance for one in found.values() if one.flow_instance])
    queues: dict[str, _Queue] = {}
    handlers = lru_cache(maxsize=None)(organisation.handlers_of)  # for this round
    for uid, letters in opened.items():
        event, last = found.get(uid), letters[-1].letter
        item = items.get(event.flow_instance) if event is not None and event.flow_instance else None
        ids = [one.id for one in letters]
        is_meant = item is not None and item.created_at <= last.at and item.state != "claimed"
        if event is None or item is None or not is_meant or event.status not in WORK:
            done += ids
            continue
        one, many = RULING if item.permission == SUPERVISES else WORK[Status(event.status)]
        queue = queues.setdefault(f"work:{item.department_id}:{item.node}", _Queue(Text(many)))
        queue.letters += ids
        number = event_number(event.pk)
        text = Text(one, {"number": number, "title": event.title})
        whom = _whom(event, item, handlers)
        if _verb(last) in BACK:
            handled = EventEntry.objects.filter(event=event, kind="handled").order_by("-id")
            whom -= set(handled.values_list("by_id", flat=True)[:1])
        for account in whom:
            n = queue.came[account].n if account in queue.came else 0
            queue.came[account] = Came(n + 1, text, f"/events/{number}/")
    return queues


def tell_reporters(uid: UUID, *, key: str) -> int:
    """Tell the accounts that reported an event, or one merged into it, how it ended; returns how many lines."""
    event = Event.objects.filter(uid=uid).first()
    if event is None or event.status not in ENDED:
        return 0
    merged = Event.objects.filter(merged_into=event).values_list("pk", flat=True)
    reports = Report.objects.filter(event__in=[event.pk, *merged], reporter__isnull=False)
    n = 0
    for pk, reporter in reports.values_list("pk", "reporter_id"):
        if reporter is not None:
            text = Text(ENDED[Status(event.status)], {"number": report_number(pk)})
            n += notify([reporter], text, url=REPORTS_URL, key=f"ended:{key}:{pk}", by=SYSTEM)
    return n


def _whom(event: Event, item: ItemView, handlers: Callable[..., list[Official]]) -> set[int]:
    """Who may take the step: the one it is given to, else the holders of posts of its department that reach it."""
    if item.assignee_id is not None:
        return {item.assignee_id}
    if item.department_id is None:
        return set()
    found = [one for one in handlers(item.department_id, permission=item.permission) if one.post.takes(event.area_path)]
    is_ruling = item.permission == SUPERVISES
    return {one.account_id for one in found if is_ruling or SUPERVISES not in one.post.permissions}
