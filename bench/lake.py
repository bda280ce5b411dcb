"""How fast the lake is: a first load, an upsert of 10,000 rows into 100,000, a scan, a small query.

Run by `start.py bench`, or `python -m bench.lake`, on a data directory and an SQLite database of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from bench.report import append_result

ROWS, CHANGED = 100_000, 10_000
START = datetime(2026, 1, 1, tzinfo=UTC)


def table(ids: range, note: str) -> pa.Table:
    """Rows of 12 columns, as an event has them."""
    n = len(ids)
    return pa.table(
        {
            "id": list(ids),
            "number": [f"YW-{i:08}" for i in ids],
            "title": [f"{note} 路灯不亮 {i}" for i in ids],
            "category": [f"c{i % 97}" for i in ids],
            "department_path": [f"city/d{i % 31}/" for i in ids],
            "area_path": [f"33/3301/{i % 211}/" for i in ids],
            "status": ["closed" if i % 9 else "open" for i in ids],
            "lon": [120.0 + i % 1000 / 1000 for i in ids],
            "lat": [30.0 + i % 999 / 999 for i in ids],
            "occurred_at": [START + timedelta(minutes=i) for i in ids],
            "is_late": [i % 7 == 0 for i in ids],
            "n_reports": pa.array([1] * n, pa.int32()),
        }
    )


def main() -> None:
    """Measure in a child process whose settings name a fresh data directory."""
    if os.environ.get("YIWANG_BENCH_LAKE"):
        measure()
        return
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "YIWANG_HOME": home,
            "YIWANG_BENCH_LAKE": "1",
            "DJANGO_SETTINGS_MODULE": "yiwang.web.settings",
        }
        environment.pop("DATABASE_URL", None)
        root = Path(__file__).resolve().parents[1]
        subprocess.run([sys.executable, "-m", "bench.lake"], check=True, cwd=root, env=environment)


def measure() -> None:
    """The figures."""
    import django

    django.setup()
    from django.core.management import call_command

    from yiwang.base.access import SYSTEM
    from yiwang.engines.data.lake import open_lake, query, scan, write

    call_command("migrate", verbosity=0)
    rows: list[tuple[str, str, str]] = []

    def timed(title: str, n: int, work: object, note: str) -> None:
        assert callable(work)
        begun = time.perf_counter()
        work()
        seconds = time.perf_counter() - begun
        rows.append((title, f"{seconds:.2f} s", f"{n / seconds:,.0f} rows/s; {note}" if n else note))

    first, changes = table(range(ROWS), "old"), table(range(ROWS - CHANGED // 2, ROWS + CHANGED // 2), "new")
    timed("first write of 100,000 rows", ROWS, lambda: write("cases", first, mode="append"), "12 columns, with intent")
    upsert = "half of them new; unchanged rows found first"
    timed(
        "upsert of 10,000 rows into 100,000",
        CHANGED,
        lambda: write("cases", changes, mode="upsert", key=["id"]),
        upsert,
    )
    timed("the same again", CHANGED, lambda: write("cases", changes, mode="upsert", key=["id"]), "nothing is written")
    small = table(range(100), "some")
    timed(
        "upsert of 100 rows",
        100,
        lambda: write("cases", small, mode="upsert", key=["id"]),
        "what an export round writes",
    )
    timed("scan into Arrow", ROWS + CHANGED // 2, lambda: scan("cases"), "12 columns")
    sql = "SELECT category, count(*) AS n, avg(CAST(is_late AS INTEGER)) AS late FROM cases GROUP BY category"
    timed(
        "group by, through the guard", 0, lambda: query(sql, ["cases"], viewer=SYSTEM), "connection and views included"
    )
    with open_lake({"cases": None}) as lake:
        found = lake.table("SELECT count(*) AS n, count(DISTINCT id) AS ids FROM cases").to_pylist()[0]
    assert found == {"n": ROWS + CHANGED // 2, "ids": ROWS + CHANGED // 2}, found
    append_result("The lake: Delta written exactly once, read by DuckDB", rows)


if __name__ == "__main__":
    main()
