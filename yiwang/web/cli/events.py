"""`yiwang events …`: exports of other systems taken in, mappings guessed (the classifier: `cli/classifier.py`)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from yiwang.base.access import SYSTEM
from yiwang.base.areas import queries as areas
from yiwang.base.scenes import queries as scenes
from yiwang.domains.events.counting import count_anew
from yiwang.domains.events.importing.converting import system_of
from yiwang.domains.events.importing.guessing import fitting_mapping, guess_event_mapping
from yiwang.domains.events.importing.running import Imported, import_events
from yiwang.engines.data.mapping import FieldRule, Guess, MappingSpec, load_mapping, save_mapping
from yiwang.engines.data.reader import FileFacts, sniff
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text
from yiwang.web.cli.events_showing import show_done, show_facts, show_mapping
from yiwang.web.cli.showing import tell

app = typer.Typer(help=_("Events: take in exports of other systems, train the classifier."), no_args_is_help=True)
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=_("CSV, XLSX or JSON, in any usual encoding"))]
Place = Annotated[str, typer.Option("--jurisdiction", "-j", help=_("code of the city; needed when there are several"))]
Saved = Annotated[Path | None, typer.Option("--save-mapping", help=_("where to write the mapping"))]
System = Annotated[str, typer.Option(help=_("coordinate system of the file: wgs84, gcj02 or bd09"))]


@app.callback()
def events() -> None:
    """Commands about events."""


@app.command("import", help=_("Take in an export. The same file again adds nothing; a changed row is updated."))
def import_file(
    file: File,
    jurisdiction: Place = "",
    mapping: Annotated[Path | None, typer.Option(help=_("mapping to use; guessed without one"))] = None,
    save: Saved = None,
    source: Annotated[str, typer.Option(help=_("name of the system it comes from; ids are unique in it"))] = "",
    coordinates: System = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("only tell what would be done"))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("do not ask whether a guessed mapping is right"))] = False,
) -> None:
    """Choose a mapping, show it, take the rows in and tell what became of them."""
    facts = sniff(file)
    place, known = _choose(facts, jurisdiction, mapping)
    show_facts(file, facts, place)
    if known is not None:
        chosen = _with_coordinates(known, coordinates)
        show_mapping(chosen, {}, ())
    else:
        guess = guess_event_mapping(file, place)[1]
        _refuse_gaps(guess)
        chosen = _with_coordinates(guess.mapping, coordinates)
        show_mapping(chosen, guess.reasons, guess.unused)
        if not yes and not dry_run:
            typer.confirm(_("Is this right?"), abort=True)
        save = save or (None if dry_run else _own_mappings(place) / f"{file.stem}.yaml")
    if save is not None:
        _save(chosen, save)
    start = time.monotonic()
    done = _run(file, facts, chosen, place, source, is_dry=dry_run)
    show_done(done, time.monotonic() - start, is_dry=dry_run)


@app.command(help=_("Show what the columns of an export most likely are, and write it down to be put right by hand."))
def guess(file: File, jurisdiction: Place = "", save: Saved = None, coordinates: System = "") -> None:
    """Guess a mapping; nothing is taken in."""
    place = place_named(jurisdiction)
    facts, found = guess_event_mapping(file, place)
    chosen = _with_coordinates(found.mapping, coordinates)
    show_facts(file, facts, place)
    show_mapping(chosen, found.reasons, found.unused)
    for name in found.missing:
        tell(_("Nothing found for %(field)s, which is needed.") % {"field": name})
    if save is not None:
        _save(chosen, save)


@app.command(help=_("Count ended events anew for the map, after rows were changed or removed by hand."))
def recount() -> None:
    """Make the kept counts of cells anew; nobody can write events meanwhile (seconds for a million)."""
    tell(_("Counted anew: %(n)s counts stand now.") % {"n": count_anew()})


def _choose(facts: FileFacts, code: str, path: Path | None) -> tuple[areas.JurisdictionView, MappingSpec | None]:
    """The city and the mapping: the one named, else a fitting one of the city's scenes or saved before, else None."""
    if path is not None:
        return place_named(code), load_mapping(path)
    cities = [place_named(code)] if code else _cities()
    folders = {city.code: [_own_mappings(city)] for city in cities}
    for scene in scenes.installed_scenes(SYSTEM):
        if scene.jurisdiction in folders:
            folders[scene.jurisdiction].insert(0, Path(settings.SCENES) / scene.name / "data" / "mappings")
    fits = [
        (city, found)
        for city in cities
        if (found := fitting_mapping((f for d in folders[city.code] for f in sorted(d.glob("*.yaml"))), facts.columns))
    ]
    if len(fits) == 1:
        city, (file, mapping) = fits[0]
        tell(_("Mapping %(file)s fits.") % {"file": file})
        return city, mapping
    return place_named(code), None


def _cities() -> list[areas.JurisdictionView]:
    """The jurisdictions that have event rules."""
    from yiwang.domains.events.queries import jurisdictions

    return jurisdictions(SYSTEM)


def place_named(code: str) -> areas.JurisdictionView:
    """The jurisdiction of a code, or the only one there is. Invalid when none is named and there are several."""
    if code:
        return areas.jurisdiction(code)
    cities = _cities()
    if len(cities) != 1:
        known = ", ".join(city.code for city in cities) or "–"
        raise Invalid(N_("Say for which city: --jurisdiction; there are %(known)s."), known=known)
    return cities[0]


def _own_mappings(place: areas.JurisdictionView) -> Path:
    """Where guessed mappings of a city are kept, to be put right by hand and found again."""
    return Path(settings.HOME) / "mappings" / place.code


def _with_coordinates(mapping: MappingSpec, system: str) -> MappingSpec:
    """The mapping with the coordinate system told by option."""
    if not system:
        return mapping
    known = system_of(system)
    if known is None:
        raise Invalid(N_("There is no coordinate system “%(name)s”."), name=system)
    return mapping.model_copy(update={"fields": {**mapping.fields, "coordinates": FieldRule(constant=known)}})


def _refuse_gaps(guess: Guess) -> None:
    if guess.missing:
        nothing = Text(N_("No column was found for it; write a mapping by hand (yiwang events guess --save-mapping)."))
        raise Invalid(N_("The mapping does not fit."), fields={name: [nothing] for name in guess.missing})


def _save(mapping: MappingSpec, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_mapping(mapping, path)
    tell(_("Mapping written to %(file)s.") % {"file": path})


def _run(
    file: Path, facts: FileFacts, mapping: MappingSpec, place: areas.JurisdictionView, source: str, *, is_dry: bool
) -> Imported:
    """Take the file in under a progress bar."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(_("rows"), total=facts.n_rows_estimate or None)
        return import_events(
            file,
            mapping,
            jurisdiction=place,
            by=SYSTEM,
            source_name=source,
            is_dry=is_dry,
            told=lambda n: progress.update(bar, completed=n),
        )
