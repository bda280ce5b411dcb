"""Made-up callers: names drawn from common characters, telephone numbers of a shape nobody holds (199 0000 xxxx)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from yiwang.demo.speech.kinds import read_words

FILE = "people.yaml"
_PREFIXES = ("1990000", "1980000", "1910000", "1660000")


@dataclass(frozen=True)
class Person:
    """Somebody who reports."""

    name: str
    phone: str


def person(rnd: random.Random) -> Person:
    """A caller; some give only a surname, as callers do (王女士, 老周)."""
    return Person(_name(rnd), rnd.choice(_PREFIXES) + f"{rnd.randrange(10_000):04d}")


def _name(rnd: random.Random) -> str:
    surname = rnd.choice(_characters("surnames"))
    kind = rnd.random()
    if kind < 0.22:
        return surname + rnd.choice(("女士", "先生", "先生", "女士", "阿姨", "师傅", "老师", "同志"))
    if kind < 0.5:
        return surname + rnd.choice(_characters("single"))
    return surname + rnd.choice(_characters("first")) + rnd.choice(_characters("second"))


@cache
def _characters(what: str) -> str:
    return str(read_words(FILE)[what]).replace(" ", "")


class Callers:
    """The people of a city: most call once, some twice or three times, a few call all the time."""

    def __init__(self, rnd: random.Random, n_regulars: int = 60) -> None:
        self.regulars = tuple(person(rnd) for _ in range(n_regulars))
        self._shares = [1 / (rank + 2) for rank in range(n_regulars)]
        self._known: list[Person] = []

    def caller(self, rnd: random.Random) -> Person:
        """Who calls now: a regular one in nine times, somebody who called before one in eight, else somebody new."""
        chance = rnd.random()
        if chance < 0.11:
            return rnd.choices(self.regulars, self._shares)[0]
        if chance < 0.235 and self._known:
            return rnd.choice(self._known)
        self._known.append(person(rnd))
        return self._known[-1]
