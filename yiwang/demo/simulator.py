"""Makes the demo city live: citizens report, officials accept, handle, return, verify, close, citizens judge.

Nothing is kept but what is in the database: whether a report comes in is drawn anew for every slot of ten seconds from
the slot's number, which also is its submission, and what people mean to do with an event is drawn from its uid. So it
may be killed at any moment and go on; after a long sleep there is no flood, because slots that passed are gone and at
most one step is done a second. It rests while more is open than people could look at.
"""

from __future__ import annotations

import heapq
import logging
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from yiwang.base.access import SYSTEM
from yiwang.base.areas.queries import JurisdictionView
from yiwang.demo import truth
from yiwang.demo.bringing import bring_in
from yiwang.demo.doing import Turn, do_step
from yiwang.demo.intentions import Intention, Judging
from yiwang.demo.limits import RuleLimits
from yiwang.demo.officials import OfficialPlan
from yiwang.demo.plan.places import Places
from yiwang.demo.plan.records import Planned
from yiwang.demo.plan.telling import Teller
from yiwang.demo.showing import submissions
from yiwang.demo.staff import Staff
from yiwang.demo.switch import Speed
from yiwang.domains.events import queries
from yiwang.domains.events.classify.deciding import classify_text
from yiwang.domains.events.course import rules_of
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict, Failure

SLOT_S = 10
BY_HOUR = (
    *(0.20, 0.14, 0.10, 0.10, 0.12, 0.25, 0.60, 1.10, 1.70, 1.90, 1.85, 1.55),
    *(1.15, 1.25, 1.55, 1.65, 1.55, 1.40, 1.30, 1.25, 1.15, 0.95, 0.65, 0.35),
)
"""How many reports come in an hour of the day, 1 being the mean."""
REPEATED, REPEATED_WITHIN_S = 0.07, 36 * 3600
MOST_OPEN, MOST_EVENTS = 1_500, 60_000
LOOK_AGAIN, LEFT_ALONE, NEW_STAFF = timedelta(seconds=20), timedelta(minutes=10), timedelta(minutes=15)
JUDGED_FOR = timedelta(days=3)
TRIES = 4

log = logging.getLogger(__name__)


class Simulator:
    """One run; `tick` once a second."""

    def __init__(
        self,
        place: JurisdictionView,
        places: Places,
        officials: Iterable[OfficialPlan],
        *,
        seed: int,
        file: Path,
        begun: datetime | None = None,
    ) -> None:
        """`file` takes the truth; what is shown to those who sign in is left alone unless it changed after `begun`."""
        self.place, self.seed, self.file = place, seed, file
        self.officials = tuple(officials)
        self.rules = rules_of(place.id)
        self.teller = Teller(places, seed)
        self.known = truth.categories_of(file)
        self.shown = submissions(place.code) if begun else frozenset()
        self.begun = begun or datetime.min.replace(tzinfo=UTC)
        self.n_open = self.n_reports = self.n_steps = 0
        self.pausing = ""
        self._agenda: list[tuple[datetime, int, Intention]] = []
        self._order = count()
        self._looked: datetime | None = None
        self._staffed: datetime | None = None
        self._left: dict[UUID, datetime] = {}

    def tick(self, speed: Speed) -> str:
        """Do what is due now, at most one report and one step; returns the step's verb, `report` or ""."""
        at = clock.now()
        if self._staffed is None or at - self._staffed > NEW_STAFF:
            self.staff, self._staffed = Staff(self.place, self.officials, is_live=True), at
        if self._looked is None or at - self._looked >= LOOK_AGAIN:
            self._look(speed, at)
        done = "report" if not self.pausing and self._report(speed, at) else ""
        return self._step(at) or done

    def _look(self, speed: Speed, at: datetime) -> None:
        """Make the agenda anew from what is in the database."""
        self._looked = at
        self._left = {uid: since for uid, since in self._left.items() if at - since < LEFT_ALONE}
        found = queries.standings(SYSTEM, self.place.id, closed_since=at - JUDGED_FOR)
        self.n_open = sum(one.closed_at is None for one in found)
        total = queries.count_events(SYSTEM, queries.EventFilter())
        self.pausing = "full" if self.n_open >= MOST_OPEN or total >= MOST_EVENTS else ""
        judging = Judging(RuleLimits(self.rules), self.rules.zone, speed.quicker)
        theirs = (one for one in found if one.uid not in self._left and not self._is_shown(one))
        meant = (step for one in theirs for step in judging.intentions(one))
        self._agenda = [(step.at, next(self._order), step) for step in meant if step.at <= at + LOOK_AGAIN]
        heapq.heapify(self._agenda)

    def _is_shown(self, one: queries.StandingView) -> bool:
        """Whether it waits for those who sign in, who have not touched it since the city was set up."""
        return one.submission in self.shown and one.changed_at <= self.begun

    def _step(self, at: datetime) -> str:
        """Do the step that has waited longest; one that does not work is left alone for a while."""
        for _try in range(TRIES):
            if not self._agenda or self._agenda[0][0] > at:
                return ""
            _at, _order, step = heapq.heappop(self._agenda)
            try:
                do_step(self.staff, self._turn(step), step.verb, step.text)
            except Conflict:
                self._left[step.standing.uid] = at  # somebody has it in hand, or it went on meanwhile
            except Failure as failure:
                log.warning("%s of %s: %s", step.verb, step.standing.uid, failure)
                self._left[step.standing.uid] = at
            else:
                self.n_steps += 1
                return step.verb
        return ""

    def _turn(self, step: Intention) -> Turn:
        one = step.standing
        known = self.known.get(str(one.submission), "") if one.submission else ""
        return Turn(
            uid=one.uid,
            code=one.follow_code,
            category="" if one.category else known or self._guess(one.text),
            grid=one.grid_code,
            score=step.score,
        )

    def _guess(self, text: str) -> str:
        """What a dispatcher would take it for who knows no better than the platform."""
        found = classify_text(text, self.rules).code
        return found if found in self.rules.by_code else next(iter(self.rules.by_code))

    def _report(self, speed: Speed, at: datetime) -> bool:
        """Let the present slot's report come in, if it has one that is due and not there yet."""
        slot, second = divmod(int(at.timestamp()), SLOT_S)
        planned = self._of_slot(slot, speed)
        if planned is None or second < slot % SLOT_S // 2:
            return False
        submission = truth.submission_of(self.place.code, planned.key)
        if queries.reported(submission) is not None:
            return False
        truth.add_truth(self.file, self.place.code, planned)
        self.known[str(submission)] = planned.category
        bring_in(planned, self.place, self.staff)
        self.n_reports += 1
        return True

    def _of_slot(self, slot: int, speed: Speed) -> Planned | None:
        """The report of a slot: whether there is one depends on hour and speed, what it says on the slot alone."""
        at = datetime.fromtimestamp(slot * SLOT_S, self.rules.zone)
        rnd = random.Random(f"{self.seed}/slot/{slot}")  # noqa: S311 - made-up people
        if rnd.random() >= speed.reports_an_hour * BY_HOUR[at.hour] * SLOT_S / 3600:
            return None
        if rnd.random() < REPEATED:
            for _try in range(TRIES * 10):
                earlier = slot - rnd.randint(6, REPEATED_WITHIN_S // SLOT_S)
                before = self.teller.tell(f"live-{earlier}", datetime.fromtimestamp(earlier * SLOT_S, self.rules.zone))
                if queries.reported(truth.submission_of(self.place.code, before.key)) is not None:
                    return self.teller.tell_again(f"live-{slot}", at, before)
        return self.teller.tell(f"live-{slot}", at)
