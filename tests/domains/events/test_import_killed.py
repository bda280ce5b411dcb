"""Imports killed, and two of them at once: complete in the end, nothing doubled. In installations of their own."""

from __future__ import annotations

import csv
import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.installed import PROGRAM, ROOT, Installations

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("installations")]

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


@pytest.fixture
def database() -> Iterator[str]:
    """A PostgreSQL database of the test's own where a server is named, else "" for SQLite."""
    server = os.environ.get("YIWANG_TEST_POSTGRES", "")
    if not server:
        yield ""
        return
    name = f"yiwang_import_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield server.rpartition("/")[0] + "/" + name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_two_imports_of_a_file_at_once_double_nothing(
    tmp_path: Path, database: str, installations: Installations, size: Callable[[int, int], int]
) -> None:
    # given two people who start the same import
    n = size(3_000, 20_000)
    env = installations.make(tmp_path / "home", database)
    command = [*PROGRAM, "events", "import", str(export(tmp_path / "export.csv", n)), "-j", "yunxi", "--yes"]
    both = [
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    # when both come to their end
    told = [process.communicate()[0] for process in both]
    # then neither failed, and every row is there once, with its words and, where open, its case
    assert [process.returncode for process in both] == [0, 0], "\n".join(told)
    tables = ("events_report", "events_event", "events_search", "flow_instance")
    queries = "; ".join(f"cursor.execute('SELECT count(*) FROM {t}'); print(cursor.fetchone()[0])" for t in tables)
    code = f"import django; django.setup(); from django.db import connection; cursor = connection.cursor(); {queries}"
    asked = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=env | {"DJANGO_SETTINGS_MODULE": "yiwang.web.settings"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert [int(line) for line in asked.stdout.split()] == [n, n, n, (n + 49) // 50]


def test_a_killed_import_goes_on_where_it_ended(
    tmp_path: Path, sqlite: None, installations: Installations, size: Callable[[int, int], int]
) -> None:
    # given an installation of its own, and an import that was killed after some chunks
    n = size(3_000, 40_000)
    env = installations.make(tmp_path / "home")
    command = [*PROGRAM, "events", "import", str(export(tmp_path / "export.csv", n)), "-j", "yunxi", "--yes"]
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
