"""A person's or a scene's SELECT over datasets: guarded, within the reader's rows and masks, within limits.

Not the query is rewritten but what its tables are: each name is a view that holds only the rows the reader's grants
cover and shows sensitive columns masked. The connection reads the files of those tables and nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from yiwang.base.access import Viewer, permissions
from yiwang.engines.data.lake.reading import as_table, attach, connect, once_more, quoted, shut
from yiwang.engines.data.models import Dataset
from yiwang.engines.data.queries import dataset_specs
from yiwang.engines.data.specs import ColumnSpec, DatasetSpec
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound
from yiwang.kernel.sqlguard import guard_select
from yiwang.kernel.text import N_, Text

KEPT_ENDS = {
    "name": (1, 0),
    "phone": (3, 4),
    "citizen_id": (3, 4),
    "credit_code": (4, 4),
    "address": (6, 0),
    "text": (1, 0),
}
"""How many characters of a masked value are shown at its beginning and end."""


@dataclass(frozen=True)
class QueryLimits:
    """What one query may cost."""

    max_rows: int = 100_000
    seconds: float = 30.0
    memory: str = "1GB"
    threads: int = 2


DEFAULT_LIMITS = QueryLimits()


def query(
    sql: str,
    datasets: Sequence[str] | Mapping[str, int | None],
    *,
    viewer: Viewer,
    params: Mapping[str, Any] | None = None,
    limits: QueryLimits = DEFAULT_LIMITS,
) -> pa.Table:
    """The rows of one SELECT over the named datasets (at the given versions), as the viewer may see them.

    `params` fill `$name` placeholders. Raises Invalid with everything the SELECT may not do (`fields["sql"]`), for
    a wrong column or a limit passed; NotFound, NotAllowed for a dataset that is not the viewer's.
    """
    tables = dict(datasets) if isinstance(datasets, Mapping) else dict.fromkeys(datasets)
    refuse_unguarded(sql, list(tables), list(params or {}))
    return once_more(lambda: _asked(sql, tables, viewer, params, limits))


def _asked(
    sql: str,
    tables: Mapping[str, int | None],
    viewer: Viewer,
    params: Mapping[str, Any] | None,
    limits: QueryLimits,
) -> pa.Table:
    """Attach the viewer's tables, shut the connection, run the query; all within the time limit."""
    connection = connect(memory=limits.memory, threads=limits.threads)
    try:
        with _time_limit(connection, limits.seconds):
            used = used_columns(sql)
            files = [f for name, at in tables.items() for f in _attach_for(viewer, connection, name, at, used)]
            shut(connection, files)
            return _run(connection, sql, params, limits)
    finally:
        connection.close()


def used_columns(sql: str) -> frozenset[str] | None:
    """Names of the columns a SELECT speaks of, in lower case; None when it takes all (`*`)."""
    import sqlglot
    from sqlglot import exp

    parsed = sqlglot.parse_one(sql, dialect="duckdb")
    if any(not isinstance(star.parent, exp.Count) for star in parsed.find_all(exp.Star)):
        return None
    # Also names of tables and aliases, since `SELECT t FROM t` is the whole row.
    named = {each.name.lower() for each in parsed.find_all(exp.Identifier)}
    whole = {each.alias_or_name.lower() for each in parsed.find_all(exp.Table)}
    bare = {each.name.lower() for each in parsed.find_all(exp.Column) if not each.table}
    return None if whole & bare else frozenset(named)


def refuse_unguarded(sql: str, tables: Sequence[str], parameters: Sequence[str]) -> None:
    """Raise Invalid naming everything a SELECT may not do."""
    wrong = guard_select(sql, tables, parameters=parameters)
    if wrong:
        told = N_("line %(line)s: %(problem)s")
        each = [Text(told, {"line": problem.line, "problem": problem.text}) for problem in wrong]
        raise Invalid(N_("This query is not allowed: %(first)s"), first=each[0], fields={"sql": each})


@contextmanager
def _time_limit(connection: Any, seconds: float) -> Iterator[None]:
    """Interrupt what runs on the connection when the time is over."""
    import duckdb

    over = threading.Event()

    def stop() -> None:
        over.set()
        connection.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        yield
    except (duckdb.Error, Invalid) as error:
        if over.is_set():
            raise Invalid(N_("The query took longer than %(seconds)s seconds."), seconds=seconds) from None
        raise error
    finally:
        timer.cancel()
        timer.join()


