"""Takes a person out of events: who they are, their words, and what was made of their words.

The event itself stays (its category, place, times, what officials did): a city's record of its work names nobody.

* Reports of the person lose name, telephone, words, address, photos and follow code; the source's own key and the row's
  digest stay, so that the same file imported again brings nothing back.
* What officials wrote in these events is theirs and stays, except the person's name, telephone and identity numbers:
  those are cut out of it wherever they stand (story, reasons, audit). Numbers are recognised by their blind index, so
  in any writing; a sentence of the person that somebody copied cannot be recognised.
* Words of other reporters of the same event stay, with the same cuts.
* The lists and marks the person kept go, and any kept list that looks for them.
* Audit entries about these events that repeat any of it lose payload and reason.

Rejected rows of imports are the data engine's to erase.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from django.db.models import Q

from yiwang.base.access import SYSTEM
from yiwang.base.audit.queries import entries_about
from yiwang.base.erasure.registry import Person, register_ager, register_eraser
from yiwang.base.files.actions import remove_files
from yiwang.base.notices.actions import reword_notices
from yiwang.base.personal.sealed import blind
from yiwang.domains.events import search
from yiwang.domains.events.models import Category, Evaluation, Event, EventEntry, Report, SavedView, Seen, Status
from yiwang.domains.events.numbers import event_number
from yiwang.engines.flow.actions.wording import reword_cases, reworded
from yiwang.kernel.clock import now

ERASED = "—"
ENDED = (Status.CLOSED, Status.REJECTED)
NUMBERS = ("phone", "citizen_id", "credit_code")
_NUMBER = re.compile(r"\+?[0-9](?:[\s\-‐-―]?[0-9]){4,24}[0-9Xx]?")
SHORTEST_NAME = 2
SHORTEST_WORDS = 6


@dataclass(frozen=True)
class Traces:
    """How a person is recognised in the words of others: names as written, words of theirs, blind indexes."""

    names: frozenset[str]
    words: frozenset[str]
    indexes: frozenset[str]

    def cut(self, text: str) -> str:
        """The text without the person's own words, names and numbers; short words only where they are all of it."""
        if text.strip() in self.words:
            return ERASED
        longer = {words for words in self.words if len(words) >= SHORTEST_WORDS}
        for known in sorted(longer | self.names, key=len, reverse=True):
            text = text.replace(known, ERASED)
        return _NUMBER.sub(lambda found: ERASED if self._is_theirs(found.group()) else found.group(), text)

    def _is_theirs(self, number: str) -> bool:
        return any(blind(kind, number) in self.indexes for kind in NUMBERS)


def erase_reports(person: Person) -> int:
    """Blank the reports of a person and every trace of them in the events they speak of; returns how many rows."""
    theirs = Q(reporter_id__in=person.account_ids)
    for kind, index in person.blinds.items():
        if kind in ("phone", "name"):
            theirs |= Q(**{f"reporter_{kind}_index": index})
    reports = list(Report.objects.filter(theirs).select_related("event"))
    events = _events_of(reports)
    traces = _traces(person, reports, events)
    for report in reports:
        _blank(report, person)
    n = len(reports) + forget_lists(person.account_ids, traces)
    return n + sum(_erase_words(event, traces, reports, person) for event in events)


def forget_lists(account_ids: Iterable[int], traces: Traces) -> int:
    """Remove the lists and marks these accounts kept, and anybody's kept list that looks for the person by words."""
    mine = list(account_ids)
    n = SavedView.objects.filter(account_id__in=mine).delete()[0] + Seen.objects.filter(account_id__in=mine).delete()[0]
    for view in SavedView.objects.filter(query__contains="q="):
        said = (view.title, *parse_qs(view.query).get("q", ()))
        if any(traces.cut(words) != words for words in said):
            n += view.delete()[0]
    return n


def _events_of(reports: Iterable[Report]) -> list[Event]:
    """The events the reports began, and those these were merged into."""
    found: dict[int, Event] = {}
    for report in reports:
        event: Event | None = report.event
        while event is not None and event.pk not in found:
            found[event.pk] = event
            event = event.merged_into
    return list(Event.objects.select_for_update().filter(pk__in=found).order_by("pk"))


