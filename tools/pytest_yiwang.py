"""pytest plug-in: every run gets a data directory of its own, and a tally of what ran and what was left out.

Loaded by `addopts = "-p tools.pytest_yiwang"`, before Django reads its settings: tests never touch an installation's
`YIWANG_HOME`. With `YIWANG_TALLY=FILE` the tally is written there as JSON for `start.py test`.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
RUN_HOME = "YIWANG_TEST_RUN_HOME"  # handed down to the workers of a parallel run

if not WORKER:
    os.environ[RUN_HOME] = tempfile.mkdtemp(prefix="yiwang-test-")
os.environ["YIWANG_HOME"] = str(Path(os.environ[RUN_HOME]) / (WORKER or "main"))
os.environ.pop("YIWANG_SECRET_KEY", None)


class Tally:
    """Counts outcomes and the reasons of what was skipped."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.failed: list[str] = []

    def add(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Count one report: the call itself, and set-up or tear-down only when they decide the outcome."""
        when = getattr(report, "when", "collect")
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "expected to fail"
            self.reasons[reason.removeprefix("Skipped: ").splitlines()[0]] += 1
            self.counts["skipped"] += 1
        elif report.failed:
            self.counts["failed"] += 1
            self.failed.append(report.nodeid)
        elif when == "call":
            self.counts["passed"] += 1


TALLY = Tally()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count a test's outcome."""
    TALLY.add(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Count a module that could not be read, or left itself out."""
    if report.failed or report.skipped:
        TALLY.add(report)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Write the tally and clear the data directory."""
    if WORKER:
        return
    to = os.environ.get("YIWANG_TALLY")
    if to:
        whole = {"counts": TALLY.counts, "reasons": TALLY.reasons, "failed": TALLY.failed}
        Path(to).write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(os.environ[RUN_HOME], ignore_errors=True)