def _run(connection: Any, sql: str, params: Mapping[str, Any] | None, limits: QueryLimits) -> pa.Table:
    import duckdb

    try:
        inner = sql.strip().rstrip(";")
        found = as_table(connection, f"FROM (\n{inner}\n) LIMIT {int(limits.max_rows) + 1}", params)
    except duckdb.IOException:
        raise
    except duckdb.Error as error:
        raise Invalid(N_("The query fails: %(reason)s"), reason=str(error).split("\n", 1)[0][:300]) from None
    if found.num_rows > limits.max_rows:
        raise Invalid(N_("The query gives more than %(limit)s rows."), limit=limits.max_rows)
    return found


def _attach_for(
    viewer: Viewer, connection: Any, name: str, version: int | None, used: frozenset[str] | None
) -> list[str]:
    """Give the viewer their part of a dataset under its name; returns the files behind it.

    Rows cut by grants are copied first (the columns the query uses): over a view DuckDB would be free to run the
    query's own filters on hidden rows too, and whether one of them fails would tell what stands there.
    """
    spec = dataset_specs([name]).get(name)
    if viewer.is_system:
        return attach(connection, name, version, view=name)[1]
    if spec is None:
        raise NotFound(N_("There is no dataset %(name)s."), name=name)
    _refuse_outsiders(viewer, name, spec)
    whole = quoted(f"__all_{name}")
    _at, files = attach(connection, name, version, view=f"__all_{name}")
    present = [row[0] for row in connection.execute(f"DESCRIBE {whole}").fetchall()]
    if spec.scope is not None and used is not None:
        present = [each for each in present if each.lower() in used] or present[:1]
    columns = ", ".join(_shown(each, spec.columns.get(each)) for each in present)
    kind = "VIEW" if spec.scope is None else "TABLE"
    rows = _covered(viewer, connection, name, spec)
    connection.execute(f"CREATE {kind} {quoted(name)} AS SELECT {columns} FROM {whole} AS given {rows}")  # noqa: S608 - names only
    return files


def _refuse_outsiders(viewer: Viewer, name: str, spec: DatasetSpec) -> None:
    """A dataset with row scope is open to holders of its permission, any other to those who manage it."""
    if spec.scope is not None:
        if not viewer.grants_of(spec.scope.permission):
            known = permissions().get(spec.scope.permission)
            raise NotAllowed(
                N_("Your posts do not allow this here: %(permission)s."),
                permission=known.title if known else spec.scope.permission,
            )
        return
    row = Dataset.objects.filter(name=name).values_list("department_path", "area_path").get()
    if not viewer.may("data.manage", department_path=row[0] or None, area_path=row[1]):
        raise NotFound(N_("There is no dataset %(name)s."), name=name)


def _covered(viewer: Viewer, connection: Any, name: str, spec: DatasetSpec) -> str:
    """WHERE with the viewer's grants, which stand in a table of their own, so that no path becomes SQL text."""
    if spec.scope is None:
        return ""
    grants = quoted(f"__grants_{name}")
    connection.execute(f"CREATE TABLE {grants} (department VARCHAR, area VARCHAR, is_home BOOLEAN, is_wide BOOLEAN)")
    held = [
        (g.department_path, g.area_path, g.is_home, viewer.covers_undispatched(g))
        for g in viewer.grants_of(spec.scope.permission)
    ]
    if held:
        connection.executemany(f"INSERT INTO {grants} VALUES (?, ?, ?, ?)", held)  # noqa: S608 - names only
    tests = []
    if spec.scope.department:
        column = f"coalesce(given.{quoted(spec.scope.department)}, '')"
        tests.append(
            f"((starts_with({column}, held.department) AND {column} <> '') OR ({column} = '' AND held.is_wide))"
        )
    if spec.scope.area:
        inside = f"starts_with(coalesce(given.{quoted(spec.scope.area)}, ''), held.area)"
        tests.append(f"({inside} OR (held.is_home AND {column} <> ''))" if spec.scope.department else inside)
    return f"WHERE EXISTS (SELECT 1 FROM {grants} AS held WHERE {' AND '.join(tests) or 'true'})"  # noqa: S608 - names only


def _shown(name: str, column: ColumnSpec | None) -> str:
    """A column as people see it: as it is, masked, or empty."""
    at = quoted(name)
    if column is None or column.level in ("L1", "L2"):
        return f"given.{at}"
    if column.level == "L4" or column.mask is None or column.type != "string":
        return f"CASE WHEN false THEN given.{at} END AS {at}"
    head, tail = KEPT_ENDS[column.mask]
    hidden = f"greatest(length(given.{at}) - {head + tail}, 1)"
    ends = f"left(given.{at}, {head}) || repeat('*', {hidden}) || right(given.{at}, {tail})"
    short = f"repeat('*', length(given.{at}))"
    return f"CASE WHEN length(given.{at}) <= {head + tail} THEN {short} ELSE {ends} END AS {at}"
