"""The keys an address is found by: the name it hangs on, a number, a suffix — and reading numbers behind a name.

| address | keys |
|---|---|
| 云溪市临湖区湖滨街道解放路114号 | (解放路, 114, "") |
| 解放路114号附3, 解放路114-3号 | (解放路, 114, "3") |
| 金桥华府3幢, 金桥华府3号楼 | (金桥华府, 3, "") |
| 金桥华府A座 | (金桥华府, None, "a") |
| 云溪第一小学, 云溪第一小学2号楼 | (云溪第一小学, None, ""), (云溪第一小学, 2, "") |
| 解放路与南屏路路口 | (南屏路×解放路, None, ""), the two always in one order |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from yiwang.engines.place.spelling import CHINESE_NUMERALS, name_key, number, plain

_NUMBER = rf"(?:\d{{1,5}}|[{CHINESE_NUMERALS}]{{1,7}})"
_TAIL = rf"(?:\s*(?:附|之)\s*({_NUMBER})\s*号?)?"
# 114号, 第114号, 114-3号, 114a号, 114弄, 114#, 114号附3
DOOR = re.compile(rf"\s*第?\s*({_NUMBER})\s*(?:-\s*(\d{{1,4}}|[a-z])|([a-z]))?\s*(?:号(?!楼|线)|弄|#){_TAIL}")
# 解放路114旁边: digits without 号 count where nothing else can be meant by them
BARE_DOOR = re.compile(
    r"\s*(\d{1,4})(?:-(\d{1,3}))?(?=$|[\s,,。.;;!!??、()(-]|旁|附近|门|对面|楼下|前|后面|隔壁|左|右|这|那|边|有|的)"
)
# 3幢, 3栋, 3座, 3号楼, 3号, 3#, a座, 二期3幢, 东区3幢
BUILDING = re.compile(
    rf"\s*(?:[一二三四五六1-9]期|[东南西北中]区)?\s*第?\s*({_NUMBER}|[a-z])\s*(?:-\s*(\d{{1,3}}))?\s*(?:号楼|[幢栋座]|号|#楼?)"
)


class Key(NamedTuple):
    """Name, number (None: the named thing itself) and suffix."""

    base: str
    number: int | None = None
    suffix: str = ""


class Numbered(NamedTuple):
    """A number read behind a name: where it ends in the text, and what it says."""

    end: int
    number: int | None
    suffix: str


def door_behind(text: str, at: int) -> Numbered | None:
    """The house number that begins at a position of a plain text, None without any."""
    found = DOOR.match(text, at)
    if found is None:
        bare = BARE_DOOR.match(text, at)
        return Numbered(bare.end(), number(bare[1]), bare[2] or "") if bare is not None else None
    told = number(found[1])
    more = found[2] or found[3] or found[4] or ""
    return Numbered(found.end(), told, _suffix(more)) if told is not None else None


def building_behind(text: str, at: int) -> Numbered | None:
    """The number of a building that begins at a position of a plain text, None without any."""
    found = BUILDING.match(text, at)
    if found is None:
        return None
    told = number(found[1])
    if told is None:
        return Numbered(found.end(), None, found[1]) if found[1].isascii() else None
    return Numbered(found.end(), told, _suffix(found[2] or ""))


def crossing_key(one: str, other: str) -> str:
    """The name of the crossing of two roads, whichever is named first."""
    return "×".join(sorted((name_key(one), name_key(other))))


def keys_of(text: str, kind: str, parts: Mapping[str, str]) -> list[Key]:
    """All keys of an address, by its parts; an address without any known part is found by its text."""
    found: dict[Key, None] = {}
    if kind == "crossing" and parts.get("road") and parts.get("cross"):
        found[Key(crossing_key(parts["road"], parts["cross"]))] = None
    if kind != "crossing" and parts.get("road"):
        found |= _numbered(parts["road"], parts.get("number", ""), "号", is_alone=kind == "road")
    if parts.get("estate"):
        found |= _numbered(parts["estate"], parts.get("building", ""), "幢", is_alone=kind == "estate")
    if parts.get("poi") and kind != "door":  # the door of an institution is found as the door
        found |= _numbered(parts["poi"], parts.get("building", ""), "幢", is_alone=True)
    if not found:
        found[Key(name_key(parts.get("name") or text))] = None
    return [key for key in found if key.base]


def _numbered(name: str, said: str, mark: str, *, is_alone: bool) -> dict[Key, None]:
    """The key of a name with the number said (114, 114号, 3幢); of the name alone only if that is what is meant."""
    if not said:
        return {Key(name_key(name)): None} if is_alone else {}
    reader = door_behind if mark == "号" else building_behind
    told = plain(said)
    read = reader(told + mark, 0) if told[-1:].isalnum() else reader(told, 0)
    if read is None:
        return {Key(name_key(name), None, name_key(said)[:24]): None}
    return {Key(name_key(name), read.number, read.suffix): None}


def _suffix(said: str) -> str:
    told = number(said) if said and not said.isascii() else None
    return str(told) if told is not None else said
