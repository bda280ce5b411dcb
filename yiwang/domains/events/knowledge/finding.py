"""Which articles help with what somebody says: ranked by shared grams and by how near their category is.

A city has some hundred articles; they are kept in memory with their grams, reread every `RECHECK_S`. Only what tells
something counts: pairs of characters and whole words, weighted by how rare they are among the articles; a single
character only where nothing else was typed (路 stands in half of them). An article's score is the share of what was
said that it covers, or of a long text, where most words are about the place, how much it covers at all (`FULL` is
enough); title and words count `HEAD`, the text `BODY`. How near its category lies is added. What stays far behind the
best is left out. Words the scene declares to mean the same are read as one.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yiwang.base.access import Viewer
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events.course import CategoryView, Rules, rules_of
from yiwang.domains.events.knowledge.synonyms import folded
from yiwang.domains.events.models import Knowledge
from yiwang.kernel.clock import today
from yiwang.kernel.errors import NotFound
from yiwang.kernel.grams import grams
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title

RECHECK_S = 10.0
MAX_GRAMS = 400
HEAD, BODY = 1.0, 0.12
FULL = 1.4
"""So many times the weight of a pair that stands in one article alone counts as everything."""
NEAR = {"same": 0.6, "below": 0.5, "beside": 0.15}
LEAST = 0.45
"""A lower score is chance. On 223 of the demo city's reports, text alone, the first article is of the true category for
48 % (before: 38 %), one of three for 58 % (40 %), with 1.5 shown on average."""
BEHIND = 0.6
"""An article with a smaller share of the best one's score is not what was asked for."""
_ASKING = "怎么 么办 什么 为什 可以 我们 你们 这个 那个 一个 没有 有没 是不 不是 的是 请问 问一"
FILLERS = frozenset(_ASKING.split())
"""Pairs of asking itself."""
READERS = ("events.report", "events.view")


@dataclass(frozen=True)
class Article:
    """One article; `text` may be read aloud, `ask` are the questions to ask back. `category` is {} for none."""

    code: str
    title: Title
    text: Title
    ask: tuple[Title, ...]
    words: tuple[str, ...]
    category: Title
    category_code: str
    valid_until: date | None


@dataclass(frozen=True)
class _Known:
    article: Article
    path: str
    head: frozenset[str]
    body: frozenset[str]


@dataclass(frozen=True)
class _Shelf:
    known: tuple[_Known, ...]
    rarity: Mapping[str, float]


_loaded: dict[int, tuple[float, _Shelf]] = {}


def knowledge(
    viewer: Viewer, jurisdiction: JurisdictionView, text: str = "", category: str = "", *, limit: int = 5
) -> list[Article]:
    """The articles that help with a text and a category (code), best first; all in order without either.

    For officials: nobody else finds any. Those past their last day are left out.
    """
    if not may_read(viewer):
        return []
    rules = rules_of(jurisdiction.id)
    day = today(jurisdiction.time_zone)
    shelf = _shelf(rules)
    valid = [k for k in shelf.known if k.article.valid_until is None or k.article.valid_until >= day]
    if not text.strip() and not category:
        return [k.article for k in sorted(valid, key=lambda k: (k.path or "~", k.article.code))[:limit]]
    said = telling_grams(folded(text, rules.settings.synonyms))
    chosen = rules.by_code.get(category)
    scored = [(_score(said, k, shelf.rarity) + _nearness(k.path, chosen), k) for k in valid]
    least = max(LEAST, BEHIND * max((score for score, _k in scored), default=0.0))
    found = [(score, k) for score, k in scored if score >= least]
    found.sort(key=lambda each: (-each[0], len(each[1].head - set(said)), each[1].article.code))
    return [k.article for _score, k in found[:limit]]


def telling_grams(text: str) -> list[str]:
    """What of a text is looked for: pairs and words; single characters where there is nothing longer."""
    said = grams(text, unique=True)[:MAX_GRAMS]
    return [gram for gram in said if len(gram) > 1 and gram not in FILLERS] or said


def article(viewer: Viewer, jurisdiction: JurisdictionView, code: str) -> Article:
    """The article with this code, also one past its last day; NotFound otherwise and for anybody but officials."""
    rules = rules_of(jurisdiction.id)
    found = next((k.article for k in _shelf(rules).known if k.article.code == code), None)
    if found is None or not may_read(viewer):
        raise NotFound(N_("There is no such article."))
    return found


def may_read(viewer: Viewer) -> bool:
    """Whether somebody is an official who answers or works on events."""
    return viewer.is_system or any(viewer.may(permission) for permission in READERS)


def forget_knowledge() -> None:
    """Read the articles anew on next use."""
    _loaded.clear()


def _score(said: list[str], known: _Known, rarity: Mapping[str, float]) -> float:
    unknown = max(rarity.values(), default=1.0)  # what no article holds is not covered by any
    whole = sum(rarity.get(gram, unknown) for gram in said)
    if not whole:
        return 0.0
    head = sum(rarity[gram] for gram in said if gram in known.head)
    body = sum(rarity[gram] for gram in said if gram in known.body and gram not in known.head)
    covered = HEAD * head + BODY * body
    return min(1.0, max(covered / whole, covered / (FULL * unknown)))


def _nearness(path: str, chosen: CategoryView | None) -> float:
    """The same category, one above or below it, or one with the same parent."""
    if chosen is None or not path:
        return 0.0
    if path == chosen.path:
        return NEAR["same"]
    if chosen.path.startswith(path) or path.startswith(chosen.path):
        return NEAR["below"]
    return NEAR["beside"] if _parent(path) == _parent(chosen.path) != "" else 0.0


def _parent(path: str) -> str:
    return path.rstrip("/").rpartition("/")[0]


def _shelf(rules: Rules) -> _Shelf:
    moment = time.monotonic()
    held = _loaded.get(rules.jurisdiction.id)
    if held and moment - held[0] < RECHECK_S:
        return held[1]
    rows = Knowledge.objects.filter(jurisdiction_id=rules.jurisdiction.id)
    known = tuple(_known(row, rules) for row in rows)
    seen = Counter(gram for each in known for gram in each.head | each.body)
    rarity = {gram: math.log((1 + len(known)) / (1 + n)) + 0.1 for gram, n in seen.items()}
    shelf = _Shelf(known, rarity)
    _loaded[rules.jurisdiction.id] = (moment, shelf)
    return shelf


def _known(row: Knowledge, rules: Rules) -> _Known:
    category = rules.categories.get(row.category_id) if row.category_id else None
    text: dict[str, Any] = row.text
    told = Article(
        code=row.code,
        title=row.title,
        text=text.get("say", {}),
        ask=tuple(text.get("ask", ())),
        words=tuple(row.words),
        category=category.title if category else {},
        category_code=category.code if category else "",
        valid_until=row.valid_until,
    )
    head = " ".join([*told.title.values(), *told.words, *told.category.values()])
    body = " ".join([*told.text.values(), *(words for each in told.ask for words in each.values())])
    heard, read = (frozenset(grams(folded(words, rules.settings.synonyms))) for words in (head, body))
    return _Known(told, category.path if category else "", heard, read)
