"""Puts an utterance together: opening, who and where, the matter, how long, what comes of it, what was tried, the wish.

How much is said, in which order and with which marks depends on the mood and on the way it came in: an operator writes
a caller down in the third person, an app gets half a sentence, a web form a letter, a grid worker notes what is there.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from yiwang.demo.ground.plans import Spot
from yiwang.demo.speech.grammar import expand, lines
from yiwang.demo.speech.hours import slots_of
from yiwang.demo.speech.kinds import MatterKind, Phrasing, matter_of, read_words
from yiwang.demo.speech.naming import Named, name_spot, set_place
from yiwang.demo.speech.wearing import wear

MOODS = ("plain", "polite", "angry", "tired", "worried", "elderly", "brisk")
CHANNELS = ("phone", "web", "app", "patrol", "other")
_MOODS_OF = {
    "calm": (41, 28, 4, 6, 0, 9, 12),
    "annoyed": (33, 17, 20, 13, 0, 9, 8),
    "angry": (19, 8, 45, 18, 0, 6, 4),
    "urgent": (24, 10, 9, 2, 42, 6, 7),
    "ask": (38, 46, 0, 2, 0, 10, 4),
    "praise": (40, 46, 0, 0, 0, 14, 0),
}
_LENGTHS = {"phone": (21, 44, 27, 8), "web": (13, 42, 33, 12), "app": (49, 36, 13, 2), "other": (30, 43, 21, 6)}
_NAMED = {"phone": 0.86, "web": 0.84, "app": 0.62, "other": 0.75}
_PERSONAL = re.compile("[我咱你您]|谢|[吗呢吧啊呀]$|请问|想问|咨询|[？！]|能不能|凭什么|没人管吗")
_ASKING = re.compile("(吗|呢|谁管?|怎么办|哪里|能不能.*|什么时候.*|多久|怎么[^，]*|几点[^，]*|哪个部门)$")
_LED = re.compile(
    "什么时候|能不能|希望|请|麻烦|建议|赶紧|快|马上|先|今天|能|哪怕|千万|十万|求|不求|必须|早点|总|到底|一碗水|这段"
)
_FULLER = {
    "赔": "赔偿",
    "罚": "处罚",
    "修": "修好",
    "查": "查处",
    "退": "退款",
    "停掉": "停下来",
    "铲": "铲掉",
    "清": "清理",
}
BRIEF = 13
"""Phrasings of so few characters say what it is and nothing of how."""
AKIN = 0.3
_GRAMMAR = re.compile(r"\{\w+\}|[\[\]|，]")
_SPOKEN = re.compile("喂|话务员|接线员|听得见|电话|小姑娘|跟你讲|记一下|报个")
_TIMED = re.compile(
    "天天|每天|刚|昨|今天|已经|一直|好久|常年|[天月年]了|什么时候|请问|想问|建议|能不能|半夜|夜里|[两三四五六]天|从来"
)


@dataclass(frozen=True)
class Saying:
    """What one resident or official said of one matter."""

    text: str
    category: str
    phrasing: str
    """Which phrasing the matter was put in: the same id on both sides of a split would be seen twice."""
    has_place_in_text: bool
    place: str
    """The words that name the place, as they stand in the text; empty without."""
    core: str
    """The clause that tells the matter, before haste wore it."""
    channel: str
    mood: str


@dataclass(frozen=True)
class _Teller:
    """What all parts of one utterance share."""

    rnd: random.Random
    kind: MatterKind
    mood: str
    length: int
    """0 short, 1 middling, 2 long, 3 a whole story."""
    hour: int | None = None
    """Of the city's clock; None where nobody knows."""

    def some(self, *names: str) -> str:
        """A part that fits any matter, expanded."""
        found = read_words("turns.yaml")
        for name in names:
            found = found[name]
        return self.expanded(self.rnd.choice(_lines_of(names, str(found))))

    def expanded(self, text: str) -> str:
        """A phrasing with its choices made."""
        return expand(self.rnd, text, {**read_words("turns.yaml")["slots"], **slots_of(self.hour)})

    def maybe(self, *chances: float) -> bool:
        """True with the chance of this length."""
        return self.rnd.random() < chances[min(self.length, 2)]


_cached_lines: dict[tuple[str, ...], tuple[str, ...]] = {}


def _lines_of(names: tuple[str, ...], block: str) -> tuple[str, ...]:
    if names not in _cached_lines:
        _cached_lines[names] = lines(block)
    return _cached_lines[names]


