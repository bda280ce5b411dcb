"""What is told of a classifier, all from predictions for texts it had not seen: how often right, how sure it must be.

n texts, k classes; `certainties` is n x k, `wanted` the right class of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from yiwang.domains.events.classify.model import UNLIKE

ABOVE_UNLIKE = UNLIKE + 0.0001
PRECISIONS = (0.8, 0.85, 0.9, 0.95, 0.98)
"""What the acting classifier may be asked to keep, class by class, where it decides by itself."""
FEWEST = 5
"""A class is never decided automatically on less evidence."""
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
MOST_CONFUSIONS = 40
Thresholds = dict[str, float | None]


def class_thresholds(certainties: Any, wanted: Any, classes: Sequence[str], precision: float) -> Thresholds:
    """For each class the least certainty from which at least `precision` of its predictions were right.

    One mistake more than seen is counted, so that few lucky predictions do not suffice, and what a text unlike any
    learnt may reach (`UNLIKE`) is never enough. None: no such certainty, the class is never decided without a person.
    """
    found, best = certainties.argmax(axis=1), certainties.max(axis=1)
    return {code: _threshold(best[found == k], wanted[found == k] == k, precision) for k, code in enumerate(classes)}


def _threshold(best: Any, right: Any, precision: float) -> float | None:
    order = np.argsort(-best)
    hits = np.cumsum(right[order])
    kept = hits / (np.arange(len(order)) + 2) >= precision
    kept &= np.arange(len(order)) + 1 >= FEWEST
    if not kept.any():
        return None
    return max(round(float(best[order][int(np.flatnonzero(kept)[-1])]), 4), ABOVE_UNLIKE)


def kept_precision(certainties: Any, wanted: Any, halves: Any, classes: Sequence[str]) -> dict[str, dict[str, float]]:
    """What thresholds fitted on one half (`halves`: 0 or 1 a text) keep on the other: share answered, precision."""
    told: dict[str, dict[str, float]] = {}
    found, best = certainties.argmax(axis=1), certainties.max(axis=1)
    for precision in PRECISIONS:
        answered = np.zeros(len(wanted), dtype=bool)
        for half in (0, 1):
            fitted = class_thresholds(certainties[halves == half], wanted[halves == half], classes, precision)
            limits = np.array([np.inf if fitted[code] is None else fitted[code] for code in classes], dtype=float)
            answered |= (halves != half) & (best >= limits[found])
        right = float((found == wanted)[answered].mean()) if answered.any() else 0.0
        told[str(precision)] = {"answered": round(float(answered.mean()), 4), "precision": round(right, 4)}
    return told


def at_thresholds(best: Any, right: Any) -> dict[str, dict[str, float]]:
    """Share answered and how often right, when one threshold holds for all classes."""
    told = {}
    for threshold in THRESHOLDS:
        answered = best >= threshold
        precision = float(right[answered].mean()) if answered.any() else 0.0
        told[str(threshold)] = {"answered": round(float(answered.mean()), 4), "precision": round(precision, 4)}
    return told


def per_class(found: Any, wanted: Any, classes: Sequence[str]) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and number of texts of each class."""
    from sklearn.metrics import precision_recall_fscore_support

    precision, recall, f1, support = precision_recall_fscore_support(
        wanted, found, labels=range(len(classes)), zero_division=0
    )
    return {
        code: {
            "precision": round(float(precision[k]), 4),
            "recall": round(float(recall[k]), 4),
            "f1": round(float(f1[k]), 4),
            "texts": int(support[k]),
        }
        for k, code in enumerate(classes)
    }


def macro_f1(found: Any, wanted: Any) -> float:
    """The mean of the F1 of all classes that are wanted or found."""
    from sklearn.metrics import f1_score

    return round(float(f1_score(wanted, found, average="macro")), 4)


def calibration_error(best: Any, right: Any, n_bins: int = 10) -> float:
    """Expected calibration error over equal bins of certainty (Naeini et al. 2015)."""
    bins = np.minimum((best * n_bins).astype(int), n_bins - 1)
    total = 0.0
    for b in range(n_bins):
        inside = bins == b
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - best[inside].mean())
    return round(float(total), 4)


def confusions(found: Any, wanted: Any, classes: Sequence[str], most: int = MOST_CONFUSIONS) -> list[dict[str, Any]]:
    """The commonest mistakes: given class, found class, how often."""
    pairs = Counter((int(w), int(f)) for w, f in zip(wanted, found, strict=True) if w != f)
    return [{"given": classes[w], "found": classes[f], "n": n} for (w, f), n in pairs.most_common(most)]


def right_by_level(
    found: Any, wanted: Any, classes: Sequence[str], levels: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    """How often the ancestor on each level of the tree was right; `levels` names a class's ancestors from the root."""
    depth = max((len(levels.get(code, ())) for code in classes), default=0)
    told: dict[str, float] = {}
    for level in range(depth):
        names = [(*levels.get(code, ()), *[code] * depth)[level] for code in classes]
        numbers = {name: n for n, name in enumerate(dict.fromkeys(names))}
        folded = np.array([numbers[name] for name in names])
        told[str(level + 1)] = round(float((folded[found] == folded[wanted]).mean()), 4)
    return told
