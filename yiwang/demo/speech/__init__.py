"""The citizens' and officials' voices of the demo city: what is said of which matter, by whom, when, in which words.

    rnd = random.Random(7)
    kind = rnd.choices(matters(), [k.weight for k in matters()])[0]
    saying = say(rnd, kind, spot, channel="phone")
    other = repeat(rnd, saying, spot, channel="app")

Everything is made from `words/*.yaml` and the random numbers given; the same numbers give the same words.
"""

from yiwang.demo.speech.composing import CHANNELS, MOODS, Saying, repeat, say, several
from yiwang.demo.speech.kinds import MatterKind, Phrasing, matter_of, matters
from yiwang.demo.speech.officials import (
    dissatisfied,
    extension_reason,
    note,
    reopen,
    result,
    return_reason,
    supervise_words,
    thanks,
    verify_words,
)
from yiwang.demo.speech.people import Callers, Person, person

__all__ = [
    "CHANNELS",
    "MOODS",
    "Callers",
    "MatterKind",
    "Person",
    "Phrasing",
    "Saying",
    "dissatisfied",
    "extension_reason",
    "matter_of",
    "matters",
    "note",
    "person",
    "reopen",
    "repeat",
    "result",
    "return_reason",
    "say",
    "several",
    "supervise_words",
    "thanks",
    "verify_words",
]