def say(
    rnd: random.Random,
    matter: MatterKind,
    spot: Spot | None,
    *,
    channel: str,
    mood: str = "",
    is_rainy: bool = False,
    apart_from: Saying | None = None,
    hour: int | None = None,
) -> Saying:
    """What somebody says of the matter at the spot, through this channel, at this hour of the city's clock.

    `apart_from` asks for other words.
    """
    mood = mood or rnd.choices(MOODS, _MOODS_OF[matter.tone])[0]
    length = rnd.choices((0, 1, 2, 3), _LENGTHS.get(channel, _LENGTHS["other"]))[0]
    teller = _Teller(rnd, matter, mood, length, hour)
    noted = _impersonal(matter.says)
    is_noted = channel == "phone" and bool(noted) and rnd.random() < 0.45
    said_before = apart_from.place if apart_from else ""
    if channel == "patrol":
        named = name_spot(rnd, spot, is_formal=True, apart_from=said_before) if spot else None
        phrasing = _choose(rnd, matter.notes or _impersonal(matter.says), apart_from)
        text, core = _note(teller, phrasing, named)
    elif is_noted:
        named = name_spot(rnd, spot, is_formal=rnd.random() < 0.5, apart_from=said_before) if spot else None
        phrasing = _choose(rnd, noted, apart_from)
        text, core = _written_down(teller, phrasing, named)
    else:
        is_named = spot is not None and rnd.random() < (_NAMED.get(channel, 0.75) if matter.spots else 0.3)
        named = name_spot(rnd, spot, apart_from=said_before) if spot and is_named else None
        phrasing = _choose(rnd, matter.says, apart_from)
        text, core = _told(teller, phrasing, named, channel=channel, is_rainy=is_rainy)
    scribe = "operator" if is_noted else channel
    place = named.bare if named and named.bare in text else ""
    worn = wear(rnd, text, place=place, channel=scribe, mood=mood)
    return Saying(worn, matter.category, phrasing.id, bool(place), place, core, channel, mood)


def repeat(rnd: random.Random, saying: Saying, spot: Spot | None, *, channel: str, hour: int | None = None) -> Saying:
    """Another resident on the same matter at the same place: other words, and the place called otherwise."""
    matter = matter_of(saying.category)
    while True:
        other = say(rnd, matter, spot, channel=channel, apart_from=saying, hour=hour)
        if other.text != saying.text:
            return other


def several(rnd: random.Random, sayings: list[Saying], *, hour: int | None = None) -> str:
    """One call with all these matters, in this order; every `core` stands in it word for word."""
    first = _Teller(rnd, matter_of(sayings[0].category), sayings[0].mood, 1, hour)
    if len(sayings) > 1 and rnd.random() < 0.25:
        told = "；".join(f"{number}、{saying.core}" for number, saying in enumerate(sayings, start=1))
        head = rnd.choice(
            (
                "反映几个问题：",
                "有这么几件事，",
                "您好，一共反映" + "两三四五六七"[min(len(sayings) - 2, 5)] + "个问题。",
                "",
            )
        )
        return f"{head}{told}。" + (first.some("wish", "polite") if rnd.random() < 0.5 else "")
    pieces = [
        _ended(
            rnd,
            "，".join(filter(None, (_opening(first, sayings[0].core), sayings[0].core, _so(first, 0.5)))),
            first.mood,
        )
    ]
    for saying in sayings[1:]:
        teller = _Teller(rnd, matter_of(saying.category), saying.mood, 1, hour)
        whole = "，".join(filter(None, (saying.core, _so(teller, 0.4))))
        pieces.append(teller.some("joiner") + whole + rnd.choice("。。，"))
    end = (
        first.some("wish", first.mood)
        if rnd.random() < 0.6
        else rnd.choice(("就这两件事", "麻烦一起处理", "谢谢", "都是老问题了"))
    )
    return "".join(pieces).rstrip("，。") + "。" + end


def _choose(rnd: random.Random, phrasings: tuple[Phrasing, ...], apart_from: Saying | None) -> Phrasing:
    """One of them; after somebody else's words one that can mean the same thing: akin, or of few words, or the same."""
    if apart_from is None:
        return rnd.choice(phrasings)
    told = apart_from.core
    others = [p for p in phrasings if p.id != apart_from.phrasing]
    if not others:
        return phrasings[0]
    akin = sorted(others, key=lambda p: -_alike(p.text, told))[:2]
    brief = [p for p in others if len(p.text) <= BRIEF and p not in akin]
    same = [p for p in phrasings if p.id == apart_from.phrasing]
    found = [*akin, *akin, *brief, *same] if _alike(akin[0].text, told) >= AKIN else [*brief, *brief, *same] or akin
    return rnd.choice(found)


def _alike(text: str, told: str) -> float:
    """The share of a phrasing's characters that stand in what was told."""
    chars = set(_GRAMMAR.sub("", text))
    return len(chars & set(told)) / max(len(chars), 1)


def _impersonal(phrasings: tuple[Phrasing, ...]) -> tuple[Phrasing, ...]:
    """Those an operator could write in the third person."""
    return tuple(p for p in phrasings if not _PERSONAL.search(p.text))


