"""Prints what is known of a classifier: its card, and what an evaluation found."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.domains.events.classify.evaluating import Evaluation
from yiwang.domains.events.classify.model import ModelCard
from yiwang.domains.events.course import Rules
from yiwang.kernel.titles import pick
from yiwang.web.cli.showing import table, tell

MOST_CLASSES = 20
MOST_PAIRS = 10


def show_card(card: ModelCard, rules: Rules) -> None:
    """The card: what the model was trained on, how good it is on texts it never saw, where it errs."""
    tell(_("Classifier %(version)s, trained on %(source)s") % {"version": card.version, "source": card.source})
    tell(_("All figures are of texts the model had not seen; near repetitions never stand on both sides of a split."))
    rows = [
        (_("texts given"), str(card.n_texts)),
        (_("different texts of categories with enough of them"), str(card.n_distinct)),
        (_("of these without near repetitions"), str(card.n_groups)),
        (_("categories learnt"), str(card.n_classes)),
        (_("categories left out, with too few texts"), str(len(card.dropped_classes))),
        (_("right"), f"{card.accuracy:.1%}"),
        (_("macro F1 (every category counts alike)"), f"{card.macro_f1:.3f}"),
        (_("calibration error"), f"{card.calibration_error:.3f}"),
    ]
    table([_("what"), _("number")], rows + _levels(card.by_level))
    _certainties(card.at_threshold, card.at_precision)
    if card.curve:
        heads = [_("texts learnt"), _("right"), _("macro F1")]
        table(heads, [(int(p["texts"]), f"{p['accuracy']:.1%}", f"{p['macro_f1']:.3f}") for p in card.curve])
    _classes(card.per_class, rules)
    _confusions(card.confusions, rules)
    if card.dropped_classes:
        few = ", ".join(f"{_name(code, rules)} ({n})" for code, n in card.dropped_classes.items())
        tell(_("Left out: %(categories)s") % {"categories": few})


def show_evaluation(found: Evaluation, rules: Rules) -> None:
    """What the version made of texts it had not learnt."""
    tell(_("Classifier %(version)s") % {"version": found.version})
    rows = [
        (_("texts given"), str(found.n_given)),
        (_("repeated, counted once"), str(found.n_repeated)),
        (_("learnt in training, left out"), str(found.n_learnt)),
        (_("of categories it does not know, left out"), str(found.n_foreign)),
        (_("measured"), str(found.n_measured)),
        (_("right"), f"{found.accuracy:.1%}"),
        (_("right one among the first three"), f"{found.accuracy_of_three:.1%}"),
        (_("macro F1 (every category counts alike)"), f"{found.macro_f1:.3f}"),
        (_("calibration error"), f"{found.calibration_error:.3f}"),
    ]
    table([_("what"), _("number")], rows + _levels(found.by_level))
    _certainties(found.at_threshold, found.at_precision)
    _classes(found.per_class, rules)
    _confusions(found.confusions, rules)


def _levels(by_level: dict[str, float]) -> list[tuple[str, str]]:
    return [(_("right on level %(level)s of the tree") % {"level": n}, f"{v:.1%}") for n, v in by_level.items()]


def _certainties(at_threshold: dict[str, dict[str, float]], at_precision: dict[str, dict[str, float]]) -> None:
    heads = [_("certainty from"), _("answered"), _("right among these")]
    table(heads, [(t, f"{v['answered']:.1%}", f"{v['precision']:.1%}") for t, v in at_threshold.items()])
    heads = [_("precision to keep, class by class"), _("decided alone"), _("right among these")]
    table(heads, [(p, f"{v['answered']:.1%}", f"{v['precision']:.1%}") for p, v in at_precision.items()])


def _classes(per_class: dict[str, dict[str, float]], rules: Rules) -> None:
    classes = sorted(per_class.items(), key=lambda each: -each[1]["texts"])
    heads = [_("category"), _("texts"), _("precision"), _("recall"), "F1"]
    figures = ("precision", "recall", "f1")
    shown = [(_name(c, rules), int(v["texts"]), *(f"{v[f]:.2f}" for f in figures)) for c, v in classes[:MOST_CLASSES]]
    table(heads, shown)
    if len(classes) > MOST_CLASSES:
        tell(_("… and %(n)s more") % {"n": len(classes) - MOST_CLASSES})


def _confusions(pairs: list[dict[str, Any]], rules: Rules) -> None:
    if pairs:
        heads = [_("given"), _("found"), _("times")]
        table(heads, [(_name(c["given"], rules), _name(c["found"], rules), c["n"]) for c in pairs[:MOST_PAIRS]])


def _name(code: str, rules: Rules) -> str:
    category = rules.by_code.get(code)
    return f"{code} {pick(category.title, get_language() or 'en')}" if category else code
