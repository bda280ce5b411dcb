"""What the accounts one signs in with find of their own: a few matters each, standing at different steps.

They are reports like all others, played through the same actions; only who takes them in and who works on them is
fixed, and where their course stops. When each came in is looked for: the deadline of "due soon" lies just ahead of the
end of the history, that of "overdue" just behind it. Made from the seed, the end and the installed rules alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from yiwang.demo import speech
from yiwang.demo.history import department_of
from yiwang.demo.limits import RuleLimits
from yiwang.demo.plan.course import course, due_at
from yiwang.demo.plan.records import Fate, Planned
from yiwang.demo.plan.telling import Teller
from yiwang.demo.plan.words import words_of
from yiwang.demo.speech import MatterKind
from yiwang.demo.truth import submission_of
from yiwang.domains.events.course import Rules
from yiwang.engines.place import queries as place

ROADS, STREET, STREET_AREA = "roads", "street_yx0101", "yx010101"
HANDLER, WORKER, OPERATOR, CITIZEN = "handler", "street", "operator", "citizen"
QUIET = Fate(accept_share=0.05, handle_share=0.12, dispatch_pause=4, verify_pause=12, close_pause=8)
CLOSING, FAILING = ("accept", "handle", "verify", "close"), ("accept", "handle", "fail")
SOON, JUST_OVER = (timedelta(minutes=25), timedelta(hours=3.5)), (timedelta(hours=-20), timedelta(minutes=-20))
EARLIER = tuple(
    timedelta(minutes=m)
    for m in (40, 60, 90, 120, 180, 240, 330, 450, 600, 900, 1200, 1500, 2100, 2900, 4300, 5800, 7200)
)
TRIES = 3
"""How often a matter is told anew at a moment, until it happens where it is wanted."""


@dataclass(frozen=True)
class Wanted:
    """A matter to be found: which step its course stops after, who works on it and who brought it.

    `due` is where its deadline lies from the end of the history; () for any.
    """

    verbs: tuple[str, ...]
    hands: str = HANDLER
    taken_by: str = ""
    fate: Fate = QUIET
    due: tuple[timedelta, timedelta] | tuple[()] = ()

    @property
    def department(self) -> str:
        """Whose it must be."""
        return STREET if self.hands == WORKER else ROADS


_FAILED = replace(QUIET, fails_check=True)
_REOPENED = replace(QUIET, is_reopened=True, reopen_pause=30, score=None)
_RETURNED, _TWICE = replace(QUIET, n_returns=1), replace(QUIET, n_returns=2)
WANTED = (
    # the handler of the roads department and the grid worker: new, nearly due, late, not passed, opened again
    Wanted((), HANDLER, CITIZEN),
    Wanted(("accept",), HANDLER, CITIZEN, due=SOON),
    Wanted(("accept",), HANDLER, OPERATOR, due=JUST_OVER),
    Wanted((*FAILING, "accept"), HANDLER, OPERATOR, _FAILED),
    Wanted((*CLOSING, "reopen", "accept"), HANDLER, CITIZEN, _REOPENED),
    Wanted((), WORKER),
    Wanted(("accept",), WORKER, due=SOON),
    Wanted(("accept",), WORKER, due=JUST_OVER),
    Wanted((*FAILING, "accept"), WORKER, "", _FAILED),
    Wanted((*CLOSING, "reopen", "accept"), WORKER, OPERATOR, _REOPENED),
    # to verify, to close, to dispatch again, to be ruled on
    Wanted(("accept", "handle"), HANDLER, CITIZEN),
    Wanted(("accept", "handle"), HANDLER),
    Wanted(("accept", "handle"), WORKER),
    Wanted(("accept", "handle", "verify"), HANDLER, OPERATOR),
    Wanted(("accept", "handle", "verify"), WORKER),
    Wanted(("return",), HANDLER, OPERATOR, _RETURNED),
    Wanted(("return",), HANDLER, "", _RETURNED),
    Wanted(("return",), WORKER, "", _RETURNED),
    Wanted(("return", "dispatch", "return"), HANDLER, "", _TWICE),
    Wanted(("return", "dispatch", "return"), WORKER, "", _TWICE),
    # the citizen's own that are over: one to be judged, one that was
    Wanted(CLOSING, HANDLER, CITIZEN),
    Wanted((*CLOSING, "evaluate"), HANDLER, CITIZEN, replace(QUIET, score=5, evaluate_pause=25)),
)
KEYS = tuple(f"YXS{n + 1:03d}" for n in range(len(WANTED)))


def shown(teller: Teller, rules: Rules, end: datetime) -> list[Planned]:
    """The matters of `WANTED` that can be had, in order of time; none where a wanted one cannot be."""
    finder = _Finder(teller, rules, end)
    found = [finder.find(key, wanted) for key, wanted in zip(KEYS, WANTED, strict=True)]
    return sorted((one for one in found if one is not None), key=lambda one: (one.at, one.key))


def submissions(jurisdiction: str) -> frozenset[UUID]:
    """The submissions of what `shown` makes: the live city leaves these to those who sign in."""
    return frozenset(submission_of(jurisdiction, key) for key in KEYS)


class _Finder:
    """Tells matters until one fits."""

    def __init__(self, teller: Teller, rules: Rules, end: datetime) -> None:
        self.teller, self.rules, self.end = teller, rules, end
        self.limits = RuleLimits(rules)
        self.used: set[str] = set()
        self.kinds: dict[str, list[MatterKind]] = {}

    def find(self, key: str, wanted: Wanted) -> Planned | None:
        """The first matter of a category not shown yet that stands as wanted at the end."""
        for kind in self._kinds(wanted.department):
            for before in EARLIER:
                one = self._told(key, kind, wanted, self.end - before)
                if one is not None:
                    self.used.add(kind.category)
                    return one
        return None

    def _kinds(self, department: str) -> Iterator[MatterKind]:
        """Those the department answers for in the grid worker's community, the ones not used before first."""
        if department not in self.kinds:
            path, seen = self._area_path(), [kind for kind in speech.matters() if kind.weight > 0 and kind.notes]
            told = [self.teller.tell("probe", self.end, kind=kind) for kind in seen]
            self.kinds[department] = [
                kind
                for kind, one in zip(seen, told, strict=True)
                if self.limits.is_limited(kind.category) and department_of(self.rules, one, path) == department
            ]
        kinds = self.kinds[department]
        yield from [kind for kind in kinds if kind.category not in self.used]
        yield from [kind for kind in kinds if kind.category in self.used]

    def _told(self, key: str, kind: MatterKind, wanted: Wanted, at: datetime) -> Planned | None:
        source = {OPERATOR: "phone", CITIZEN: "app"}.get(wanted.taken_by, "patrol" if wanted.hands == WORKER else "web")
        near = STREET_AREA if wanted.hands == WORKER else ""
        for n in range(TRIES):
            told = self.teller.tell(f"{key}/{n}", at, kind=kind, source=source, near=near)
            one = replace(
                told,
                key=key,
                given=kind.category,
                lon=told.spot.lon,
                lat=told.spot.lat,
                fate=wanted.fate,
                words=words_of(random.Random(f"{key}/words"), kind, wanted.fate),  # noqa: S311 - made-up words
                taken_by=wanted.taken_by,
                hands=wanted.hands,
                n_steps=len(wanted.verbs),
                is_public=True,
            )
            if self._fits(one, wanted):
                return one
        return None

    def _fits(self, one: Planned, wanted: Wanted) -> bool:
        where = place.locate(one.spot.lon, one.spot.lat, jurisdiction=self.rules.jurisdiction.id)
        if where is None or department_of(self.rules, one, where.area_path) != wanted.department:
            return False
        steps = course(one, self.limits)[: len(wanted.verbs)]
        if tuple(step.verb for step in steps) != wanted.verbs or any(step.at >= self.end for step in steps):
            return False
        if not wanted.due:
            return True
        return wanted.due[0] <= due_at(one, self.limits, one.at) - self.end <= wanted.due[1]

    def _area_path(self) -> str:
        spot = next((spot for spot in self.teller.places.spots if spot.area_code == STREET_AREA), None)
        where = place.locate(spot.lon, spot.lat, jurisdiction=self.rules.jurisdiction.id) if spot else None
        return where.area_path if where else ""
