"""Reads of the data engine: datasets, runs, rejected rows, how far exports are. Records out; scope as DESIGN §7."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yiwang.base.access import Viewer, scope
from yiwang.base.personal.actions import unmask
from yiwang.engines.data.models import Dataset, DatasetVersion, Export, Reject, Run
from yiwang.engines.data.records import DatasetView, ExportView, Page, RejectView, RunView
from yiwang.engines.data.rows import dataset_view, register_schema, reject_view, run_view
from yiwang.engines.data.specs import DatasetSpec
from yiwang.kernel.clock import now
from yiwang.kernel.conditions import Schema
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.page_keys import from_page_key, page_key
from yiwang.kernel.text import N_

MANAGE = "data.manage"


def datasets(viewer: Viewer) -> list[DatasetView]:
    """The datasets in use that the viewer manages, by name."""
    rows = Dataset.objects.filter(scope(viewer, MANAGE), is_active=True)
    return [dataset_view(row) for row in rows.order_by("name")]


def dataset(viewer: Viewer, name: str) -> DatasetView:
    """One dataset. NotFound when there is none, or none the viewer manages."""
    row = Dataset.objects.filter(scope(viewer, MANAGE), name=name).first()
    if row is None:
        raise NotFound(N_("There is no dataset %(name)s."), name=name)
    return dataset_view(row)


def dataset_specs(names: Sequence[str]) -> Mapping[str, DatasetSpec]:
    """The present descriptions of datasets that have one, by name; for the engines above, no viewer is asked for."""
    rows = Dataset.objects.filter(name__in=names, version__gt=0).values_list("name", "spec")
    return {name: DatasetSpec.model_validate(spec) for name, spec in rows}


def dataset_schema(name: str, version: int | None = None) -> Schema:
    """The typed schema of a dataset's description (the present one unless told), registered in the kernel.

    NotFound when there is no such version.
    """
    rows = DatasetVersion.objects.filter(dataset__name=name)
    rows = rows.filter(version=version) if version is not None else rows.order_by("-version")
    row = rows.first()
    if row is None:
        raise NotFound(N_("There is no dataset %(name)s."), name=name)
    return register_schema(name, row.version, DatasetSpec.model_validate(row.spec))


def runs(
    viewer: Viewer, *, dataset: str | None = None, after: str = "", limit: int = 50, permission: str = MANAGE
) -> Page[RunView]:
    """Runs, newest first: the viewer's own, and those of datasets their grants of `permission` cover."""
    rows = _runs(viewer, permission)
    if dataset is not None:
        rows = rows.filter(dataset__name=dataset)
    if after:
        at, key = from_page_key(after)
        rows = rows.filter(Q(started_at__lt=at) | Q(pk__lt=key), started_at__lte=at)
    found = list(rows.order_by("-started_at", "-id")[: limit + 1])
    page = found[:limit]
    last = page[-1] if len(found) > limit else None
    return Page(tuple(map(run_view, page)), page_key(last.started_at, last.pk) if last else "")


def run(viewer: Viewer, uid: UUID, *, permission: str = MANAGE) -> RunView:
    """One run. NotFound when there is none, or none the viewer may see."""
    return run_view(_run(viewer, uid, permission))


def runs_of_file(viewer: Viewer, dataset: str, digest: str, *, permission: str = MANAGE) -> list[RunView]:
    """Earlier runs of the very same file, newest first."""
    rows = _runs(viewer, permission).filter(dataset__name=dataset, digest=digest).order_by("-number")
    return [run_view(row) for row in rows]


def rejects(
    viewer: Viewer, run_uid: UUID, *, after: str = "", limit: int = 50, permission: str = MANAGE
) -> Page[RejectView]:
    """The rejected rows of a run by line. NotFound as `run`."""
    rows = Reject.objects.filter(run=_run(viewer, run_uid, permission))
    if after:
        rows = rows.filter(line__gt=_line(after))
    found = list(rows.order_by("line")[: limit + 1])
    page = found[:limit]
    return Page(tuple(map(reject_view, page)), str(page[-1].line) if len(found) > limit else "")


def reject_reasons(viewer: Viewer, run_uid: UUID, *, permission: str = MANAGE) -> dict[str, int]:
    """How many rows of a run were rejected for which first reason (message id), most frequent first."""
    rows = Reject.objects.filter(run=_run(viewer, run_uid, permission))
    counted = rows.values_list("reasons__0__msgid").annotate(n=Count("id")).order_by("-n")
    return {str(msgid): n for msgid, n in counted}


def full_reject(viewer: Viewer, run_uid: UUID, line: int, *, purpose: str, permission: str = MANAGE) -> str:
    """The original text of a rejected row with its numbers in full; logged with the purpose (see `personal.unmask`).

    Raises NotFound, NotAllowed, Invalid without a purpose.
    """
    run = _run(viewer, run_uid, permission)
    row = Reject.objects.filter(run=run, line=line).first()
    if row is None:
        raise NotFound(N_("There is no such row."))
    paths = {"department_path": run.dataset.department_path or None, "area_path": run.dataset.area_path}
    detail = unmask(row, "detail", by=viewer, purpose=purpose, permission=permission, **paths)
    return str(json.loads(detail)["raw"]) if detail else ""


def exports() -> list[ExportView]:
    """How far each published dataset has come; facts of the platform, so no viewer is asked for."""
    return [export_view(row) for row in Export.objects.order_by("dataset")]


def export_view(row: Export) -> ExportView:
    """One export's record with its present lag in seconds."""
    lag = None if row.complete_until is None else max(0.0, (now() - row.complete_until).total_seconds())
    return ExportView(row.dataset, row.complete_until, row.exported_at, lag, row.n_rows, row.error)


def _runs(viewer: Viewer, permission: str) -> QuerySet[Run]:
    mine = Q(by_id=viewer.account_id) if viewer.is_signed_in else None
    covered = scope(
        viewer, permission, department="dataset__department_path", area="dataset__area_path", participants=mine
    )
    return Run.objects.select_related("dataset").filter(covered)


def _run(viewer: Viewer, uid: UUID, permission: str) -> Run:
    found = _runs(viewer, permission).filter(uid=uid).first()
    if found is None:
        raise NotFound(N_("There is no such run."))
    return found


def _line(after: str) -> int:
    try:
        return int(after)
    except ValueError:
        raise Invalid(N_("This page does not exist.")) from None
