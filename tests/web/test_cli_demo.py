"""`yiwang demo …`, `--version` and `-h`; a set-up that is killed at any moment ends up whole."""

from __future__ import annotations

import csv
import json
import signal
import sqlite3
import subprocess
import time
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import yiwang
from tests.installed import PROGRAM, ROOT, environment
from yiwang.demo.size import SEED, Size
from yiwang.kernel import clock
from yiwang.web.cli.running import run

SMALLEST = Size(buildings=100, facilities=60, officials=45, events=20, days=12)
"""Enough to be killed in the middle of."""
PATIENCE_S = 240.0


def test_the_program_tells_its_version_and_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.strip() == yiwang.__version__
    assert run(["-h"]) == 0
    assert "demo" in capsys.readouterr().out
    assert run(["demo", "live", "-h"]) == 0


@pytest.mark.django_db(transaction=True)
def test_the_city_is_switched_by_command(settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.HOME = tmp_path
    assert run(["demo", "live", "off"]) == 0
    assert json.loads((tmp_path / "demo" / "live.json").read_text())["is_on"] is False
    assert run(["demo", "live", "on", "--speed", "calm"]) == 0
    assert "calm" in capsys.readouterr().out
    assert run(["demo", "live", "on", "--speed", "mad"]) == 1
    assert json.loads((tmp_path / "demo" / "live.json").read_text())["speed"] == "calm"
    assert run(["demo", "live", "status"]) == 0
    assert run(["demo", "truth"]) == 1


@pytest.mark.slow
def test_a_killed_set_up_goes_on_and_makes_nothing_twice(tmp_path: Path, sqlite: None) -> None:
    # given a set-up of the smallest city that is killed while it makes officials, and while it plays the newest days
    home = tmp_path / "home"
    env, command = environment(home), [*PROGRAM, "setup"]
    (home / "demo").mkdir(parents=True)
    chosen = {"seed": SEED, "size": asdict(SMALLEST), "end": clock.now().replace(microsecond=0).isoformat()}
    (home / "demo" / "city.json").write_text(json.dumps(chosen))
    n_killed = 0
    for table, at_least in (("people_account", 30), ("events_report", 8)):
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE_S
        while process.poll() is None and _count(home, table) < at_least and time.monotonic() < until:
            time.sleep(0.02)
        process.kill()  # nothing where it has ended already
        n_killed += process.wait() == -signal.SIGKILL
    assert n_killed, "it was quicker than the killer both times"
    # when it is run to its end, and once more
    for _time in range(2):
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    # then every planned report is there once, with its event and its words
    with (home / "demo" / "truth.csv").open(encoding="utf-8", newline="") as file:
        planned = {row["key"] for row in csv.DictReader(file)}
    assert len(planned) >= SMALLEST.events
    assert _count(home, "events_report") == len(planned)
    assert _count(home, "events_event") == len(planned)
    assert _count(home, "events_report WHERE submission IS NULL AND external_id = ''") == 0
    assert (
        _count(home, "(SELECT 1 FROM events_report GROUP BY submission HAVING submission NOT NULL AND count(*) > 1)")
        == 0
    )
    # and what is open has exactly one step to do
    assert _count(home, "events_event WHERE status IN ('dispatched','handling') AND flow_instance IS NULL") == 0
    assert "admin" in done.stdout


def _count(home: Path, table: str) -> int:
    """Rows of a table; 0 while there is none."""
    found = next(home.glob("*.sqlite3"), None)
    if found is None:
        return 0
    connection = _connections(found)
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@cache
def _connections(database: Path) -> sqlite3.Connection:
    """Opened once: reading the whole schema anew for each look would take a third of the processor from the set-up."""
    return sqlite3.connect(database, timeout=30)
