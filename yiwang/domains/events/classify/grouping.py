"""Which texts are so alike that they must not stand on both sides of a split?

People (and forms) repeat themselves: "…114号路灯不亮" and "…36号路灯不亮" teach nothing about each other when one is
learnt and the other asked. Texts are put in one group when they are equal without digits, Latin letters and
punctuation, or, within a class, when their character trigrams overlap by `ALIKE` or more (Jaccard), taken transitively.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yiwang.domains.events.classify.model import normalised

ALIKE = 0.6
BLOCK = 1_000
_IDLE = re.compile(r"[\W\d_a-z]+")


def skeleton(text: str) -> str:
    """A text without what differs between repetitions: digits, Latin letters, punctuation and blanks."""
    return _IDLE.sub("", normalised(text))


def groups_of(texts: Sequence[str], codes: Sequence[str]) -> NDArray[np.int64]:
    """The group of each of n texts (n codes): numbers from 0 on, equal for texts that are repetitions."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    bones = [skeleton(text) or normalised(text) for text in texts]
    first: dict[str, int] = {}
    pairs = [(n, first.setdefault(bone, n)) for n, bone in enumerate(bones)]
    by_class: defaultdict[str, list[int]] = defaultdict(list)
    for n, code in enumerate(codes):
        if first[bones[n]] == n:  # equal ones hang together already
            by_class[code].append(n)
    for members in by_class.values():
        pairs += _alike(members, [bones[n] for n in members])
    rows, columns = np.array(pairs, dtype=np.int64).T
    links = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(texts), len(texts)))
    found: NDArray[np.int64] = connected_components(links, directed=False)[1].astype(np.int64)
    return found


def _alike(members: list[int], bones: list[str]) -> list[tuple[int, int]]:
    """Pairs of members whose trigrams overlap enough."""
    from sklearn.feature_extraction.text import CountVectorizer

    if len(members) < 2:
        return []
    grams: Any = CountVectorizer(analyzer="char", ngram_range=(3, 3), binary=True, lowercase=False, dtype=np.int32)
    try:
        matrix = grams.fit_transform(bones)
    except ValueError:  # nothing in the class has three characters
        return []
    sizes = np.asarray(matrix.sum(axis=1)).ravel()
    found: list[tuple[int, int]] = []
    for start in range(0, len(members), BLOCK):
        shared = (matrix[start : start + BLOCK] @ matrix.T).tocoo()
        left, right = shared.row + start, shared.col
        union = sizes[left] + sizes[right] - shared.data
        near = (left < right) & (shared.data >= ALIKE * np.maximum(union, 1))
        found += [(members[a], members[b]) for a, b in zip(left[near], right[near], strict=True)]
    return found
