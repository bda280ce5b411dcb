"""Sets up the data directory, starts everything, tells where it is, and ends all of it with Ctrl-C.

The work is the platform's own (`yiwang setup`, `yiwang up`); this only picks the ports, waits for the first page and
passes signals on. Standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from tools import environment
from tools.show import Stop, say

FIRST_PORT, PORTS_TRIED = 8000, 20
PATIENCE_S = 60.0  # until the first page must be there
GRACE_S = 15.0  # between asking to end and ending by force
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
COMMAND = "yiwang.web.cli"


def serve(root: Path, *, port: int | None, home: Path | None, begun: float) -> int:
    """Set up, start, tell the address, wait. Returns the exit code; raises Stop with what went wrong."""
    chosen = _port(port)
    env = {**os.environ, "YIWANG_PORT": str(chosen)}
    if home is not None:
        env["YIWANG_HOME"] = str(home.resolve())
    program = [str(environment.python(root)), "-m", COMMAND]
    if subprocess.run([*program, "setup"], cwd=root, env=env, check=False).returncode != 0:
        raise Stop("The set-up did not finish; its message stands above.")
    # a session of its own: Ctrl-C reaches it once, through us, and nothing of it can stay behind
    command = [*program, "up", "--port", str(chosen)]
    process = subprocess.Popen(command, cwd=root, env=env, start_new_session=True, preexec_fn=_end_with_us)
    asked: list[float] = []

    def end(number: int, frame: FrameType | None) -> None:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        asked.append(time.monotonic())

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)
    try:
        if _first_page(chosen, process, asked):
            say(f"\n  Yiwang is ready after {time.monotonic() - begun:.1f} s:  http://127.0.0.1:{chosen}/")
            say("  Ctrl-C ends it.")
        return _wait(process, asked)
    finally:
        _end_group(process.pid)


def _end_with_us() -> None:
    """In the child: have Linux send SIGTERM when this program is gone, even by `kill -9`; elsewhere do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGTERM)


def _port(wanted: int | None) -> int:
    """A port whose next one (the stream's) is free too; Stop when the wanted pair is taken."""
    if wanted is not None:
        if _free(wanted) and _free(wanted + 1):
            return wanted
        raise Stop(f"Port {wanted} or {wanted + 1} is in use; choose another with --port.")
    for port in range(FIRST_PORT, FIRST_PORT + 2 * PORTS_TRIED, 2):
        if _free(port) and _free(port + 1):
            if port != FIRST_PORT:
                say(f"  Port {FIRST_PORT} or {FIRST_PORT + 1} is in use; taking {port}.")
            return port
    raise Stop("No free port found; name one with --port.")


def _free(port: int) -> bool:
    """True when this port of the loopback address can be bound."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _first_page(port: int, process: subprocess.Popen[bytes], asked: list[float]) -> bool:
    """Wait until a page answers; False when the platform ended or was asked to. Stop when it takes too long."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(int(PATIENCE_S / 0.1)):
        if process.poll() is not None or asked:
            return False
        try:
            with opener.open(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                answer.read()
                return True
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return True
            raise Stop(f"The first page answers with an error ({error.code}); see the log above.") from error
        except OSError:
            time.sleep(0.1)
    raise Stop(f"No page after {PATIENCE_S:.0f} s; see the log above.")


def _wait(process: subprocess.Popen[bytes], asked: list[float]) -> int:
    """Wait for the end; after a request to end, use force when the grace is over or it is asked a third time."""
    while True:
        try:
            code = process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            if asked and (time.monotonic() - asked[0] > GRACE_S or len(asked) > 2):
                _end_group(process.pid)
            continue
        if asked:
            say("  Stopped.")
            return 0
        if code:
            raise Stop(f"The platform ended by itself (code {code}); its message stands above.")
        return 0


def _end_group(group: int) -> None:
    """Kill what is left of the started processes."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
