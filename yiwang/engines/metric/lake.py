"""The only place where metrics meet the lake: versions of tables, and a query over fixed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from yiwang.engines.data import queries as data
from yiwang.engines.data.lake import current_version, open_lake
from yiwang.kernel.errors import Unavailable
from yiwang.kernel.text import N_


def table_versions(datasets: Sequence[str]) -> tuple[dict[str, int], datetime | None]:
    """The present version of each table, and the moment up to which they are complete (None: nobody exports them).

    Unavailable for a table nothing was written to yet.
    """
    versions: dict[str, int] = {}
    for name in datasets:
        version = current_version(name)
        if version is None:
            raise Unavailable(N_("The dataset %(name)s has no rows yet."), name=name)
        versions[name] = version
    complete = [one.complete_until for one in data.exports() if one.dataset in versions and one.complete_until]
    return versions, min(complete, default=None)


def asked(sql: str, versions: Mapping[str, int], params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a SELECT over the tables at these versions; raises Invalid for a version that is gone.

    The SELECT was guarded when it was published (`checks.sql_problems`), and the connection reads nothing else.
    """
    with open_lake(dict(versions)) as lake:
        return [dict(row) for row in lake.table(sql, dict(params)).to_pylist()]
