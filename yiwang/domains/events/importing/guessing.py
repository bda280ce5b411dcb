"""What the columns of an export most likely are, and which known mapping fits a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from yiwang.base.areas import queries as areas
from yiwang.domains.events.importing.converting import says_state
from yiwang.domains.events.importing.fields import FIELDS, TARGET
from yiwang.engines.data.mapping import FieldRule, Guess, MappingSpec, guess_mapping
from yiwang.engines.data.reader import FileFacts, sniff
from yiwang.kernel.errors import Problems
from yiwang.kernel.specs import read_spec
from yiwang.kernel.text import N_, Text

MOST_STATES = 15
STATE_SHARE = 0.6


def guess_event_mapping(
    path: Path, jurisdiction: areas.JurisdictionView, *, sheet: str | None = None
) -> tuple[FileFacts, Guess]:
    """What a file is and what its columns most likely are, for a person to confirm. Raises as `open_rows`."""
    facts = sniff(path, sheet)
    guess = guess_mapping(facts, None, FIELDS, target=TARGET, time_zone=jurisdiction.time_zone)
    return facts, _with_states(guess, facts)


def fitting_mapping(files: Iterable[Path], columns: Iterable[str]) -> tuple[Path, MappingSpec] | None:
    """Of these mapping files the one that reads most columns, all of which the file has; None when none fits.

    Unsound files are passed over: their own check tells what is wrong.
    """
    have = set(columns)
    fits: list[tuple[int, Path, MappingSpec]] = []
    for path in files:
        mapping = read_spec(path, MappingSpec, Problems())
        if mapping is not None and mapping.target == TARGET and set(mapping.columns()) <= have:
            fits.append((len(mapping.columns()), path, mapping))
    best = max(fits, key=lambda fit: fit[0], default=None)
    return best[1:] if best else None


def _with_states(guess: Guess, facts: FileFacts) -> Guess:
    """Hotlines often call the state 办理情况 (how it was handled): a result that only says states is the status."""
    rule = guess.mapping.fields.get("outcome")
    if "status" in guess.mapping.fields or rule is None or rule.column is None:
        return guess
    values = [str(row.values.get(rule.column) or "").strip() for row in facts.sample]
    filled = [value for value in values if value]
    if not filled or len(set(filled)) > MOST_STATES or sum(map(says_state, filled)) < STATE_SHARE * len(filled):
        return guess
    fields = {name: each for name, each in guess.mapping.fields.items() if name != "outcome"}
    fields["status"] = FieldRule(column=rule.column)
    ordered: dict[str, Any] = {f.name: fields[f.name] for f in FIELDS if f.name in fields}
    reasons = {name: texts for name, texts in guess.reasons.items() if name != "outcome"}
    reasons["status"] = (Text(N_("“%(column)s” holds nothing but states."), {"column": rule.column}),)
    return Guess(guess.mapping.model_copy(update={"fields": ordered}), reasons, guess.unused, guess.missing)
