"""Model rows as the records that leave this package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from yiwang.engines.data.models import Dataset, Reject, Run
from yiwang.engines.data.records import Counts, DatasetView, Reason, RejectView, RunView, text_of
from yiwang.engines.data.specs import DatasetSpec
from yiwang.engines.data.tracing import starred
from yiwang.kernel import schemas
from yiwang.kernel.conditions import Schema
from yiwang.kernel.text import N_, Text


def register_schema(name: str, version: int, spec: DatasetSpec) -> Schema:
    """Make the schema of a dataset's version known to conditions. The database decides what a version says."""
    made = spec.typed_schema(name, version)
    schemas.forget(made.name)
    return schemas.register(made)


def dataset_view(row: Dataset) -> DatasetView:
    """A dataset's record."""
    return DatasetView(
        uid=row.uid,
        name=row.name,
        title=row.title,
        version=row.version,
        spec=DatasetSpec.model_validate(row.spec) if row.spec else None,
        scene=row.scene,
        department_id=row.department_id,
        department_path=row.department_path,
        area_path=row.area_path,
        is_active=row.is_active,
        changed_at=row.changed_at,
    )


def run_view(row: Run) -> RunView:
    """A run's record; its dataset must be loaded."""
    return RunView(
        uid=row.uid,
        dataset=row.dataset.name,
        number=row.number,
        file_name=row.file_name,
        digest=row.digest,
        n_bytes=row.n_bytes,
        mapping=row.mapping,
        state=row.state,
        counts=Counts(row.n_in, row.n_new, row.n_changed, row.n_same, row.n_rejected),
        started_at=row.started_at,
        ended_at=row.ended_at,
        by_id=row.by_id,
        error=text_of(row.error) if row.error else None,
    )


def reject_view(row: Reject) -> RejectView:
    """A rejected row's record, long numbers starred."""
    if row.detail is None:
        return RejectView(row.pk, row.line, (Reason(Text(N_("The row was erased."))),), "")
    detail = json.loads(row.detail.open())
    reasons = tuple(
        Reason(text_of({"msgid": reason["msgid"], "params": _starred(params)}), reason["field"], reason["columns"])
        for reason, params in zip(row.reasons, detail["params"], strict=True)
    )
    return RejectView(row.pk, row.line, reasons, starred(detail["raw"]))


def _starred(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a reason as pages may show them."""
    return {
        name: starred(value)
        if isinstance(value, str)
        else value | {"params": _starred(value.get("params", {}))}
        if isinstance(value, dict)
        else value
        for name, value in params.items()
    }
