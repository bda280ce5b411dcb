"""Which earlier event is this one? One indexed query for the neighbours, one score for each.

score = 0.45 · words + 0.30 · nearness + 0.15 · category + 0.10 · time, where words is the cosine of character
1+2-grams weighted by how rare they are among the candidates' texts taken together with a fixed floor, nearness falls
linearly from 1 at 0 m to 0 at the rule's distance, category is 1 for the same, 0.5 for the same parent, and time falls
linearly over the rule's hours. Without a point on both sides nearness is taken from equal addresses only. Weights and
thresholds are measured against labelled pairs in `bench/`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from yiwang.domains.events.course import Rules
from yiwang.domains.events.locating import CELL_DEGREES
from yiwang.domains.events.models import OPEN_STATUSES, Event
from yiwang.engines.place import queries as place
from yiwang.kernel.grams import grams
from yiwang.kernel.text import N_, Text

MAX_CANDIDATES = 200
WEIGHTS = {"words": 0.45, "near": 0.30, "category": 0.15, "time": 0.10}


@dataclass(frozen=True)
class Likeness:
    """An earlier event, how alike it is (0-1), and why in words."""

    event: Event
    score: float
    reasons: tuple[Text, ...]


def likely_duplicates(event: Event, rules: Rules, *, limit: int = 5) -> list[Likeness]:
    """Open events like this one, best first, from the scene's `propose_from` upwards."""
    least = rules.settings.duplicates.propose_from
    return [like for like in scored(event, candidates(event, rules), rules) if like.score >= least][:limit]


def scored(event: Event, found: Sequence[Event], rules: Rules) -> list[Likeness]:
    """How alike each of the events found is, best first."""
    words = [Counter(grams(_words(e))) for e in (event, *found)]
    weights = _rarity(words)
    likes = (
        _likeness(event, other, rules, _cosine(words[0], theirs, weights))
        for other, theirs in zip(found, words[1:], strict=True)
    )
    return sorted(likes, key=lambda like: -like.score)


def candidates(event: Event, rules: Rules) -> list[Event]:
    """Open events near in place and time: one query on the index (cell, occurred_at), or on equal addresses."""
    rule = rules.settings.duplicates
    span = timedelta(hours=rule.within_hours)
    if event.lon is not None and event.lat is not None:
        here = Q(cell__in=place.cells_around(event.lon, event.lat, rule.within_metres, CELL_DEGREES))
    elif event.address_text:
        # the close adds nothing but names the small index of addresses; beside cells it would name a wrong one
        here = Q(address_text=event.address_text, closed_at=None) & ~Q(address_text="")
    else:
        return []
    found = Event.objects.filter(
        here,
        status__in=OPEN_STATUSES,
        jurisdiction_id=event.jurisdiction_id,
        occurred_at__gte=event.occurred_at - span,
        occurred_at__lte=event.occurred_at + span,
    )
    if event.pk is not None:  # one still being typed has no id, and everything is earlier
        found = found.filter(pk__lt=event.pk)
    return list(found.order_by("-occurred_at")[:MAX_CANDIDATES])


def _likeness(event: Event, other: Event, rules: Rules, words: float) -> Likeness:
    rule = rules.settings.duplicates
    near, metres = _nearness(event, other, rule.within_metres)
    same = _category(event, other)
    hours = abs((event.occurred_at - other.occurred_at).total_seconds()) / 3600
    time = max(0.0, 1 - hours / rule.within_hours)
    score = sum(WEIGHTS[k] * v for k, v in {"words": words, "near": near, "category": same, "time": time}.items())
    reasons = [Text(N_("the texts are %(percent)s %% alike"), {"percent": round(words * 100)})]
    if metres is not None:
        reasons.append(Text(N_("%(metres)s m apart"), {"metres": round(metres)}))
    elif near:
        reasons.append(Text(N_("the same address")))
    if same == 1:
        reasons.append(Text(N_("the same category")))
    reasons.append(Text(N_("%(hours)s hours apart"), {"hours": round(hours, 1)}))
    return Likeness(other, round(score, 4), tuple(reasons))


def _nearness(event: Event, other: Event, within: float) -> tuple[float, float | None]:
    """Nearness 0-1 and the metres between, None where one has no point."""
    if event.lon is None or event.lat is None or other.lon is None or other.lat is None:
        return (1.0 if event.address_text and event.address_text == other.address_text else 0.0), None
    metres = place.metres_between(event.lon, event.lat, other.lon, other.lat)
    return max(0.0, 1 - metres / within), metres


def _category(event: Event, other: Event) -> float:
    if not event.category_path or not other.category_path:
        return 0.0
    if event.category_path == other.category_path:
        return 1.0
    parent = event.category_path.rstrip("/").rpartition("/")[0]
    return 0.5 if parent and other.category_path.startswith(parent + "/") else 0.0


def _rarity(texts: Sequence[Counter[str]]) -> dict[str, float]:
    """Smoothed inverse document frequency over the texts compared; the floor keeps two-text cases sensible."""
    seen = Counter(gram for text in texts for gram in text)
    return {gram: math.log((1 + len(texts)) / (1 + n)) + 1.0 for gram, n in seen.items()}


def _cosine(a: Counter[str], b: Counter[str], weights: dict[str, float]) -> float:
    shared = sum(a[g] * b[g] * weights[g] ** 2 for g in a.keys() & b.keys())
    norm = math.sqrt(_norm(a, weights) * _norm(b, weights))
    return shared / norm if norm else 0.0


def _norm(counts: Counter[str], weights: dict[str, float]) -> float:
    return sum((n * weights[g]) ** 2 for g, n in counts.items())


def _words(event: Event) -> str:
    return f"{event.title}\n{event.text}"
