"""How good is a trained version on labelled texts it has not learnt?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from yiwang.domains.events.classify import figures
from yiwang.domains.events.classify.model import Model, normalised
from yiwang.domains.events.classify.training import Example, text_key
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

BATCH = 2_000


@dataclass(frozen=True)
class Evaluation:
    """Figures over the texts left: those given, less repetitions, texts learnt, and categories the model lacks."""

    version: str
    n_given: int
    n_repeated: int
    n_learnt: int
    n_foreign: int
    n_measured: int
    accuracy: float
    accuracy_of_three: float
    """How often the right category was among the first three."""
    macro_f1: float
    calibration_error: float
    at_threshold: dict[str, dict[str, float]]
    at_precision: dict[str, dict[str, float]]
    """By the card's thresholds: share answered and how often right."""
    by_level: dict[str, float]
    per_class: dict[str, dict[str, float]]
    confusions: list[dict[str, Any]]


def evaluate_model(
    model: Model, examples: Iterable[Example], *, levels: Mapping[str, Sequence[str]] | None = None
) -> Evaluation:
    """Measure a version on n texts; each counts once, those it learnt (whatever their digits) not at all.

    Categories the version does not know are counted as `n_foreign` and left out. Invalid when nothing is left.
    """
    classes = list(model.classes)
    numbers = {code: n for n, code in enumerate(classes)}
    learnt = set(model.seen.tolist())
    seen: set[str] = set()
    texts: list[str] = []
    wanted: list[int] = []
    n_given = n_repeated = n_learnt = n_foreign = 0
    for example in examples:
        n_given += 1
        text = normalised(example.text)
        if text in seen:
            n_repeated += 1
        elif text_key(text) in learnt:
            n_learnt += 1
        elif example.code not in numbers:
            n_foreign += 1
        else:
            texts.append(text)
            wanted.append(numbers[example.code])
        seen.add(text)
    if not texts:
        raise Invalid(N_("Nothing is left to measure: the texts were learnt, or their categories are unknown to it."))
    certainties = np.vstack([model.certainties(texts[n : n + BATCH]) for n in range(0, len(texts), BATCH)])
    right_class = np.array(wanted)
    found, best = certainties.argmax(axis=1), certainties.max(axis=1)
    three = np.argsort(-certainties, axis=1)[:, :3]
    return Evaluation(
        version=model.card.version,
        n_given=n_given,
        n_repeated=n_repeated,
        n_learnt=n_learnt,
        n_foreign=n_foreign,
        n_measured=len(texts),
        accuracy=round(float((found == right_class).mean()), 4),
        accuracy_of_three=round(float((three == right_class[:, None]).any(axis=1).mean()), 4),
        macro_f1=figures.macro_f1(found, right_class),
        calibration_error=figures.calibration_error(best, found == right_class),
        at_threshold=figures.at_thresholds(best, found == right_class),
        at_precision=_at_precision(model, found, best, right_class),
        by_level=figures.right_by_level(found, right_class, classes, levels or {}),
        per_class={k: v for k, v in figures.per_class(found, right_class, classes).items() if v["texts"]},
        confusions=figures.confusions(found, right_class, classes),
    )


def _at_precision(model: Model, found: Any, best: Any, wanted: Any) -> dict[str, dict[str, float]]:
    told = {}
    for precision, limits in model.card.thresholds.items():
        needed = np.array([np.inf if limits.get(code) is None else limits[code] for code in model.classes], dtype=float)
        answered = best >= needed[found]
        right = float((found == wanted)[answered].mean()) if answered.any() else 0.0
        told[precision] = {"answered": round(float(answered.mean()), 4), "precision": round(right, 4)}
    return told
