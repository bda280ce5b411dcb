"""Reads of metrics: definitions in force, figures, comparisons, snapshots. Figures come from the lake only.

`measure` is scoped by the viewer's grants of `boards.view` and kept in the cache by scope and table versions: a new
export makes new figures, until then viewers with equal rights share one answer.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import F, Max

from yiwang.base.access import Viewer, scope_key
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.engines.metric import lake
from yiwang.engines.metric.models import MetricVersion, Snapshot
from yiwang.engines.metric.records import Compared, Measured, MetricView, SnapshotView
from yiwang.engines.metric.scoping import PERMISSION, scope_filter
from yiwang.engines.metric.specs import GRAINS, Comparison, MetricSpec
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.text import N_

KEEP_S = 3600
MAX_ROWS = 100_000


def metrics(jurisdiction: str) -> list[MetricView]:
    """The metrics in force in a jurisdiction, by key; definitions are public."""
    rows = _newest().filter(metric__jurisdiction__code=jurisdiction).order_by("metric__key")
    return [_view(row) for row in rows]


def metric(key: str, jurisdiction: str) -> MetricView:
    """One metric in force. NotFound when the jurisdiction has none of this name."""
    row = _newest().filter(metric__key=key, metric__jurisdiction__code=jurisdiction).first()
    if row is None:
        raise NotFound(N_("There is no metric %(key)s in %(place)s."), key=key, place=jurisdiction)
    return _view(row)


def measure(
    viewer: Viewer,
    metric_key: str,
    *,
    since: date,
    until: date,
    jurisdiction: str,
    by: Sequence[str] = (),
    depth: int | None = None,
    area_path: str = "",
) -> Measured:
    """The metric from `since` to before `until` (days of the jurisdiction), broken down by grains and dimensions.

    `by` may hold one of day, week (its Monday), month, year, and dimensions; `depth` cuts paths to so many levels
    below the jurisdiction's root, `area_path` keeps the rows below it (of metrics that know areas; others are told
    whole). Invalid for an unknown breakdown, NotAllowed without a grant that opens any of it,
    Unavailable when a dataset has no rows yet.
    """
    return measure_version(
        viewer,
        metric(metric_key, jurisdiction),
        since=since,
        until=until,
        by=tuple(by),
        depth=depth,
        area_path=area_path,
    )


def measure_version(
    viewer: Viewer,
    view: MetricView,
    *,
    since: date,
    until: date,
    by: tuple[str, ...],
    depth: int | None,
    versions: dict[str, int] | None = None,
    area_path: str = "",
) -> Measured:
    """`measure` for one version of a metric; with `versions` on tables as they were (for snapshots)."""
    place = jurisdiction_named(view.jurisdiction)
    where, values = scope_filter(viewer, view.spec, place.root_path)
    if area_path and "area_path" in view.spec.dimensions:
        where, values = f"({where}) and starts_with(area_path, $within)", {**values, "within": area_path}
    written = None
    if versions is None:
        versions, written = lake.table_versions(view.spec.datasets)
    key = _cache_key(viewer, view, since, until, by, depth, versions, values.get("within", ""))
    rows = cache.get(key)
    if rows is None:
        sql = _question(view, by, depth, where, place)
        params = {"jurisdiction": place.code, "zone": place.time_zone, "since": since, "until": until}
        named = {**params, "root_path": place.root_path, **values}
        used = {name: value for name, value in named.items() if re.search(rf"\${name}\b", sql)}
        rows = _rows(view.spec, by, lake.asked(sql, versions, used))
        cache.set(key, rows, KEEP_S)
    columns = (*by, "value") if view.spec.value == "sum" else (*by, "value", "numerator", "denominator")
    return Measured(view, columns, rows, written, versions)


def compare(
    viewer: Viewer,
    metric_key: str,
    *,
    since: date,
    until: date,
    jurisdiction: str,
    how: Comparison,
    area_path: str = "",
) -> Compared:
    """The whole of the metric from `since` to before `until` beside an earlier time; raises as `measure`."""
    earlier = periods(since, until, how)
    now = measure(viewer, metric_key, since=since, until=until, jurisdiction=jurisdiction, area_path=area_path)
    before = measure(
        viewer, metric_key, since=earlier[0], until=earlier[1], jurisdiction=jurisdiction, area_path=area_path
    )
    value, old = now.total, before.total
    change: float | None = None
    if value is not None and old is not None:
        if now.metric.spec.shown == "share":
            change = value - old
        elif old:
            change = value / old - 1
    tone = "neutral"
    if change and now.metric.spec.direction != "none":
        tone = "success" if (change > 0) == (now.metric.spec.direction == "up") else "danger"
    return Compared(how, value, old, change, tone)


def periods(since: date, until: date, how: Comparison) -> tuple[date, date]:
    """The time compared with: just before and equally long, or the same days a year earlier (29 February → 28)."""
    if how == "previous":
        return since - (until - since), since
    return _year_before(since), _year_before(until)


def snapshots(viewer: Viewer, metric_key: str, *, jurisdiction: str, limit: int = 50) -> list[SnapshotView]:
    """Snapshots of a metric, newest first, for viewers who may see the whole jurisdiction."""
    place = jurisdiction_named(jurisdiction)
    if not viewer.may(PERMISSION, department_path="", area_path=place.root_path):
        return []
    rows = Snapshot.objects.select_related("version__metric__jurisdiction")
    rows = rows.filter(version__metric__key=metric_key, version__metric__jurisdiction__code=jurisdiction)
    return [snapshot_view(row) for row in rows.order_by("-taken_at", "-id")[:limit]]


def snapshot(viewer: Viewer, uid: UUID) -> SnapshotView:
    """One snapshot. NotFound when there is none, or none the viewer may see."""
    row = Snapshot.objects.select_related("version__metric__jurisdiction").filter(uid=uid).first()
    if row is not None:
        place = jurisdiction_named(row.version.metric.jurisdiction.code)
        if viewer.may(PERMISSION, department_path="", area_path=place.root_path):
            return snapshot_view(row)
    raise NotFound(N_("There is no such snapshot."))


def reproduced(viewer: Viewer, uid: UUID) -> tuple[bool, Measured]:
    """A snapshot computed again from the same definition and table versions: whether it is the same, and the figures.

    Unavailable when a table no longer keeps that version.
    """
    told = snapshot(viewer, uid)
    row = MetricVersion.objects.select_related("metric__jurisdiction").get(snapshots__uid=uid)
    again = measure_version(
        viewer,
        _view(row),
        since=told.since,
        until=told.until,
        by=told.by,
        depth=told.depth,
        versions=dict(told.dataset_versions),
    )
    return rows_digest(again) == told.digest, again


def rows_digest(measured: Measured) -> str:
    """SHA-256 (hex) of an answer's columns and rows."""
    return hashlib.sha256(json.dumps([measured.columns, plain(measured.rows)]).encode()).hexdigest()


