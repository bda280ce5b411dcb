"""How `yiwang events` shows mappings, what an import did, and a model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.base.areas.queries import JurisdictionView
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


def _language() -> str:
    return get_language() or "en"
