"""Model rows as the records that leave this package."""

from __future__ import annotations

from yiwang.engines.data.models import Dataset, Reject, Run
from yiwang.engines.data.records import Counts, DatasetView, Reason, RejectView, RunView, text_of
from yiwang.engines.data.specs import DatasetSpec
from yiwang.engines.data.tracing import starred


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
    reasons = tuple(Reason(text_of(r), str(r.get("field", "")), str(r.get("columns", ""))) for r in row.reasons)
    return RejectView(row.pk, row.line, reasons, starred(row.raw.open()) if row.raw is not None else "")
