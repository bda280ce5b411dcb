"""Everything that is kept, as bytes: for tests that show that something is nowhere."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection


def stored_bytes() -> Iterator[tuple[str, bytes]]:
    """Every file of the data directory, and the database: its files on SQLite, every table's rows on PostgreSQL."""
    for path in Path(settings.HOME).rglob("*"):
        if path.is_file():
            yield str(path.relative_to(settings.HOME)), path.read_bytes()
    if connection.vendor == "sqlite":
        main = Path(str(connection.settings_dict["NAME"]))
        for path in main.parent.glob(f"{main.name}*"):
            yield f"database {path.name}", _read_apart(path)
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")
            yield table, "\n".join(row[0] for row in cursor.fetchall()).encode()


def _read_apart(path: Path) -> bytes:
    """Read by another process: closing a file gives back all locks this process, and so SQLite in it, has on it.

    Without them the next process to leave the database takes itself for the last one and removes the log that is
    in use here; later connections then fail with "disk I/O error" (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    return subprocess.run(["cat", str(path)], check=True, capture_output=True).stdout
