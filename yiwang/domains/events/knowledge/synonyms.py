"""Words that mean the same, as a scene declares them (`synonyms` of `rules/course.yaml`): 噪音 is looked for as 噪声.

Each word of a group is read as its first one, on both sides, so that it does not matter who says which. Of words within
another the longest is read (窨井盖 before 井盖); words in Latin script are read whole (`bin` not in `cabin`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_LATIN = re.compile(r"[a-z0-9].*[a-z0-9]|[a-z0-9]")
Groups = tuple[tuple[str, ...], ...]


def folded(text: str, groups: Groups) -> str:
    """A text with every declared word put as the first of its group; also half width and lower case then."""
    if not groups:
        return text
    words, first = _table(groups)
    return words.sub(lambda found: first[found[0]], _plain(text))


def repeated(groups: Sequence[Sequence[str]]) -> list[tuple[int, str]]:
    """Words that stand in the list twice, with the number of the later group."""
    seen: set[str] = set()
    found = []
    for n, group in enumerate(groups):
        for word in map(_plain, group):
            if word in seen:
                found.append((n, word))
            seen.add(word)
    return found


@lru_cache(maxsize=16)
def _table(groups: Groups) -> tuple[re.Pattern[str], dict[str, str]]:
    first = {_plain(word): _plain(group[0]) for group in groups for word in group}
    longest = sorted(first, key=lambda word: (-len(word), word))
    return re.compile("|".join(_pattern(word) for word in longest)), first


def _pattern(word: str) -> str:
    return rf"\b{re.escape(word)}\b" if word.isascii() and _LATIN.fullmatch(word) else re.escape(word)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()
