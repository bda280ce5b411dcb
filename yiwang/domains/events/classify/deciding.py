"""Classify a text by the jurisdiction's model; before one is trained, by the telling words of its categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yiwang.domains.events.classify.model import Guess, Model, normalised
from yiwang.domains.events.classify.using import Use, model_of, use_of
from yiwang.domains.events.course import CategoryView, Rules
from yiwang.domains.events.telling import Span, known_spans, phrases, telling_spans

WORDS_VERSION = "words"
_ONE_WORD = 0.5
_TWO_WORDS = 0.75


@dataclass(frozen=True)
class Classified:
    """The best guess, its certainty, the others, and why; `code` is "" when nothing spoke for any category."""

    code: str
    certainty: float
    guesses: tuple[Guess, ...]
    words: tuple[str, ...]
    version: str
    needed: float | None = None
    """The certainty this category needs to be taken without a person; None: none is enough."""

    @property
    def is_sure(self) -> bool:
        """Whether it may be taken without a person."""
        return bool(self.code) and self.needed is not None and self.certainty >= self.needed

    def as_json(self) -> dict[str, Any]:
        """For the report and the story."""
        return {
            "code": self.code,
            "certainty": round(self.certainty, 4),
            "guesses": [[g.code, round(g.certainty, 4)] for g in self.guesses],
            "words": list(self.words),
            "version": self.version,
            "needed": self.needed,
        }


def classify_text(text: str, rules: Rules, *, with_words: bool = True, is_part: bool = False) -> Classified:
    """The category of a text by the acting model, with its certainty and the one that is needed.

    Finding the telling phrases takes longer than classifying; who does not show them leaves them out. A part of a
    longer text, for which a person decides, may rest on few words.
    """
    use = use_of(rules.jurisdiction.code)
    model = model_of(rules.jurisdiction.code, use.acting)
    if model is None:
        return by_words(text, rules)
    known = [
        g for g in model.guesses(text, is_part=is_part) if g.code in rules.by_code and rules.by_code[g.code].is_active
    ]
    if not known:
        return by_words(text, rules)
    best = known[0]
    words = phrases(text, telling_in(text, best.code, rules)) if with_words else ()
    needed = needed_certainty(model, best.code, use, rules)
    return Classified(best.code, best.certainty, tuple(known), words, model.card.version, needed)


def needed_certainty(model: Model, code: str, use: Use, rules: Rules) -> float | None:
    """The certainty from which a model may decide for a class: its card's for the precision asked, else the scene's."""
    limits = model.card.thresholds.get(str(use.precision))
    return rules.settings.classify_from if limits is None else limits.get(code)


def telling_in(text: str, code: str, rules: Rules) -> list[Span]:
    """Where in the text the phrases stand that speak for a category, heaviest first."""
    category = rules.by_code.get(code)
    if category is None:
        return []
    model = current_model(rules.jurisdiction.code)
    if model is None or code not in model.classes:
        return known_spans(text, category.words)
    words = {word for each in rules.by_code.values() for word in each.words}
    return telling_spans(text, model.speaks(normalised(text), code), words)


def by_words(text: str, rules: Rules) -> Classified:
    """Count telling words: one found gives 0.5, two or more 0.75, shared out when categories tie."""
    hits: list[tuple[int, int, CategoryView, list[str]]] = []
    for category in rules.categories.values():
        found = [w for w in category.words if w in text]
        if found and category.is_active:
            hits.append((len(found), category.level, category, found))
    if not hits:
        return Classified("", 0.0, (), (), WORDS_VERSION, rules.settings.classify_from)
    hits.sort(key=lambda h: (-h[0], -h[1]))
    ties = [h for h in hits if h[:2] == hits[0][:2]]
    certainty = (_ONE_WORD if hits[0][0] == 1 else _TWO_WORDS) / len(ties)
    guesses = tuple(Guess(h[2].code, certainty if h in ties else certainty / 2) for h in hits[:3])
    return Classified(
        hits[0][2].code, certainty, guesses, tuple(hits[0][3]), WORDS_VERSION, rules.settings.classify_from
    )


def current_model(jurisdiction: str) -> Model | None:
    """The model that acts; None before one is trained and let act."""
    return model_of(jurisdiction, use_of(jurisdiction).acting)
