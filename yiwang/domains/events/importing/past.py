"""The course of a case that was worked in another system: what its export tells, as lines of the story here.

Exports tell single moments and counts, seldom each step. A step becomes a line when its moment is told; a return or a
reopening of which only the number is told stands where it must have been at the latest. Nothing is made up: what is
not told has no line, and moments that contradict report and close are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yiwang.base.access import SYSTEM
from yiwang.domains.events.actions.story import tell
from yiwang.domains.events.models import Event, EventEntry
from yiwang.kernel.titles import Title

MOMENTS = ("dispatched_at", "accepted_at", "handled_at", "returned_at", "reopened_at")
MOST_COUNTED = 1_000
LONGEST = 2_000


@dataclass(frozen=True)
class Past:
    """What an export tells of a closed case's course."""

    dispatched_at: datetime | None = None
    accepted_at: datetime | None = None
    handled_at: datetime | None = None
    handler: str = ""
    n_returns: int = 0
    returned_at: datetime | None = None
    return_reason: str = ""
    n_reopened: int = 0
    reopened_at: datetime | None = None
    reopen_reason: str = ""
    evaluation: str = ""
    evaluated_at: datetime | None = None
    is_supervised: bool = False

    @property
    def is_told(self) -> bool:
        """Whether there is a course to tell at all."""
        moments = (self.dispatched_at, self.accepted_at, self.handled_at, self.evaluated_at)
        return bool(any(moments) or self.n_returns or self.n_reopened or self.evaluation)


def past_of(values: Mapping[str, Any]) -> Past:
    """The course in a mapped row; moments before the report or after the close, and negative counts, are no facts."""
    begin, end = values["occurred_at"], values.get("closed_at")
    moments = {
        name: values[name]
        for name in MOMENTS
        if values.get(name) and values[name] >= begin and (end is None or values[name] <= end)
    }
    evaluated_at = values.get("evaluated_at")
    return Past(
        **moments,
        handler=str(values.get("handler") or ""),
        n_returns=_count(values.get("n_returns"), values.get("returned_at"), values.get("return_reason")),
        return_reason=str(values.get("return_reason") or "")[:LONGEST],
        n_reopened=_count(values.get("n_reopened"), values.get("reopened_at"), values.get("reopen_reason")),
        reopen_reason=str(values.get("reopen_reason") or "")[:LONGEST],
        evaluation=str(values.get("evaluation") or "")[:LONGEST],
        evaluated_at=evaluated_at if evaluated_at and evaluated_at >= (end or begin) else None,
        is_supervised=bool(values.get("is_supervised")),
    )


def _count(told: Any, *signs: Any) -> int:
    """The number told; 1 where only a moment or a reason says that it happened."""
    return min(max(int(told), 0), MOST_COUNTED) if told is not None else int(any(signs))


def entries_of_past(
    event: Event,
    past: Past,
    *,
    text: str,
    outcome: str,
    closed_at: datetime | None,
    satisfaction: int | None,
    department: Title | None,
) -> list[EventEntry]:
    """The story of a case that is over, oldest line first; empty where the export tells no course."""
    if not past.is_told:
        return []
    end = closed_at or past.handled_at or event.occurred_at
    done = past.handled_at or end
    lines: list[tuple[datetime, EventEntry]] = []

    def line(
        kind: str, at: datetime, words: str = "", *, is_public: bool = True, by_name: str = "", **data: Any
    ) -> None:
        entry = tell(event, kind, at=at, by=SYSTEM, text=words, is_public=is_public, **data)
        entry.by_name = by_name
        lines.append((at, entry))

    line("reported", event.occurred_at, text, source=event.source)
    if past.dispatched_at:
        line("dispatched", past.dispatched_at, department=department)
    if past.n_returns:
        at = past.returned_at or past.accepted_at or done
        line("returned", at, past.return_reason, is_public=False, n_returns=past.n_returns, by_official=True)
    if past.accepted_at:
        line("accepted", past.accepted_at, by_name=past.handler, by_official=True)
    if past.n_reopened:
        at = past.reopened_at or done
        line("reopened", at, past.reopen_reason, by_reporter=True, n_reopened=past.n_reopened)
    if past.handled_at:
        line("handled", past.handled_at, outcome, by_name=past.handler, by_official=True)
    if closed_at:
        line("closed", closed_at, "" if past.handled_at else outcome, by_official=True)
    if satisfaction is not None or past.evaluation:
        scored: dict[str, Any] = {} if satisfaction is None else {"score": satisfaction}
        line("evaluated", past.evaluated_at or end, past.evaluation, **scored)
    return [entry for _at, entry in sorted(lines, key=lambda pair: pair[0])]  # stable: equal moments as told above
