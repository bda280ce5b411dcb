"""A trained classifier: sparse character n-grams, one weight row per class, softmax with a fitted temperature.

Kept as `<version>/weights.npz` (plain arrays, `allow_pickle=False`) and `<version>/card.json` (vocabulary, classes,
figures), so that a model file can never run code; which version acts is the `Classifier` row's. Certainty =
softmax(margins / temperature) (Guo et al. 2017, temperature scaling), at most `UNLIKE` for texts unlike any learnt and
where the answer rests on too few n-grams (`resting`), at most `FOREIGN` for texts in a script it has not learnt to
read: none of them is ever enough to decide without a person.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yiwang.domains.events.classify.resting import resting_of

UNLIKE = 0.5
FOREIGN = 0.2
"""Letters weigh nothing where only scripts were learnt that have none of them; what is left of such a text is noise."""
SHORT_REACH, REACH = 2, 3
"""How many characters the longest n-gram has: Chinese words are mostly two, other scripts need more."""
READABLE = 1 / 3
"""A text of whose letters a smaller share is in the scripts learnt is foreign; names (KTV) may be in another one."""
LEARNT_SCRIPT = 0.05
"""A script is learnt when at least this share of the letters learnt from is in it."""
_LATIN = re.compile(r"[a-z0-9\s]")
_WORD = re.compile(r"[a-z][a-z'-]{2,}")
CARD = "card.json"
WEIGHTS = "weights.npz"
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class ModelCard:
    """What a person must know of a model before trusting it; all figures are from texts it never saw."""

    version: str
    trained_at: str
    source: str
    digest: str
    n_texts: int
    n_distinct: int
    n_classes: int
    dropped_classes: dict[str, int]
    accuracy: float
    macro_f1: float
    calibration_error: float
    at_threshold: dict[str, dict[str, float]]
    per_class: dict[str, dict[str, float]]
    confusions: list[dict[str, Any]]
    libraries: dict[str, str] = field(default_factory=dict)
    n_groups: int = 0
    """How many different texts there are when near repetitions count as one."""
    thresholds: dict[str, dict[str, float | None]] = field(default_factory=dict)
    """For a precision to keep: the least certainty of each class (None: never without a person)."""
    at_precision: dict[str, dict[str, float]] = field(default_factory=dict)
    """What those thresholds kept on texts they were not fitted to."""
    by_level: dict[str, float] = field(default_factory=dict)
    """How often the ancestor on each level of the tree was right."""
    curve: list[dict[str, float]] = field(default_factory=list)
    """Accuracy and macro-F1 after learning from growing shares of the texts."""


@dataclass(frozen=True)
class Guess:
    """One candidate category and how certain the model is of it (0-1)."""

    code: str
    certainty: float


@dataclass(frozen=True)
class Model:
    """Vocabulary, idf, weights (classes × terms), biases, temperature, and the card."""

    card: ModelCard
    classes: tuple[str, ...]
    vocabulary: dict[str, int]
    idf: Floats
    weights: Floats
    biases: Floats
    temperature: float
    floor: float
    seen: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    """Keys (`training.text_key`) of the texts learnt, so that an evaluation leaves them out."""
    scripts: tuple[str, ...] = ()
    """The scripts learnt (`scripts_of`); () where that was not noted."""
    narrow: float = float("inf")
    """From which share of the lead on the strongest n-grams make an answer unsure; infinite where not measured."""

    def guesses(self, text: str, most: int = 3, *, is_part: bool = False) -> list[Guess]:
        """The likeliest categories, best first; a part of a longer text may rest on few words."""
        certainties = self.certainties([text], are_parts=is_part)[0]
        best = np.argsort(-certainties)[:most]
        return [Guess(self.classes[i], float(certainties[i])) for i in best]

    def certainties(self, texts: Sequence[str], *, are_parts: bool = False) -> Any:
        """Certainties of n texts for all k classes (n x k); parts of longer texts may rest on few words."""
        plain = [normalised(text) for text in texts]
        matrix = self._vectorizer.transform(plain)
        margins = matrix @ self.weights.T + self.biases
        found = certainties_of(margins, self.temperature, self.floor)
        if not are_parts and np.isfinite(self.narrow):
            found = unsure_where(resting_of(matrix, self.weights, margins) > self.narrow, found)
        foreign = np.array([self.is_foreign(text) for text in plain])
        return np.where(foreign[:, None], np.minimum(found, FOREIGN), found)

    def is_foreign(self, text: str) -> bool:
        """Whether nearly all letters of a text are in scripts the model has not learnt."""
        return bool(self.scripts) and sum(scripts_of([text], known=self.scripts).values()) < READABLE

    def telling(self, text: str, code: str, most: int = 4) -> list[str]:
        """The pieces of the text that speak most for a category: whole words in Latin script, 2-3 characters else."""
        plain = normalised(text)
        speaks = self.speaks(plain, code)
        words = {word: sum(w for term, w in speaks.items() if term in word) for word in _WORD.findall(plain)}
        pieces = {t: w * len(t) for t, w in speaks.items() if len(t) > 1 and not _LATIN.search(t) and t.strip() == t}
        found: list[str] = []
        for piece, weight in sorted((words | pieces).items(), key=lambda each: -each[1]):
            if weight > 0 and not any(piece in other or other in piece for other in found):
                found.append(piece)
        return found[:most]

    def speaks(self, plain: str, code: str) -> dict[str, float]:
        """Every n-gram of a normalised text with how much it speaks for (above 0) or against a category."""
        row = self._vectorizer.transform([plain])
        weights = self.weights[self.classes.index(code), row.indices] * row.data
        return {self._terms[i]: float(w) for i, w in zip(row.indices, weights, strict=True)}

    @cached_property
    def _vectorizer(self) -> Any:
        reach = max(map(len, self.vocabulary), default=REACH)
        found = make_vectorizer(reach, vocabulary=self.vocabulary)
        found.idf_ = self.idf.astype(np.float64)
        return found

    @cached_property
    def _terms(self) -> list[str]:
        return sorted(self.vocabulary, key=self.vocabulary.__getitem__)

    def save(self, folder: Path) -> None:
        """Add this version to a jurisdiction's folder; a reader never sees half a model."""
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f"{self.card.version}.{os.getpid()}"
        fresh.mkdir()
        np.savez_compressed(
            fresh / WEIGHTS,
            temperature=np.array([self.temperature]),
            floor=np.array([self.floor]),
            narrow=np.array([self.narrow]),
            idf=self.idf,
            weights=self.weights,
            biases=self.biases,
            seen=self.seen,
        )
        told = {"card": asdict(self.card), "classes": self.classes, "terms": self._terms, "scripts": self.scripts}
        (fresh / CARD).write_text(json.dumps(told, ensure_ascii=False))
        target, earlier = folder / self.card.version, folder / f"{self.card.version}.{os.getpid()}.earlier"
        if target.exists():  # left by a training that was killed before its version was told to the database
            target.rename(earlier)
        fresh.rename(target)
        shutil.rmtree(earlier, ignore_errors=True)

    @classmethod
    def load(cls, folder: Path) -> Model:
        """Read one version's folder; FileNotFoundError or ValueError when there is none."""
        told = json.loads((folder / CARD).read_text())
        with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
            return cls(
                card=ModelCard(**told["card"]),
                classes=tuple(told["classes"]),
                vocabulary={term: i for i, term in enumerate(told["terms"])},
                idf=arrays["idf"],
                weights=arrays["weights"],
                biases=arrays["biases"],
                temperature=float(arrays["temperature"][0]),
                floor=float(arrays["floor"][0]),
                seen=arrays["seen"] if "seen" in arrays else np.zeros(0, dtype=np.uint64),
                scripts=tuple(told.get("scripts", ())),
                narrow=float(arrays["narrow"][0]) if "narrow" in arrays else float("inf"),
            )


