"""Trains, measures and watches a jurisdiction's classifiers: from an export, or from its own closed events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from yiwang.base.access import Viewer, require
from yiwang.base.areas import queries as areas
from yiwang.base.deeds import deed
from yiwang.domains.events.classify.evaluating import Evaluation, evaluate_model
from yiwang.domains.events.classify.model import Model, ModelCard
from yiwang.domains.events.classify.training import Example, Progress, train_model
from yiwang.domains.events.classify.using import (
    MANAGE,
    card_of,
    forget_use,
    model_folder,
    model_of,
    use_classifier,
    use_of,
)
from yiwang.domains.events.course import Rules, rules_of
from yiwang.domains.events.importing.converting import Converter
from yiwang.domains.events.models import Report, Status
from yiwang.engines.data.reader import Row, open_rows
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.text import N_

OWN_DAYS = 730
MOST_OWN = 200_000
CHUNK = 2_000


@dataclass
class Labelled:
    """Examples read from a source, with how many rows had no text or category, or one unknown here."""

    examples: list[Example]
    n_rows: int = 0
    n_empty: int = 0
    unknown: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Trained:
    """The model's card, how many rows were read and how many had no text or category; unknown categories counted."""

    card: ModelCard
    n_rows: int
    n_empty: int
    unknown: tuple[tuple[str, int], ...]
    acts: bool
    """Whether it decides from now on; else it watches (shadow) until somebody lets it act."""


def train_from_file(
    path: Path,
    *,
    text: tuple[str, ...],
    category: tuple[str, ...],
    jurisdiction: areas.JurisdictionView,
    by: Viewer,
    acts: bool = False,
    told: Progress = lambda _step: None,
) -> Trained:
    """Train on the columns `text` (joined by a blank) and `category` (joined by " / "), measure, and keep the model.

    Categories are found by code or title; rows of unknown ones are left out and counted. Invalid for columns the file
    does not have, and when too little is left. The new version watches in the shadow unless `acts`.
    """
    require(by, MANAGE, area_path=jurisdiction.root_path)
    told("reading")
    found = _from_file(path, text, category, rules_of(jurisdiction.id))
    return _train(found, path.name, jurisdiction, by=by, acts=acts, told=told)


def train_from_events(
    *,
    jurisdiction: areas.JurisdictionView,
    by: Viewer,
    days: int = OWN_DAYS,
    acts: bool = False,
    told: Progress = lambda _step: None,
) -> Trained:
    """Train on what was reported in the last `days` and on the categories its closed events had in the end.

    The last `MOST_OWN` reports at most. Invalid when there is too little to learn from.
    """
    require(by, MANAGE, area_path=jurisdiction.root_path)
    told("reading")
    found = _from_events(jurisdiction, days)
    return _train(found, f"events:{days}d", jurisdiction, by=by, acts=acts, told=told)


def evaluate_on_file(
    path: Path,
    *,
    text: tuple[str, ...],
    category: tuple[str, ...],
    jurisdiction: areas.JurisdictionView,
    version: str = "",
    by: Viewer,
) -> Evaluation:
    """Measure a version (the acting one) on a labelled file. NotFound without a version, Invalid as in training."""
    require(by, MANAGE, area_path=jurisdiction.root_path)
    rules = rules_of(jurisdiction.id)
    model = _model(jurisdiction.code, version)
    return evaluate_model(model, _from_file(path, text, category, rules).examples, levels=levels_of(rules))


def evaluate_on_events(
    *, jurisdiction: areas.JurisdictionView, version: str = "", days: int = OWN_DAYS, by: Viewer
) -> Evaluation:
    """Measure a version (the acting one) on the closed events of the last `days` that it did not learn from."""
    require(by, MANAGE, area_path=jurisdiction.root_path)
    rules = rules_of(jurisdiction.id)
    model = _model(jurisdiction.code, version)
    return evaluate_model(model, _from_events(jurisdiction, days).examples, levels=levels_of(rules))


