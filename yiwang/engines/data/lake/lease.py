"""A dataset's lease: who holds it is the only one that writes its table.

On PostgreSQL an advisory lock of the session (all machines see it), else a locked file beside the tables. Both end
with the process that holds them, also by `kill -9`, so nobody waits for a dead one. Should a connection break while
its holder still writes, Delta refuses the second commit of the same transaction number. Needs session pooling where
a pooler stands before PostgreSQL.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from yiwang.engines.data.lake.tables import lake_root, table_path
from yiwang.kernel.errors import Unavailable
from yiwang.kernel.text import N_

TIMEOUT_S = 300.0
FIRST_WAIT_S, LONGEST_WAIT_S = 0.002, 0.05


@contextmanager
def hold_lease(dataset: str, *, timeout_s: float = TIMEOUT_S) -> Iterator[None]:
    """Hold the dataset's lease within the block; not re-entrant. Unavailable when it is not free in time."""
    table_path(dataset)  # refuses a name that is none
    hold = _advisory if connection.vendor == "postgresql" else _file
    with hold(dataset, timeout_s):
        yield


@contextmanager
def _advisory(dataset: str, timeout_s: float) -> Iterator[None]:
    # Two installations on one server have two databases, and advisory locks are each database's own.
    key = int.from_bytes(hashlib.sha256(f"yiwang.lake:{dataset}".encode()).digest()[:8], "big", signed=True)

    def taken() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            return bool(cursor.fetchone()[0])

    _wait(taken, dataset, timeout_s)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@contextmanager
def _file(dataset: str, timeout_s: float) -> Iterator[None]:
    folder = lake_root() / ".leases"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / f"{dataset}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def taken() -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        _wait(taken, dataset, timeout_s)
        yield
    finally:
        os.close(handle)


def _wait(taken: Callable[[], bool], dataset: str, timeout_s: float) -> None:
    """Try until it is taken, with short growing waits."""
    until, wait_s = time.monotonic() + timeout_s, FIRST_WAIT_S
    while not taken():
        if time.monotonic() > until:
            raise Unavailable(N_("The table of %(dataset)s is being written by another process."), dataset=dataset)
        time.sleep(wait_s)
        wait_s = min(LONGEST_WAIT_S, wait_s * 1.5)
