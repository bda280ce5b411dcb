"""Runs every check of the tree and prints each with its outcome and seconds, also when an earlier one failed.

    python3 start.py check [--fix] [NAMES…]

NAMES are modules of `tools/checks` (`style`, `shape`, `imports` …). `--fix` lets ruff repair what it can first.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Slow ones first: two run at a time.
CHECKS = (
    "static_types",
    "style",
    "imports",
    "privacy",
    "shape",
    "clock",
    "translations",
    "scenes",
    "migrations",
    "generated",
    "licences",
    "locks",
    "leaks",
)
SHOWN = 40  # complaints of one check when all run; a named check shows everything


def judge(name: str, root: Path) -> tuple[str, list[str], float]:
    """Run one check: its title, complaints and seconds. A check that breaks complains of itself."""
    begun = time.monotonic()
    check = importlib.import_module(f"tools.checks.{name}")
    try:
        complaints = list(check.run(root))
    except Exception:  # noqa: BLE001 - the other checks still have to run
        complaints = ["the check itself broke:", *traceback.format_exc().splitlines()]
    return check.TITLE, complaints, time.monotonic() - begun


def fix(root: Path) -> None:
    """Let ruff repair style and format."""
    subprocess.run([sys.executable, "-m", "ruff", "check", "--fix-only", "--quiet"], cwd=root, check=False)
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet"], cwd=root, check=False)


def main(arguments: list[str]) -> int:
    """Run the checks; returns 0 when none complains."""
    if {"-h", "--help"} & set(arguments):
        print(f"{__doc__}\nChecks: {', '.join(CHECKS)}")
        return 0
    if "--fix" in arguments:
        fix(ROOT)
    wanted = [name for name in arguments if name != "--fix"] or list(CHECKS)
    unknown = sorted(set(wanted) - set(CHECKS))
    if unknown:
        print(f"unknown check: {', '.join(unknown)}; there are {', '.join(CHECKS)}")
        return 2
    failed = []
    with ThreadPoolExecutor(2) as pool:
        running = {pool.submit(judge, name, ROOT): name for name in wanted}
        for done in as_completed(running):
            title, complaints, seconds = done.result()
            told = f"{len(complaints)} complaints" if len(complaints) != 1 else "1 complaint"
            print(f"{'FAIL' if complaints else 'ok  '}  {title}  {seconds:.1f} s{'  ' + told if complaints else ''}")
            shown = complaints[: SHOWN if wanted == list(CHECKS) else None]
            for line in shown:
                print(f"        {line}")
            if len(complaints) > len(shown):
                print(f"        … and {len(complaints) - len(shown)} more: python3 start.py check {running[done]}")
            failed += [running[done]] if complaints else []
            sys.stdout.flush()
    print(
        f"{len(wanted) - len(failed)} of {len(wanted)} checks passed"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
