"""Several matters in one call: where a text goes over from one matter to the next.

A text is cut into clauses at sentence ends and before words that announce another matter (另外, 还有, 第二 …).
Neighbouring clauses stay together unless one announces another matter, or both are about different categories with
some certainty. What is proposed is a proposal: a person edits, joins and removes.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

SURE = 0.45
"""A clause's certainty from which its category counts."""
SURE_ALONE = 0.6
"""The same where nothing but the category speaks for another matter."""
SHORTEST = 6
MOST_PARTS = 6
ANNOUNCING = (
    *("另外", "另一个", "此外", "除此之外", "除了这个", "还有一个", "还有一件", "还有就是", "还有"),
    *("还想反映", "还要反映", "也想反映", "再一个", "再就是", "再有", "其次", "同时还", "顺便", "对了"),
    *("第二", "第三", "第四", "第五", "二是", "三是", "四是"),
    *("also", "besides", "another thing", "secondly", "second,", "in addition"),
)
_END = re.compile(r"[。！？!?;；\n]+")
_ANY = "|".join(sorted(map(re.escape, ANNOUNCING), key=len, reverse=True))
_ANNOUNCED = re.compile(rf"(?<![一-鿿])(?=(?:{_ANY}))", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<!\d)(?=[2-9][、.．)）]\s*\D)")
_HAN = re.compile(r"[一-鿿]")
_LEADING = re.compile(
    rf"^(?:{_ANY}|[1-9][、.．)）]|第一|首先|一是)[\s，,、：:]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Clause:
    """A stretch of the text, `text[start:end]`, with its category ("" for none) and how certain that is."""

    start: int
    end: int
    text: str
    code: str
    certainty: float
    is_announced: bool


@dataclass(frozen=True)
class Part:
    """One matter proposed: its words without the announcing ones, its category code ("" for none), its certainty."""

    text: str
    code: str
    certainty: float


Classify = Callable[[str], tuple[str, float]]


def split_matters(text: str, classify: Classify) -> list[Part]:
    """The matters of a text in order; [] where it speaks of one only. `classify` gives code and certainty (0-1)."""
    clauses = _clauses(text, classify)
    groups: list[list[Clause]] = []
    for clause in clauses:
        if groups and not _begins_another(groups[-1], clause):
            groups[-1].append(clause)
        else:
            groups.append([clause])
    groups = _without_preambles(groups)
    if len(groups) < 2:
        return []
    return [_part(text, group, classify) for group in groups[:MOST_PARTS]]


def _clauses(text: str, classify: Classify) -> list[Clause]:
    cuts = {0, len(text)}
    cuts |= {found.end() for found in _END.finditer(text)}
    announced = {found.start() for found in (*_ANNOUNCED.finditer(text), *_ORDINAL.finditer(text))}
    edges = sorted(cuts | announced)
    found = []
    for start, end in itertools.pairwise(edges):
        words = text[start:end].strip()
        if words:
            code, certainty = classify(_LEADING.sub("", words)) if _weight(words) >= SHORTEST else ("", 0.0)
            found.append(Clause(start, end, words, code, certainty, start in announced))
    return found


def _begins_another(group: list[Clause], clause: Clause) -> bool:
    """Announced, unless it goes on about the same; or surely about something else."""
    if _weight(clause.text) < SHORTEST:
        return False
    before = max(group, key=lambda each: each.certainty)
    differs = bool(clause.code) and bool(before.code) and clause.code != before.code
    if clause.is_announced:
        is_same = clause.code == before.code and clause.certainty >= SURE and before.certainty >= SURE
        return not is_same and (differs or clause.certainty >= SURE or _weight(clause.text) >= 2 * SHORTEST)
    return differs and min(clause.certainty, before.certainty) >= SURE_ALONE


def _without_preambles(groups: list[list[Clause]]) -> list[list[Clause]]:
    """Greetings and the like at the beginning belong to the first matter."""
    if len(groups) >= 2:
        first = groups[0]
        is_greeting = sum(_weight(each.text) for each in first) < 2 * SHORTEST
        if is_greeting and max(each.certainty for each in first) < SURE:
            return [[*first, *groups[1]], *groups[2:]]
    return groups


def _part(text: str, group: list[Clause], classify: Classify) -> Part:
    words = _LEADING.sub("", text[group[0].start : group[-1].end].strip()).rstrip("，,、；; \n")
    code, certainty = classify(words)
    return Part(words, code, certainty)


def _weight(words: str) -> int:
    """How much is said: Chinese characters, or about four letters to one of them."""
    n_han = len(_HAN.findall(words))
    return n_han + (len(words) - n_han) // 4
