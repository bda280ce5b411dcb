"""SQLite, its writers queueing at a lock that is tried every millisecond.

SQLite has one writer at a time. Whoever finds it busy sleeps for 1, 2, 5 … up to 100 ms before it looks again, and
those who have waited longest sleep longest: with some threads writing, most of a request is such sleep. Here a write
transaction first takes a file lock beside the database, so that SQLite itself is hardly ever found busy. The system
gives the lock back when a process dies. Whoever cannot have it within the database's `timeout` goes on and is told by
SQLite what is the matter.
"""

from __future__ import annotations

import os
import time
from typing import Any

from django.db.backends.sqlite3 import base

try:
    import fcntl
except ImportError:  # not a Unix: SQLite's own waiting must do
    fcntl = None  # type: ignore[assignment]

LOOK_S = 0.001


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that stands in the queue from the start of a write transaction to its end."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._queue: int | None = None
        self._is_first = False

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._give_back()  # not when it failed: a rollback follows

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            if self._queue is not None:
                os.close(self._queue)  # gives the lock back
                self._queue, self._is_first = None, False

    def _take(self) -> None:
        """Wait for the lock, at most as long as SQLite would wait."""
        is_writing = self.transaction_mode == "IMMEDIATE"  # type: ignore[attr-defined]
        if fcntl is None or self._is_first or not is_writing or self.is_in_memory_db():
            return
        if self._queue is None:
            path = f"{self.settings_dict['NAME']}-queue"
            self._queue = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        until = time.monotonic() + float(self.settings_dict["OPTIONS"].get("timeout", 5))
        while time.monotonic() < until:
            try:
                fcntl.flock(self._queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(LOOK_S)
            else:
                self._is_first = True
                return

    def _give_back(self) -> None:
        if self._is_first and self._queue is not None:
            fcntl.flock(self._queue, fcntl.LOCK_UN)
            self._is_first = False
