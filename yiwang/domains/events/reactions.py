"""What events listen to: new reports look for their duplicates, missed clocks are told in the story."""

from __future__ import annotations

from yiwang.base.access import SYSTEM
from yiwang.base.messages.registry import Letter, subscribe
from yiwang.domains.events.actions.merging import merge_events, propose_duplicate
from yiwang.domains.events.actions.story import tell
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.duplicates import likely_duplicates
from yiwang.domains.events.models import OPEN_STATUSES, Event, EventEntry, Status
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Conflict


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


def note_overdue(letter: Letter) -> None:
    """Tell in the event's story that its deadline has passed."""
    kind, _, uid = letter.subject.partition(":")
    event = Event.objects.filter(uid=uid).first() if kind == "event" and uid else None
    if event is not None and event.status in OPEN_STATUSES:
        EventEntry.objects.bulk_create([tell(event, "overdue", at=now(), by=SYSTEM)])


subscribe("event.reported", "events.duplicates", find_duplicates)
subscribe("flow.clock_missed", "events.overdue", note_overdue)
subscribe("event.*", "stream", keep_s=600)
