"""Writers on SQLite queue: nobody starves, the lock is free after every end of a transaction."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.utils import ConnectionHandler

pytest.importorskip("fcntl")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def handler(tmp_path: Path) -> Iterator[ConnectionHandler]:
    """Connections to a database of their own, one per thread."""
    path = tmp_path / "queue.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE done (who INTEGER)")
    yield ConnectionHandler(
        {
            "default": {
                "ENGINE": "yiwang.web.sqlite",
                "NAME": path,
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 2},
            }
        }
    )


def write(connection: Any, who: int, hold_s: float = 0.0) -> None:
    """One transaction as `atomic` runs it."""
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO done VALUES (%s)", [who])
        time.sleep(hold_s)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.set_autocommit(True)


def test_many_writers_wait_their_turn_and_all_get_it(handler: ConnectionHandler) -> None:
    longest: list[float] = []

    def work(who: int) -> None:
        connection = handler["default"]
        for _ in range(20):
            start = time.monotonic()
            write(connection, who, hold_s=0.002)
            longest.append(time.monotonic() - start)
        connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with handler["default"].cursor() as cursor:
        cursor.execute("SELECT who, count(*) FROM done GROUP BY who")
        assert dict(cursor.fetchall()) == dict.fromkeys(range(6), 20)
    assert len(longest) == 120


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_the_lock_is_free_after_every_end(handler: ConnectionHandler, end: str) -> None:
    first = handler["default"]
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    getattr(first, end)()
    other = first.copy()
    start = time.monotonic()
    write(other, 1)
    assert time.monotonic() - start < 1
    other.close()
    first.close()


def test_who_waits_too_long_is_told_by_sqlite(handler: ConnectionHandler) -> None:
    first = handler["default"]
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    other = first.copy()
    other.settings_dict = {**other.settings_dict, "OPTIONS": {**other.settings_dict["OPTIONS"], "timeout": 0.2}}
    with pytest.raises(DatabaseError, match="locked"):
        write(other, 1)
    first.rollback()
    first.set_autocommit(True)
    write(other, 1)
    other.close()
    first.close()


def test_a_killed_writer_gives_the_lock_back(handler: ConnectionHandler, tmp_path: Path) -> None:
    code = (
        "import fcntl, os, sys, time\n"
        "fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)\n"
        "fcntl.flock(fd, fcntl.LOCK_EX)\nprint('held', flush=True)\ntime.sleep(60)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "queue.sqlite3-queue")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        threading.Timer(0.3, holder.kill).start()
        start = time.monotonic()
        write(handler["default"], 1)
        assert 0.2 < time.monotonic() - start < 1.8
    handler["default"].close()


def test_the_installation_s_own_database_writes_after_a_failed_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        raise RuntimeError
    with transaction.atomic():
        pass