def plain(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Rows as JSON has them."""
    return [[cell.isoformat() if isinstance(cell, date) else cell for cell in row] for row in rows]


def snapshot_view(row: Snapshot) -> SnapshotView:
    """A row as a record."""
    metric = row.version.metric
    rows = tuple(tuple(cells) for cells in row.rows)
    return SnapshotView(
        row.uid,
        metric.key,
        metric.jurisdiction.code,
        row.version.version,
        row.since,
        row.until,
        tuple(row.by),
        row.depth,
        row.dataset_versions,
        tuple(row.columns),
        rows,
        row.digest,
        row.reason,
        row.taken_at,
    )


def _newest() -> Any:
    rows = MetricVersion.objects.select_related("metric__jurisdiction").filter(metric__is_active=True)
    return rows.annotate(last=Max("metric__versions__version")).filter(version=F("last"))


def _view(row: MetricVersion) -> MetricView:
    owner = row.metric
    spec = MetricSpec.model_validate(row.body)
    return MetricView(owner.key, owner.jurisdiction.code, owner.scene, row.version, row.pk, spec, row.sql, row.digest)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _cache_key(viewer: Viewer, view: MetricView, *asked: Any) -> str:
    told = repr((view.version_id, view.digest, scope_key(viewer, PERMISSION), *asked))
    return f"metric:{hashlib.sha256(told.encode()).hexdigest()}"


def _question(view: MetricView, by: tuple[str, ...], depth: int | None, where: str, place: JurisdictionView) -> str:
    """The whole SELECT around the metric's own. Names come from the checked spec, values travel as parameters."""
    spec = view.spec
    known = (*GRAINS, *spec.dimensions)
    for name in by:
        if name not in known:
            raise Invalid(N_("The metric %(key)s cannot be broken down by %(name)s."), key=view.key, name=name)
    picked = [f"{_breakdown(name, depth, place)} as {name}" for name in by]
    picked += [f"cast(sum({name}) as double) as {name}" for name in spec.measures]
    tests = ["day >= cast($since as date)", "day < cast($until as date)", f"({where})"]
    if "area_path" in spec.dimensions and place.root_path:
        tests.append("starts_with(area_path, $root_path)")
    grouping = ", ".join(str(n + 1) for n in range(len(by)))
    sql = f"select {', '.join(picked)}\nfrom (\n{view.sql}\n) as metric\nwhere {' and '.join(tests)}"
    if by:
        sql += f"\ngroup by {grouping}\norder by {grouping}"
    return f"{sql}\nlimit {MAX_ROWS}"


def _breakdown(name: str, depth: int | None, place: JurisdictionView) -> str:
    """The expression of one grain or dimension."""
    if name == "day":
        return "cast(day as date)"
    if name in GRAINS:
        return f"cast(date_trunc('{name}', day) as date)"
    if name.endswith("_path") and depth is not None:
        above = place.root_path.count("/") if name == "area_path" else 0
        return f"regexp_extract({name}, '^([^/]*/){{1,{above + depth}}}')"
    return name


def _rows(spec: MetricSpec, by: tuple[str, ...], found: list[dict[str, Any]]) -> tuple[tuple[Any, ...], ...]:
    """Rows as told: whole numbers as integers, a ratio with its quotient before its parts."""
    rows: list[tuple[Any, ...]] = []
    for record in found:
        keys = tuple(record[name] for name in by)
        sums = [_number(record[name]) for name in spec.measures]
        if spec.value == "ratio":
            above, below = sums
            sums = [above / below if above is not None and below else None, above, below]
        rows.append((*keys, *sums))
    return tuple(rows)


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and float(value).is_integer() else value
