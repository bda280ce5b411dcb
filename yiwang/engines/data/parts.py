"""Datasets and mappings in scenes: `data/<id>.yaml` (with SQL files beside it), `data/mappings/<id>.yaml`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from yiwang.base.access import permissions
from yiwang.engines.data.actions.datasets import put_dataset, retire_dataset
from yiwang.engines.data.mapping.specs import MappingSpec
from yiwang.engines.data.mapping.targets import fields_of, registered_targets
from yiwang.engines.data.models import Dataset
from yiwang.engines.data.published import published
from yiwang.engines.data.specs import DatasetSpec
from yiwang.kernel.conditions import ConditionError, condition
from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes import Documents, InstallContext, Part, Scene, SceneDocument, register_part
from yiwang.kernel.sqlguard import guard_select
from yiwang.kernel.text import N_

DATASETS, MAPPINGS = "datasets", "mappings"


def register() -> None:
    """Make the parts known; called when Django starts."""
    register_part(
        Part(
            name=DATASETS,
            folder="data",
            spec=DatasetSpec,
            order=35,
            suffixes=(".sql",),
            provides=_provided,
            check=_check_datasets,
            install=_install,
            upgrade=_upgrade,
            remove=_remove,
        )
    )
    register_part(Part(name=MAPPINGS, folder="data/mappings", spec=MappingSpec, order=36, check=_check_mappings))


def _provided() -> Mapping[str, Collection[str]]:
    """Datasets that domains publish are known without any scene."""
    return {DATASETS: [dataset.name for dataset in published()]}


def _check_datasets(scene: Scene, documents: Documents, problems: Problems) -> None:
    """Names free, conditions sound, SQL within its list, permissions known."""
    taken = {dataset.name for dataset in published()}
    for document in documents.values():
        spec: DatasetSpec = document.spec
        if document.id in taken:
            problems.add(document.file, 1, N_("a domain publishes a dataset “%(name)s” already"), name=document.id)
        schema = spec.typed_schema(document.id, 1)
        for n, check in enumerate(spec.checks):
            try:
                condition(check.condition, schema)
            except ConditionError as wrong:
                line = document.source.line_in(("checks", n, "condition"), wrong.line - 1)
                problems.add(document.file, line, wrong.message)
        if spec.scope is not None and spec.scope.permission not in permissions():
            told = N_("nobody knows the permission “%(name)s”")
            problems.add(document.file, document.line_of(("scope", "permission")), told, name=spec.scope.permission)
        _check_sql(scene, document, problems)


def _check_sql(scene: Scene, document: SceneDocument, problems: Problems) -> None:
    """The query of a dataset that is one: its file is there, and reads declared datasets only."""
    source = document.spec.source
    for n, name in enumerate(source.reads):
        scene.refer(problems, document, ("source", "reads", n), DATASETS, name)
    if source.sql is None:
        return
    file = scene.files.get(DATASETS, {}).get(f"{source.sql}.sql")
    if file is None:
        told = N_("the file %(name)s.sql is missing")
        problems.add(document.file, document.line_of(("source", "sql")), told, name=source.sql)
        return
    for wrong in guard_select(file.read_text(encoding="utf-8"), source.reads):
        problems.add(file, wrong.line, wrong.text)


def _check_mappings(scene: Scene, documents: Documents, problems: Problems) -> None:
    """The target exists and has the fields; required ones are filled."""
    targets = dict(registered_targets())
    targets |= {name: fields_of(document.spec) for name, document in scene.of(DATASETS).items()}
    for document in documents.values():
        spec: MappingSpec = document.spec
        fields = targets.get(spec.target)
        if fields is None:
            told = N_("there is no target “%(name)s”")
            problems.add(document.file, document.line_of(("target",)), told, name=spec.target)
            continue
        known = {field.name for field in fields}
        for name in spec.fields:
            if name not in known:
                at = document.line_of(("fields", name))
                problems.add(document.file, at, N_("%(target)s has no field “%(name)s”"), target=spec.target, name=name)
        for field in fields:
            if field.required and field.name not in spec.fields:
                at = document.line_of(("fields",))
                problems.add(document.file, at, N_("nothing fills the required field “%(name)s”"), name=field.name)


def _install(context: InstallContext, documents: Documents) -> None:
    """Put each description in force; unchanged ones keep their version."""
    place = context.jurisdiction
    for document in documents.values():
        put_dataset(
            document.id,
            document.spec,
            by=context.by,
            scene=context.scene.name,
            jurisdiction=place.code if place else None,
            jurisdiction_id=place.id if place else None,
            area_path=place.root_path if place else "",
        )


def _upgrade(context: InstallContext, documents: Documents, _version: str) -> None:
    """As install; datasets the scene no longer has go out of use."""
    _install(context, documents)
    _retire(context, kept=set(documents))


def _remove(context: InstallContext) -> None:
    """Take the scene's datasets out of use; their tables stay."""
    _retire(context, kept=set())


def _retire(context: InstallContext, *, kept: Collection[str]) -> None:
    rows = Dataset.objects.filter(scene=context.scene.name, is_active=True).exclude(name__in=kept)
    for name in list(rows.values_list("name", flat=True)):
        retire_dataset(name, by=context.by, reason=f"scene {context.scene.name}")
