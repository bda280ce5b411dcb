"""Measures the language of conditions: reading one, and `holds` and `explain` for one record after the other.

The conditions are those of a responsibility list; records are events of every hour and area.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.city import load
from bench.report import append_result

N_RECORDS = 20_000
CONDITIONS = {
    "comparison": "urgency = 'urgent'",
    "two times": "hour >= 22 or hour < 6",
    "text and list": "text like '%井盖%' and area in ('yx0101', 'yx0102', 'yx0201') and source <> 'web'",
    "arithmetic, case": "case when n_reports > 3 then 2 else 1 end * n_reports + hour / 2 > 7 and grid is not null",
}


def records() -> list[dict[str, Any]]:
    """Events as conditions see them."""
    from yiwang.domains.events.schema import event_record

    begin = datetime(2026, 11, 20, tzinfo=UTC)
    texts = ("路边井盖缺失，行人注意", "路灯不亮已经三天", "夜里施工噪声很大")
    made = []
    for n in range(N_RECORDS):
        at = begin + timedelta(minutes=7 * n)
        record = {
            "category": "020102",
            "urgency": ("normal", "urgent", "critical")[n % 3],
            "area": f"yx0{n % 3 + 1}0{n % 4 + 1}",
            "grid": f"g{n}" if n % 5 else None,
            "source": ("phone", "web", "app")[n % 3],
            "text": texts[n % 3],
            "address": None,
            "occurred_at": at,
            "lon": 118.95,
            "lat": 29.6,
            "n_reports": n % 9,
            "is_public": True,
        }
        made.append(event_record(record, at))
    return made


def per_second(work: Callable[[], object], n: int) -> float:
    """How often a second, the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return n / best


def main() -> None:
    """Measure and append to the results."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.web.settings")
    django.setup()
    from yiwang.domains.events.schema import EVENT_SCHEMA
    from yiwang.kernel.conditions import condition

    began, known = load(), records()
    rows = []
    for name, text in CONDITIONS.items():
        made = condition(text, EVENT_SCHEMA)

        def hold(made: Any = made) -> None:
            for record in known:
                made.holds(record)

        def explain(made: Any = made) -> None:
            for record in known[:4_000]:
                made.explain(record)

        def read(text: str = text) -> None:
            for _ in range(100):
                condition(text, EVENT_SCHEMA)

        rows.append(
            (
                f"{name}: `{text}`",
                f"{per_second(hold, len(known)):,.0f}/s",
                f"{per_second(explain, 4_000):,.0f}/s",
                f"{per_second(read, 100):,.0f}/s",
            )
        )
    append_result(
        "Conditions, one core",
        rows,
        heads=("condition", "holds", "explain", "read and type-check"),
        note=f"{N_RECORDS:,} records as dictionaries, best of three rounds; load at start {began}.",
    )


if __name__ == "__main__":
    main()