def _note(teller: _Teller, phrasing: Phrasing, named: Named | None) -> tuple[str, str]:
    """A grid worker's note."""
    core = _core(teller, phrasing, named)
    if named and named.bare not in core:
        core = f"{named.bare}，{core}"
    head = teller.some("patrol", "start") if teller.rnd.random() < 0.5 else ""
    tail = "，" + teller.some("patrol", "end") if teller.rnd.random() < 0.45 else ""
    return f"{head}{core}{tail}" + teller.rnd.choice(("。", "。", "")), core


def _written_down(teller: _Teller, phrasing: Phrasing, named: Named | None) -> tuple[str, str]:
    """What an operator notes of a call: a complaint, a question, a word of praise."""
    rnd, kind = teller.rnd, teller.kind
    core = _core(teller, phrasing, named)
    text = teller.some("operator", "asking" if kind.tone == "ask" and rnd.random() < 0.7 else "start")
    if named and named.bare not in core:
        is_first = rnd.random() < 0.5
        text += f"{named.bare}，{core}" if is_first else f"{core}，地址：{named.bare}"
    else:
        text += core
    if kind.is_lasting and not _TIMED.search(core) and teller.maybe(0.2, 0.45, 0.6):
        text += "，" + teller.some("operator", "lasting")
    effects = [line for line in kind.so if not _PERSONAL.search(line)]
    if effects and teller.maybe(0.2, 0.6, 0.9):
        text += "，" + teller.expanded(rnd.choice(effects))
    if rnd.random() < 0.85:
        text += rnd.choice("，。，") + teller.some(
            "operator", {"ask": "answer", "praise": "praise"}.get(kind.tone, "wish")
        )
    return text + rnd.choice(("。", "。", "")), core


def _told(teller: _Teller, phrasing: Phrasing, named: Named | None, *, channel: str, is_rainy: bool) -> tuple[str, str]:
    """In the resident's own words."""
    rnd, kind, mood = teller.rnd, teller.kind, teller.mood
    before, after = "", ""
    inner = named
    if named and (not phrasing.has_place or rnd.random() < 0.14):
        inner = None if phrasing.has_place else named
        if rnd.random() < 0.5:
            before = teller.some("intro", kind.role).replace("{place}", named.bare)
        else:
            after = teller.some("where", kind.role).replace("{place}", named.bare)
    core = _core(teller, phrasing, inner)
    body = [core, *_details(teller, core, is_rainy=is_rainy)]
    if after:
        body.insert(rnd.choice((1, len(body))), after)
    if before:
        body.insert(0, before)
    if channel == "web" and named and teller.maybe(0.05, 0.14, 0.2):
        about = f"关于{named.bare}{kind.topic}的" + rnd.choice(
            ("咨询", "建议", "问题") if kind.tone in ("ask", "praise") else ("投诉", "反映", "情况反映", "问题")
        )
        return about + rnd.choice(("。", "：", "\n")) + _joined(rnd, body, mood), core
    opening = _opening(teller, core, is_spoken=channel == "phone")
    closing = (
        teller.some("closing") if rnd.random() < {"polite": 0.5, "elderly": 0.35, "angry": 0.04}.get(mood, 0.15) else ""
    )
    text = _joined(rnd, body, mood)
    if opening:
        text = (
            opening
            + ("" if opening.endswith("：") else rnd.choice(("，", "，", "，", "。" if len(opening) > 3 else "，")))
            + text
        )
    if closing:
        text = text.rstrip("。！")
        text += ("" if text.endswith("？") else rnd.choice(("，", "。"))) + closing + rnd.choice(("。", "", "！"))
    if channel == "phone" and mood in ("elderly", "tired", "plain") and rnd.random() < 0.25:
        text = _halting(teller, text)
    return text, core


def _core(teller: _Teller, phrasing: Phrasing, named: Named | None) -> str:
    text = teller.expanded(phrasing.text)
    if "{" not in text:
        return text
    deixis = {name: teller.some("deixis", name) for name in ("at", "bare", "home")}
    return set_place(teller.rnd, text, named, deixis, teller.kind.role)


def _opening(teller: _Teller, core: str, *, is_spoken: bool = True) -> str:
    """A greeting; one that announces a question only before a question."""
    chances = {"brisk": (0.2, 0.3, 0.3), "worried": (0.3, 0.5, 0.6)}.get(teller.mood, (0.12, 0.5, 0.8))
    if not teller.maybe(*chances):
        return ""
    is_asking = bool(_ASKING.search(core))
    while True:
        opening = teller.some("opening", teller.mood)
        if not is_spoken and _SPOKEN.search(opening):
            continue
        if is_asking or not opening.endswith(("请问", "想问一下", "咨询一下", "问一句")):
            return opening


