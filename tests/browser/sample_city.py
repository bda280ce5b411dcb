"""The sample city in the live server's database: installed once a run, copied back for every later test.

On SQLite the database as it stood after the first installation is kept in memory (the whole file, a few milliseconds
to copy); on PostgreSQL the scene is installed each time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection

from yiwang.base.access import SYSTEM

SCENE = Path(__file__).resolve().parents[2] / "scenes" / "city_events"


class KeptCity:
    """The database with the city and nothing else, once it has been made."""

    def __init__(self) -> None:
        self.kept: sqlite3.Connection | None = None

    def bring(self) -> None:
        """Put the city into the empty database of this test."""
        from yiwang.base.scenes.actions import install_scene

        if self.kept is not None:
            self._copy_back(self.kept)
            return
        install_scene(SCENE, by=SYSTEM)
        if connection.vendor == "sqlite":
            self.kept = sqlite3.connect(":memory:", check_same_thread=False)
            self._own().backup(self.kept)

    def _copy_back(self, kept: sqlite3.Connection) -> None:
        """Numbers given in tests before are not given again: definitions are remembered by them."""
        own = self._own()
        with closing(own.cursor()) as cursor:
            given = cursor.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
        kept.backup(own)
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            highest = dict(given)
            for name, seq in cursor.fetchall():
                highest[name] = max(seq, highest.get(name, 0))
            cursor.execute("DELETE FROM sqlite_sequence")
            cursor.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", list(highest.items()))
        ContentType.objects.clear_cache()

    @staticmethod
    def _own() -> sqlite3.Connection:
        connection.ensure_connection()
        found: sqlite3.Connection = connection.connection
        return found


@pytest.fixture(scope="session")
def kept_city() -> Iterator[KeptCity]:
    """Lives as long as the run."""
    made = KeptCity()
    yield made
    if made.kept is not None:
        made.kept.close()


@pytest.fixture
def yunxi(transactional_db: None, kept_city: KeptCity, settings: Any, tmp_path: Path) -> Iterator[None]:
    """The sample city, in the live server's database; files go to a folder of this test."""
    from yiwang.domains.events.course import forget_rules
    from yiwang.engines.place.queries import forget_indexes

    settings.FILES = settings.HOME = tmp_path
    cache.clear()
    forget_rules()
    kept_city.bring()
    forget_indexes()
    yield
    forget_rules()
    forget_indexes()