def levels_of(rules: Rules) -> dict[str, tuple[str, ...]]:
    """The codes of each category's ancestors from the root, itself last."""
    by_path = {category.path: code for code, category in rules.by_code.items()}
    return {code: tuple(_ancestors(category.path, by_path)) for code, category in rules.by_code.items()}


def hints_of(rules: Rules) -> dict[str, list[str]]:
    """What the tree tells of each category in the city's own language: its title, its telling words, and both."""
    language = rules.jurisdiction.languages[0] if rules.jurisdiction.languages else "zh-Hans"
    found: dict[str, list[str]] = {}
    for code, category in rules.by_code.items():
        title, words = category.title.get(language, ""), "，".join(category.words)
        found[code] = [line for line in (title, words) if line]
        if title and words:
            found[code].append(f"{title}，{words}")
    return found


def _ancestors(path: str, by_path: dict[str, str]) -> Iterator[str]:
    parts = path.rstrip("/").split("/")
    for n in range(1, len(parts) + 1):
        code = by_path.get("/".join(parts[:n]) + "/")
        if code is not None:
            yield code


def _model(jurisdiction: str, version: str) -> Model:
    version = version or use_of(jurisdiction).acting
    if version:
        card_of(jurisdiction, version)
    model = model_of(jurisdiction, version)
    if model is None:
        raise NotFound(N_("No classifier has been trained for %(code)s yet: yiwang events train."), code=jurisdiction)
    return model


def _from_file(path: Path, text: tuple[str, ...], category: tuple[str, ...], rules: Rules) -> Labelled:
    source = open_rows(path)
    for name in (*text, *category):
        if name not in source.columns:
            raise Invalid(N_("The file has no column “%(column)s”."), column=name)
    converter = Converter(rules)
    found = Labelled([])
    unknown: Counter[str] = Counter()
    for row in source:
        found.n_rows += 1
        values = row.values if isinstance(row, Row) else {}
        words = " ".join(filter(None, (str(values.get(name) or "").strip() for name in text)))
        given = " / ".join(filter(None, (str(values.get(name) or "").strip() for name in category)))
        known, _problem = converter.category(given)
        if not words or not given:
            found.n_empty += 1
        elif known is None:
            unknown[given] += 1
        else:
            found.examples.append(Example(words, known.code))
    found.unknown = tuple(unknown.most_common())
    return found


def _from_events(place: areas.JurisdictionView, days: int) -> Labelled:
    """What people said, with the category the closed event had in the end; merged ones count with their target's."""
    rows = Report.objects.filter(
        event__jurisdiction_id=place.id,
        event__status__in=(Status.CLOSED, Status.MERGED),
        occurred_at__gte=now() - timedelta(days=days),
    ).order_by("-id")
    pairs = rows.values_list("text", "event__category__code", "event__merged_into__category__code")[:MOST_OWN]
    found = Labelled([])
    for text, own, target in pairs.iterator(chunk_size=CHUNK):
        found.n_rows += 1
        code = target or own
        if text and code:
            found.examples.append(Example(text, code))
        else:
            found.n_empty += 1
    return found


def _train(
    found: Labelled, source: str, place: areas.JurisdictionView, *, by: Viewer, acts: bool, told: Callable[[str], None]
) -> Trained:
    rules = rules_of(place.id)
    model = train_model(found.examples, source=source, levels=levels_of(rules), hints=hints_of(rules), told=told)
    card = model.card
    with deed("events.train_classifier", by=by, subject=f"model:{place.code}", area_path=place.root_path) as d:
        d.note(version=card.version, digest=card.digest, texts=card.n_distinct, f1=card.macro_f1)
        model.save(model_folder(place.code))
    forget_use()
    if acts:
        use_classifier(place, acting=card.version, by=by)
    else:
        use_classifier(place, shadow=card.version, by=by)
    return Trained(card, found.n_rows, found.n_empty, found.unknown, acts)
