"""The watching model looks at each new report after it was taken in, and its answer is only written down."""

from __future__ import annotations

from yiwang.base.messages.registry import Letter
from yiwang.domains.events.classify.using import model_of, use_of
from yiwang.domains.events.models import Report, ShadowGuess
from yiwang.kernel.clock import now


def guess_in_shadow(letter: Letter) -> None:
    """Write down what the watching model says of a reported event's texts; nothing where none watches."""
    reports = Report.objects.filter(event__uid=letter.subject).select_related("jurisdiction")
    for report in reports:
        code = report.jurisdiction.code
        model = model_of(code, use_of(code).shadow)
        if model is None or not report.text.strip():
            continue
        best = model.guesses(report.text, 1)[0]
        ShadowGuess.objects.get_or_create(
            report=report,
            version=model.card.version,
            defaults={"code": best.code, "certainty": round(best.certainty, 4), "at": now()},
        )
