"""Reads a plain text with a gazetteer at hand: which known names stand there, with which numbers, crossing whom."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yiwang.engines.place.addresses.gazetteer import Gazetteer, Mention
from yiwang.engines.place.addresses.keys import building_behind, crossing_key, door_behind

BETWEEN = re.compile(r"\s*(?:[和与跟同及、,/\\×x·到至交近后-]|靠近|还有|以及|快到)?\s*")
CROSSING = re.compile(
    r"\s*的?\s*(?:交叉路?口|十字路?口|丁字路?口|三岔路?口|交汇处?|交界处?|相交处?|路口|交口|街口|道口|拐角处?|转角处?|口子?(?![袋腔味罩]))"
)
MEETS = frozenset("和与跟同及、,/\\×x·近") | {"靠近"}
"""Between two roads that do cross, these name their crossing without more; 到 and - name a stretch."""
HOME = re.compile(r"(?:我家?|家|我们|本人)?(?:是?住在?|家在|户籍|籍贯)\s*$")


@dataclass(frozen=True, slots=True)
class Said:
    """A place as somebody said it: a known name with its number (None and "" without any), from `start` to `end`."""

    start: int
    end: int
    name: str
    is_area: bool = False
    number: int | None = None
    suffix: str = ""
    is_home: bool = False
    """Where the caller lives, not where the matter is."""

    @property
    def is_numbered(self) -> bool:
        """Whether a house or building is named."""
        return self.number is not None or bool(self.suffix)


def read_places(text: str, names: Gazetteer) -> list[Said]:
    """Every place said in a plain text, in the order of the text."""
    mentions = names.mentions(text)
    found = []
    n = 0
    while n < len(mentions):
        said = None
        if n + 1 < len(mentions):
            said = _crossing(text, mentions[n], mentions[n + 1], names)
        n += 1 if said is None else 2
        found.append(said if said is not None else _alone(text, mentions[n - 1], names))
    return found


def _alone(text: str, one: Mention, names: Gazetteer) -> Said:
    """A name with the number behind it, if there is one and it can have one."""
    is_home = HOME.search(text, max(0, one.start - 8), one.start) is not None
    things = names.named.get(one.name)
    if things is None:
        return Said(one.start, one.end, one.name, is_area=True, is_home=is_home)
    read = None
    if any(thing.kind == "road" for thing in things):
        read = door_behind(text, one.end)
    elif any(thing.has_numbers or thing.kind == "estate" for thing in things):
        read = building_behind(text, one.end)
    if read is None:
        return Said(one.start, one.end, one.name, is_home=is_home)
    return Said(one.start, read.end, one.name, number=read.number, suffix=read.suffix, is_home=is_home)


def _crossing(text: str, one: Mention, other: Mention, names: Gazetteer) -> Said | None:
    """The crossing of two roads named one after the other; None unless they do cross and it is meant."""
    key = crossing_key(one.name, other.name)
    if key not in names.named:
        return None
    between = BETWEEN.fullmatch(text, one.end, other.start)
    if between is None:
        return None
    behind = CROSSING.match(text, other.end)
    if behind is None and between[0].strip() not in MEETS:
        return None
    return Said(one.start, behind.end() if behind is not None else other.end, key)
