"""Writes to the lake, each exactly once, whatever is killed when (DESIGN §7).

1. The rows are staged on disk, then the intent (`Write`) commits.
2. Under the dataset's lease all open intents are carried out in order, also those a killed process left: the intent
   gets its number, Delta commits with `Transaction(dataset, number)`, the intent is closed.
3. Killed between commit and closing, the next one under the lease finds the number in the table and only closes it.

Numbers are given under the lease and never below the table's own, so a database restored from yesterday does not
reuse one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import pyarrow as pa
from django.db import IntegrityError, transaction
from django.db.models import Max

from yiwang.engines.data.lake.lease import TIMEOUT_S, hold_lease
from yiwang.engines.data.lake.reading import new_rows_only
from yiwang.engines.data.lake.staging import stage, staged, unstage
from yiwang.engines.data.lake.tables import (
    add_missing_columns,
    arrow_schema,
    conformed,
    create_table,
    open_table,
    sensitive_columns,
    table_path,
    table_schema,
)
from yiwang.engines.data.models import Run, Write, WriteState
from yiwang.engines.data.queries import dataset_specs
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Failure, Invalid, Unavailable
from yiwang.kernel.ids import new_uid
from yiwang.kernel.text import N_

Mode = Literal["append", "upsert", "replace", "delete"]


@dataclass(frozen=True)
class Written:
    """What a write did; `version` is the table's version that holds it."""

    version: int
    n_new: int
    n_changed: int
    n_same: int
    n_gone: int


