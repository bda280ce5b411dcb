"""`yiwang up`: web, stream and worker in one go; each also alone (`yiwang web`, `yiwang stream`, `yiwang worker`).

`up` starts each part as a process of its own, starts one again that dies (with a pause that grows), and ends all of
them when it is told to end. Everything binds to the loopback unless `--host` says otherwise.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from yiwang.base.jobs.worker import run_worker
from yiwang.demo.switch import is_ready
from yiwang.web.cli.showing import complain, tell

LOOPBACK = "127.0.0.1"
FIRST_PAUSE_S, LONGEST_PAUSE_S, STEADY_S = 0.5, 30.0, 20.0
GRACE_S = 10.0
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
Host = Annotated[str, typer.Option(help=_("address to bind to"))]
Port = Annotated[int, typer.Option(min=1, max=65_534, help=_("port of the pages; the stream takes the next one"))]


def _end_with_us() -> None:
    """In the child: have Linux send SIGTERM when `up` is gone, even by `kill -9`; elsewhere do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGTERM)


@dataclass
class Part:
    """One process of the installation and how often it had to be started again.

    It leads a process group of its own: a server that was killed leaves workers behind, which would go on answering
    beside the new ones; the group is ended with it.
    """

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause_s: float = FIRST_PAUSE_S

    def start(self) -> None:
        """Start it."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=_end_with_us)

    def tend(self) -> None:
        """Start it again when it has died; one that ran steadily begins with a short pause again."""
        if self.process is None or self.process.poll() is None:
            return
        ran_s = time.monotonic() - self.started
        self.pause_s = FIRST_PAUSE_S if ran_s > STEADY_S else min(self.pause_s * 2, LONGEST_PAUSE_S)
        complain(_("%(part)s ended; it is started again") % {"part": self.name})
        self.clear()
        time.sleep(self.pause_s)
        self.start()

    def end(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def clear(self) -> None:
        """End by force what is left of its group."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def up(host: Host = LOOPBACK, port: Port = 8000, workers: Annotated[int, typer.Option(min=1, max=64)] = 2) -> None:
    """Run everything until Ctrl-C or SIGTERM."""
    os.environ["YIWANG_PORT"] = str(port)
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    own = [sys.executable, "-m", "yiwang.web.cli"]
    parts = [
        Part("web", granian("wsgi", "yiwang.web.wsgi:application", host, port, workers)),
        Part("stream", granian("asginl", "yiwang.web.stream:application", host, port + 1, 1)),
        Part("worker", [*own, "worker"]),
    ]
    if is_ready():
        parts.append(Part("simulate", [*own, "simulate"]))
    for part in parts:
        part.start()
    tell(_("Yiwang runs at http://%(host)s:%(port)s/ — Ctrl-C ends it.") % {"host": host, "port": port})
    while not stopping.wait(0.5):
        for part in parts:
            part.tend()
    end_all(parts)


def end_all(parts: list[Part]) -> None:
    """Ask every part to end, and end by force what has not after `GRACE_S`."""
    for part in parts:
        part.end()
    until = time.monotonic() + GRACE_S
    for part in parts:
        if part.process is not None:
            try:
                part.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.process.kill()
        part.clear()


def granian(interface: str, target: str, host: str, port: int, workers: int) -> list[str]:
    """The command line of one server; 4 threads a worker for pages: more would only wait for the interpreter."""
    command = [sys.executable, "-m", "granian", "--interface", interface, "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--no-ws", "--log-level", "warning", "--respawn-failed-workers"]
    if interface == "wsgi":
        command += ["--blocking-threads", "4", "--backpressure", "64"]
    return [*command, target]


def web(host: Host = LOOPBACK, port: Port = 8000, workers: Annotated[int, typer.Option(min=1, max=64)] = 2) -> None:
    """Pages and API only."""
    os.environ["YIWANG_PORT"] = str(port)
    command = granian("wsgi", "yiwang.web.wsgi:application", host, port, workers)
    os.execv(command[0], command)  # noqa: S606 - our own interpreter with fixed arguments


def stream(host: Host = LOOPBACK, port: Port = 8001) -> None:
    """The live stream only; exactly one."""
    command = granian("asginl", "yiwang.web.stream:application", host, port, 1)
    os.execv(command[0], command)  # noqa: S606 - as above


def worker(threads: Annotated[int, typer.Option(min=1, max=64, help=_("jobs at a time"))] = 1) -> None:
    """Jobs, messages, schedules and the seal of the audit, until told to end."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    run_worker(stopping, threads=threads)
