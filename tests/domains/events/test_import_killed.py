"""An import killed at any moment goes on where it ended: complete, nothing doubled."""

from __future__ import annotations

import csv
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OURS_ALONE = {"DATABASE_URL", "YIWANG_TEST_POSTGRES", "PYTEST_VERSION", "PYTEST_CURRENT_TEST"}
CLI = [sys.executable, "-m", "yiwang.web.cli"]
MIGRATE = [sys.executable, "-m", "django", "migrate", "-v", "0", "--settings", "yiwang.web.settings"]
PATIENCE_S = 60.0


def export(path: Path, n: int) -> Path:
    """A hotline's export of `n` rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["留言编号", "留言时间", "留言详情", "一级标签", "办理情况", "办结时间"])
        for i in range(n):
            end = ["处理中", ""] if i % 50 == 0 else ["已办结", "2026-10-21 10:00"]
            rows.writerow([f"K{i:06d}", f"2026-10-20 {i % 24:02d}:00", f"路灯坏了 {i}", "路灯不亮", *end])
    return path


@pytest.mark.slow
def test_a_killed_import_goes_on_where_it_ended(tmp_path: Path, size: Callable[[int, int], int]) -> None:
    # given an installation of its own, and an import that was killed after some chunks
    n = size(6_000, 40_000)
    env = {key: value for key, value in os.environ.items() if key not in OURS_ALONE}
    env |= {"YIWANG_HOME": str(tmp_path / "home"), "YIWANG_LANGUAGE": "en", "COLUMNS": "160"}
    for setting_up in (MIGRATE, [*CLI, "scene", "install", "city_events"]):
        subprocess.run(setting_up, cwd=ROOT, env=env, check=True, capture_output=True)
    command = [*CLI, "events", "import", str(export(tmp_path / "export.csv", n)), "-j", "yunxi", "--yes"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    database = next((tmp_path / "home").glob("*.sqlite3"))
    until = time.monotonic() + PATIENCE_S
    while _count(database, "events_report") < 1_000 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = _count(database, "events_report")
    assert 0 < before < n
    assert before % 1_000 == 0  # whole chunks only
    # when it is run again
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    # then every row is there once, with its event, words and, where open, its case
    assert done.returncode == 0, done.stdout + done.stderr
    assert _count(database, "events_report") == n
    assert _count(database, "events_report", "DISTINCT external_id") == n
    assert _count(database, "events_event") == n
    assert _count(database, "events_search") == n
    assert _count(database, "events_event WHERE flow_instance IS NOT NULL") == (n + 49) // 50
    assert _count(database, "flow_instance") == (n + 49) // 50
    assert _count(database, "events_evententry WHERE kind = 'imported'") == n
    # and the killed run is told as such
    assert _count(database, "data_run WHERE state = 'failed'") == 1
    assert _count(database, "data_run WHERE state = 'done'") == 1


def _count(database: Path, table: str, what: str = "*") -> int:
    connection = sqlite3.connect(database, timeout=30)
    try:
        found: int = connection.execute(f"SELECT count({what}) FROM {table}").fetchone()[0]
        return found
    finally:
        connection.close()
