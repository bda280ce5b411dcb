"""Rows on their way to the lake: an Arrow file that is safely on disk before the intent names it."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

import pyarrow as pa

from yiwang.engines.data.lake.tables import lake_root, table_path
from yiwang.kernel.clock import now

KEPT_S = 86_400


def staged_path(dataset: str, uid: UUID) -> Path:
    """Where the rows of an intent lie."""
    table_path(dataset)
    return lake_root() / ".staging" / dataset / f"{uid}.arrow"


def stage(dataset: str, uid: UUID, data: pa.Table) -> None:
    """Write the rows and bring them to the disk."""
    path = staged_path(dataset, uid)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        with pa.ipc.new_file(file, data.schema) as writer:
            writer.write_table(data)
        file.flush()
        os.fsync(file.fileno())


def staged(dataset: str, uid: UUID) -> pa.Table:
    """The rows of an intent. OSError when they are gone."""
    with pa.OSFile(str(staged_path(dataset, uid)), "rb") as file:
        return pa.ipc.open_file(file).read_all()


def unstage(dataset: str, uid: UUID) -> None:
    """Remove the rows: their intent is closed."""
    staged_path(dataset, uid).unlink(missing_ok=True)


def remove_orphans(dataset: str, wanted: Collection[UUID]) -> int:
    """Remove files older than a day that no open intent names: their writer was killed before it made one."""
    names, n = {f"{uid}.arrow" for uid in wanted}, 0
    for path in (lake_root() / ".staging" / dataset).glob("*.arrow"):
        if path.name not in names and path.stat().st_mtime < now().timestamp() - KEPT_S:
            path.unlink(missing_ok=True)
            n += 1
    return n
