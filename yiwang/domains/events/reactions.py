"""What events listen to: new reports look for their duplicates, clocks and new work are told to people."""

from __future__ import annotations

from yiwang.base.access import SYSTEM
from yiwang.base.messages.registry import Letter, subscribe
from yiwang.domains.events.actions.announcing import TELLS
from yiwang.domains.events.actions.merging import merge_events, propose_duplicate
from yiwang.domains.events.actions.warning import warn_of_clock
from yiwang.domains.events.classify.shadow import guess_in_shadow
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.duplicates import likely_duplicates
from yiwang.domains.events.models import OPEN_STATUSES, Event, Status
from yiwang.kernel.errors import Conflict

STREAM_KEEPS_S = 600
WORK_KEEPS_S = 86_400


def find_duplicates(letter: Letter) -> None:
    """Propose what a new event may repeat; merge it when the score is as high as the scene wants for that."""
    event = Event.objects.filter(uid=letter.subject, status__in=OPEN_STATUSES).first()
    if event is None:
        return
    rules = rules_of(event.jurisdiction_id)
    found = likely_duplicates(event, rules)
    for like in found:
        propose_duplicate(event, like.event, score=like.score, reasons=like.reasons)
    best = found[0] if found else None
    untouched = event.status in (Status.RECEIVED, Status.DISPATCHED)
    if best and untouched and best.score >= rules.settings.duplicates.merge_from:
        try:
            merge_events(event.uid, into=best.event.uid, by=SYSTEM, score=best.score)
        except Conflict:
            return  # somebody took or closed one of the two meanwhile; the proposal stands


def tell_clock(letter: Letter) -> None:
    """A clock of an event's flow warned or ran out."""
    kind, _, uid = letter.subject.partition(":")
    if kind == "event":
        is_missed = letter.topic == "flow.clock_missed"
        warn_of_clock(uid, is_missed=is_missed, assignee_id=letter.payload.get("assignee"), key=str(letter.uid))


subscribe("event.*", TELLS, keep_s=WORK_KEEPS_S)  # gathered by the job events.tell_work
subscribe("event.reported", "events.duplicates", find_duplicates)
subscribe("event.reported", "events.shadow", guess_in_shadow)
subscribe("flow.clock_missed", "events.clocks", tell_clock)
subscribe("flow.clock_warned", "events.clocks", tell_clock)
subscribe("event.*", "stream", keep_s=STREAM_KEEPS_S)
