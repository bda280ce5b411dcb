"""A trained classifier: sparse character n-grams, one weight row per class, softmax with a fitted temperature.

Kept as `<version>/weights.npz` (plain arrays, `allow_pickle=False`) and `<version>/card.json` (vocabulary, classes,
figures), so that a model file can never run code; the file `current` names the version in use. Certainty =
softmax(margins / temperature) (Guo et al. 2017, temperature scaling), at most `UNLIKE` for texts unlike any learnt.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NGRAMS = (1, 3)
UNLIKE = 0.5
_LATIN = re.compile(r"[a-z0-9\s]")
_WORD = re.compile(r"[a-z][a-z'-]{2,}")
CARD = "card.json"
WEIGHTS = "weights.npz"
CURRENT = "current"
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

    def guesses(self, text: str, most: int = 3) -> list[Guess]:
        """The likeliest categories, best first."""
        certainties = certainties_of(self._margins(text)[None, :], self.temperature, self.floor)[0]
        best = np.argsort(-certainties)[:most]
        return [Guess(self.classes[i], float(certainties[i])) for i in best]

    def telling(self, text: str, code: str, most: int = 4) -> list[str]:
        """The pieces of the text that speak most for a category: whole words in Latin script, 2-3 characters else."""
        plain = normalised(text)
        row = self._vectorizer.transform([plain])
        weights = self.weights[self.classes.index(code), row.indices] * row.data
        speaks = {self._terms[i]: float(w) for i, w in zip(row.indices, weights, strict=True)}
        words = {word: sum(w for term, w in speaks.items() if term in word) for word in _WORD.findall(plain)}
        pieces = {t: w * len(t) for t, w in speaks.items() if len(t) > 1 and not _LATIN.search(t) and t.strip() == t}
        found: list[str] = []
        for piece, weight in sorted((words | pieces).items(), key=lambda each: -each[1]):
            if weight > 0 and not any(piece in other or other in piece for other in found):
                found.append(piece)
        return found[:most]

    def _margins(self, text: str) -> Floats:
        row = self._vectorizer.transform([normalised(text)])
        margins: Floats = self.weights[:, row.indices] @ row.data.astype(np.float32) + self.biases
        return margins

    @cached_property
    def _vectorizer(self) -> Any:
        found = make_vectorizer(vocabulary=self.vocabulary)
        found.idf_ = self.idf.astype(np.float64)
        return found

    @cached_property
    def _terms(self) -> list[str]:
        return sorted(self.vocabulary, key=self.vocabulary.__getitem__)

    def save(self, folder: Path) -> None:
        """Add this version to a jurisdiction's folder and let `current` name it; a reader never sees half a model."""
        fresh = folder / self.card.version
        fresh.mkdir(parents=True)
        np.savez_compressed(
            fresh / WEIGHTS,
            temperature=np.array([self.temperature]),
            floor=np.array([self.floor]),
            idf=self.idf,
            weights=self.weights,
            biases=self.biases,
        )
        told = {"card": asdict(self.card), "classes": self.classes, "terms": self._terms}
        (fresh / CARD).write_text(json.dumps(told, ensure_ascii=False))
        pointer = folder / f"{CURRENT}.{os.getpid()}"
        pointer.write_text(self.card.version)
        pointer.replace(folder / CURRENT)

    @classmethod
    def load(cls, folder: Path) -> Model:
        """Read the version in use of a jurisdiction's folder; FileNotFoundError or ValueError when there is none."""
        folder = folder / (folder / CURRENT).read_text()
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
            )


def make_vectorizer(**settings: Any) -> Any:
    """The one vectorizer that training and use share (imported late: scikit-learn takes a second to load)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer="char", ngram_range=NGRAMS, sublinear_tf=True, lowercase=False, **settings)


def normalised(text: str) -> str:
    """Full-width and compatibility forms folded (NFKC), lower case, white space as one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def certainties_of(margins: Any, temperature: float, floor: float) -> Any:
    """Certainties (rows × classes): softmax of the tempered margins, capped where no class claims the text.

    A text whose best margin lies below `floor` is unlike what the model has learnt; softmax alone would still be sure.
    """
    found = softmax(margins / temperature)
    unlike = margins.max(axis=-1, keepdims=True) < floor
    return np.where(unlike, np.minimum(found, UNLIKE), found)


def softmax(margins: Any) -> Any:
    """Row-wise softmax, stable for large margins."""
    shifted = np.exp(margins - margins.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
