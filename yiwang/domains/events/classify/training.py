"""Training with figures one may believe: repetitions never stand on both sides of a split.

Equal texts count once. Figures come from five-fold out-of-fold predictions whose folds keep groups of near repetitions
(`grouping`) together; the learning curve holds one fold out and trains on growing shares of the others. The final
model is then trained on everything. Classes with fewer than `MIN_TEXTS` distinct texts are left out and named.

What the category tree itself tells of a category (its title and telling words) is learnt with the texts, in every
fold, and never measured: it knows words for which nobody happened to report anything yet.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from yiwang.domains.events.classify import figures
from yiwang.domains.events.classify.grouping import groups_of, skeleton
from yiwang.domains.events.classify.model import (
    LEARNT_SCRIPT,
    REACH,
    SHORT_REACH,
    Model,
    ModelCard,
    certainties_of,
    make_vectorizer,
    normalised,
    scripts_of,
    softmax,
    unsure_where,
)
from yiwang.domains.events.classify.resting import narrow_from, resting_of
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

MIN_TEXTS = 5
FOLDS = 5
UNUSUAL = 0.05
MAX_TERMS = 60_000
TOLERANCE = 0.01
"""Where the solver stops; a hundred times nearer takes a quarter longer and answers the same."""
HINT_WEIGHT = 3
"""As how many reports each line of the category tree counts."""
CURVE = (0.1, 0.25, 0.5)
TEMPERATURES = np.geomspace(0.02, 2.0, 60)
SEED = 20_260_101
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Example:
    """A text and the category code somebody gave it."""

    text: str
    code: str


@dataclass
class _Set:
    """Distinct texts with class numbers and groups, and what of the given was left out."""

    texts: list[str]
    wanted: Any
    groups: Any
    classes: list[str]
    n_given: int
    dropped: dict[str, int] = field(default_factory=dict)
    hints: tuple[list[str], list[int]] = field(default_factory=lambda: ([], []))
    """Lines of the category tree and their class numbers."""
    scripts: tuple[str, ...] = ()

    @property
    def reach(self) -> int:
        """The longest n-gram."""
        return SHORT_REACH if "CJK" in self.scripts else REACH


def train_model(
    examples: Iterable[Example],
    *,
    source: str,
    levels: Mapping[str, Sequence[str]] | None = None,
    hints: Mapping[str, Sequence[str]] | None = None,
    told: Progress = lambda _step: None,
) -> Model:
    """Train and measure; Invalid when fewer than two classes have enough distinct texts.

    `levels` names each category's ancestors from the root, for figures by level of the tree; `hints` are lines of the
    category tree that speak for a category.
    """
    given = _distinct(examples, hints or {})
    told("measuring")
    margins, resting, folds = _out_of_fold(given)
    temperature, floor = _temperature(margins, given.wanted), _floor(margins, given.wanted)
    narrow = narrow_from(resting, margins.argmax(axis=1) == given.wanted)
    curve = _curve(given, margins, folds)
    told("training")
    vectorizer, weights, biases = _fit(given, np.arange(len(given.texts)))
    certainties = unsure_where(resting > narrow, certainties_of(margins, temperature, floor))
    terms = vectorizer.vocabulary_
    return Model(
        card=_card(certainties, given, source=source, curve=curve, levels=levels or {}),
        classes=tuple(given.classes),
        vocabulary={term: int(i) for term, i in terms.items()},
        idf=vectorizer.idf_.astype(np.float32),
        weights=weights.astype(np.float32),
        biases=biases.astype(np.float32),
        temperature=temperature,
        floor=floor,
        seen=np.unique(np.array([text_key(text) for text in given.texts], dtype=np.uint64)),
        scripts=given.scripts,
        narrow=narrow,
    )


def text_key(text: str) -> int:
    """64 bits by which a text, whatever its digits and punctuation, is known as learnt; not to be read backwards."""
    plain = skeleton(text) or normalised(text)
    return int.from_bytes(hashlib.blake2b(plain.encode(), digest_size=8).digest(), "big")


def _distinct(examples: Iterable[Example], hints: Mapping[str, Sequence[str]]) -> _Set:
    """Each text once; one that was given several categories keeps the commonest."""
    votes: dict[str, Counter[str]] = {}
    n_given = 0
    for example in examples:
        text = normalised(example.text)
        if text and example.code:
            n_given += 1
            votes.setdefault(text, Counter())[example.code] += 1
    pairs = [(text, codes.most_common(1)[0][0]) for text, codes in votes.items()]
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
    numbers = {code: n for n, code in enumerate(classes)}
    texts, codes = [text for text, _code in pairs], [code for _text, code in pairs]
    wanted = np.array([numbers[code] for code in codes])
    lines = [(normalised(line), numbers[code]) for code in classes for line in hints.get(code, ())]
    known = ([line for line, _class in lines], [number for _line, number in lines])
    scripts = tuple(sorted(name for name, share in scripts_of(texts).items() if share >= LEARNT_SCRIPT))
    return _Set(texts, wanted, groups_of(texts, codes), classes, n_given, dropped, known, scripts)


def _fit(given: _Set, chosen: Any) -> tuple[Any, Any, Any]:
    """Vectorizer, weights (classes × terms) and biases from the texts of these numbers.

    A class neither among the texts nor in the tree gets a row nothing speaks for.
    """
    from sklearn.svm import LinearSVC

    lines, their_classes = given.hints
    texts = [given.texts[i] for i in chosen] + lines * HINT_WEIGHT
    wanted = np.concatenate([given.wanted[chosen], np.array(their_classes * HINT_WEIGHT, dtype=given.wanted.dtype)])
    vectorizer = make_vectorizer(given.reach, min_df=2 if len(texts) > 200 else 1, max_features=MAX_TERMS)
    matrix, n_classes = vectorizer.fit_transform(texts), len(given.classes)
    linear = LinearSVC(C=0.5, class_weight="balanced", random_state=SEED, tol=TOLERANCE).fit(matrix, wanted)
    rows, intercepts = linear.coef_, linear.intercept_
    if len(linear.classes_) == 2:  # LinearSVC gives one row for two classes
        rows, intercepts = np.vstack([-rows, rows]), np.array([-intercepts[0], intercepts[0]])
    weights = np.zeros((n_classes, matrix.shape[1]))
    biases = np.full(n_classes, float(intercepts.min()) - 1.0)
    weights[linear.classes_], biases[linear.classes_] = rows, intercepts
    return vectorizer, weights, biases


def _out_of_fold(given: _Set) -> tuple[Any, Any, list[tuple[Any, Any]]]:
    """Margins and resting of every text by a model that saw neither it nor a near repetition of it, and the folds."""
    from sklearn.model_selection import StratifiedGroupKFold

    margins, resting = np.zeros((len(given.texts), len(given.classes))), np.zeros(len(given.texts))
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    n_groups = len(np.unique(given.groups))
    groups = given.groups if n_groups >= FOLDS else np.arange(len(given.texts))
    folds = list(splitter.split(given.texts, given.wanted, groups))
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the solver lets other threads run
        for (_train, test), found in zip(folds, pool.map(lambda fold: _margins(given, *fold), folds), strict=True):
            margins[test], resting[test] = found
    return margins, resting, folds


def _margins(given: _Set, train: Any, test: Any) -> tuple[Any, Any]:
    vectorizer, weights, biases = _fit(given, train)
    matrix = vectorizer.transform([given.texts[i] for i in test])
    margins = matrix @ weights.T + biases
    return margins, resting_of(matrix, weights, margins)


def _curve(given: _Set, margins: Any, folds: list[tuple[Any, Any]]) -> list[dict[str, float]]:
    """Accuracy and macro-F1 on the first fold after training on growing shares of the groups outside it.

    The last point, with all of them, is what the cross-validation found.
    """
    train, test = folds[0]
    chance = np.random.default_rng(SEED)
    order = chance.permutation(np.unique(given.groups[train]))
    shares = [train[np.isin(given.groups[train], order[: max(1, int(len(order) * share))])] for share in CURVE]
    shares = [kept for kept in shares if len(np.unique(given.wanted[kept])) > 1]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda kept: _margins(given, kept, test)[0], shares))
    told = []
    for kept, answer in [*zip(shares, answers, strict=True), (train, margins[test])]:
        found, wanted = answer.argmax(axis=1), given.wanted[test]
        accuracy = round(float((found == wanted).mean()), 4)
        told.append({"texts": len(kept), "accuracy": accuracy, "macro_f1": figures.macro_f1(found, wanted)})
    return told


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
    given: _Set,
    *,
    source: str,
    curve: list[dict[str, float]],
    levels: Mapping[str, Sequence[str]],
) -> ModelCard:
    found, best, wanted, classes = certainties.argmax(axis=1), certainties.max(axis=1), given.wanted, given.classes
    right = found == wanted
    rows = sorted(f"{classes[w]}\t{text}" for w, text in zip(wanted, given.texts, strict=True))
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    at = now()
    return ModelCard(
        version=f"{at:%Y%m%dT%H%M%S}-{digest[:8]}",
        trained_at=at.isoformat(),
        source=source,
        digest=digest,
        n_texts=given.n_given,
        n_distinct=len(wanted),
        n_groups=len(np.unique(given.groups)),
        n_classes=len(classes),
        dropped_classes=given.dropped,
        accuracy=round(float(right.mean()), 4),
        macro_f1=figures.macro_f1(found, wanted),
        calibration_error=figures.calibration_error(best, right),
        at_threshold=figures.at_thresholds(best, right),
        at_precision=figures.kept_precision(certainties, wanted, given.groups % 2, classes),
        thresholds={str(p): figures.class_thresholds(certainties, wanted, classes, p) for p in figures.PRECISIONS},
        by_level=figures.right_by_level(found, wanted, classes, levels),
        curve=curve,
        per_class=figures.per_class(found, wanted, classes),
        confusions=figures.confusions(found, wanted, classes),
        libraries={name: importlib.metadata.version(name) for name in ("scikit-learn", "numpy")},
    )
