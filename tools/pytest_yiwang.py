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

from tools.environment import keep_compiled

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
RUN_HOME = "YIWANG_TEST_RUN_HOME"  # handed down to the workers of a parallel run

if not WORKER:
    os.environ[RUN_HOME] = tempfile.mkdtemp(prefix="yiwang-test-")
os.environ["YIWANG_HOME"] = str(Path(os.environ[RUN_HOME]) / (WORKER or "main"))
os.environ.pop("YIWANG_SECRET_KEY", None)
keep_compiled(Path(__file__).resolve().parents[1])  # many tests start processes


class Tally:
    """The outcome of every test, once, and the reasons of what was skipped."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}
        self.reasons: Counter[str] = Counter()

    def add(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Note one report; a failure of set-up or tear-down makes the test fail, a module that does not load too."""
        if report.failed:
            self.outcomes[report.nodeid] = "failed"
        elif report.skipped:
            self.outcomes.setdefault(report.nodeid, "skipped")
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "expected to fail"
            self.reasons[reason.removeprefix("Skipped: ").splitlines()[0]] += 1
        elif getattr(report, "when", "") == "call":
            self.outcomes.setdefault(report.nodeid, "passed")

    def written(self) -> str:
        """The tally as JSON: counts, reasons, names of failed tests."""
        failed = [name for name, outcome in self.outcomes.items() if outcome == "failed"]
        whole = {"counts": Counter(self.outcomes.values()), "reasons": self.reasons, "failed": failed}
        return json.dumps(whole, ensure_ascii=False)


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
        Path(to).write_text(TALLY.written(), encoding="utf-8")
    shutil.rmtree(os.environ[RUN_HOME], ignore_errors=True)
