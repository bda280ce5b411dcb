"""Who reports: many people once, some now and then, a few every week about the same thing near home."""

from __future__ import annotations

import random
from collections.abc import Sequence

from yiwang.demo import speech
from yiwang.demo.plan.records import Caller

FREQUENT_SHARE, FREQUENT_CALLS = 0.02, 0.16
"""One in fifty callers makes about a sixth of the calls."""
PER_REPORT = 0.42


class Callers:
    """The people of the city who may report, drawn with their own weights."""

    def __init__(self, rnd: random.Random, n_reports: int, communities: Sequence[str]) -> None:
        n = max(8, round(n_reports * PER_REPORT))
        n_frequent = max(2, round(n * FREQUENT_SHARE))
        people = []
        for i in range(n):
            who = speech.person(rnd)
            people.append(Caller(f"c{i:05d}", who.name, who.phone, rnd.choice(communities), i < n_frequent))
        self.frequent = people[:n_frequent]
        self.usual = people[n_frequent:]
        self.favourites: dict[str, int] = {}

    def draw(self, rnd: random.Random) -> Caller:
        """Somebody who calls now."""
        return rnd.choice(self.frequent if rnd.random() < FREQUENT_CALLS else self.usual)

    def other(self, rnd: random.Random, than: Caller | None, home: str) -> Caller:
        """Somebody else, rather a neighbour: who repeats another's matter lives close by."""
        for _try in range(6):
            found = rnd.choice(self.usual)
            if found is not than and (found.home == home or _try > 3):
                return found
        return rnd.choice(self.usual)
