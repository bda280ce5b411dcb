"""The citizen's side after the close: evaluation and reopening by the code on the receipt."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.access import ANONYMOUS
from yiwang.domains.events.actions.coursing import moving, restart
from yiwang.domains.events.actions.reporting import follow_digest
from yiwang.domains.events.course import Rules
from yiwang.domains.events.models import Evaluation, Event, Report, Status
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Conflict, Invalid, NotFound
from yiwang.kernel.text import N_, Text

MAX_WORDS = 1_000


def report_by_code(code: str) -> Report:
    """The report a code belongs to; NotFound (the same words for every wrong code) otherwise."""
    found = Report.objects.select_related("event").filter(follow_hash=follow_digest(code)).first() if code else None
    if found is None:
        raise NotFound(N_("No report has this code. Please check it against your receipt."))
    return found


def event_of(report: Report) -> Event:
    """The event a report speaks of now: the one it was merged into, if it was."""
    event = report.event
    while event.merged_into is not None:
        event = event.merged_into
    return event


def evaluate_event(code: str, *, score: int, text: str = "") -> None:
    """Record what the reporter thinks (1-5) of a closed event, once; later calls replace it while the time lasts."""
    if score not in range(1, 6):
        chosen = Text(N_("Please choose between one and five stars."))
        raise Invalid(chosen, fields={"score": [chosen]})
    if len(text) > MAX_WORDS:
        long = Text(N_("The text is longer than %(most)s characters."), {"most": MAX_WORDS})
        raise Invalid(long, fields={"text": [long]})
    report = report_by_code(code)
    with moving(event_of(report).uid, "evaluate_event", by=ANONYMOUS) as move:
        _check_open(move.event, move.rules)
        Evaluation.objects.update_or_create(
            event=move.event, report=report, defaults={"score": score, "text": text.strip(), "at": move.at}
        )
        scores = list(Evaluation.objects.filter(event=move.event).values_list("score", flat=True))
        move.event.satisfaction = min(scores)
        move.event.save(update_fields=["satisfaction"])
        move.tell("evaluated", text=text.strip(), is_public=True, score=score, report=str(report.uid))


def reopen_by_code(code: str, *, reason: str) -> None:
    """The reporter says it is not solved; the event is taken up again. Only within the evaluation time."""
    if not reason.strip():
        needed = Text(N_("Please say what is still wrong."))
        raise Invalid(needed, fields={"reason": [needed]})
    report = report_by_code(code)
    with moving(event_of(report).uid, "reopen_by_code", by=ANONYMOUS, reason=reason) as move:
        _check_open(move.event, move.rules)
        restart(move)
        words = reason.strip()
        move.tell("reopened", text=words, is_public=True, by_reporter=True, report=str(report.uid))


def _check_open(event: Event, rules: Rules) -> None:
    """Conflict unless the event is closed and its evaluation time runs."""
    if event.status != Status.CLOSED or event.closed_at is None:
        raise Conflict(N_("This can be done once the event is closed."))
    if now() > event.closed_at + timedelta(days=rules.settings.evaluation_days):
        raise Conflict(
            N_("The time for this ended %(days)s days after the close."), days=rules.settings.evaluation_days
        )
