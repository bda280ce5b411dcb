"""`yiwang events train|evaluate|card|use`: the classifier trained, measured, watched and let act."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.console import Console

from yiwang.base.access import SYSTEM
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.importing.guessing import guess_event_mapping
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_
from yiwang.web.cli.classifier_showing import show_card, show_evaluation
from yiwang.web.cli.events import Place, place_named
from yiwang.web.cli.events import app as events_app
from yiwang.web.cli.showing import tell

__all__ = ["events_app"]

Labelled = Annotated[
    Path | None,
    typer.Argument(exists=True, dir_okay=False, help=_("file of texts and categories; without one the closed events")),
]
TextColumns = Annotated[list[str] | None, typer.Option("--text", help=_("column with the text; several are joined"))]
CategoryColumns = Annotated[
    list[str] | None, typer.Option("--category", help=_("column with the category; several are levels"))
]
Days = Annotated[int, typer.Option(min=1, help=_("how far back closed events are taken"))]
Version = Annotated[str, typer.Option(help=_("a trained version; the acting one without it"))]


@events_app.command(
    help=_("Train the classifier on texts and the categories people gave them, and tell how good it is.")
)
def train(
    file: Labelled = None,
    jurisdiction: Place = "",
    text: TextColumns = None,
    category: CategoryColumns = None,
    days: Days = 730,
    act: Annotated[bool, typer.Option("--act", help=_("let it act at once instead of watching first"))] = False,
) -> None:
    """Train, measure, print the card; the new version watches unless told to act, or nothing acts yet."""
    from yiwang.domains.events.classify.using import use_of
    from yiwang.domains.events.learning import train_from_events, train_from_file

    place = place_named(jurisdiction)
    acts = act or not use_of(place.code).acting
    words = {"reading": _("reading"), "measuring": _("measuring"), "training": _("training")}
    with Console(stderr=True).status(words["reading"]) as status:

        def told(step: str) -> None:
            status.update(words[step])

        if file is None:
            made = train_from_events(jurisdiction=place, days=days, by=SYSTEM, acts=acts, told=told)
        else:
            texts, categories = _columns(file, place, text, category)
            made = train_from_file(
                file, text=texts, category=categories, jurisdiction=place, by=SYSTEM, acts=acts, told=told
            )
    tell(_("%(n)s rows, %(empty)s without text or category.") % {"n": made.n_rows, "empty": made.n_empty})
    if made.unknown:
        n = sum(count for _name, count in made.unknown)
        first = ", ".join(f"{name} ({count})" for name, count in made.unknown[:5])
        tell(_("%(n)s rows of categories unknown here: %(first)s …") % {"n": n, "first": first})
    show_card(made.card, rules_of(place.id))
    tell(
        _("It acts from now on.")
        if made.acts
        else _("It watches from now on; “yiwang events use --acting %(version)s” lets it act.")
        % {"version": made.card.version}
    )


@events_app.command(
    help=_("Measure the classifier on texts it has not learnt: a labelled file, or the city's closed events.")
)
def evaluate(
    file: Labelled = None,
    jurisdiction: Place = "",
    version: Version = "",
    text: TextColumns = None,
    category: CategoryColumns = None,
    days: Days = 730,
) -> None:
    """Measure and print."""
    from yiwang.domains.events.learning import evaluate_on_events, evaluate_on_file

    place = place_named(jurisdiction)
    if file is None:
        found = evaluate_on_events(jurisdiction=place, version=version, days=days, by=SYSTEM)
    else:
        texts, categories = _columns(file, place, text, category)
        found = evaluate_on_file(file, text=texts, category=categories, jurisdiction=place, version=version, by=SYSTEM)
    show_evaluation(found, rules_of(place.id))


@events_app.command(help=_("Print the card of a classifier: what it was trained on and how good it is."))
def card(jurisdiction: Place = "", version: Version = "") -> None:
    """Print the model card."""
    from yiwang.domains.events.classify.using import card_of, use_of

    place = place_named(jurisdiction)
    version = version or use_of(place.code).acting
    if not version:
        raise Invalid(N_("No classifier has been trained for %(code)s yet: yiwang events train."), code=place.code)
    show_card(card_of(place.code, version), rules_of(place.id))


@events_app.command(help=_("Choose which trained version acts and which one watches, and the precision to keep."))
def use(
    jurisdiction: Place = "",
    acting: Annotated[str | None, typer.Option(help=_('version that decides; "" for none'))] = None,
    shadow: Annotated[str | None, typer.Option(help=_('version that only watches; "" for none'))] = None,
    precision: Annotated[float | None, typer.Option(help=_("share of its own decisions that must be right"))] = None,
) -> None:
    """Set what is given and tell what holds now."""
    from yiwang.domains.events.classify.using import cards, use_classifier

    place = place_named(jurisdiction)
    now = use_classifier(place, acting=acting, shadow=shadow, precision=precision, by=SYSTEM)
    tell(_("Acting: %(version)s") % {"version": now.acting or "–"})
    tell(_("Watching: %(version)s") % {"version": now.shadow or "–"})
    tell(_("Precision to keep: %(precision)s") % {"precision": f"{now.precision:.0%}"})
    kept = ", ".join(one.version for one in cards(place.code)) or "–"
    tell(_("Versions kept: %(versions)s") % {"versions": kept})


def _columns(
    file: Path, place: JurisdictionView, text: list[str] | None, category: list[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns named, else the ones the file most likely has them in."""
    fields = guess_event_mapping(file, place)[1].mapping.fields
    texts = tuple(text or (fields["text"].sources if "text" in fields else ()))
    categories = tuple(category or (fields["category"].sources if "category" in fields else ()))
    if not texts or not categories:
        raise Invalid(N_("Say which columns hold the text and the category: --text, --category."))
    tell(_("Texts from %(text)s, categories from %(category)s.") % {"text": texts, "category": categories})
    return texts, categories
