"""Plays the newest days of the demo city through the platform's own actions, in order of time under a held clock.

Steps are done in batches, each one transaction that also writes down how far it came (an audit entry). A set-up that
was killed therefore goes on with the next batch: nothing is done twice and nothing is left out.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.db import transaction

from yiwang.base.access import SYSTEM
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.audit import queries as audit
from yiwang.base.deeds import deed
from yiwang.base.files.actions import store_upload
from yiwang.base.messages.delivering import deliver_pending
from yiwang.demo.bringing import bring_in
from yiwang.demo.doing import Turn, do_step
from yiwang.demo.limits import RuleLimits
from yiwang.demo.photos import draw_photo, kind_of
from yiwang.demo.plan.course import course
from yiwang.demo.plan.records import Planned
from yiwang.demo.staff import Staff
from yiwang.demo.truth import submission_of
from yiwang.domains.events import queries
from yiwang.domains.events.course import rules_of
from yiwang.engines.flow.due import tell_due_clocks
from yiwang.kernel import clock
from yiwang.kernel.errors import Failure

PLAYED = "demo.play_steps"
BATCH = 40
CLOCKS_FOR = timedelta(days=2)
"""Clocks are told only towards the end: what rang weeks ago interests nobody."""
MOST_PHOTOS = 130
NIGHT = (19, 6)


@dataclass(frozen=True)
class Moment:
    """One thing to do: a report comes in, or a step of its course."""

    at: datetime
    planned: Planned
    verb: str
    text: str = ""


@dataclass
class Photo:
    """Bytes as a form would hand them over."""

    content: bytes
    name: str | None = "photo.webp"

    @property
    def file(self) -> BinaryIO:
        """The bytes."""
        return io.BytesIO(self.content)


class Player:
    """The state of one run; everything that must survive it is in the database."""

    def __init__(self, place: JurisdictionView, staff: Staff, plan: Sequence[Planned], end: datetime) -> None:
        self.place, self.staff, self.end = place, staff, end
        self.rules = rules_of(place.id)
        limits = RuleLimits(self.rules)
        self.moments = sorted(
            (moment for one in plan for moment in self._moments(one, limits) if moment.at <= end),
            key=lambda moment: (moment.at, moment.planned.key, moment.verb != "report"),
        )
        pictured = [one.key for one in plan if one.fate.has_photo and self._picture(one)]
        step = max(1, len(pictured) // MOST_PHOTOS)
        self.pictured = frozenset(pictured[::step][:MOST_PHOTOS])

    def _moments(self, one: Planned, limits: RuleLimits) -> list[Moment]:
        steps = [Moment(step.at, one, step.verb, step.text) for step in course(one, limits)[: one.n_steps]]
        return [Moment(one.at, one, "report"), *steps]

    def run(self, told: Callable[[int, int], None]) -> int:
        """Do what is not done yet; returns the number of steps of the whole play."""
        done = played_so_far(self.place.code)
        while done < len(self.moments):
            batch = self.moments[done : done + BATCH]
            with transaction.atomic():
                for moment in batch:
                    with clock.frozen(moment.at):
                        self._do(moment)
                with clock.frozen(batch[-1].at):
                    self._settle(batch[0].at)
                done += len(batch)
                with deed(PLAYED, by=SYSTEM, subject=f"demo:{self.place.code}") as d:
                    d.note(done=done)
            told(done, len(self.moments))
        return done

    def _do(self, moment: Moment) -> None:
        if moment.verb == "report":
            self._report(moment.planned)
            deliver_pending()
            return
        with suppress(Failure):  # merged or moved on meanwhile: the rest of its steps are not needed
            self._step(moment)

    def _settle(self, since: datetime) -> None:
        """Tell what the worker would have told by now."""
        if since > self.end - CLOCKS_FOR:
            tell_due_clocks(limit=100)
        deliver_pending()

    def _report(self, one: Planned) -> None:
        bring_in(one, self.place, self.staff, tuple(self._photo(one, is_after=False)))

    def _step(self, moment: Moment) -> None:
        one = moment.planned
        found = queries.reported(self._uid(one))
        if found is None:
            return
        first = queries.reported(submission_of(self.place.code, one.part_of)) if moment.verb == "merge" else None
        files = tuple(self._photo(one, is_after=True, event=found.event_uid)) if moment.verb == "handle" else ()
        turn = Turn(
            uid=found.event_uid,
            code=found.follow_code,
            category=one.category,
            grid=one.spot.grid_code,
            score=one.fate.score,
            minutes=one.fate.more_minutes,
            files=files,
            supervision=one.words.supervision,
            into=first.event_uid if first else None,
            hands=one.hands,
        )
        do_step(self.staff, turn, moment.verb, moment.text)

    def _photo(self, one: Planned, *, is_after: bool, event: UUID | None = None) -> list[str]:
        """The stored picture of a report, or of its place afterwards; none for most."""
        if one.key not in self.pictured or (is_after and not one.fate.has_after):
            return []
        hour = one.at.astimezone(self.rules.zone).hour
        is_night = not is_after and not NIGHT[1] <= hour < NIGHT[0]
        picture = draw_photo(self._picture(one), one.key, is_after=is_after, is_night=is_night, is_rainy=one.is_rainy)
        subject = f"event:{event}" if event else ""
        return [str(store_upload(Photo(picture), by=SYSTEM, subject=subject).uid)]

    def _picture(self, one: Planned) -> str:
        category = self.rules.by_code.get(one.category)
        return kind_of(category.title.get("zh-Hans", "") if category else "", one.text)

    def _uid(self, one: Planned) -> UUID:
        return submission_of(self.place.code, one.key)


def played_so_far(jurisdiction: str) -> int:
    """How many steps are done, by the newest entry that says so."""
    found = audit.entries(SYSTEM, action=PLAYED, subject=f"demo:{jurisdiction}", limit=1)
    return int(found[0].payload.get("done", 0)) if found else 0
