"""Writes measured figures to bench/RESULTS.md, with the machine, the date and the versions they were taken on.

A measuring script ends with `append_result("Lifecycles through HTTP", [("lifecycles/s", "61", "SQLite"), …])`. Where
`YIWANG_BENCH_TOLD` names a file, each block is also added to it as a line of JSON, for `bench/all_large.py`.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "RESULTS.md"
TITLE = """# Figures

What `python3 start.py bench` measured; the newest stands last. Every block names its machine and versions.
"""
VERSIONS = ("django", "duckdb", "granian", "psycopg", "deltalake", "scikit-learn", "shapely")


def machine() -> dict[str, str]:
    """What the figures depend on: processor, cores, memory (GiB), system, Python, databases, packages, commit."""
    facts = {
        "processor": _processor(),
        "cores": str(_cores()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "commit": _output("git", "rev-parse", "--short", "HEAD") or "unknown",
    }
    for package in VERSIONS:
        try:
            facts[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return facts


def append_result(
    title: str,
    rows: Sequence[Sequence[object]],
    *,
    heads: Sequence[str] = ("what", "figure", "notes"),
    note: str = "",
    to: Path = RESULTS,
) -> str:
    """Append one block (a table of `rows` under `heads`, and a note) and return it; also printed.

    Rows shorter than the heads are filled up. ValueError when a row is longer, or there is none.
    """
    if not rows or any(len(row) > len(heads) for row in rows):
        raise ValueError(f"a result needs rows of at most {len(heads)} cells")
    facts = machine()
    lines = [
        f"## {title}",
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · " + " · ".join(f"{k} {v}" for k, v in facts.items()),
    ]
    lines += ["", _row(heads), _row(["---"] * len(heads))]
    lines += [_row([*row, *[""] * (len(heads) - len(row))]) for row in rows]
    lines += ["", note] if note else []
    block = "\n".join(lines)
    before = to.read_text(encoding="utf-8") if to.exists() else TITLE
    to.write_text(f"{before.rstrip()}\n\n{block}\n", encoding="utf-8")
    print(block, flush=True)
    if told := os.environ.get("YIWANG_BENCH_TOLD"):
        with Path(told).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"title": title, "rows": [list(map(str, row)) for row in rows]}) + "\n")
    return block


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _processor() -> str:
    """The processor's name."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _output(*command: str) -> str:
    """What a command says, or nothing."""
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
