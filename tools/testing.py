"""Runs the whole suite: on SQLite, then on PostgreSQL where `YIWANG_TEST_POSTGRES` names one; then sums up.

The summary says what was left out and why; the last line is `N passed, N failed`. The exit code is 0 only when tests
ran and none failed. Arguments go to pytest; without any, two processes share the work.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The same on every database, so run once: no database at all, or (scenes) a scratch one of their own.
WITHOUT_DATABASE = ("tests/kernel", "tests/tools", "tests/scenes")
# What is seen in a browser is the same whatever keeps the rows, and so are the demo's days and the walk of every role
# over every page, whose queries tests/domains and the rest of tests/web ask on both: on SQLite, and on both with
# --full. The main job (tests/browser/test_main_job.py) runs on both.
ONCE = (
    "tests/demo",
    "tests/web/test_walk.py",
    *(
        f"tests/browser/{name}"
        for name in (
            "board",
            "test_citizen.py",
            "test_design.py",
            "test_desk.py",
            "test_form.py",
            "test_global.py",
            "test_hotline.py",
            "test_live.py",
            "test_supervise.py",
            "test_work.py",
        )
    ),
)
PROCESSES = 2
"""Three took longer on two cores: every process has a browser, a city and installations of its own."""
SECRET_FREE = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
NOTHING_COLLECTED = 5


@dataclass
class Outcome:
    """What one pass of the suite did."""

    name: str
    exit_code: int
    seconds: float
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    is_selection: bool = False  # the caller chose tests: there may be none for this pass

    @property
    def is_good(self) -> bool:
        """True when nothing failed, and something ran unless the tests were chosen by the caller."""
        fine = self.exit_code == 0 or (self.is_selection and self.exit_code == NOTHING_COLLECTED)
        return fine and not self.failed

    def __str__(self) -> str:
        told = ", ".join(f"{self.counts[kind]} {kind}" for kind in ("passed", "failed", "skipped"))
        broken = "" if self.is_good or self.failed else f", pytest ended with code {self.exit_code}"
        return f"{self.name}: {told}{broken} ({self.seconds:.0f} s)"


def run_pass(name: str, arguments: list[str], *, postgres: str | None = None) -> Outcome:
    """One pass of the suite over one database."""
    env = {key: value for key, value in os.environ.items() if key not in SECRET_FREE}
    env.pop("YIWANG_TEST_POSTGRES", None)
    if postgres:
        env["YIWANG_TEST_POSTGRES"] = postgres
    begun = time.monotonic()
    print(f"\n── tests on {name} ──", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        tally = Path(folder) / "tally.json"
        command = [sys.executable, "-m", "pytest", "-q", *for_pytest(arguments, again=bool(postgres))]
        code = subprocess.run(command, cwd=ROOT, env={**env, "YIWANG_TALLY": str(tally)}, check=False).returncode
        outcome = Outcome(name, code, time.monotonic() - begun, is_selection=is_selection(arguments))
        if tally.exists():
            told = json.loads(tally.read_text(encoding="utf-8"))
            outcome.counts.update(told["counts"])
            outcome.reasons.update(told["reasons"])
            outcome.failed.extend(told["failed"])
    return outcome


def is_selection(arguments: list[str]) -> bool:
    """True when the arguments say more than the size."""
    return bool(set(arguments) - {"--full"})


def for_pytest(arguments: list[str], *, again: bool) -> list[str]:
    """The caller's arguments; without a choice of tests several processes.

    A second pass leaves out what no database can change, and unless `--full` is asked what is dear and new to it.
    """
    if is_selection(arguments):
        return arguments
    paths = (*WITHOUT_DATABASE, *(() if "--full" in arguments else ONCE)) if again else ()
    left_out = [f"--ignore={path}" for path in paths]
    return ["-n", str(PROCESSES), "--dist", "loadgroup", "--tb=short", *left_out, *arguments]


def summary(outcomes: list[Outcome], left_out: list[str]) -> list[str]:
    """The closing lines; the last one carries the sums."""
    lines = ["", "── summary ──", *map(str, outcomes)]
    lines += [f"failed: {test} ({outcome.name})" for outcome in outcomes for test in outcome.failed]
    for reason in sorted({reason for outcome in outcomes for reason in outcome.reasons}):
        where = {outcome.name: outcome.reasons[reason] for outcome in outcomes if outcome.reasons[reason]}
        told = ", ".join(f"{n} {'test' if n == 1 else 'tests'} on {name}" for name, n in where.items())
        lines.append(f"left out: {reason} ({told})")
    lines += [f"left out: {what}" for what in left_out]
    total: Counter[str] = Counter()
    for outcome in outcomes:
        total.update(outcome.counts)
    lines.append(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return lines


def main(arguments: list[str]) -> int:
    """Run the passes; returns the exit code."""
    if arguments == ["--help"] or arguments == ["-h"]:
        print(__doc__)
        return 0
    outcomes = [run_pass("SQLite", arguments)]
    left_out = []
    address = os.environ.get("YIWANG_TEST_POSTGRES")
    if address:
        outcomes.append(run_pass("PostgreSQL", arguments, postgres=address))
        if not is_selection(arguments):
            left_out.append(f"on PostgreSQL: {', '.join(WITHOUT_DATABASE)} (they do not use that database)")
            if "--full" not in arguments:
                left_out.append(f"on PostgreSQL: {', '.join(ONCE)} (run on SQLite; on both with --full)")
    else:
        left_out.append("the whole suite on PostgreSQL: YIWANG_TEST_POSTGRES names none")
    if "--full" not in arguments:
        left_out.append("the full size of slow tests (--full); they ran at reduced size")
    print("\n".join(summary(outcomes, left_out)), flush=True)
    ran = sum(outcome.counts["passed"] for outcome in outcomes)
    return 0 if ran and all(outcome.is_good for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
