"""What the people of the demo city mean to do next with an event, and when: made from the event alone.

The event's uid is the seed, so that the same event is always meant to go the same way and nothing has to be kept.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from yiwang.demo import speech
from yiwang.demo.plan.course import Limits
from yiwang.demo.plan.fates import draw_fate
from yiwang.demo.plan.records import Fate
from yiwang.demo.plan.words import matter_of
from yiwang.domains.events.queries import StandingView

AWAKE = (8, 22)
OVERDUE_SUPERVISED = 0.3


@dataclass(frozen=True)
class Intention:
    """One step somebody means to do."""

    at: datetime
    standing: StandingView
    verb: str
    text: str = ""
    score: int | None = None


@dataclass(frozen=True)
class Judging:
    """By what intentions are made: limits, the pace of work, and the city's clock."""

    limits: Limits
    zone: ZoneInfo
    quicker: float = 1.0

    def intentions(self, one: StandingView) -> Iterator[Intention]:
        """What is meant to be done with an event; usually one thing."""
        rnd = random.Random(f"{one.uid}/{one.status}/{one.n_returns}/{one.n_reopened}")  # noqa: S311 - made-up people
        fate = draw_fate(random.Random(str(one.uid)), one.source)  # noqa: S311 - as above
        step = _STEPS.get(one.status)
        if step is not None:
            yield from step(self, one, fate, rnd)
        late = one.due_at is not None and one.status in ("dispatched", "handling") and not one.is_supervised
        if late and one.due_at is not None and random.Random(f"{one.uid}/watch").random() < OVERDUE_SUPERVISED:  # noqa: S311
            yield Intention(
                one.due_at + timedelta(minutes=rnd.randint(15, 240)), one, "supervise", speech.supervise_words(rnd)
            )

    def received(self, one: StandingView, fate: Fate, rnd: random.Random) -> Iterator[Intention]:
        """A dispatcher looks at what the platform could not place."""
        pause = timedelta(minutes=fate.dispatch_pause / self.quicker)
        yield Intention(
            one.changed_at + pause, one, "dispatch", "经核实，请贵单位按职责办理。" if one.n_returns else ""
        )

    def dispatched(self, one: StandingView, fate: Fate, rnd: random.Random) -> Iterator[Intention]:
        """The department takes it, or gives it back."""
        begin = one.changed_at
        at = self._sooner(begin, self.limits.accepted_by(one.category, begin, fate.accept_share) + timedelta(minutes=1))
        if fate.n_returns > one.n_returns:
            yield Intention(at, one, "return", speech.return_reason(rnd, matter_of(one.category)))
        else:
            yield Intention(at, one, "accept")

    def handling(self, one: StandingView, fate: Fate, rnd: random.Random) -> Iterator[Intention]:
        """Whoever took it gets it done, mostly well before the deadline."""
        begin = one.accepted_at or one.changed_at
        at = self._sooner(begin, self.limits.handled_by(one.category, one.dispatched_at or begin, fate.handle_share))
        earliest = begin + timedelta(minutes=9 / self.quicker)
        yield Intention(max(at, earliest), one, "handle", speech.result(rnd, matter_of(one.category)))

    def verifying(self, one: StandingView, fate: Fate, rnd: random.Random) -> Iterator[Intention]:
        """Somebody else looks whether it is so."""
        at = self._awake(one.changed_at + timedelta(minutes=fate.verify_pause / self.quicker))
        if fate.fails_check and rnd.random() < 0.5:
            yield Intention(at, one, "fail", speech.verify_words(rnd, is_passed=False))
        else:
            yield Intention(at, one, "verify", speech.verify_words(rnd))

    def closing(self, one: StandingView, fate: Fate, rnd: random.Random) -> Iterator[Intention]:
        """The centre closes it."""
        yield Intention(one.changed_at + timedelta(minutes=fate.close_pause / self.quicker), one, "close")

    def closed(self, one: StandingView, fate: Fate, rnd: random.Random) -> Iterator[Intention]:
        """The reporter says what they think, or that it is not solved."""
        if one.is_evaluated or one.closed_at is None:
            return
        matter = matter_of(one.category)
        if fate.is_reopened and not one.n_reopened:
            at = self._awake(one.closed_at + timedelta(minutes=fate.reopen_pause / self.quicker))
            yield Intention(at, one, "reopen", speech.reopen(rnd, matter))
        elif fate.score is not None:
            at = self._awake(one.closed_at + timedelta(minutes=fate.evaluate_pause / self.quicker))
            said = speech.dissatisfied(rnd, matter) if fate.score <= 2 else speech.thanks(rnd)
            yield Intention(at, one, "evaluate", said, fate.score)

    def _sooner(self, begin: datetime, at: datetime) -> datetime:
        """A moment drawn towards the beginning by the pace."""
        return begin + (at - begin) / self.quicker

    def _awake(self, at: datetime) -> datetime:
        """The moment, or the next morning where it lies in the night."""
        local = at.astimezone(self.zone)
        if AWAKE[0] <= local.hour < AWAKE[1]:
            return at
        day = local if local.hour < AWAKE[0] else local + timedelta(days=1)
        return day.replace(hour=AWAKE[0], minute=local.minute)


_STEPS = {
    "received": Judging.received,
    "dispatched": Judging.dispatched,
    "handling": Judging.handling,
    "verifying": Judging.verifying,
    "closing": Judging.closing,
    "closed": Judging.closed,
}
