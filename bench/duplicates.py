"""Measures the search for likely duplicates with many events stored: the one indexed query, and all of it.

    python3 start.py bench duplicates [--events 1000000] [--asked 1000] [--only PostgreSQL]

Asked as the entry page asks: a text being typed, at the point of a stored event or beside it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time

from bench.city import City, city, databases, load
from bench.load import percentile_ms
from bench.report import ROOT, append_result


def ask(n_asked: int) -> dict[str, object]:
    """Times in seconds of the query and of the whole search, and how many candidates there were."""
    import random

    from yiwang.base.areas import queries as areas
    from yiwang.domains.events.course import rules_of
    from yiwang.domains.events.duplicates import candidates, likely_duplicates
    from yiwang.domains.events.locating import CELL_DEGREES
    from yiwang.domains.events.models import OPEN_STATUSES, Event
    from yiwang.engines.place import queries as place

    rules = rules_of(areas.jurisdiction("yunxi").id)
    stored = list(
        Event.objects.filter(status__in=OPEN_STATUSES).exclude(lon=None).order_by("-occurred_at")[: n_asked * 3]
    )
    chance = random.Random(4)
    query, whole, found, hits = [], [], [], 0
    for _ in range(n_asked):
        like = chance.choice(stored)
        assert like.lon is not None and like.lat is not None
        lon, lat = like.lon + chance.uniform(-0.0005, 0.0005), like.lat + chance.uniform(-0.0005, 0.0005)
        draft = Event(
            jurisdiction_id=like.jurisdiction_id,
            title="",
            text=like.text[: chance.randint(8, 60)],
            category_path=like.category_path,
            lon=lon,
            lat=lat,
            cell=place.cell(lon, lat, CELL_DEGREES),
            occurred_at=like.occurred_at,
        )
        start = time.perf_counter()
        found.append(len(candidates(draft, rules)))
        query.append(time.perf_counter() - start)
        start = time.perf_counter()
        hits += bool(likely_duplicates(draft, rules))
        whole.append(time.perf_counter() - start)
    return {"query": query, "whole": whole, "candidates": sum(found) / len(found), "hits": hits}


def measure(name: str, here: City, n_asked: int) -> list[tuple[str, str, str]]:
    """Rows of one database."""
    began = load()
    code = f"import django, json; django.setup(); from bench.duplicates import ask; print(json.dumps(ask({n_asked})))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=here.env, check=True, stdout=subprocess.PIPE, text=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    rows = []
    for what, key in (("candidates by index", "query"), ("candidates and scores", "whole")):
        two = f"{percentile_ms(told[key], 50):.1f} / {percentile_ms(told[key], 95):.1f} ms"
        rows.append((f"{name}: {what}, p50 / p95", two, f"mean {told['candidates']:.1f} candidates; load {began}"))
    return rows


def main() -> None:
    """Measure and append to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=1_000)
    parser.add_argument("--only", default="PostgreSQL")
    parser.add_argument("--dry", action="store_true", help="print, do not append")
    options = parser.parse_args()
    rows: list[tuple[str, str, str]] = []
    for name, server in databases():
        if options.only in ("", name):
            with city(name, server, options.events) as here:
                rows += measure(name, here, options.asked)
    if options.dry:
        print("\n".join(map(str, rows)))
        return
    append_result(
        f"Likely duplicates, {options.events:,} events stored", rows, note=f"{options.asked:,} searches, one process."
    )


if __name__ == "__main__":
    main()
