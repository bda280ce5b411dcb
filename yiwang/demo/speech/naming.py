"""How a caller names a spot: the whole address, road and number, an estate by its everyday name, a crossing, "opposite
the school" — and how the name is set into a sentence."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from yiwang.demo.ground.plans import Spot
from yiwang.demo.speech.kinds import Role

CITY = "云溪市"
_DIGITS = "零一二三四五六七八九"
_NUMBER = re.compile(r"\d+")
_BESIDE: dict[str, tuple[str, ...]] = {
    "door": ("门口", "门口", "门前", "旁边", "附近", "对面", "这里", "", "边上"),
    "estate": ("楼下", "楼下", "门口", "旁边", "这边", "", "边上"),
    "crossing": ("", "", "", "那里", "边上", "东南角", "西北角", "红绿灯这里"),
    "poi": ("门口", "门口", "对面", "旁边", "附近", "边上", "大门外", "斜对面"),
    "park": ("里", "门口", "里面", "边上", "北门", "入口"),
    "water": ("边上", "", "这一段", "旁边"),
    "road": ("", "上", "这一段", "路边", "中段", "这条路"),
}
_WITHOUT = re.compile(
    "^(后面|前面|边上|旁边|门口|里面|外面|中间|附近|对面|墙|靠墙|楼|那|这|河|水面|桥|公交站|站台|路口|围墙|大门|一楼|路边|路面"
    "|小区|[东南西北]门|沿|单元|地下|电梯|居民|所有|有户|整栋|一户)"
)
_ORDINAL = re.compile("第([一二三四五六七八九十]+)(小学|中学|幼儿园|医院|菜场)")


@dataclass(frozen=True)
class Named:
    """The words for a spot, bare ("解放路114号") and as where something is ("解放路114号门口")."""

    bare: str
    at: str


def name_spot(rnd: random.Random, spot: Spot, *, is_formal: bool = False, apart_from: str = "") -> Named:
    """One of the ways to name it; not the one in `apart_from` where there is another."""
    forms = _formal(spot) if is_formal else _forms(rnd, spot)
    others = [form for form in forms if form not in apart_from and apart_from not in form] if apart_from else forms
    bare = rnd.choice(others or forms)
    beside = rnd.choice(_BESIDE.get(spot.kind, ("",)))
    if is_formal and spot.kind not in ("door", "poi"):
        beside = ""
    if beside and bare.endswith((beside[-1], "）")):
        beside = ""
    return Named(bare, bare + beside)


def set_place(rnd: random.Random, text: str, named: Named | None, deixis: dict[str, str], role: Role) -> str:
    """Put the place where the sentence holds it; without one, "here with us" (or nothing at its beginning)."""
    for slot in ("{at}", "{in}"):
        while slot in text:
            before, after = text.split(slot, 1)
            is_bare = slot == "{in}" or bool(_WITHOUT.match(after))
            text = before + _words(rnd, before, after, named, is_bare, deixis, role) + after
    return text


def _words(
    rnd: random.Random,
    before: str,
    after: str,
    named: Named | None,
    is_bare: bool,
    deixis: dict[str, str],
    role: Role,
) -> str:
    if named is not None:
        return named.bare if is_bare else named.at
    if not before and not after.startswith(("的", "一")) and rnd.random() < 0.35 and not _WITHOUT.match(after):
        return ""
    return deixis["home" if is_bare and role == "home" else "bare" if is_bare else "at"]


def _formal(spot: Spot) -> list[str]:
    """As a form or an operator writes it."""
    if spot.kind == "door":
        return [f"{CITY}{spot.district}{spot.street}{_door(spot)}", f"{spot.street}{_door(spot)}", _door(spot)]
    if spot.kind == "crossing":
        return [spot.text, f"{spot.district}{spot.text}"]
    return [f"{spot.street}{spot.text}", spot.text, f"{spot.community}{spot.text}"]


def _forms(rnd: random.Random, spot: Spot) -> list[str]:
    """As people say it, the common ones several times."""
    makers = {"door": _door_forms, "estate": _estate_forms, "crossing": _crossing_forms, "poi": _poi_forms}
    maker = makers.get(spot.kind)
    forms = (
        maker(spot)
        if maker
        else [spot.text, spot.text, f"{spot.street}{spot.text}", f"{spot.text}（{spot.community}）"]
    )
    if rnd.random() < 0.12:
        return [_other_digits(rnd, form) for form in forms]
    return forms


def _door(spot: Spot) -> str:
    return f"{spot.road}{spot.number.removesuffix('号')}号" if spot.road and spot.number else spot.text


def _door_forms(spot: Spot) -> list[str]:
    door = _door(spot)
    forms = [door, door, door, f"{spot.district}{door}", f"{spot.street}{door}", f"{spot.community}{door}"]
    return [*forms, f"{CITY}{spot.district}{spot.street}{door}", f"{CITY}{spot.district}{door}"]


def _estate_forms(spot: Spot) -> list[str]:
    estate = spot.estate or spot.text
    building = spot.text.removeprefix(estate)
    colloquial = building.replace("幢", "号楼")
    forms = [spot.text, spot.text, estate + colloquial, estate, estate, estate + building.replace("幢", "栋")]
    if not estate.endswith(("小区", "新村", "家园", "公寓")):
        forms += [f"{estate}小区", f"{estate}小区{building}"]
    if spot.road:
        forms.append(f"{spot.road}{estate}")
    return [*forms, f"{spot.street}{spot.text}", f"{spot.community}{estate}", f"{spot.district}{spot.text}"]


def _crossing_forms(spot: Spot) -> list[str]:
    roads = re.split("[与和/、]", re.sub("(交叉口|路口|交叉路口)$", "", spot.text))
    if len(roads) != 2:
        return [spot.text]
    one, other = roads
    return [
        spot.text,
        f"{one}与{other}路口",
        f"{one}和{other}交叉口",
        f"{other}{one}路口",
        f"{one}{other}那个十字路口",
        f"{one}靠近{other}的路口",
        f"{other}跟{one}交界的地方",
        f"{one}/{other}路口",
    ]


def _poi_forms(spot: Spot) -> list[str]:
    name = spot.poi or spot.text
    forms = [name, name, name, f"{spot.district}{name}", f"{spot.street}{name}"]
    if spot.road:
        forms += [f"{spot.road}{name}", f"{spot.road}上的{name}"]
    if found := _ORDINAL.search(name):
        short = found[1] + {"小学": "小", "中学": "中", "幼儿园": "幼", "医院": "院", "菜场": "菜场"}[found[2]]
        forms += [name[: found.start()] + short + name[found.end() :]]
    return forms


def _other_digits(rnd: random.Random, form: str) -> str:
    """114 → 一百一十四 or １１４."""
    if rnd.random() < 0.5:
        return _NUMBER.sub(lambda m: in_words(int(m[0])) if len(m[0]) < 4 else m[0], form)
    return form.translate({ord("0") + i: chr(ord("０") + i) for i in range(10)})


def in_words(number: int) -> str:
    """0 to 999 in Chinese characters, as addresses are read aloud."""
    if number >= 100:
        rest = number % 100
        tail = "" if not rest else ("零" if rest < 10 else "") + ("一" if 10 <= rest < 20 else "") + in_words(rest)
        return _DIGITS[number // 100] + "百" + tail
    if number >= 10:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
    return _DIGITS[number]
