"""Reads from the lake: the only place that turns a Delta table into rows.

DuckDB reads the files Delta names. Two things it would stumble over are dealt with here: a table without files, and
files older than a column. Each relation is the union by name of an empty one with the table's schema and the files.
Times come as UTC without zone (`TIMESTAMP`), as conditions and metrics compare them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from yiwang.engines.data.lake.tables import arrow_schema, open_table, table_schema
from yiwang.engines.data.queries import dataset_specs
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_


class Lake:
    """A DuckDB connection that sees the chosen tables, each under its dataset's name, and no other file."""

    def __init__(self, connection: Any, versions: Mapping[str, int | None]) -> None:
        self.connection = connection
        self.versions = versions
        """The version each table is read at; None for one that does not exist yet."""

    def table(self, sql: str, params: Mapping[str, Any] | Sequence[Any] | None = None) -> pa.Table:
        """The result of a query of this engine's own (never of a person's: see `query`)."""
        return as_table(self.connection, sql, params)


def as_table(connection: Any, sql: str, params: Mapping[str, Any] | Sequence[Any] | None = None) -> pa.Table:
    """The rows of one SELECT as an Arrow table."""
    found = connection.sql(sql, params=params) if params else connection.sql(sql)
    if found is None:
        raise ValueError("a statement without rows")
    table = found.to_arrow_table()
    assert isinstance(table, pa.Table)
    return table


def connect(*, memory: str = "1GB", threads: int = 2) -> Any:
    """A DuckDB connection in memory, in UTC, that loads nothing from outside and sees no Python variables."""
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory,
            "threads": str(threads),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def shut(connection: Any, files: Sequence[str]) -> None:
    """From here on the connection reads the named files and nothing else, and its settings are fixed."""
    connection.execute("SET allowed_paths = $files", {"files": list(files)})
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


@contextmanager
def open_lake(tables: Mapping[str, int | None], *, memory: str = "1GB", threads: int = 2) -> Iterator[Lake]:
    """A connection with the tables at the given versions (None: the present one).

    NotFound for a dataset that has neither table nor description, Invalid for a version that is gone.
    """
    connection = connect(memory=memory, threads=threads)
    try:
        files: list[str] = []
        versions: dict[str, int | None] = {}
        for name, version in tables.items():
            versions[name], more = attach(connection, name, version, view=name)
            files += more
        shut(connection, files)
        yield Lake(connection, versions)
    finally:
        connection.close()


def attach(connection: Any, dataset: str, version: int | None, *, view: str) -> tuple[int | None, list[str]]:
    """Make the view of a dataset; returns the version read and the files behind it. Raises as `open_lake`."""
    table = open_table(dataset, version)
    spec = dataset_specs([dataset]).get(dataset)
    if table is None and spec is None:
        raise NotFound(N_("There is no dataset %(name)s."), name=dataset)
    schema = pa.schema([]) if table is None else table_schema(table)
    if spec is not None and version is None:  # columns just declared, before a row has them
        schema = pa.schema([*schema, *(field for field in arrow_schema(spec) if field.name not in schema.names)])
    files = [] if table is None else list(table.file_uris())
    make_view(connection, view, schema, files)
    return (None if table is None else int(table.version())), files


def make_view(connection: Any, view: str, schema: pa.Schema, files: Sequence[str]) -> None:
    """A view of the files with exactly the schema's columns, times in UTC without zone."""
    source = _source(connection, f"__{view}", schema, files)
    columns = ", ".join(_column(field) for field in schema)
    connection.execute(f"CREATE VIEW {quoted(view)} AS SELECT {columns} FROM {source}")  # noqa: S608 - names only


def _source(connection: Any, name: str, schema: pa.Schema, files: Sequence[str]) -> str:
    """Register the files, and an empty relation that gives every column its place and type; returns both as FROM."""
    empty, parts = f"{name}_empty", f"{name}_files"
    connection.register(empty, schema.empty_table())
    if not files:
        return quoted(empty)
    connection.read_parquet(list(files), union_by_name=True).create_view(parts)
    return f"(SELECT * FROM {quoted(empty)} UNION ALL BY NAME SELECT * FROM {quoted(parts)})"  # noqa: S608 - names only


def _column(field: pa.Field) -> str:
    name = quoted(field.name)
    if pa.types.is_timestamp(field.type) and field.type.tz is not None:
        return f"{name} AT TIME ZONE 'UTC' AS {name}"
    return name


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def scan(dataset: str, *, version: int | None = None, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of a dataset's table as Arrow, of an older version or only some columns if asked.

    Times are UTC without zone. Raises NotFound, Invalid for a version that is gone.
    """
    wanted = ", ".join(quoted(name) for name in columns) if columns else "*"

    def read() -> pa.Table:
        with open_lake({dataset: version}) as lake:
            return lake.table(f"SELECT {wanted} FROM {quoted(dataset)}")  # noqa: S608 - names only

    return once_more(read)


def once_more(read: Callable[[], pa.Table]) -> pa.Table:
    """What `read` gives; tried twice, since a file may be removed between its naming and its reading."""
    import duckdb

    try:
        return read()
    except duckdb.IOException:
        return read()


def current_version(dataset: str) -> int | None:
    """The present version of a dataset's table, None before the first write."""
    table = open_table(dataset)
    return None if table is None else int(table.version())


def new_rows_only(table: Any, data: pa.Table, key: Sequence[str]) -> pa.Table:
    """Of rows with the table's columns those that are not in it exactly so (NULL equals NULL)."""
    files = table.file_uris()
    if not files or not data.num_rows:
        return data
    names = [quoted(name) for name in data.column_names]
    matched = " AND ".join(f"present.{quoted(name)} = given.{quoted(name)}" for name in key)
    same = " AND ".join(f"present.{name} IS NOT DISTINCT FROM given.{name}" for name in names)
    connection = connect()
    try:
        connection.register("given", data.append_column("__row", pa.array(range(data.num_rows), pa.int64())))
        present = _source(connection, "__present", data.schema, files)
        sql = f"SELECT given.__row FROM given JOIN {present} AS present ON {matched} WHERE {same}"  # noqa: S608 - names only
        known = as_table(connection, sql).column("__row")
    finally:
        connection.close()
    if not len(known):
        return data
    import numpy as np

    keep = np.ones(data.num_rows, dtype=bool)
    keep[known.to_numpy()] = False
    return data.filter(pa.array(keep))
