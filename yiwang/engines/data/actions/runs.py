"""Runs: a delivery is opened, its rejected rows are kept in bulk, and it is closed with its counts.

The engine or domain whose target the rows are asks for the right: it passes its own `permission`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from yiwang.base.access import Viewer, require
from yiwang.base.deeds import deed
from yiwang.engines.data.models import Dataset, Reject, RejectTrace, Run, RunState
from yiwang.engines.data.records import Counts, RejectedRow, RunView, text_json
from yiwang.engines.data.rows import run_view
from yiwang.engines.data.tracing import blinds_in
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Conflict, NotFound
from yiwang.kernel.text import N_, Text
from yiwang.kernel.titles import Title

MANAGE = "data.manage"


def open_run(
    dataset: str,
    *,
    by: Viewer,
    file_name: str = "",
    digest: str = "",
    n_bytes: int = 0,
    mapping: Mapping[str, Any] | None = None,
    title: Title | None = None,
    area_path: str = "",
    permission: str = MANAGE,
) -> RunView:
    """Begin a run; a dataset of that name without description is made when there is none (`title`, `area_path`).

    Raises NotAllowed.
    """
    known = Dataset.objects.filter(name=dataset).values_list("department_path", "area_path").first()
    department_path, area_path = known or ("", area_path)
    require(by, permission, department_path=department_path or None, area_path=area_path)
    with deed("data.open_run", by=by, subject=f"dataset:{dataset}", area_path=area_path) as d:
        if known is None:
            made = Dataset(name=dataset, title=title or {}, area_path=area_path)
            Dataset.objects.bulk_create([made], ignore_conflicts=True)
        Dataset.objects.filter(name=dataset).update(last_run=F("last_run") + 1)  # locks the row: numbers never clash
        row = Dataset.objects.get(name=dataset)
        run = Run.objects.create(
            dataset=row,
            number=row.last_run,
            file_name=file_name[:255],
            digest=digest,
            n_bytes=n_bytes,
            mapping=dict(mapping) if mapping is not None else None,
            started_at=now(),
            by_id=by.account_id,
        )
        d.note(run=str(run.uid), number=run.number, digest=digest, n_bytes=n_bytes)
    return run_view(run)


def add_rejects(run_uid: UUID, rejects: Iterable[RejectedRow]) -> int:
    """Keep rejected rows; a line that is kept already stays as it is, so a repeated batch adds nothing.

    Returns how many were new. Raises NotFound. No audit entry of its own: closing the run tells the count.
    """
    run = _run(run_uid)
    rows = {reject.line: reject for reject in rejects}
    with transaction.atomic():
        for line in Reject.objects.filter(run=run, line__in=list(rows)).values_list("line", flat=True):
            del rows[line]
        made = Reject.objects.bulk_create(
            [Reject(run=run, line=r.line, reasons=_reasons(r), detail=_detail(r)) for r in rows.values()],
            batch_size=1_000,
        )
        traces = [RejectTrace(reject_id=row.pk, blind=found) for row in made for found in blinds_in(rows[row.line].raw)]
        RejectTrace.objects.bulk_create(traces, batch_size=1_000)
    return len(made)


def note_progress(run_uid: UUID, counts: Counts) -> None:
    """Show how far a run has come; raises Conflict when it was closed meanwhile."""
    if not Run.objects.filter(uid=run_uid, state=RunState.RUNNING).update(**_columns(counts)):
        raise Conflict(N_("The run has ended already."))


def close_run(run_uid: UUID, counts: Counts, *, by: Viewer, error: Text | None = None) -> RunView:
    """End a run with its counts, as failed when there is an `error`. Raises NotFound, Conflict when it has ended."""
    run = _run(run_uid)
    state = RunState.FAILED if error is not None else RunState.DONE
    with deed("data.close_run", by=by, subject=f"dataset:{run.dataset.name}", area_path=run.dataset.area_path) as d:
        told = None if error is None else text_json(error)
        ended = Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(
            state=state, ended_at=now(), error=told, **_columns(counts)
        )
        if not ended:
            raise Conflict(N_("The run has ended already."))
        d.note(run=str(run_uid), state=str(state), **_columns(counts))
        payload = {"dataset": run.dataset.name, "run": str(run_uid), "state": str(state), **_columns(counts)}
        d.announce("data.run_closed", version=1, subject=f"dataset:{run.dataset.name}", payload=payload)
    run.refresh_from_db()
    return run_view(run)


def _run(uid: UUID) -> Run:
    found = Run.objects.select_related("dataset").filter(uid=uid).first()
    if found is None:
        raise NotFound(N_("There is no such run."))
    return found


def _columns(counts: Counts) -> dict[str, int]:
    return {
        "n_in": counts.n_in,
        "n_new": counts.n_new,
        "n_changed": counts.n_changed,
        "n_same": counts.n_same,
        "n_rejected": counts.n_rejected,
    }


def _reasons(reject: RejectedRow) -> list[dict[str, str]]:
    """Which fields and why, without what was in them."""
    return [{"field": r.field, "columns": r.columns, "msgid": r.text.msgid} for r in reject.reasons]


def _detail(reject: RejectedRow) -> str:
    params = [text_json(reason.text)["params"] for reason in reject.reasons]
    return json.dumps({"raw": reject.raw, "params": params}, ensure_ascii=False)
