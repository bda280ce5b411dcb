"""Telling people what is theirs now: posts of new work, reporters of the end. Done by the worker, after the verb.

Work is told in one line a queue that counts on while it is unread (`notify_grouped`), to those whose post may take the
step. Who supervises has a desk for the exceptions and is told of rulings only.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from yiwang.base.access import SYSTEM
from yiwang.base.notices.actions import notify, notify_grouped
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events.models import OPEN_STATUSES, Event, EventEntry, Report, Status
from yiwang.domains.events.numbers import event_number, report_number
from yiwang.engines.flow import queries as flow_queries
from yiwang.engines.flow.queries import ItemView
from yiwang.kernel.text import N_, Text

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


def tell_of_work(uid: UUID, *, verb: str, at: datetime) -> int:
    """Tell whoever may take the step that a verb opened at a moment; returns how many.

    Nothing when it was taken or finished meanwhile: the verb that opened the next one tells of that.
    """
    event = Event.objects.filter(uid=uid, status__in=OPEN_STATUSES, flow_instance__isnull=False).first()
    if event is None or event.flow_instance is None:
        return 0
    item = next(iter(flow_queries.open_items_of(event.flow_instance)), None)
    if item is None or item.created_at > at or item.state == "claimed" or event.status not in WORK:
        return 0
    whom = _whom(event, item)
    if verb in BACK:
        handled = EventEntry.objects.filter(event=event, kind="handled").order_by("-id")
        whom -= set(handled.values_list("by_id", flat=True)[:1])
    number = event_number(event.pk)
    one, many = RULING if item.permission == SUPERVISES else WORK[Status(event.status)]
    return notify_grouped(
        whom,
        Text(one, {"number": number, "title": event.title}),
        Text(many),
        group=f"work:{item.department_id}:{item.node}",
        url=f"/events/{number}/",
        many_url=WORK_URL,
        by=SYSTEM,
    )


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


def _whom(event: Event, item: ItemView) -> set[int]:
    """Who may take the step: the one it is given to, else the holders of posts of its department that reach it."""
    if item.assignee_id is not None:
        return {item.assignee_id}
    if item.department_id is None:
        return set()
    found = organisation.handlers_of(item.department_id, permission=item.permission, area_path=event.area_path)
    is_ruling = item.permission == SUPERVISES
    return {one.account_id for one in found if is_ruling or SUPERVISES not in one.post.permissions}
