"""A call or letter: one person, one or several matters, saved together or not at all; and who has called before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from yiwang.base.access import Viewer, require, scope
from yiwang.base.access.paths import join_path
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.deeds import deed
from yiwang.base.personal.sealed import blind
from yiwang.domains.events.actions.reporting import Matter, Receipt, receipt_of, report_matter
from yiwang.domains.events.models import Report
from yiwang.domains.events.numbers import event_number
from yiwang.kernel.codes import phone
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text
from yiwang.kernel.titles import Title

MOST_MATTERS = 9
MOST_CASES = 5


def report_call(
    matters: Sequence[Matter], *, jurisdiction: JurisdictionView, by: Viewer, call: UUID
) -> tuple[Receipt, ...]:
    """Take in all matters of one call in one transaction; each becomes a report, all with this `call`.

    The same `call` again returns the first receipts. Invalid names what is wrong as `<n>.<field>`, n from 1.
    """
    if known := _receipts(call):
        return known
    if not 0 < len(matters) <= MOST_MATTERS:
        raise Invalid(N_("One call holds between one and %(most)s matters."), most=MOST_MATTERS)
    several = call if len(matters) > 1 else None
    wrong: dict[str, list[Text]] = {}
    receipts: list[Receipt] = []
    try:
        with deed("events.report_call", by=by, subject=f"call:{call}", area_path=jurisdiction.root_path) as d:
            for n, matter in enumerate(matters, 1):
                submission = call if n == 1 else uuid5(call, str(n))
                try:
                    said = replace(matter, submission=submission, call=several)
                    receipts.append(report_matter(said, jurisdiction=jurisdiction, by=by))
                except Invalid as failure:
                    wrong |= {f"{n}.{name}": list(texts) for name, texts in _fields(failure).items()}
            if wrong:
                raise Invalid(N_("Some entries need another look."), fields=wrong)
            d.note(matters=len(receipts))
    except IntegrityError:  # the same call was sent twice at the same moment, and the other one was first
        if known := _receipts(call):
            return known
        raise
    return tuple(receipts)


@dataclass(frozen=True)
class CallerCase:
    """An earlier report of a caller, as far as the viewer may see its event; the name is masked."""

    number: str
    title: str
    status: str
    category: Title
    occurred_at: datetime
    closed_at: datetime | None
    n_reopened: int
    satisfaction: int | None
    reporter_name: str


@dataclass(frozen=True)
class Caller:
    """What is known of a telephone number: how many reports there are, and the newest that the viewer may see."""

    n_reports: int
    cases: tuple[CallerCase, ...]


def look_up_caller(number: str, *, jurisdiction: JurisdictionView, by: Viewer) -> Caller | None:
    """Who has called from this telephone before; None while the number is not complete. Not in a transaction.

    Needs `events.unmask` over the jurisdiction, because it links a person with their matters; every look-up of a
    complete number is committed to the audit before anything is returned (without the number).
    """
    whole = join_path("", jurisdiction.code)  # one department's right does not reach into others' cases
    require(by, "events.unmask", department_path=whole, area_path=jurisdiction.root_path)
    if not number.strip() or phone.problem(number):
        return None
    mine = Report.objects.filter(reporter_phone_index=blind("phone", number), jurisdiction_id=jurisdiction.id)
    related = ("event__category", "event__merged_into")
    seen = scope(by, "events.view", department="event__department_path", area="event__area_path")
    newest = mine.filter(seen).select_related(*related).order_by("-recorded_at", "-id")
    with (
        transaction.atomic(durable=True),
        deed("events.look_up_caller", by=by, subject="caller", area_path=jurisdiction.root_path) as d,
    ):
        found = list(newest[:MOST_CASES])
        d.note(reports=[str(report.uid) for report in found])
    return Caller(mine.count(), tuple(_case(report) for report in found))


def _case(report: Report) -> CallerCase:
    event = report.event.merged_into or report.event
    return CallerCase(
        number=event_number(event.pk),
        title=report.event.title,
        status=event.status,
        category=report.event.category.title if report.event.category else {},
        occurred_at=report.occurred_at,
        closed_at=event.closed_at,
        n_reopened=event.n_reopened,
        satisfaction=event.satisfaction,
        reporter_name=str(report.reporter_name or ""),
    )


def _receipts(call: UUID) -> tuple[Receipt, ...]:
    """The receipts of a call that was saved before, in the order of its matters."""
    related = Report.objects.select_related("event")
    first = related.filter(submission=call).first()
    if first is None:
        return ()
    every = related.filter(call=first.call).order_by("pk") if first.call else [first]
    return tuple(receipt_of(report, is_repeat=True) for report in every)


def _fields(failure: Invalid) -> dict[str, Sequence[Text]]:
    return dict(failure.fields) if failure.fields else {"text": [failure.text]}