def _so(teller: _Teller, chance: float) -> str:
    if not teller.kind.so or teller.rnd.random() >= chance:
        return ""
    return teller.expanded(teller.rnd.choice(teller.kind.so))


def _details(teller: _Teller, core: str, *, is_rainy: bool) -> list[str]:
    """What follows the matter: how long, what comes of it, what was tried, what is wanted."""
    rnd, kind, mood = teller.rnd, teller.kind, teller.mood
    is_asking = kind.tone in ("ask", "praise") or bool(_ASKING.search(core))
    parts: list[str] = []
    if kind.is_lasting and not _TIMED.search(core) and teller.maybe(0.15, 0.3, 0.6):
        parts.append(teller.some("lasting"))
    elif kind.is_sudden and not _TIMED.search(core) and teller.maybe(0.08, 0.2, 0.35):
        parts.append(teller.some("now" if kind.tone == "urgent" else "happened"))
    if is_rainy and kind.rain > 1.2 and rnd.random() < 0.3:
        parts.append(rnd.choice(("今天雨又大", "外面还在下雨", "雨下得这么大", "下着雨呢")))
    if kind.tone == "praise":
        return parts + [teller.expanded(line) for line in kind.so if teller.maybe(0.1, 0.4, 0.6)]
    effects = list(kind.so)
    rnd.shuffle(effects)
    n_effects = sum((teller.maybe(0.22, 0.62, 0.95), teller.maybe(0.0, 0.06, 0.4)))
    parts += [teller.expanded(line) for line in effects[:n_effects]]
    if (mood == "elderly" and teller.maybe(0.15, 0.4, 0.8)) or teller.maybe(0, 0.02, 0.12):
        parts.insert(rnd.randrange(len(parts) + 1), teller.some("aside"))
    if not is_asking and not kind.is_sudden and teller.maybe(0.03, 0.16, 0.5):
        parts.append(teller.some("history"))
    if teller.length == 3 and not kind.is_sudden:
        parts += _story(teller, effects[n_effects:], parts)
    if mood == "angry" and teller.maybe(0.25, 0.4, 0.5):
        parts.append(teller.some("rant"))
    wishes = []
    if kind.want and teller.maybe(0.12, 0.4, 0.6):
        wishes.append(_want(teller))
    if teller.maybe(0.12, 0.3 if wishes else 0.5, 0.4 if wishes else 0.75) and not (is_asking and mood == "angry"):
        wishes.append(teller.some("wish", mood))
    return parts + wishes


def _story(teller: _Teller, effects: list[str], told: list[str]) -> list[str]:
    """What somebody adds who wants all of it heard: more of what comes of it, who he is, what was tried before."""
    more = [teller.expanded(line) for line in effects]
    more.insert(teller.rnd.randrange(len(more) + 1), teller.some("aside"))
    if teller.kind.tone != "ask":
        more += [teller.some("history"), teller.some("history")]
    return [part for i, part in enumerate(more) if part not in told and part not in more[:i]]


def _want(teller: _Teller) -> str:
    """What should be done, most often with a word of asking before it."""
    text = teller.expanded(teller.rnd.choice(teller.kind.want))
    text = _FULLER.get(text, text)
    if len(text) < 4:
        return teller.rnd.choice(("要求", "希望", "希望能")) + text
    if _LED.match(text) or teller.rnd.random() < 0.15:
        return text
    lead = teller.some("lead")
    return ("希望" if "别" in text[:2] or "，" in text else lead) + text


def _joined(rnd: random.Random, parts: list[str], mood: str) -> str:
    """Clauses with their marks; questions ask, anger shouts, and the end often stays open."""
    text = ""
    for i, part in enumerate(parts):
        is_last = i == len(parts) - 1
        if is_last:
            text += _ended(rnd, part, mood)
        elif _ASKING.search(part) and rnd.random() < 0.7:
            text += part + "？"
        else:
            text += part + (
                "，"
                if rnd.random() < (0.85 if len(part) < 14 else 0.6)
                else "！"
                if mood == "angry" and rnd.random() < 0.4
                else "。"
            )
    return text


def _ended(rnd: random.Random, part: str, mood: str) -> str:
    if _ASKING.search(part):
        return part + rnd.choice(("？", "？", "", "？？" if mood == "angry" else "？"))
    if mood in ("angry", "worried"):
        return part + rnd.choice(("！", "。", "", "！！" if mood == "angry" else "！"))
    return part + rnd.choice(("。", "。", "。", ""))


def _halting(teller: _Teller, text: str) -> str:
    """With the little words of somebody who speaks as he thinks."""
    clauses = text.split("，")
    if len(clauses) < 2:
        return text
    i = teller.rnd.randrange(1, len(clauses))
    clauses[i] = teller.some("filler") + teller.rnd.choice(("", "，")) + clauses[i]
    return "，".join(clauses)
