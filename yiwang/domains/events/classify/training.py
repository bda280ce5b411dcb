"""Training with figures one may believe: equal texts never stand on both sides of a split.

Figures come from five-fold out-of-fold predictions grouped by normalised text; the final model is then trained on
everything. Classes with fewer than `MIN_TEXTS` distinct texts are left out and named on the card.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from yiwang.domains.events.classify.model import Model, ModelCard, certainties_of, make_vectorizer, normalised, softmax
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

MIN_TEXTS = 5
FOLDS = 5
UNUSUAL = 0.05
MAX_TERMS = 60_000
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
TEMPERATURES = np.geomspace(0.02, 2.0, 60)
SEED = 20_260_101
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Example:
    """A text and the category code somebody gave it."""

    text: str
    code: str


def train_model(examples: Iterable[Example], *, source: str, told: Progress = lambda _step: None) -> Model:
    """Train and measure; Invalid when fewer than two classes have enough distinct texts."""
    pairs, n_texts = _distinct(examples)
    counts = Counter(code for _text, code in pairs)
    dropped = {code: n for code, n in sorted(counts.items()) if n < MIN_TEXTS}
    pairs = [(text, code) for text, code in pairs if code not in dropped]
    classes = sorted({code for _text, code in pairs})
    if len(classes) < 2:
        raise Invalid(
            N_("training needs at least two categories with %(least)s different texts each; found %(found)s"),
            least=MIN_TEXTS,
            found=len(classes),
        )
    texts = [text for text, _code in pairs]
    wanted = np.array([classes.index(code) for _text, code in pairs])
    told("measuring")
    margins = _out_of_fold(texts, wanted, len(classes))
    temperature, floor = _temperature(margins, wanted), _floor(margins, wanted)
    told("training")
    vectorizer, weights, biases = _fit(texts, wanted, len(classes))
    digest = hashlib.sha256("\n".join(f"{c}\t{t}" for t, c in sorted(pairs)).encode()).hexdigest()
    certainties = certainties_of(margins, temperature, floor)
    card = _card(certainties, wanted, classes, digest=digest, source=source, n_texts=n_texts, dropped=dropped)
    terms = vectorizer.vocabulary_
    return Model(
        card=card,
        classes=tuple(classes),
        vocabulary={term: int(i) for term, i in terms.items()},
        idf=vectorizer.idf_.astype(np.float32),
        weights=weights.astype(np.float32),
        biases=biases.astype(np.float32),
        temperature=temperature,
        floor=floor,
    )


def _distinct(examples: Iterable[Example]) -> tuple[list[tuple[str, str]], int]:
    """Each text once; one that was given several categories keeps the commonest."""
    given: dict[str, Counter[str]] = {}
    n_texts = 0
    for example in examples:
        text = normalised(example.text)
        if text and example.code:
            n_texts += 1
            given.setdefault(text, Counter())[example.code] += 1
    return [(text, codes.most_common(1)[0][0]) for text, codes in given.items()], n_texts


def _fit(texts: list[str], wanted: Any, n_classes: int) -> tuple[Any, Any, Any]:
    """Vectorizer, weights (classes × terms) and biases; two classes get a mirrored row, as LinearSVC gives one."""
    from sklearn.svm import LinearSVC

    vectorizer = make_vectorizer(min_df=2 if len(texts) > 200 else 1, max_features=MAX_TERMS)
    matrix = vectorizer.fit_transform(texts)
    linear = LinearSVC(C=0.5, class_weight="balanced", random_state=SEED).fit(matrix, wanted)
    weights, biases = linear.coef_, linear.intercept_
    if n_classes == 2:
        weights, biases = np.vstack([-weights, weights]), np.array([-biases[0], biases[0]])
    return vectorizer, weights, biases


def _out_of_fold(texts: list[str], wanted: Any, n_classes: int) -> Any:
    """Margins of every text by a model that never saw it (texts are distinct, so no group can leak)."""
    from sklearn.model_selection import StratifiedKFold

    margins = np.zeros((len(texts), n_classes))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for train, test in folds.split(texts, wanted):
        vectorizer, weights, biases = _fit([texts[i] for i in train], wanted[train], n_classes)
        margins[test] = vectorizer.transform([texts[i] for i in test]) @ weights.T + biases
    return margins


def _temperature(margins: Any, wanted: Any) -> float:
    """The temperature with the least negative log-likelihood on the out-of-fold margins."""
    rows = np.arange(len(wanted))
    losses = [-np.log(softmax(margins / t)[rows, wanted] + 1e-12).mean() for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def _floor(margins: Any, wanted: Any) -> float:
    """The best margin that all but a few of the rightly classified texts reach."""
    right = margins.argmax(axis=1) == wanted
    return float(np.quantile(margins.max(axis=1)[right], UNUSUAL)) if right.any() else 0.0


def _card(
    certainties: Any,
    wanted: Any,
    classes: list[str],
    *,
    digest: str,
    source: str,
    n_texts: int,
    dropped: dict[str, int],
) -> ModelCard:
    from sklearn.metrics import f1_score, precision_recall_fscore_support

    found = certainties.argmax(axis=1)
    best = certainties.max(axis=1)
    right = found == wanted
    precision, recall, f1, support = precision_recall_fscore_support(
        wanted, found, labels=range(len(classes)), zero_division=0
    )
    at = now()
    return ModelCard(
        version=f"{at:%Y%m%dT%H%M%S}-{digest[:8]}",
        trained_at=at.isoformat(),
        source=source,
        digest=digest,
        n_texts=n_texts,
        n_distinct=len(wanted),
        n_classes=len(classes),
        dropped_classes=dropped,
        accuracy=round(float(right.mean()), 4),
        macro_f1=round(float(f1_score(wanted, found, average="macro")), 4),
        calibration_error=round(_calibration_error(best, right), 4),
        at_threshold={str(t): _at(t, best, right) for t in THRESHOLDS},
        per_class={
            code: {
                "precision": round(float(precision[i]), 4),
                "recall": round(float(recall[i]), 4),
                "f1": round(float(f1[i]), 4),
                "texts": int(support[i]),
            }
            for i, code in enumerate(classes)
        },
        confusions=_confusions(wanted, found, classes),
        libraries={name: importlib.metadata.version(name) for name in ("scikit-learn", "numpy")},
    )


def _at(threshold: float, best: Any, right: Any) -> dict[str, float]:
    """Share answered and how often right, when the model abstains below a threshold."""
    answered = best >= threshold
    precision = float(right[answered].mean()) if answered.any() else 0.0
    return {"answered": round(float(answered.mean()), 4), "precision": round(precision, 4)}


def _calibration_error(best: Any, right: Any, n_bins: int = 10) -> float:
    """Expected calibration error over equal bins of certainty (Naeini et al. 2015)."""
    bins = np.minimum((best * n_bins).astype(int), n_bins - 1)
    total = 0.0
    for b in range(n_bins):
        inside = bins == b
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - best[inside].mean())
    return float(total)


def _confusions(wanted: Any, found: Any, classes: list[str], most: int = 10) -> list[dict[str, Any]]:
    """The commonest mistakes."""
    pairs = Counter((int(w), int(f)) for w, f in zip(wanted, found, strict=True) if w != f)
    return [{"given": classes[w], "found": classes[f], "n": n} for (w, f), n in pairs.most_common(most)]