def load_card(folder: Path) -> ModelCard:
    """Only the card of one version's folder."""
    return ModelCard(**json.loads((folder / CARD).read_text())["card"])


def make_vectorizer(reach: int, **settings: Any) -> Any:
    """The one vectorizer that training and use share (imported late: scikit-learn takes a second to load)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer="char", ngram_range=(1, reach), sublinear_tf=True, lowercase=False, **settings)


def scripts_of(texts: Iterable[str], known: Collection[str] = ()) -> dict[str, float]:
    """Which share of the letters of some texts is in each script (of those known); {} without letters.

    A script is the first word of a character's Unicode name: CJK, LATIN, CYRILLIC, HANGUL …
    """
    found = Counter(_script(char) for text in texts for char in text if char.isalpha())
    return {script: n / found.total() for script, n in found.items() if not known or script in known}


@lru_cache(maxsize=50_000)
def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def normalised(text: str) -> str:
    """Full-width and compatibility forms folded (NFKC), lower case, white space as one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def certainties_of(margins: Any, temperature: float, floor: float) -> Any:
    """Certainties (rows × classes): softmax of the tempered margins, capped where no class claims the text.

    A text whose best margin lies below `floor` is unlike what the model has learnt; softmax alone would still be sure.
    """
    return unsure_where(margins.max(axis=-1) < floor, softmax(margins / temperature))


def unsure_where(doubtful: Any, certainties: Any) -> Any:
    """Certainties (n x k) of which those of doubtful texts (n) are too low to decide without a person."""
    return np.where(np.expand_dims(doubtful, -1), np.minimum(certainties, UNLIKE), certainties)


def softmax(margins: Any) -> Any:
    """Row-wise softmax, stable for large margins."""
    shifted = np.exp(margins - margins.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
