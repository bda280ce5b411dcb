"""The worker process: runs jobs, delivers messages, seals the audit and turns the schedules until told to stop.

Two kinds of threads: *tending* (messages every 0.2 s, schedules and sealing every few seconds) and *working* (jobs), so
that a long job never holds up a seal or a message. Any number of workers may run; locks in the database share the work.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from uuid import uuid4

from django.db import close_old_connections, connection

from yiwang.base.audit.sealer import seal_entries
from yiwang.base.jobs.running import run_one
from yiwang.base.jobs.schedules import run_due_schedules, sync_schedules
from yiwang.base.messages.delivering import deliver_pending

DELIVER_S = 0.2
SEAL_S = 3.0
TURN_S = 1.0
IDLE_S = 0.3

log = logging.getLogger("yiwang.worker")


def worker_name() -> str:
    """A name no other worker has: host, process, and something random."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid4().hex[:8]}"


def run_worker(stop: threading.Event, *, threads: int = 1) -> None:
    """Work until `stop` is set; a job under way is finished first. A lost database is waited for, not died of.

    `threads` is how many jobs run at a time in this process.
    """
    name = worker_name()
    work = [threading.Thread(target=_work, args=(stop, f"{name}-{n}"), name=f"jobs {n}") for n in range(threads)]
    work.append(threading.Thread(target=_tend, args=(stop,), name="tending"))
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()


def _work(stop: threading.Event, name: str) -> None:
    try:
        while not stop.is_set():
            if not _kept_alive(lambda: run_one(name)):
                stop.wait(IDLE_S)
    finally:
        connection.close()


def _tend(stop: threading.Event) -> None:
    try:
        while not _kept_alive(_synced) and not stop.wait(TURN_S):
            pass
        seal_at = turn_at = 0.0
        while not stop.is_set():
            busy = _kept_alive(deliver_pending)
            if time.monotonic() >= turn_at:
                _kept_alive(run_due_schedules)
                turn_at = time.monotonic() + TURN_S
            if time.monotonic() >= seal_at:
                _kept_alive(seal_entries)
                seal_at = time.monotonic() + SEAL_S
            if not busy:
                stop.wait(DELIVER_S)
        _kept_alive(seal_entries)  # leave nothing unsealed behind
    finally:
        connection.close()


def _synced() -> bool:
    sync_schedules()
    return True


def _kept_alive(step: Callable[[], object]) -> object:
    """Run one step; an error is logged and the connection renewed if it broke, so that the loop goes on."""
    try:
        return step()
    except Exception:
        log.exception("a step of the worker failed")
        return None
    finally:
        close_old_connections()
