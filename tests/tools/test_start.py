"""`start.py` explains itself, refuses an unfit Python in words, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import serving
from tools.show import Stop

ROOT = Path(__file__).resolve().parents[2]

FAKE_PLATFORM = """
import http.server, os, pathlib, subprocess, sys
if sys.argv[1] == "up":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    pathlib.Path("pids").write_text(f"{child.pid} {os.getpid()}")
    http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[3]), bind="127.0.0.1")
"""


def test_help_names_the_commands() -> None:
    told = subprocess.run([sys.executable, "start.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)

    for word in ("start.py test", "start.py check", "start.py bench", "--port", "--home"):
        assert word in told.stdout


def test_an_old_python_gets_a_message() -> None:
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); runpy.run_path('start.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env={"PATH": ""}, check=False
    )

    assert done.returncode == 1
    assert "Yiwang needs Python 3.11 to 3.14; this is 3.9" in done.stderr


def test_a_taken_port_is_said_and_the_next_pair_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Stop, match="in use"):
            serving._port(other.getsockname()[1])


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`serve` in a process of its own, ready; its platform serves a page and has a child."""
    package = tmp_path / "yiwang" / "web"
    package.mkdir(parents=True)
    (tmp_path / "yiwang" / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "cli.py").write_text(FAKE_PLATFORM)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    code = (
        f"import pathlib, tools.serving as s; s.serve(pathlib.Path({str(tmp_path)!r}), port=None, home=None, begun=0.0)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = ""
        while "ready after" not in told:
            line = process.stdout.readline()
            assert line, f"ended early: {told}"
            told += line
        yield process
        process.kill()


def test_ctrl_c_ends_everything(platform: subprocess.Popen[str], tmp_path: Path) -> None:
    platform.send_signal(signal.SIGINT)

    assert platform.wait(timeout=20) == 0
    for pid in pids(tmp_path):
        assert ends(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's sudden death")
def test_the_platform_does_not_outlive_a_killed_start(platform: subprocess.Popen[str], tmp_path: Path) -> None:
    platform.kill()

    child, parent = pids(tmp_path)
    assert ends(parent)
    os.kill(child, signal.SIGKILL)  # the real platform ends its parts itself


def pids(project: Path) -> list[int]:
    """The platform's child and the platform."""
    return [int(pid) for pid in (project / "pids").read_text().split()]


def ends(pid: int) -> bool:
    """Wait at most five seconds for a process to end."""
    for _ in range(50):
        if not _alive(pid):
            return True
        time.sleep(0.1)
    return False


def _alive(pid: int) -> bool:
    """True when the process runs (a zombie waiting for its parent does not)."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[-1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
