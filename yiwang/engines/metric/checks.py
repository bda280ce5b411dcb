"""What a metric's SELECT must and may not do, beyond what the guard of all scene SQL refuses."""

from __future__ import annotations

from yiwang.engines.metric.specs import PARAMETERS, MetricSpec
from yiwang.kernel.sqlguard import SqlProblem, guard_select
from yiwang.kernel.text import N_, Text


def sql_problems(spec: MetricSpec, sql: str) -> list[SqlProblem]:
    """Everything wrong with a metric's SELECT; lines count from 1 within it."""
    found = guard_select(sql, spec.datasets, parameters=PARAMETERS)
    if found:
        return found
    import sqlglot
    from sqlglot import exp

    query = sqlglot.parse_one(sql, dialect="duckdb")
    assert isinstance(query, exp.Query)  # the guard has seen to it
    names = [column.lower() for column in query.named_selects]
    if "*" not in names:
        found += [
            SqlProblem(1, Text(N_("the SELECT must yield a column “%(name)s”"), {"name": name}))
            for name in spec.columns
            if name not in names
        ]
        found += [
            SqlProblem(1, Text(N_("the column “%(name)s” is neither a dimension nor a value"), {"name": name}))
            for name in names
            if name not in spec.columns
        ]
    else:
        found.append(SqlProblem(1, Text(N_("write out the columns instead of “*”"))))
    is_bound = any(node.name == "jurisdiction" for node in query.find_all(exp.Placeholder, exp.Parameter))
    if not is_bound and "area_path" not in spec.dimensions:
        told = N_("count one city only: compare with $jurisdiction, or have the dimension “area_path”")
        found.append(SqlProblem(1, Text(told)))
    return found
