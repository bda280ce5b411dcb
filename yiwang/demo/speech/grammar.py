"""The small grammar of the phrasings: `[a|b|]` chooses one, `{slot}` is filled from a table; choices may nest.

    expand(rnd, "{at}[有一盏|]路灯[不亮|坏了]{dur}了", slots)

Places (`{at}`, `{in}`, `{place}`) are left for `naming.py`, which must see what stands around them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

PLACES = ("at", "in", "place")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")


def expand(rnd: random.Random, text: str, slots: Mapping[str, str]) -> str:
    """The text with every choice made and every slot filled but the places; KeyError for an unknown slot."""
    while True:
        chosen = _CHOICE.sub(lambda m: rnd.choice(m[1].split("|")), text)
        filled = _SLOT.sub(lambda m: m[0] if m[1] in PLACES else slots[m[1]], chosen)
        if filled == text:
            return text
        text = filled


def variants(text: str) -> int:
    """How many texts the choices of a phrasing allow (slots count as one); for the report on distinctness."""
    total = 1
    while found := _CHOICE.search(text):
        total *= found[1].count("|") + 1
        text = text[: found.start()] + "\0" + text[found.end() :]
    return total


def lines(block: str) -> tuple[str, ...]:
    """The phrasings of a block of YAML: one a line."""
    return tuple(line.strip() for line in block.splitlines() if line.strip())
