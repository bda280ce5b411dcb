"""Trains a jurisdiction's classifier from an export: texts and the categories people gave them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from yiwang.base.access import Viewer, require
from yiwang.base.areas import queries as areas
from yiwang.base.deeds import deed
from yiwang.domains.events.classify.deciding import forget_models, model_folder
from yiwang.domains.events.classify.model import ModelCard
from yiwang.domains.events.classify.training import Example, Progress, train_model
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.importing.converting import Converter
from yiwang.engines.data.reader import Row, open_rows
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

TRAIN = "events.supervise"


@dataclass(frozen=True)
class Trained:
    """The model's card, how many rows were read and how many had no text or category; unknown categories counted."""

    card: ModelCard
    n_rows: int
    n_empty: int
    unknown: tuple[tuple[str, int], ...]


def train_from_file(
    path: Path,
    *,
    text: tuple[str, ...],
    category: tuple[str, ...],
    jurisdiction: areas.JurisdictionView,
    by: Viewer,
    told: Progress = lambda _step: None,
) -> Trained:
    """Train on the columns `text` (joined by a blank) and `category` (joined by " / "), measure, and use the model.

    Categories are found by code or title; rows of unknown ones are left out and counted. Invalid for columns the file
    does not have, and when too little is left.
    """
    require(by, TRAIN, area_path=jurisdiction.root_path)
    source = open_rows(path)
    for name in (*text, *category):
        if name not in source.columns:
            raise Invalid(N_("The file has no column “%(column)s”."), column=name)
    converter = Converter(rules_of(jurisdiction.id))
    examples: list[Example] = []
    unknown: Counter[str] = Counter()
    n_rows = n_empty = 0
    told("reading")
    for row in source:
        n_rows += 1
        values = row.values if isinstance(row, Row) else {}
        words = " ".join(filter(None, (str(values.get(name) or "").strip() for name in text)))
        given = " / ".join(filter(None, (str(values.get(name) or "").strip() for name in category)))
        found, _problem = converter.category(given)
        if not words or not given:
            n_empty += 1
        elif found is None:
            unknown[given] += 1
        else:
            examples.append(Example(words, found.code))
    model = train_model(examples, source=path.name, told=told)
    with deed("events.train_classifier", by=by, subject=f"model:{jurisdiction.code}") as d:
        d.area_path = jurisdiction.root_path
        d.note(
            version=model.card.version, digest=model.card.digest, texts=model.card.n_distinct, f1=model.card.macro_f1
        )
        model.save(model_folder(jurisdiction.code))
    forget_models()
    return Trained(model.card, n_rows, n_empty, tuple(unknown.most_common()))
