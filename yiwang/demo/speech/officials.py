"""What officials and evaluating citizens write: results, reasons for giving back, checks, thanks, displeasure, notes.

`words/officials.yaml` holds them by category prefix; the longest prefix of a matter's code that has such words is
asked four times in five, the general words otherwise.
"""

from __future__ import annotations

import random
from functools import cache

from yiwang.demo.speech.grammar import expand, lines
from yiwang.demo.speech.kinds import MatterKind, read_words

FILE = "officials.yaml"
GENERAL = "any"
FEW = 3
"""Fewer lines of a matter's own than this would be heard too often."""


def result(rnd: random.Random, matter: MatterKind) -> str:
    """What was done, as the handler reports it; specific to the matter."""
    return _words(rnd, "done", matter.category, general=0.06) + (
        _words(rnd, "after", "", general=1) if rnd.random() < 0.35 else ""
    )


def return_reason(rnd: random.Random, matter: MatterKind) -> str:
    """Why a department gives an event back."""
    return _words(rnd, "back", matter.category, general=0.4)


def verify_words(rnd: random.Random, is_passed: bool = True) -> str:
    """What the verifier found on the spot."""
    return _words(rnd, "verified" if is_passed else "failed", "", general=1)


def dissatisfied(rnd: random.Random, matter: MatterKind) -> str:
    """What a citizen who is not content writes with one or two stars."""
    return _words(rnd, "bad", matter.category, general=0.45)


def reopen(rnd: random.Random, matter: MatterKind) -> str:
    """Why a citizen wants it opened again."""
    return _words(rnd, "again", matter.category, general=0.4)


def thanks(rnd: random.Random) -> str:
    """What a content citizen writes; often nothing."""
    return "" if rnd.random() < 0.4 else _words(rnd, "thanks", "", general=1)


def note(rnd: random.Random, matter: MatterKind) -> str:
    """What a handler notes for colleagues on the way."""
    return _words(rnd, "note", matter.category, general=0.45)


def supervise_words(rnd: random.Random) -> str:
    """What a supervisor writes with a 督办."""
    return _words(rnd, "supervise", "", general=1)


def extension_reason(rnd: random.Random) -> str:
    """Why a handler asks for more time."""
    return _words(rnd, "extend", "", general=1)


def _words(rnd: random.Random, what: str, category: str, *, general: float) -> str:
    """A line of the longest prefix that has such words, or with the chance `general` of the general ones."""
    own = _lines(what, _nearest(what, category)) if category else ()
    if len(own) < FEW:
        general = max(general, 0.7 if what != "done" else 0.15)
    elif len(own) > FEW:
        general *= 0.2
    found = own if own and rnd.random() >= general else _lines(what, GENERAL) or own
    return expand(rnd, rnd.choice(found), read_words("turns.yaml")["slots"])


@cache
def _lines(what: str, prefix: str) -> tuple[str, ...]:
    return lines(read_words(FILE).get(prefix, {}).get(what, ""))


@cache
def _nearest(what: str, category: str) -> str:
    known = read_words(FILE)
    lengths = range(len(category), 1, -2)
    return next((category[:n] for n in lengths if what in known.get(category[:n], {})), GENERAL)
