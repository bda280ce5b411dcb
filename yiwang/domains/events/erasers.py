"""Takes a person out of events: who they are, their words, and what was made of their words.

The event itself stays (its category, place, times, what officials did): a city's record of its work names nobody.
Imported rejects are the data engine's to erase.
"""

from __future__ import annotations

from django.db.models import Q

from yiwang.base.access import SYSTEM
from yiwang.base.erasure.registry import Person, register_eraser
from yiwang.domains.events import search
from yiwang.domains.events.models import Evaluation, Event, EventEntry, Report
from yiwang.engines.flow import actions as flow
from yiwang.kernel.clock import now

ERASED = "—"


def erase_reports(person: Person) -> int:
    """Blank the reports of a person, and the events and story lines that repeat their words; returns how many rows."""
    theirs = Q(reporter_id__in=person.account_ids)
    for kind, index in person.blinds.items():
        if kind in ("phone", "name"):
            theirs |= Q(**{f"reporter_{kind}_index": index})
    reports = list(Report.objects.filter(theirs))
    for report in reports:
        report.reporter_name = report.reporter_phone = None
        report.reporter = None
        report.text = ERASED
        report.address_text = ""
        report.files, report.extra, report.follow_hash = [], {}, None
        report.save()
    events = {report.event_id for report in reports}
    return len(reports) + sum(_erase_words(pk) for pk in events)


def _erase_words(event_id: int) -> int:
    """Blank an event whose words came from an erased report, unless another report of it still speaks."""
    event = Event.objects.select_for_update().get(pk=event_id)
    other = event.reports.exclude(text=ERASED).order_by("id").first()
    event.text = other.text if other else ERASED
    event.title = other.text[:40] if other else ERASED
    event.address_text = other.address_text if other else ""
    event.is_public = event.is_public and other is not None
    event.changed_at = now()
    event.save()
    lines = EventEntry.objects.filter(event=event, kind__in=("reported", "imported", "reopened", "evaluated"))
    n = lines.exclude(text="").update(text=ERASED)
    n += Evaluation.objects.filter(event=event).exclude(text="").update(text="")
    search.index_event(event, event.category.title if event.category else {})
    if event.flow_instance is not None:
        flow.retitle_instance(event.flow_instance, title=event.title, by=SYSTEM)
    return n + 1


register_eraser("events.reports", erase_reports)
