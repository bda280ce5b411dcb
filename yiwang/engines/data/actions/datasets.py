"""Datasets come into force, change their description under a new version, and go out of use."""

from __future__ import annotations

from yiwang.base.access import Viewer, require
from yiwang.base.deeds import deed
from yiwang.base.organisation import queries as organisation
from yiwang.engines.data.actions.runs import MANAGE
from yiwang.engines.data.models import Dataset, DatasetVersion
from yiwang.engines.data.records import DatasetView
from yiwang.engines.data.rows import dataset_view, register_schema
from yiwang.engines.data.specs import DatasetSpec
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Conflict, NotFound
from yiwang.kernel.text import N_


def put_dataset(
    name: str,
    spec: DatasetSpec,
    *,
    by: Viewer,
    scene: str = "",
    jurisdiction: str | None = None,
    jurisdiction_id: int | None = None,
    area_path: str = "",
) -> DatasetView:
    """Put a dataset's description in force; the same one again changes nothing, another one is a new version.

    `jurisdiction` (code) is needed for `spec.department`. Registers the schema `dataset:<name>@<version>`. Raises
    NotAllowed, NotFound for an unknown department, Conflict when the dataset belongs to another scene.
    """
    owner = organisation.department(jurisdiction, spec.department) if spec.department and jurisdiction else None
    department_path = owner.path if owner else ""
    require(by, MANAGE, department_path=department_path or None, area_path=area_path)
    with deed("data.put_dataset", by=by, subject=f"dataset:{name}", area_path=area_path) as d:
        Dataset.objects.bulk_create([Dataset(name=name, scene=scene)], ignore_conflicts=True)
        row = Dataset.objects.select_for_update().get(name=name)
        if row.version and row.scene != scene:
            raise Conflict(N_("The dataset %(name)s belongs to another scene (%(scene)s)."), name=name, scene=row.scene)
        latest = DatasetVersion.objects.filter(dataset=row, version=row.version).first()
        if latest is None or latest.digest != spec.digest:
            row.version += 1
            row.spec = spec.model_dump(mode="json")
            DatasetVersion.objects.create(
                dataset=row, version=row.version, spec=row.spec, digest=spec.digest, published_at=now()
            )
        row.title, row.scene, row.is_active, row.changed_at = dict(spec.title), scene, True, now()
        row.department_id = owner.id if owner else None
        row.department_path, row.area_path = department_path, area_path
        row.jurisdiction_id = jurisdiction_id
        row.save()
        d.note(version=row.version)
    register_schema(name, row.version, spec)
    return dataset_view(row)


def retire_dataset(name: str, *, by: Viewer, reason: str = "") -> None:
    """Take a dataset out of use; its table, versions and runs stay. Raises NotFound, NotAllowed."""
    row = Dataset.objects.filter(name=name).first()
    if row is None:
        raise NotFound(N_("There is no dataset %(name)s."), name=name)
    require(by, MANAGE, department_path=row.department_path or None, area_path=row.area_path)
    with deed("data.retire_dataset", by=by, subject=f"dataset:{name}", area_path=row.area_path, reason=reason):
        Dataset.objects.filter(pk=row.pk).update(is_active=False, changed_at=now())
