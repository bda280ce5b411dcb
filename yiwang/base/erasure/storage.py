"""Cleans what a database leaves in its files after rows are gone.

* SQLite keeps deleted content in free pages and in the write-ahead log: `VACUUM` writes the file anew, then the log is
  emptied. It needs the file's size as free disk and holds up writers while it copies.
* PostgreSQL: `VACUUM` frees dead rows, later writes overwrite them; its own log and archives keep old pages until they
  are recycled. A city encrypts the server's disk and bounds the age of its archives and backups.
"""

from __future__ import annotations

from django.db import connection

from yiwang.kernel.errors import Unavailable
from yiwang.kernel.text import N_


def clean_storage() -> None:
    """Clean the database's files. Raises Unavailable when a long reader keeps the log in use (the job tries again),
    RuntimeError inside a transaction.
    """
    if connection.in_atomic_block:
        raise RuntimeError("a database cannot be cleaned inside a transaction")
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("VACUUM")
            return
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy = cursor.fetchone()[0]
    if is_busy:
        raise Unavailable(N_("The database is in use by a long reader; its log is emptied later."))
