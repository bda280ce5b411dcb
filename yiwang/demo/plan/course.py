"""From a fate to moments: which step of a matter's course happens when, on the calendar its category runs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from yiwang.demo.plan.records import Planned

TAKEN_AGAIN = timedelta(minutes=6)
"""How soon what comes back is taken again."""


class Limits(Protocol):
    """The limits of categories as working time."""

    def accepted_by(self, category: str, since: datetime, share: float) -> datetime:
        """When a share of the time to accept has passed."""

    def handled_by(self, category: str, since: datetime, share: float) -> datetime:
        """When a share of the time to handle has passed; at 1 it is the deadline."""


@dataclass(frozen=True)
class Step:
    """One step: merge, dispatch, return, accept, handle, verify, fail, close, reject, supervise, extend, reopen …"""

    at: datetime
    verb: str
    text: str = ""
    round: int = 0
    """Which time: the second handling after a reopening is 1."""


def due_at(planned: Planned, limits: Limits, dispatched_at: datetime) -> datetime:
    """The deadline of a matter dispatched at a moment."""
    return limits.handled_by(planned.category, dispatched_at, 1.0)


def course(planned: Planned, limits: Limits) -> list[Step]:
    """Every step of a report's matter in order of time.

    A later report of a group is merged with the first by a dispatcher; its own steps only count where it was too late.
    """
    return sorted(_steps(planned, limits), key=lambda step: step.at)


def _steps(planned: Planned, limits: Limits) -> Iterator[Step]:
    fate, words, at = planned.fate, planned.words, planned.at
    if planned.part_of:
        yield Step(at + timedelta(minutes=1), "merge")
    if not planned.given:
        at += timedelta(minutes=fate.dispatch_pause)
        yield Step(at, "dispatch")
    for reason in words.return_reasons[: fate.n_returns]:
        at = limits.accepted_by(planned.category, at, 0.8) + timedelta(minutes=1)
        yield Step(at, "return", reason)
        at += timedelta(minutes=fate.dispatch_pause + 10)
        yield Step(at, "dispatch")
    if fate.is_rejected:
        at = limits.accepted_by(planned.category, at, 0.7) + timedelta(minutes=1)
        yield Step(at, "return", words.reject_reason)
        yield Step(at + timedelta(minutes=fate.dispatch_pause), "reject", words.reject_reason)
        return
    dispatched = at
    accepted = limits.accepted_by(planned.category, at, fate.accept_share) + timedelta(minutes=1)
    handled = max(limits.handled_by(planned.category, at, fate.handle_share), accepted + timedelta(minutes=9))
    yield Step(accepted, "accept")
    if fate.more_minutes:
        yield Step(accepted + (handled - accepted) * 0.6, "extend", words.extension)
    if fate.is_supervised:
        yield Step(min(due_at(planned, limits, dispatched), dispatched + (handled - dispatched) * 0.7), "supervise")
    yield Step(handled, "handle", words.result)
    at = handled + timedelta(minutes=fate.verify_pause)
    if fate.fails_check:
        yield Step(at, "fail", words.check_failed)
        yield Step(at + TAKEN_AGAIN, "accept", "", 1)
        at = limits.handled_by(planned.category, at, fate.handle_share / 3) + timedelta(minutes=15)
        yield Step(at, "handle", words.second_result, 1)
        at += timedelta(minutes=fate.verify_pause)
    yield Step(at, "verify", words.checked)
    at += timedelta(minutes=fate.close_pause)
    yield Step(at, "close")
    if fate.is_reopened:
        at += timedelta(minutes=fate.reopen_pause)
        yield Step(at, "reopen", words.reopen_reason)
        yield Step(at + TAKEN_AGAIN, "accept", "", 2)
        at = limits.handled_by(planned.category, at, fate.handle_share / 2) + timedelta(minutes=25)
        yield Step(at, "handle", words.second_result, 2)
        at += timedelta(minutes=fate.verify_pause)
        yield Step(at, "verify", words.checked, 2)
        at += timedelta(minutes=fate.close_pause)
        yield Step(at, "close", "", 2)
    if fate.score is not None:
        yield Step(at + timedelta(minutes=fate.evaluate_pause), "evaluate", words.evaluation)
