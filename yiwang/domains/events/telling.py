"""The telling words of a text as a person would mark them: whole words and phrases, not splinters of n-grams.

What a model weighs are pieces of one to three characters. Their weight is laid upon the characters they cover; runs
of heavy characters become phrases, grown to the known words they touch and cut at punctuation and at particles
(的, 了, 在 …) on their edges. Scripts with blanks grow to whole words by themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

HEAVY = 0.34
"""Share of the heaviest character's weight from which a character belongs to a phrase."""
STRONG = 0.55
"""Share of the heaviest piece's weight from which a piece that is touched belongs to the phrase as a whole."""
LONGEST = 10
_EDGES = frozenset(
    "的了着过是在有把被让给跟和与及又都就也还才再很太挺真这那哪个些么吗呢吧"
    "啊呀哦嘛我你他她它们您咱之其以为于从向往到要会能可请"
)
_BEFORE = frozenset("口旁边处里根个条")
"""What ends the name of a place or counts: no phrase begins with it."""
_BREAK = re.compile(r"[\s\W_]", re.UNICODE)
_LATIN = re.compile(r"[a-z0-9'-]", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """A telling phrase of a text: `text[start:end]`, and its share of the telling weight (0-1)."""

    start: int
    end: int
    weight: float


def telling_spans(text: str, speaks: Mapping[str, float], known: Collection[str] = (), *, most: int = 5) -> list[Span]:
    """The phrases that speak most for a category, heaviest first, never overlapping.

    `speaks` gives the weight of each piece (lower case); `known` are words of the field, which are never cut apart.
    """
    plain = _folded(text)
    weights = _weights(plain, speaks)
    top = max(weights, default=0.0)
    if top <= 0:
        return []
    words = {word for each in known if (word := _folded_word(each)) and word in plain}
    strong = max((weight for piece, weight in speaks.items() if len(piece) > 1), default=0.0) * STRONG
    whole = words | {piece for piece, weight in speaks.items() if len(piece) > 1 and weight >= strong > 0}
    whole = {piece for piece in whole if not _BREAK.search(piece)}
    runs = _runs(_heavy(plain, weights, HEAVY * top, whole))
    for share in (0.55, 0.8):  # what is too long to be a word gives its heaviest part
        if any(end - start > LONGEST for start, end in runs):
            tighter = _runs(_heavy(plain, weights, share * top, words))
            runs = [
                run
                for start, end in runs
                for run in (
                    [(start, end)]
                    if end - start <= LONGEST
                    else [(first, last) for first, last in tighter if start <= first and last <= end]
                )
            ]
    total = sum(weight for weight in weights if weight > 0)
    spans = [
        Span(start, end, sum(max(0.0, w) for w in weights[start:end]) / total)
        for start, end in _trimmed(plain, runs, words)
    ]
    return sorted(spans, key=lambda span: (-span.weight, span.start))[:most]


def known_spans(text: str, words: Collection[str], *, most: int = 5) -> list[Span]:
    """Where words of a list stand in a text, the longer one where two overlap."""
    plain = _folded(text)
    inside = [False] * len(plain)
    for word in sorted({_folded(word) for word in words if word}, key=len, reverse=True):
        for found in re.finditer(re.escape(word), plain):
            if not any(inside[found.start() : found.end()]):
                inside[found.start() : found.end()] = [True] * (found.end() - found.start())
    return [Span(start, end, 1.0) for start, end in _runs(inside)][:most]


def shared_spans(text: str, other: str) -> list[Span]:
    """What of a text the other one says as well, as phrases of two or more characters, in the text's order."""
    plain, theirs = _folded(text), _folded(other)
    pairs = {theirs[at : at + 2] for at in range(len(theirs) - 1)}
    inside = [False] * len(plain)
    for at in range(len(plain) - 1):
        pair = plain[at : at + 2]
        if pair in pairs and not _BREAK.search(pair):
            inside[at] = inside[at + 1] = True
    runs = [run for run in _trimmed(plain, _runs(inside), (), len(plain)) if not _is_loose_latin(plain, *run)]
    return [Span(start, end, 1.0) for start, end in runs]


def _is_loose_latin(plain: str, start: int, end: int) -> bool:
    """A piece of a word in Latin script (`ree` of street) says nothing."""
    before, after = plain[start - 1 : start], plain[end : end + 1]
    return bool(
        (_LATIN.match(plain[start]) and _LATIN.match(before)) or (_LATIN.match(plain[end - 1]) and _LATIN.match(after))
    )


def phrases(text: str, spans: Collection[Span]) -> tuple[str, ...]:
    """The words of the spans, each once, in the order given."""
    return tuple(dict.fromkeys(text[span.start : span.end] for span in spans))


def _folded(text: str) -> str:
    """Lower case and half width, character by character, so that positions stay those of the text."""
    folded = [unicodedata.normalize("NFKC", char).lower() for char in text]
    return "".join(new if len(new) == 1 else old for new, old in zip(folded, text, strict=True))


_folded_word = lru_cache(8_192)(_folded)
"""The words of a field are few and asked for every text."""


def _weights(plain: str, speaks: Mapping[str, float]) -> list[float]:
    """For each character what the pieces over it weigh together; longer pieces know better than single characters."""
    weights = [0.0] * len(plain)
    for size in (1, 2, 3):
        for start in range(len(plain) - size + 1):
            weight = speaks.get(plain[start : start + size], 0.0) * (0.4 if size == 1 else 1.0)
            if weight:
                for at in range(start, start + size):
                    weights[at] += weight / size
    return weights


def _bridge(plain: str, inside: list[bool]) -> None:
    """One light character between heavy ones belongs to the phrase (路灯[都]不亮 does not: 都 is a particle)."""
    for at in range(1, len(inside) - 1):
        if inside[at - 1] and inside[at + 1] and not _BREAK.match(plain[at]) and plain[at] not in _EDGES:
            inside[at] = True


def _heavy(plain: str, weights: list[float], least: float, words: Collection[str]) -> list[bool]:
    """Which characters belong to phrases at a weight, known words whole."""
    inside = [weight >= least and not _BREAK.match(char) for char, weight in zip(plain, weights, strict=True)]
    _bridge(plain, inside)
    _grow(plain, inside, words)
    return inside


def _grow(plain: str, inside: list[bool], words: Collection[str]) -> None:
    """Take in the whole of every known word that is touched, and of every word in Latin script."""
    whole = [re.escape(word) for word in words]
    for pattern in (*whole, r"[a-z][a-z'-]*"):
        for found in re.finditer(pattern, plain):
            if any(inside[found.start() : found.end()]):
                inside[found.start() : found.end()] = [True] * (found.end() - found.start())


def _runs(inside: list[bool]) -> list[tuple[int, int]]:
    runs, start = [], None
    for at, is_in in enumerate([*inside, False]):
        if is_in and start is None:
            start = at
        elif not is_in and start is not None:
            runs.append((start, at))
            start = None
    return runs


def _trimmed(
    plain: str, runs: list[tuple[int, int]], words: Collection[str], longest: int = LONGEST
) -> list[tuple[int, int]]:
    """Without particles at the edges; single characters and overlong runs are no words."""
    kept = []
    for start, end in runs:
        if plain[start:end] not in words:
            while start < end and plain[start] in _EDGES | _BEFORE:
                start += 1
            while end > start and plain[end - 1] in _EDGES:
                end -= 1
        is_latin = bool(_LATIN.match(plain[start:end]))
        if end - start >= 2 and (is_latin or end - start <= longest):
            kept.append((start, end))
    return kept
