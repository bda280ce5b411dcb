"""Writes of metrics: put definitions in force, switch them off, take snapshots."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import date

from yiwang.base.access import Viewer, require
from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.base.deeds import deed
from yiwang.engines.metric.checks import sql_problems
from yiwang.engines.metric.models import Metric, Snapshot
from yiwang.engines.metric.queries import measure, plain, rows_digest, snapshot_view
from yiwang.engines.metric.records import SnapshotView
from yiwang.engines.metric.scoping import PERMISSION
from yiwang.engines.metric.specs import MetricSpec
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict, Invalid
from yiwang.kernel.text import N_

MANAGE = "scenes.manage"


def put_metric(jurisdiction: str, key: str, spec: MetricSpec, sql: str, *, scene: str, by: Viewer) -> int:
    """Put a metric in force and return its version; the same again changes nothing.

    Needs `scenes.manage`. Invalid for SQL that is not allowed, Conflict when another scene has a metric of that name.
    """
    require(by, MANAGE)
    if wrong := sql_problems(spec, sql):
        raise Invalid(wrong[0].text)
    place = jurisdiction_named(jurisdiction)
    body = spec.model_dump(mode="json", by_alias=True)
    digest = hashlib.sha256(json.dumps([body, sql], sort_keys=True).encode()).hexdigest()
    with deed("metric.put_metric", by=by, subject=f"metric:{jurisdiction}/{key}", area_path=place.root_path) as d:
        row, _ = Metric.objects.get_or_create(jurisdiction_id=place.id, key=key, defaults={"scene": scene})
        row = Metric.objects.select_for_update().get(pk=row.pk)  # two publishers never share a number
        if row.scene != scene and row.is_active:
            told = N_("The scene %(scene)s has a metric %(key)s here already.")
            raise Conflict(told, scene=row.scene, key=key)
        last = row.versions.order_by("-version").first()
        is_new = last is None or last.digest != digest
        version = (last.version if last else 0) + is_new
        if is_new:
            row.versions.create(version=version, body=body, sql=sql, digest=digest, published_at=clock.now())
        row.scene, row.is_active = scene, True
        row.save(update_fields=["scene", "is_active"])
        d.note(version=version, is_new=is_new, digest=digest)
    return version


def switch_off_metrics(jurisdiction: str, *, scene: str, by: Viewer, keep: Collection[str] = ()) -> None:
    """Switch off a scene's metrics but those to `keep`; their versions and snapshots stay."""
    require(by, MANAGE)
    rows = Metric.objects.filter(jurisdiction__code=jurisdiction, scene=scene, is_active=True).exclude(key__in=keep)
    keys = sorted(rows.values_list("key", flat=True))
    if keys:
        with deed("metric.switch_off_metrics", by=by, subject=f"scene:{scene}") as d:
            rows.update(is_active=False)
            d.note(metrics=keys)


def take_snapshot(
    metric_key: str,
    *,
    jurisdiction: str,
    since: date,
    until: date,
    by: Viewer,
    reason: str,
    breakdown: Sequence[str] = (),
    depth: int | None = None,
) -> SnapshotView:
    """Keep the figures as told now, with what is needed to compute them again (an appraisal, a report to superiors).

    Needs `boards.view` on the whole jurisdiction; Invalid without a reason; raises as `measure`.
    """
    place = jurisdiction_named(jurisdiction)
    require(by, PERMISSION, department_path="", area_path=place.root_path)
    if not reason.strip():
        raise Invalid(N_("Say what the snapshot is for."))
    told = measure(
        by, metric_key, since=since, until=until, jurisdiction=jurisdiction, by=tuple(breakdown), depth=depth
    )
    subject = f"metric:{jurisdiction}/{metric_key}"
    with deed("metric.take_snapshot", by=by, subject=subject, area_path=place.root_path, reason=reason) as d:
        row = Snapshot.objects.create(
            version_id=told.metric.version_id,
            since=since,
            until=until,
            by=list(breakdown),
            depth=depth,
            dataset_versions=dict(told.versions),
            columns=list(told.columns),
            rows=plain(told.rows),
            digest=rows_digest(told),
            reason=reason,
            taken_at=clock.now(),
            account_id=by.account_id,
        )
        d.note(uid=str(row.uid), digest=row.digest, dataset_versions=dict(told.versions))
    return snapshot_view(row)