def _traces(person: Person, reports: list[Report], events: list[Event]) -> Traces:
    """What to look for; read before anything is blanked."""
    uids = [str(report.uid) for report in reports]
    said = EventEntry.objects.filter(event__in=events, data__report__in=uids).values_list("text", flat=True)
    rated = Evaluation.objects.filter(report__in=reports).values_list("text", flat=True)
    addresses = [report.address_text for report in reports]
    texts = [report.text for report in reports]
    titles = [event.title for event in events if any(event.title.rstrip("…") in text for text in texts)]
    sealed = [one.open() for report in reports for one in (report.reporter_name,) if one is not None]
    indexes = {blind("phone", report.reporter_phone.open()) for report in reports if report.reporter_phone is not None}
    return Traces(
        names=frozenset(name for name in sealed if len(name) >= SHORTEST_NAME),
        words=frozenset(w.strip() for w in (*texts, *titles, *said, *rated, *addresses)) - {"", ERASED},
        indexes=frozenset(indexes | set(person.blinds.values())),
    )


def _blank(report: Report, person: Person) -> None:
    remove_files(f"report:{report.uid}", reason=person.reason, by=person.by)
    report.reporter_name = report.reporter_phone = None
    report.reporter = None
    report.text = ERASED
    report.address_text = ""
    report.classified = _without_words(report.classified or {}) or None
    report.files, report.extra, report.follow_hash = [], {}, None
    report.save()


def _without_words(data: dict[str, object]) -> dict[str, object]:
    """What the classifier decided, without the telling words it quotes."""
    return {name: value for name, value in data.items() if name != "words"}


def _erase_words(event: Event, traces: Traces, reports: list[Report], person: Person) -> int:
    """Cut the person out of an event, its story, its evaluations, its cases, its index and its audit entries."""
    is_public = event.is_public and not any(report.event_id == event.pk for report in reports)
    event.text, event.address_text = traces.cut(event.text), traces.cut(event.address_text)
    event.title = traces.cut(event.title)[:120]
    event.is_public, event.changed_at = is_public, now()
    event.save()
    n = 1
    for entry in EventEntry.objects.filter(event=event):
        text, data = traces.cut(entry.text), reworded(entry.data, traces.cut)
        if entry.kind in ("classified", "not_classified"):
            data = _without_words(data)
        if (text, data) != (entry.text, entry.data):
            n += EventEntry.objects.filter(pk=entry.pk).update(text=text, data=data)
    n += Evaluation.objects.filter(event=event, report__in=reports).exclude(text="").update(text="")
    for report in event.reports.exclude(pk__in=[r.pk for r in reports]):
        if (text := traces.cut(report.text)) != report.text:
            n += Report.objects.filter(pk=report.pk).update(text=text)
    search.index_event(event, event.category.title if event.category else {})
    subject = f"event:{event.uid}"
    n += reword_cases(subject, title=event.title, reword=traces.cut, by=SYSTEM)
    n += reword_notices(f"/events/{event_number(event.pk)}/", reword=traces.cut, by=SYSTEM)
    for uid, reason, payload in entries_about(subject):
        if any(traces.cut(said) != said for said in (reason, payload)):
            person.audit_uids.add(uid)
    return n


def erase_reports_and_index(person: Person) -> int:
    """`erase_reports`, and then the index forgets what it only marked as gone."""
    n = erase_reports(person)
    if n:
        search.settle_index()
    return n


register_eraser("events.reports", erase_reports_and_index)


def age_reporters(name: str, before: datetime, limit: int) -> int:
    """Forget who reported events closed before a moment; `name` is `event`, or a category's code for its subtree.

    The words and the work stay; name, telephone, account and follow code go. Returns how many reports.
    """
    old = Report.objects.filter(event__status__in=ENDED, event__closed_at__lt=before).exclude(
        reporter__isnull=True, reporter_name__isnull=True, reporter_phone__isnull=True, follow_hash__isnull=True
    )
    if name not in ("", "event"):
        paths = Category.objects.filter(code=name).values_list("path", flat=True)
        of_category = Q(pk__in=())
        for path in paths:
            of_category |= Q(event__category_path__under=path)
        old = old.filter(of_category)
    reports = list(old.order_by("id")[:limit])
    for report in reports:
        report.reporter_name = report.reporter_phone = report.reporter = report.follow_hash = None
        report.save(update_fields=["reporter_name", "reporter_phone", "reporter", "follow_hash"])
    return len(reports)


register_ager("case", age_reporters)
