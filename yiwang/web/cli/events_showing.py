"""How `yiwang events` shows mappings, what an import did, and a model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events.classify.model import ModelCard
from yiwang.domains.events.course import Rules
from yiwang.domains.events.importing.fields import FIELDS
from yiwang.domains.events.importing.running import Imported
from yiwang.engines.data.mapping import MappingSpec, table_of
from yiwang.engines.data.reader import FileFacts
from yiwang.kernel.text import Text
from yiwang.kernel.titles import pick
from yiwang.web.cli.showing import complain, table, tell, translated

MOST_REJECTS = 10
MOST_REASONS = 30
MOST_CLASSES = 60


def show_facts(file: Path, facts: FileFacts, place: JurisdictionView) -> None:
    """What the file is and for which city it is read."""
    kind = " ".join(filter(None, (facts.kind, facts.encoding, facts.sheet)))
    told = _("%(file)s: %(kind)s, about %(n)s rows, %(columns)s columns; for %(place)s, times of %(zone)s")
    n_columns, title = len(facts.columns), pick(place.title, _language())
    tell(
        told
        % {
            "file": file.name,
            "kind": kind,
            "n": facts.n_rows_estimate,
            "columns": n_columns,
            "place": title,
            "zone": place.time_zone,
        }
    )


def show_mapping(mapping: MappingSpec, reasons: Mapping[str, Sequence[Text]], unused: Sequence[str]) -> None:
    """Each field with its column, how it is read, and why it was chosen."""
    titles = {field.name: pick(field.title, _language()) for field in FIELDS}
    rows = [
        (titles.get(name, name), origin, how, " ".join(translated(text) for text in reasons.get(name, ())))
        for name, origin, how in table_of(mapping, FIELDS)
        if origin
    ]
    heads = [_("field"), _("column"), _("read as")]
    if reasons:
        table([*heads, _("why")], rows)
    else:
        table(heads, [row[:3] for row in rows])
    if unused:
        tell(_("Not used: %(columns)s") % {"columns": ", ".join(unused)})


def show_done(done: Imported, seconds: float, *, is_dry: bool) -> None:
    """What became of the rows, how many are late both ways, and the first reasons of rejected rows."""
    tell(_("Nothing was written; this is what would be done.") if is_dry else _("Done."))
    n, n_both = done.n_taken, done.n_with_both
    late_all = f"{done.n_late / n:.1%}" if n_both else "–"
    late_both = f"{done.n_late / n_both:.1%}" if n_both else "–"
    rows: list[tuple[str, object, str]] = [
        (_("rows"), done.n_in, ""),
        (_("new"), done.n_new, ""),
        (_("of these open, on their course now"), done.n_open, ""),
        (_("changed"), done.n_changed, ""),
        (_("as they were"), done.n_same, ""),
        (_("rejected"), done.n_rejected, ""),
        (_("placeholder instead of a place"), done.n_placeholders, ""),
        (_("late, of all taken"), f"{done.n_late} / {n}", late_all),
        (_("late, of those with due and closing time"), f"{done.n_late} / {n_both}", late_both),
        (_("rows per second"), f"{done.n_in / seconds:,.0f}" if seconds else "–", f"{seconds:.1f} s"),
    ]
    table([_("what"), _("number"), ""], [(what, number, note or " ") for what, number, note in rows])
    for reject in done.first_rejects[:MOST_REJECTS]:
        why = " ".join(_reason(r.field, r.text) for r in reject.reasons)
        complain(_("line %(line)s: %(why)s") % {"line": reject.line, "why": why})
    if done.n_rejected > MOST_REJECTS:
        complain(_("… and %(n)s more") % {"n": done.n_rejected - MOST_REJECTS})
        often = sorted(done.reasons.items(), key=lambda each: -each[1][1])[:MOST_REASONS]
        table([_("times"), _("why")], [(n, _reason(name, text)) for (name, _words), (text, n) in often])


def _reason(field: str, text: Text) -> str:
    return f"{field}: {translated(text)}" if field else translated(text)


def show_card(card: ModelCard, rules: Rules) -> None:
    """The card: what the model was trained on, how good it is on texts it never saw, where it errs."""

    def name(code: str) -> str:
        category = rules.by_code.get(code)
        return f"{code} {pick(category.title, _language())}" if category else code

    tell(_("Classifier %(version)s, trained on %(source)s") % {"version": card.version, "source": card.source})
    tell(_("All figures are of texts the model had not seen; equal texts count once and never stand on both sides."))
    table(
        [_("what"), _("number")],
        [
            (_("texts given"), card.n_texts),
            (_("different texts of categories with enough of them"), card.n_distinct),
            (_("categories learnt"), card.n_classes),
            (_("categories left out, with too few texts"), len(card.dropped_classes)),
            (_("right"), f"{card.accuracy:.1%}"),
            (_("macro F1 (every category counts alike)"), f"{card.macro_f1:.3f}"),
            (_("calibration error"), f"{card.calibration_error:.3f}"),
        ],
    )
    heads = [_("certainty from"), _("answered"), _("right among these")]
    table(heads, [(t, f"{v['answered']:.1%}", f"{v['precision']:.1%}") for t, v in card.at_threshold.items()])
    classes = sorted(card.per_class.items(), key=lambda each: -each[1]["texts"])
    heads = [_("category"), _("texts"), _("precision"), _("recall"), "F1"]
    figures = ("precision", "recall", "f1")
    table(heads, [(name(c), v["texts"], *(f"{v[f]:.2f}" for f in figures)) for c, v in classes[:MOST_CLASSES]])
    if len(classes) > MOST_CLASSES:
        tell(_("… and %(n)s more") % {"n": len(classes) - MOST_CLASSES})
    if card.confusions:
        heads = [_("given"), _("found"), _("times")]
        table(heads, [(name(c["given"]), name(c["found"]), c["n"]) for c in card.confusions])
    if card.dropped_classes:
        few = ", ".join(f"{name(code)} ({n})" for code, n in card.dropped_classes.items())
        tell(_("Left out: %(categories)s") % {"categories": few})


def _language() -> str:
    return get_language() or "en"
