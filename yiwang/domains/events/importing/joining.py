"""Cases another system had joined with an earlier one: here they are merged events, told in both stories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from yiwang.base.access import Viewer
from yiwang.domains.events.actions.story import tell
from yiwang.domains.events.models import DuplicateLink, Event, EventEntry, Report, Status
from yiwang.domains.events.numbers import event_number

MOST_STEPS = 10


def join_known(pairs: Sequence[tuple[str, Event]], source_name: str, *, at: datetime, by: Viewer) -> int:
    """Merge closed events, each into the one whose external id stands beside it; returns how many were.

    One whose main case is not known, open or later than itself stays an event of its own: a number that leads nowhere,
    or in a circle, must not hide a case. Within the caller's deed.
    """
    wanted = {external for external, event in pairs if external and event.status == Status.CLOSED}
    if not wanted:
        return 0
    found = Report.objects.filter(source_name=source_name, external_id__in=wanted).select_related("event__merged_into")
    mains = {report.external_id: _last(report.event) for report in found}
    entries: list[EventEntry] = []
    links: list[DuplicateLink] = []
    joined: dict[int, list[Event]] = defaultdict(list)
    for external, event in pairs:
        main = mains.get(external) if event.status == Status.CLOSED else None
        if main is None or main.status != Status.CLOSED or _order(main) >= _order(event):
            continue
        joined[main.pk].append(event)
        moment = event.dispatched_at or event.occurred_at
        entries.append(tell(event, "merged", at=moment, by=by, is_public=True, into=event_number(main.pk)))
        entries.append(tell(main, "joined", at=moment, by=by, other=event_number(event.pk)))
        links.append(DuplicateLink(event=event, other=main, score=1.0, state="merged", at=at))
    for main_id, events in joined.items():
        ids = [event.pk for event in events]
        Event.objects.filter(pk__in=ids).update(status=Status.MERGED, merged_into=main_id, changed_at=at)
        n_reports = F("n_reports") + sum(event.n_reports for event in events)
        Event.objects.filter(pk=main_id).update(n_reports=n_reports, changed_at=at)
    EventEntry.objects.bulk_create(entries)
    DuplicateLink.objects.bulk_create(links, ignore_conflicts=True)
    return len(links)


def _order(event: Event) -> tuple[datetime, int]:
    return event.occurred_at, event.pk


def _last(event: Event) -> Event:
    """The event an event was merged into in the end."""
    for _step in range(MOST_STEPS):
        if event.merged_into is None:
            break
        event = event.merged_into
    return event
