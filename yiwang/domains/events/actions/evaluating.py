"""The citizen's side by the code on the receipt: evaluation and reopening after the close, keeping it in an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from yiwang.base.access import ANONYMOUS, SYSTEM, Viewer
from yiwang.base.deeds import deed
from yiwang.base.files.actions import attach_files
from yiwang.domains.events.actions.coursing import moving, restart, tell_handler
from yiwang.domains.events.actions.reporting import follow_digest
from yiwang.domains.events.course import Rules
from yiwang.domains.events.models import Evaluation, Event, Report, Status
from yiwang.domains.events.wording import REASON_TITLES
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from yiwang.kernel.text import N_, Text

MAX_WORDS = 1_000
KEEPERS = ("citizen", "company")
"""Kinds of accounts that keep reports."""
REOPENED_BY_REPORTER = N_("%(number)s “%(title)s” was reopened: its reporter says that it is not solved")
"""Without the reporter's words, which may name people: they stand in the story."""


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


def keep_report(code: str, *, by: Viewer) -> None:
    """Put a report into the account of the citizen or company that holds its code; again changes nothing.

    NotFound for a wrong code, NotAllowed for others than citizens and companies; Conflict where another account keeps
    it, because whoever reported signed in stays its owner.
    """
    if by.account_id is None or by.kind not in KEEPERS:
        raise NotAllowed(N_("Only citizens and companies keep reports in their account."))
    report = report_by_code(code)
    with deed("events.keep_report", by=by, subject=f"report:{report.uid}", area_path=report.event.area_path) as d:
        held = Report.objects.select_for_update().only("reporter").get(pk=report.pk)
        if held.reporter_id not in (None, by.account_id):
            raise Conflict(N_("This report is kept in another account."))
        d.note(is_repeat=held.reporter_id is not None)
        Report.objects.filter(pk=report.pk).update(reporter_id=by.account_id)


def evaluate_event(code: str, *, score: int, text: str = "", reasons: Sequence[str] = ()) -> None:
    """Record what the reporter thinks (1-5) of a closed event, once; later calls replace it while the time lasts.

    `reasons` are codes of `wording.REASON_TITLES`; they stand in the story with the score.
    """
    if unknown := set(reasons) - set(REASON_TITLES):
        raise Invalid(N_("There is no such reason: %(reason)s."), reason=", ".join(sorted(unknown)))
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
        about = str(report.uid)
        move.tell("evaluated", text=text.strip(), is_public=True, score=score, report=about, reasons=list(reasons))


def reopen_by_code(code: str, *, reason: str, files: Sequence[str] = ()) -> None:
    """The reporter says it is not solved; the event is taken up again. Only within the evaluation time.

    `files` are uids of photos the reporter sent with it; they join those of the report.
    """
    if not reason.strip():
        needed = Text(N_("Please say what is still wrong."))
        raise Invalid(needed, fields={"reason": [needed]})
    report = report_by_code(code)
    with moving(event_of(report).uid, "reopen_by_code", by=ANONYMOUS, reason=reason) as move:
        _check_open(move.event, move.rules)
        restart(move)
        words = reason.strip()
        if files:
            # whoever calls has seen to it that these are the reporter's own
            attach_files(map(UUID, files), subject=f"report:{report.uid}", by=SYSTEM)
            report.files = [*report.files, *files]
            report.save(update_fields=["files"])
        move.tell("reopened", text=words, is_public=True, by_reporter=True, report=str(report.uid))
        tell_handler(move, REOPENED_BY_REPORTER)


def _check_open(event: Event, rules: Rules) -> None:
    """Conflict unless the event is closed and its evaluation time runs."""
    if event.status != Status.CLOSED or event.closed_at is None:
        raise Conflict(N_("This can be done once the event is closed."))
    if now() > event.closed_at + timedelta(days=rules.settings.evaluation_days):
        raise Conflict(
            N_("The time for this ended %(days)s days after the close."), days=rules.settings.evaluation_days
        )
