"""Classify a text by the jurisdiction's model; before one is trained, by the telling words of its categories."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from yiwang.domains.events.classify.model import CURRENT, Guess, Model
from yiwang.domains.events.course import CategoryView, Rules

RECHECK_S = 10.0
WORDS_VERSION = "words"
_ONE_WORD = 0.5
_TWO_WORDS = 0.75
_loaded: dict[str, tuple[float, str, Model | None]] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Classified:
    """The best guess, its certainty, the others, and why; `code` is "" when nothing spoke for any category."""

    code: str
    certainty: float
    guesses: tuple[Guess, ...]
    words: tuple[str, ...]
    version: str

    def as_json(self) -> dict[str, Any]:
        """For the report and the story."""
        return {
            "code": self.code,
            "certainty": round(self.certainty, 4),
            "guesses": [[g.code, round(g.certainty, 4)] for g in self.guesses],
            "words": list(self.words),
            "version": self.version,
        }


def classify_text(text: str, rules: Rules) -> Classified:
    """The category of a text, with certainty; whether that is enough is the caller's threshold."""
    model = current_model(rules.jurisdiction.code)
    if model is None:
        return by_words(text, rules)
    known = [g for g in model.guesses(text) if g.code in rules.by_code and rules.by_code[g.code].is_active]
    if not known:
        return by_words(text, rules)
    best = known[0]
    words = tuple(model.telling(text, best.code))
    return Classified(best.code, best.certainty, tuple(known), words, model.card.version)


def by_words(text: str, rules: Rules) -> Classified:
    """Count telling words: one found gives 0.5, two or more 0.75, shared out when categories tie."""
    hits: list[tuple[int, int, CategoryView, list[str]]] = []
    for category in rules.categories.values():
        found = [w for w in category.words if w in text]
        if found and category.is_active:
            hits.append((len(found), category.level, category, found))
    if not hits:
        return Classified("", 0.0, (), (), WORDS_VERSION)
    hits.sort(key=lambda h: (-h[0], -h[1]))
    ties = [h for h in hits if h[:2] == hits[0][:2]]
    certainty = (_ONE_WORD if hits[0][0] == 1 else _TWO_WORDS) / len(ties)
    guesses = tuple(Guess(h[2].code, certainty if h in ties else certainty / 2) for h in hits[:3])
    return Classified(hits[0][2].code, certainty, guesses, tuple(hits[0][3]), WORDS_VERSION)


def model_folder(jurisdiction: str) -> Path:
    """Where a jurisdiction's model in use lies."""
    return Path(settings.MODELS) / "events" / jurisdiction


def current_model(jurisdiction: str) -> Model | None:
    """The model in use, reread when its files change (looked at every `RECHECK_S`); None before training."""
    moment = time.monotonic()
    held = _loaded.get(jurisdiction)
    if held and moment - held[0] < RECHECK_S:
        return held[2]
    with _lock:
        folder = model_folder(jurisdiction)
        try:
            version = (folder / CURRENT).read_text()
        except FileNotFoundError:
            version = ""
        is_same = held is not None and held[1] == version
        model = held[2] if held and is_same else _load(folder, version)
        _loaded[jurisdiction] = (moment, version, model)
        return model


def _load(folder: Path, version: str) -> Model | None:
    return Model.load(folder) if version else None


def forget_models() -> None:
    """Reread models on next use, after one was trained here."""
    _loaded.clear()
