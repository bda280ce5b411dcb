"""What `yiwang up` does with its parts when one of them dies."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from yiwang.web.cli import serving

FAMILY = """
import subprocess, sys, time
child = subprocess.Popen(["sleep", "60"])
open(sys.argv[1], "w").write(str(child.pid))
time.sleep(60)
"""


def _is_alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


def _within(seconds: float, holds: object) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_a_killed_part_takes_its_orphans_with_it_before_it_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a part that has started a process of its own
    monkeypatch.setattr(serving, "FIRST_PAUSE_S", 0.01)
    named = tmp_path / "pid"
    part = serving.Part("web", [sys.executable, "-c", FAMILY, str(named)], pause_s=0.01)
    part.start()
    assert _within(20, lambda: named.exists() and named.read_text())
    orphan = int(named.read_text())
    assert part.process is not None
    first = part.process
    # when the part is killed, as by `kill -9`
    os.kill(first.pid, 9)
    first.wait(10)
    assert _is_alive(orphan)
    part.tend()
    # then what it left behind is gone, and it runs again
    assert _within(10, lambda: not _is_alive(orphan))
    assert part.process is not first
    assert part.process.poll() is None
    serving.end_all([part])
    assert part.process.poll() is not None
