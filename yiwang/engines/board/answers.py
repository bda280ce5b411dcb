"""Asking: a tile's columns and rows, from metrics of the lake or from a live query; viewers of equal rights share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language

from yiwang.base.access import Viewer
from yiwang.base.areas.queries import JurisdictionView
from yiwang.engines.board.focus import WHOLE, Focus
from yiwang.engines.board.keeping import kept
from yiwang.engines.board.live import Column, LiveResult, live_query
from yiwang.engines.board.specs import FromSpec
from yiwang.engines.metric import queries as metrics
from yiwang.engines.metric.naming import names_of
from yiwang.engines.metric.records import Measured
from yiwang.engines.metric.specs import GRAINS
from yiwang.kernel import clock
from yiwang.kernel.text import N_


@dataclass(frozen=True)
class Comparison:
    """What a number is compared with: the relative change (difference for shares), how, and whether that is good.

    `by` is the difference itself where per cent would say too much: of a handful, or of nothing at all.
    """

    change: float
    how: str
    tone: str
    by: float | None = None


HANDFUL = 10
"""Counts below are compared by difference: 1 → 3 is two more, not 200 %."""


@dataclass(frozen=True)
class Answer:
    """Raw columns and rows (n rows x n columns), as of `at`; `comparisons` and `tones` by column name, for numbers."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    at: datetime | None
    comparisons: dict[str, Comparison]
    tones: dict[str, str]
    decimals: dict[str, int]
    is_whole: bool = False
    """The source knows no areas: figures of the whole city although the board is turned to a part."""


def answer(
    viewer: Viewer,
    source: FromSpec,
    place: JurisdictionView,
    *,
    focus: Focus = WHOLE,
    not_before: datetime | None = None,
) -> Answer:
    """The rows a tile draws, of the area in `focus`, none computed before `not_before`; raises as its source does."""
    if source.live:
        return _live(viewer, source, place, focus, not_before)
    return _totals(viewer, source, place, focus) if not source.by else _breakdown(viewer, source, place, focus)


def without_person(viewer: Viewer) -> Viewer:
    """The viewer's rights without the person: answers are shared, so nothing in them may be "mine"."""
    if viewer.is_system:
        return viewer
    return Viewer(None, None, "", "shared", tuple(sorted(set(viewer.grants))), language=viewer.language)


def _live(
    viewer: Viewer, source: FromSpec, place: JurisdictionView, focus: Focus, not_before: datetime | None
) -> Answer:
    query = live_query(str(source.live))
    shared = without_person(viewer)
    part = {"area_path": focus.path} if query.follows_area else {}
    asked = sorted((source.params | part).items())
    what = (query.name, place.code, asked, shared.kind, shared.grants, get_language())

    def ask() -> LiveResult:
        return query.ask(shared, jurisdiction=place, **part, **source.params)

    result = kept(what, query.keep_s, ask, not_before=not_before)
    rows = tuple(tuple(row) for row in result.rows)
    is_whole = bool(focus.path) and not query.follows_area
    return Answer(query.columns, rows, result.at, _live_comparisons(query.columns, rows), {}, {}, is_whole)


def _live_comparisons(columns: Sequence[Column], rows: tuple[tuple[Any, ...], ...]) -> dict[str, Comparison]:
    """Of a single row: each number beside the column that holds the earlier one."""
    if len(rows) != 1:
        return {}
    record = {column.name: value for column, value in zip(columns, rows[0], strict=True)}
    found: dict[str, Comparison] = {}
    for column in columns:
        old, new = record.get(column.before), record[column.name]
        if old is None or new is None:
            continue
        if column.kind == "share":
            found[column.name] = Comparison(new - old, "before", "neutral")
        elif old or new:
            by = new - old if abs(old) < HANDFUL else None
            found[column.name] = Comparison(new / old - 1 if old else 0.0, "before", "neutral", by)
    return found


def _totals(viewer: Viewer, source: FromSpec, place: JurisdictionView, focus: Focus) -> Answer:
    """One row: each metric as a whole."""
    since, until = _period(source, place)
    columns: list[Column] = []
    values: list[Any] = []
    comparisons: dict[str, Comparison] = {}
    tones: dict[str, str] = {}
    decimals: dict[str, int] = {}
    at: datetime | None = None
    is_whole = False
    for key in source.metric_keys:
        told = metrics.measure(viewer, key, since=since, until=until, jurisdiction=place.code, area_path=focus.path)
        columns.append(_value_column(told))
        values.append(told.total)
        tones[key] = told.metric.spec.tone(told.total)
        decimals[key] = told.metric.spec.decimals
        at = max(filter(None, (at, told.as_of)), default=None)
        if source.compare:
            compared = metrics.compare(
                viewer,
                key,
                since=since,
                until=until,
                jurisdiction=place.code,
                how=source.compare,
                area_path=focus.path,
            )
            if compared.change is not None:
                comparisons[key] = Comparison(compared.change, source.compare, compared.tone)
        is_whole = is_whole or (bool(focus.path) and "area_path" not in told.metric.spec.dimensions)
    return Answer(tuple(columns), (tuple(values),), at, comparisons, tones, decimals, is_whole)


def _breakdown(viewer: Viewer, source: FromSpec, place: JurisdictionView, focus: Focus) -> Answer:
    """A row for each value of the breakdown, a column for each metric; days without anything are rows too."""
    since, until = _period(source, place)
    told = [
        metrics.measure(
            viewer,
            key,
            since=since,
            until=until,
            jurisdiction=place.code,
            by=source.by,
            depth=max(source.depth, len(focus.trail) + 1) if source.depth else None,
            area_path=focus.path,
        )
        for key in source.metric_keys
    ]
    n = len(source.by)
    values: list[dict[tuple[Any, ...], Any]] = [{row[:n]: row[n] for row in one.rows} for one in told]
    keys = sorted({key for one in values for key in one}, key=repr)
    if source.by == ("day",):
        keys = [(since + timedelta(days=k),) for k in range((until - since).days)]
    empty = [0 if one.metric.spec.value == "sum" else None for one in told]
    names = [names_of(name, place) for name in source.by]
    rows = [
        (
            *(_named(names[k], value) for k, value in enumerate(key)),
            *(one.get(key, nothing) for one, nothing in zip(values, empty, strict=True)),
        )
        for key in keys
    ]
    if not set(source.by) & set(GRAINS):
        rows.sort(key=lambda row: -(row[n] or 0))
    columns = (*(_dimension_column(name, told[0]) for name in source.by), *map(_value_column, told))
    decimals = {one.metric.key: one.metric.spec.decimals for one in told}
    at = max((one.as_of for one in told if one.as_of), default=None)
    is_whole = bool(focus.path) and any("area_path" not in one.metric.spec.dimensions for one in told)
    return Answer(columns, tuple(rows), at, {}, {}, decimals, is_whole)


def _named(names: Any, value: Any) -> Any:
    return names.get(value, value) if isinstance(value, str) else value


def _period(source: FromSpec, place: JurisdictionView) -> tuple[Any, Any]:
    until = clock.today(place.time_zone) + timedelta(days=1)
    return until - timedelta(days=source.days), until


def _value_column(told: Measured) -> Column:
    spec = told.metric.spec
    return Column(told.metric.key, spec.title, spec.shown, unit=spec.unit or "")


def _dimension_column(name: str, told: Measured) -> Column:
    if name in GRAINS:
        return Column(name, GRAIN_TITLES[name], "day")
    return Column(name, told.metric.spec.dimensions[name])


GRAIN_TITLES = {"day": N_("Day"), "week": N_("Week"), "month": N_("Month"), "year": N_("Year")}
