"""A person's traces in the lake: found by blind index, blanked, and taken out of every older version.

Published datasets get their blanks from the domain that owns the rows; here are those that came from files.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from yiwang.base.personal.sealed import blind
from yiwang.engines.data.lake.reading import open_lake, quoted
from yiwang.engines.data.lake.tables import arrow_schema, open_table, sensitive_columns
from yiwang.engines.data.lake.tidying import remove_history
from yiwang.engines.data.lake.writing import write
from yiwang.engines.data.models import Dataset
from yiwang.engines.data.specs import DatasetSpec

FINDING = ("phone", "citizen_id", "credit_code")
"""Masks whose values identify a person exactly, so that a blind index finds them."""


def described_datasets() -> dict[str, DatasetSpec]:
    """All descriptions in force, by name; retired datasets too, since their tables remain."""
    rows = Dataset.objects.filter(version__gt=0).values_list("name", "spec")
    return {name: DatasetSpec.model_validate(spec) for name, spec in rows}


def erase_from_tables(blinds: Mapping[str, str]) -> int:
    """Blank the sensitive columns of every row that names the person; returns how many rows.

    `blinds` maps kinds (`phone` …) to blind indexes. Then every table with sensitive columns loses its history:
    older versions of published ones may still hold what their domain blanked. Repeatable.
    """
    n_rows = 0
    for name, spec in described_datasets().items():
        if not sensitive_columns(spec) or open_table(name) is None:
            continue
        if spec.source.kind != "published":
            n_rows += _blank(name, spec, blinds)
        remove_history(name)
    return n_rows


def _blank(name: str, spec: DatasetSpec, blinds: Mapping[str, str]) -> int:
    columns = {c: s.mask for c, s in spec.columns.items() if s.mask in FINDING and s.mask in blinds}
    found: list[pa.Table] = []
    for column, kind in columns.items():
        with open_lake({name: None}) as lake:
            at = quoted(column)
            values = lake.table(f"SELECT DISTINCT {at} AS v FROM {quoted(name)} WHERE {at} IS NOT NULL")  # noqa: S608 - names only
            wanted = [v for v in values.column("v").to_pylist() if _blind(str(kind), v) == blinds[str(kind)]]
            if wanted:
                sql = f"SELECT * FROM {quoted(name)} WHERE list_contains($values, {at})"  # noqa: S608 - names only
                found.append(lake.table(sql, {"values": wanted}))
    if not found:
        return 0
    rows = pa.concat_tables(found)
    schema = arrow_schema(spec)
    hidden = set(sensitive_columns(spec))
    blanked = pa.table(
        {
            f.name: pa.nulls(rows.num_rows, f.type) if f.name in hidden else rows.column(f.name).cast(f.type)
            for f in schema
        }
    )
    return write(name, blanked, mode="upsert").n_changed


def _blind(kind: str, value: str) -> str:
    try:
        return blind(kind, value)
    except ValueError:
        return ""