def write(
    dataset: str,
    data: pa.Table,
    *,
    mode: Mode,
    key: Sequence[str] = (),
    once: str | None = None,
    run: UUID | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Written:
    """Write rows to a dataset's table, durably and exactly once.

    `upsert` and `delete` go by `key` (default: that of the description); of several rows with one key the last
    counts, rows that are there already unchanged are not written, and columns that are not given keep what they
    have. `delete` needs only the key columns. A dataset with
    a description takes exactly its columns; without one, new columns are added. With `once`, a repeated call (a job
    that was killed and runs again) changes nothing and returns the first one's result.

    Raises Invalid for rows that do not fit, Conflict for a changed type, Unavailable when the lease is not free, and
    RuntimeError inside a transaction: the lake cannot be rolled back.
    """
    table_path(dataset)
    data, key = _prepared(dataset, data, mode, tuple(key))
    if once is not None and (known := Write.objects.filter(dataset=dataset, once=once).first()) is not None:
        return _result(known, timeout_s)
    intent = Write(
        uid=new_uid(), dataset=dataset, once=once, mode=mode, keys=list(key), n_rows=data.num_rows, asked_at=now()
    )
    if run is not None:
        intent.run_id = Run.objects.values_list("id", flat=True).get(uid=run)
    stage(dataset, intent.uid, data)
    try:
        with transaction.atomic(durable=True):
            intent.save(force_insert=True)
    except IntegrityError:  # somebody was quicker with the same `once`
        unstage(dataset, intent.uid)
        return _result(Write.objects.get(dataset=dataset, once=once), timeout_s)
    except RuntimeError:
        unstage(dataset, intent.uid)
        raise
    return _result(intent, timeout_s)


def recover(dataset: str, *, timeout_s: float = TIMEOUT_S) -> int:
    """Carry out what killed processes left open; returns how many intents were closed."""
    if not Write.objects.filter(dataset=dataset, state=WriteState.OPEN).exists():
        return 0
    with hold_lease(dataset, timeout_s=timeout_s):
        return _carry_out_all(dataset)


def datasets_to_recover() -> list[str]:
    """Datasets with open intents."""
    return sorted(set(Write.objects.filter(state=WriteState.OPEN).values_list("dataset", flat=True)))


def _prepared(dataset: str, data: pa.Table, mode: Mode, key: tuple[str, ...]) -> tuple[pa.Table, tuple[str, ...]]:
    """The rows with the columns of the description, one for each key; and the key."""
    spec = dataset_specs([dataset]).get(dataset)
    data = data.select([f.name for f in data.schema if not pa.types.is_null(f.type)])  # nothing known, not even a type
    if spec is not None:
        key = key or spec.key
        whole = arrow_schema(spec)
        given = [name for name in whole.names if name in data.column_names]
        data = conformed(data, whole, only=key if mode == "delete" else given if mode == "upsert" else ())
    if mode in ("upsert", "delete"):
        if not key:
            raise Invalid(N_("The dataset %(dataset)s has no key."), dataset=dataset)
        for name in key:
            if name not in data.column_names or data.column(name).null_count:
                raise Invalid(N_("The key column “%(column)s” is empty in some rows."), column=name)
        data = _last_of_each(data, key)
    return data, key


def _last_of_each(data: pa.Table, key: Sequence[str]) -> pa.Table:
    """Of several rows with the same key the last one."""
    numbered = data.select(list(key)).append_column("__row", pa.array(range(data.num_rows), pa.int64()))
    last = numbered.group_by(list(key)).aggregate([("__row", "max")])
    return data if last.num_rows == data.num_rows else data.take(last.column("__row_max").sort())


def _result(intent: Write, timeout_s: float) -> Written:
    """The result of an intent, carried out now if it is still open."""
    if intent.state == WriteState.OPEN:
        with hold_lease(intent.dataset, timeout_s=timeout_s):
            _carry_out_all(intent.dataset)
        intent.refresh_from_db()
    if intent.state == WriteState.FAILED or intent.version is None:
        told = N_("The rows could not be written to %(dataset)s: %(reason)s")
        raise Unavailable(told, dataset=intent.dataset, reason=intent.error)
    n_same = intent.n_rows - intent.n_new - intent.n_changed if intent.mode == "upsert" else 0
    return Written(intent.version, intent.n_new, intent.n_changed, n_same, intent.n_gone)


def _carry_out_all(dataset: str) -> int:
    """Carry out the open intents in order; the lease is held."""
    from deltalake.exceptions import CommitFailedError, DeltaError

    n = 0
    for intent in Write.objects.filter(dataset=dataset, state=WriteState.OPEN).order_by("id"):
        try:
            _carry_out(intent)
        except CommitFailedError as error:  # the lease was lost and another one writes: it carries this out too
            told = N_("The table of %(dataset)s is being written by another process.")
            raise Unavailable(told, dataset=dataset) from error
        except (Failure, FileNotFoundError, DeltaError, pa.ArrowException) as error:
            _close(intent, WriteState.FAILED, error=str(error)[:500])
        except OSError as error:  # the disk is full, the share is away: the intent waits
            told = N_("The lake cannot be written now: %(reason)s")
            raise Unavailable(told, reason=str(error)[:200]) from error
        n += 1
    return n


def _carry_out(intent: Write) -> None:
    """Bring one intent into the table, unless it is there already, and close it."""
    data = staged(intent.dataset, intent.uid)
    table = open_table(intent.dataset)
    if table is None:
        spec = dataset_specs([intent.dataset]).get(intent.dataset)
        hidden = sensitive_columns(spec) if spec else []
        counted = [f.name for f in data.schema if f.name not in hidden] if spec else list(intent.keys)
        table = create_table(intent.dataset, data.schema, counted)
    carried = table.transaction_version(intent.dataset)
    if intent.number is None:
        highest = Write.objects.filter(dataset=intent.dataset).aggregate(n=Max("number"))["n"]
        intent.number = max(highest or 0, carried or 0) + 1
        intent.save(update_fields=["number"])
    elif carried is not None and carried >= intent.number:
        version, metrics = _found(table, intent)
        _close(intent, WriteState.DONE, version=version, metrics=metrics)
        return
    if intent.mode != "delete":
        table = add_missing_columns(table, data.schema)
    version, metrics = _COMMITS[intent.mode](table, data, intent)
    _close(intent, WriteState.DONE, version=version, metrics=metrics)


def _properties(intent: Write) -> Any:
    from deltalake import CommitProperties, Transaction

    assert intent.number is not None
    # Retrying inside deltalake could commit the number twice after a lost answer; the intent repeats it instead.
    return CommitProperties(app_transactions=[Transaction(intent.dataset, intent.number)], max_commit_retries=0)


def _append(table: Any, data: pa.Table, intent: Write) -> tuple[int, dict[str, Any]]:
    from deltalake import write_deltalake

    data = conformed(data, table_schema(table))
    mode: Literal["append", "overwrite"] = "overwrite" if intent.mode == "replace" else "append"
    write_deltalake(table, data, mode=mode, commit_properties=_properties(intent))
    return _version(intent.dataset), {"num_added_rows": data.num_rows}


def _upsert(table: Any, data: pa.Table, intent: Write) -> tuple[int, dict[str, Any]]:
    data = new_rows_only(table, conformed(data, table_schema(table), only=data.column_names), intent.keys)
    if not data.num_rows:
        return table.version(), {}
    values = {f'"{name}"': f'new."{name}"' for name in data.column_names}
    merger = _merger(table, data, intent).when_matched_update(values).when_not_matched_insert(values)
    metrics = merger.execute()
    return _version(intent.dataset), metrics


def _delete(table: Any, data: pa.Table, intent: Write) -> tuple[int, dict[str, Any]]:
    metrics = _merger(table, data.select(intent.keys), intent).when_matched_delete().execute()
    return _version(intent.dataset), metrics


def _merger(table: Any, data: pa.Table, intent: Write) -> Any:
    predicate = " AND ".join(f'present."{name}" = new."{name}"' for name in intent.keys)
    return table.merge(
        data,
        predicate=predicate,
        source_alias="new",
        target_alias="present",
        commit_properties=_properties(intent),
    )


_COMMITS: dict[str, Callable[[Any, pa.Table, Write], tuple[int, dict[str, Any]]]] = {
    "append": _append,
    "replace": _append,
    "upsert": _upsert,
    "delete": _delete,
}


def _version(dataset: str) -> int:
    table = open_table(dataset)
    assert table is not None
    return int(table.version())


def _found(table: Any, intent: Write) -> tuple[int, dict[str, Any]]:
    """The version and metrics of a commit that was made before its intent could be closed, from the table's log."""
    wanted = {"appId": intent.dataset, "version": intent.number}
    for path in sorted((table_path(intent.dataset) / "_delta_log").glob("*.json"), reverse=True):
        actions = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        said = [each["txn"] for each in actions if "txn" in each]
        if any(all(txn.get(k) == v for k, v in wanted.items()) for txn in said):
            info: dict[str, Any] = next((each["commitInfo"] for each in actions if "commitInfo" in each), {})
            return int(path.stem), dict(info.get("operationMetrics", {}))
    return int(table.version()), {}


def _close(
    intent: Write,
    state: WriteState,
    *,
    version: int | None = None,
    metrics: Mapping[str, Any] | None = None,
    error: str = "",
) -> None:
    counted = metrics or {}
    intent.state, intent.version, intent.error, intent.ended_at = state, version, error, now()
    intent.n_new = int(counted.get("num_target_rows_inserted", counted.get("num_added_rows", 0)))
    intent.n_changed = int(counted.get("num_target_rows_updated", 0))
    intent.n_gone = int(counted.get("num_target_rows_deleted", 0))
    fields = ["state", "version", "error", "ended_at", "n_new", "n_changed", "n_gone"]
    intent.save(update_fields=fields)
    unstage(intent.dataset, intent.uid)
