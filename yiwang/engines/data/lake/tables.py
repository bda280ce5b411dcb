"""Delta tables as the engine keeps them: where they lie, how columns become Arrow types, and their properties.

Times are UTC microseconds, decimals `DECIMAL(26,6)` as in conditions, geometries WKB. Only columns that are not
sensitive get statistics, because the log keeps the smallest and largest value of every file in clear.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings

from yiwang.engines.data.specs import DatasetSpec
from yiwang.kernel.errors import Conflict, Invalid
from yiwang.kernel.specs.fields import ID_PATTERN
from yiwang.kernel.text import N_

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(26, 6),
    "float": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us", tz="UTC"),
    "wkb": pa.binary(),
}
PROPERTIES = {
    # Cleaning the log is the tidying job's work: it knows which versions are pinned.
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 30 days",
    "delta.checkpointInterval": "50",
}


def lake_root() -> Path:
    """The folder of all tables."""
    return Path(settings.LAKE).resolve()


def table_path(dataset: str) -> Path:
    """The folder of a dataset's table. Raises ValueError for a name that is no identifier."""
    if not re.match(ID_PATTERN, dataset):
        raise ValueError(f"not the name of a dataset: {dataset!r}")
    return lake_root() / dataset


def arrow_schema(spec: DatasetSpec) -> pa.Schema:
    """The columns of a description as an Arrow schema."""
    return pa.schema([pa.field(name, ARROW_TYPES[column.type]) for name, column in spec.columns.items()])


def sensitive_columns(spec: DatasetSpec) -> list[str]:
    """Columns of the levels L3 and L4."""
    return [name for name, column in spec.columns.items() if column.level in ("L3", "L4")]


def open_table(dataset: str, version: int | None = None) -> Any | None:
    """The `DeltaTable`, or None when nothing was written yet. Invalid for a version that cannot be read any more."""
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError, TableNotFoundError

    path = table_path(dataset)
    if not (path / "_delta_log").is_dir():
        return None
    try:
        return DeltaTable(str(path), version=version)
    except TableNotFoundError:
        return None
    except DeltaError as error:
        if version is None:
            raise
        told = N_("Version %(version)s of %(dataset)s cannot be read any more.")
        raise Invalid(told, version=version, dataset=dataset) from error


def create_table(dataset: str, schema: pa.Schema, counted: Collection[str]) -> Any:
    """Make an empty table (or take the one that is there); `counted` are the columns that get statistics."""
    from deltalake import DeltaTable

    configuration = {**PROPERTIES, "delta.dataSkippingStatsColumns": ",".join(_quoted(name) for name in counted)}
    return DeltaTable.create(
        str(table_path(dataset)), schema=_nullable(schema), mode="ignore", name=dataset, configuration=configuration
    )


def _quoted(name: str) -> str:
    return f"`{name}`" if not name.isidentifier() else name


def _nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(field.name, field.type, nullable=True) for field in schema])


def table_schema(table: Any) -> pa.Schema:
    """The columns of an open table as an Arrow schema, with the types this engine writes."""
    return pa.schema([pa.field(f.name, _plain_type(f.type)) for f in pa.schema(table.schema().to_arrow())])


def _plain_type(kind: pa.DataType) -> pa.DataType:
    """Without the views and large variants that Arrow readers differ in."""
    if pa.types.is_large_string(kind) or kind == pa.string_view():
        return pa.string()
    if pa.types.is_large_binary(kind) or kind == pa.binary_view():
        return pa.binary()
    return kind


def add_missing_columns(table: Any, schema: pa.Schema) -> Any:
    """Add the columns the table lacks; repeating it changes nothing. Raises Conflict when a type differs."""
    from deltalake import DeltaTable, Field, Schema

    present = {field.name: field.type for field in table_schema(table)}
    for field in schema:
        if field.name in present and present[field.name] != field.type:
            told = N_("The column “%(column)s” is %(present)s in the table and %(wanted)s in the rows.")
            raise Conflict(told, column=field.name, present=str(present[field.name]), wanted=str(field.type))
    missing = [field.name for field in schema if field.name not in present]
    if not missing:
        return table
    wanted = {f.name: f for f in Schema.from_arrow(_nullable(schema)).fields}
    table.alter.add_columns([Field(name, wanted[name].type, nullable=True) for name in missing])
    return DeltaTable(table.table_uri)


def conformed(data: pa.Table, schema: pa.Schema, *, only: Sequence[str] = ()) -> pa.Table:
    """Rows with exactly the schema's columns (of those `only` the named ones), cast safely, missing ones empty.

    Raises Invalid for a column the schema does not have or values that do not fit its type.
    """
    if only:
        schema = pa.schema([schema.field(name) for name in only])
    unknown = [name for name in data.column_names if name not in schema.names]
    if unknown:
        raise Invalid(N_("The dataset has no column “%(column)s”."), column=unknown[0])
    columns = []
    for field in schema:
        if field.name not in data.column_names:
            columns.append(pa.nulls(data.num_rows, field.type))
            continue
        try:
            columns.append(data.column(field.name).cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            told = N_("Values of the column “%(column)s” do not fit: %(reason)s")
            raise Invalid(told, column=field.name, reason=str(error)[:200]) from None
    return pa.Table.from_arrays(columns, schema=schema)
