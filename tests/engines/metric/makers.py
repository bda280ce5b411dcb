"""Metrics of tests and a small table of cases in the lake."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from yiwang.engines.data.lake import write
from yiwang.engines.metric.specs import MetricSpec

RECEIVED_SQL = """\
select occurred_on as day, area_path, department_path, count(*) as value
from cases
where jurisdiction = $jurisdiction
group by 1, 2, 3
"""
IN_TIME_SQL = """\
select occurred_on as day, area_path, department_path,
       sum(case when late then 0 else 1 end) as numerator, count(*) as denominator
from cases
where jurisdiction = $jurisdiction
group by 1, 2, 3
"""
TITLE = {"zh-Hans": "量", "en": "n"}
DIMENSIONS = {"area_path": TITLE, "department_path": TITLE}


def metric_spec(**more: Any) -> MetricSpec:
    """A metric over `cases` with two dimensions."""
    return MetricSpec.model_validate({"title": TITLE, "datasets": ["cases"], "dimensions": DIMENSIONS, **more})


CASES = [
    # jurisdiction, day, area, department, late
    ("testville", date(2026, 11, 2), "tv/one/", "testville/roads/", False),
    ("testville", date(2026, 11, 2), "tv/one/", "testville/roads/", True),
    ("testville", date(2026, 11, 3), "tv/two/", "testville/roads/", False),
    ("testville", date(2026, 11, 10), "tv/two/", "testville/parks/", False),
    ("testville", date(2026, 11, 10), "tv/two/", "", False),
    ("testville", date(2025, 11, 10), "tv/one/", "testville/parks/", True),
    ("otherville", date(2026, 11, 2), "ov/", "otherville/x/", True),
]


def write_cases(rows: list[tuple[Any, ...]] = CASES) -> None:
    """Replace the table `cases` in the lake."""
    names = ("jurisdiction", "occurred_on", "area_path", "department_path", "late")
    columns = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    write("cases", pa.table(columns), mode="replace")
