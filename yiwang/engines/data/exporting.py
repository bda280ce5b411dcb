"""Brings the changes of published datasets to the lake, and says up to when it is complete.

Nobody can tail a table by id or time alone: PostgreSQL commits out of order, so a row changed at 10:00:00 may appear
at 10:00:09. A round therefore begins by asking since when the oldest transaction has been open (`horizon`): whatever
was changed before is visible. The next round starts `OVERLAP` before that, which also covers clocks that differ
between machines and times taken before a transaction began. Rows seen twice are found unchanged and not written.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
from django.db import connection

from yiwang.base.access import SYSTEM
from yiwang.engines.data.actions.datasets import put_dataset
from yiwang.engines.data.lake.lease import hold_lease
from yiwang.engines.data.lake.tables import arrow_schema
from yiwang.engines.data.lake.writing import write
from yiwang.engines.data.models import DatasetVersion, Export
from yiwang.engines.data.published import PublishedDataset, published
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Unavailable

OVERLAP = timedelta(seconds=120)
PAGE = 20_000


def export_published(name: str | None = None) -> dict[str, int]:
    """Export the changes of one published dataset or of all; returns rows read by dataset (those seen twice too).

    What another process is exporting right now is left out. A failure of one is noted and raised after the others.
    """
    done: dict[str, int] = {}
    failed: list[Exception] = []
    for dataset in published():
        if name in (None, dataset.name):
            try:
                with hold_lease(f"export_{dataset.name}"[:60], timeout_s=0):
                    done[dataset.name] = _export(dataset)
            except Unavailable:
                continue
            except Exception as error:  # noqa: BLE001 - the others must not wait for this one
                Export.objects.filter(dataset=dataset.name).update(error=f"{type(error).__name__}"[:200])
                failed.append(error)
    if failed:
        raise failed[0]
    return done


def _export(dataset: PublishedDataset) -> int:
    """One round over one dataset, page by page; a killed round goes on where it was."""
    is_new = _put_in_force(dataset)
    row, _made = Export.objects.get_or_create(dataset=dataset.name)
    if is_new:  # every row has to come again, with the columns it has now
        row.cursor, row.complete_until = {}, None
        row.save()
    cursor = row.cursor
    if cursor.get("after") is None:
        since = None if row.complete_until is None else row.complete_until - OVERLAP
        cursor = {"since": since and since.isoformat(), "until": horizon().isoformat(), "after": None}
    begin = None if cursor["since"] is None else datetime.fromisoformat(cursor["since"])
    n_rows, schema = 0, arrow_schema(dataset.spec)
    while True:
        page = dataset.changes(begin, cursor["after"], PAGE)
        if page.rows:
            unknown = set(page.rows[0]) - set(schema.names)
            if unknown:
                raise ValueError(f"{dataset.name} publishes columns it does not declare: {sorted(unknown)}")
            write(dataset.name, pa.Table.from_pylist(list(page.rows), schema=schema), mode="upsert")
        if page.gone:
            key = pa.schema([schema.field(name) for name in dataset.spec.key])
            write(dataset.name, pa.Table.from_pylist(list(page.gone), schema=key), mode="delete")
        n_rows += len(page.rows)
        cursor["after"] = None if page.after is None else list(page.after)
        row.cursor, row.n_rows, row.exported_at, row.error = cursor, n_rows, now(), ""
        if page.after is None:
            row.complete_until = datetime.fromisoformat(cursor["until"])
            row.save()
            return n_rows
        row.save()


def _put_in_force(dataset: PublishedDataset) -> bool:
    """See that the present description is in force; True when it was not."""
    latest = DatasetVersion.objects.filter(dataset__name=dataset.name).order_by("-version").first()
    if latest is not None and latest.digest == dataset.spec.digest:
        return False
    put_dataset(dataset.name, dataset.spec, by=SYSTEM)
    return True


def horizon() -> datetime:
    """Everything changed before this moment is visible: since when the oldest open transaction has been open.

    SQLite has one writer at a time whose changes are visible at once: now, and `OVERLAP` covers the rest.
    """
    at = now()
    if connection.vendor != "postgresql":
        return at
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(xact_start) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        oldest: datetime | None = cursor.fetchone()[0]
    return at if oldest is None else min(at, oldest)
