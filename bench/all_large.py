"""Everything that depends on how many events are stored, at 100,000 and 1,000,000 on PostgreSQL, and which aims it met.

    YIWANG_TEST_POSTGRES=postgres://… python3 start.py bench all_large [--events 100000 1000000] [--only lists …]

Cities are seeded first where they are not kept (`bench/city.py`); seeding 1,000,000 takes minutes, everything else
about ten for each size. Each measurement appends its own block to bench/RESULTS.md; a last one holds aims against
figures.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.city import databases, kept_city, load
from bench.report import ROOT, append_result

SIZES = (100_000, 1_000_000)
BENCHES: dict[str, tuple[str, ...]] = {
    "duplicates": (),
    "lists": ("--seconds", "3"),
    "event_tiles": (),
    "board_viewers": ("--viewers", "500", "--ticks", "12"),
    "lifecycle": ("--seconds", "20", "--repeats", "2"),
}


@dataclass(frozen=True)
class Aim:
    """Rows of a block it is about, and the limit: p95 in ms at most, or for rates the number at least."""

    block: str
    row: str
    limit: float
    is_rate: bool = False

    def figure_of(self, told: str) -> float | None:
        """The number of a row that counts: its p95 in milliseconds, or the rate."""
        if self.is_rate:
            return float(told.split()[0].replace(",", ""))
        found = re.search(r"(?:p95|/|most) ?([\d.,]+) (ms|s)\b", told)
        if found is None:
            return None
        return float(found[1].replace(",", "")) * (1 if found[2] == "ms" else 1000)

    def is_met(self, figure: float) -> bool:
        """Whether the figure keeps to the limit."""
        return figure >= self.limit if self.is_rate else figure <= self.limit


AIMS = (
    Aim("Lifecycles", "lifecycles/s", 30, is_rate=True),
    Aim("Lifecycles", "any request", 100),
    Aim("Lists", "", 100),
    Aim("Tiles of events", "", 100),
    Aim("Likely duplicates", "candidates", 50),
    Aim("Viewers", "page of the board", 1_000),
    Aim("Viewers", "fresh tiles", 3_000),
    Aim("Viewers", "the last of them", 5_000),
)


def judged(title: str, rows: list[list[str]]) -> list[tuple[str, str, str]]:
    """Of one block: what, figure, and whether its aim is met; rows without an aim are left out."""
    found = []
    for what, told, *_notes in rows:
        aim = next((aim for aim in AIMS if title.startswith(aim.block) and aim.row in what), None)
        figure = aim.figure_of(told) if aim else None
        if aim is None or figure is None:
            continue
        limit = f"≥ {aim.limit:g}" if aim.is_rate else f"p95 ≤ {aim.limit:g} ms"
        found.append((f"{title}: {what}", told, f"{'met' if aim.is_met(figure) else 'MISSED'} ({limit})"))
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", nargs="+", default=list(BENCHES), choices=list(BENCHES))
    options = parser.parse_args()
    begun, began_load = time.monotonic(), load()
    server = dict(databases()).get("PostgreSQL")
    if server is None:
        sys.exit(2)
    failed = []
    with tempfile.TemporaryDirectory() as scratch:
        told = Path(scratch) / "told.jsonl"
        for n_events in options.events:
            kept_city("PostgreSQL", server, n_events)
            for name in options.only:
                command = [sys.executable, "-m", f"bench.{name}", "--only", "PostgreSQL", "--events", str(n_events)]
                done = subprocess.run(
                    [*command, *BENCHES[name]],
                    cwd=ROOT,
                    env=os.environ | {"YIWANG_BENCH_TOLD": str(told)},
                    check=False,
                )
                failed += [f"{name} at {n_events:,}"] if done.returncode else []
        blocks = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()] if told.exists() else []
    rows = [row for block in blocks for row in judged(block["title"], block["rows"])]
    rows += [(name, "", "FAILED") for name in failed]
    took = time.monotonic() - begun
    append_result(
        "Large cities: aims",
        rows,
        heads=("what", "figure", "aim"),
        note=f"Took {took / 60:.0f} minutes; load at start {began_load}.",
    )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
