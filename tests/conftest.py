"""What all tests share.

* `--full` runs slow tests at full size; they ask the fixture `full` (or `size`) which it is.
* The database is SQLite, or the PostgreSQL server named by `YIWANG_TEST_POSTGRES`
  (`postgres://user@host:port/name`); `YIWANG_TEST_DB_SUFFIX` keeps two runs at the same time apart. A test that
  needs one of them asks the fixture `postgres` or `sqlite`, which skips elsewhere and says so.
* Files of ../shared/data are read through the fixture `shared_data`, which skips where they are not there.
* The data directory (`YIWANG_HOME`) is a fresh temporary folder: see `tools/pytest_yiwang.py`.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.installed import Installations

ROOT = Path(__file__).resolve().parents[1]
HOLDER = pytest.StashKey[Any]()
settings.register_profile("yiwang", settings(), deadline=None)  # a busy machine is not a fault of an example
settings.load_profile("yiwang")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="slow tests at full size")


def pytest_report_header() -> str:
    return f"database: {'PostgreSQL' if os.environ.get('YIWANG_TEST_POSTGRES') else 'SQLite'}"


def chromium() -> str | None:
    """The path of the system's Chromium (`YIWANG_CHROMIUM`, else looked up), or None."""
    return os.environ.get("YIWANG_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups that one process takes whole come first, lest the other wait for it in the end."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
    if chromium() is None:
        absent = pytest.mark.skip(reason="no Chromium on this machine (install it, or name one in YIWANG_CHROMIUM)")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(absent)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before a test that does not want the sample city, the one held for tests before it goes."""
    holder = item.config.stash.get(HOLDER, None)
    if holder is not None and "installed_city" not in getattr(item, "fixturenames", ()):
        holder.let_go()


@pytest.fixture(scope="session")
def city_holder(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Holds the sample city from module to module: see `tests/held_city.py`."""
    from tests.held_city import CityHolder

    holder = request.config.stash[HOLDER] = CityHolder(django_db_blocker)
    yield holder
    holder.unwanted()
    holder.let_go()


@pytest.fixture(scope="session")
def installations(tmp_path_factory: pytest.TempPathFactory) -> Installations:
    """`installations.make(home)`: the sample city for processes of its own (see `tests/installed.py`)."""
    return Installations(tmp_path_factory.mktemp("installation") / "home")


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """True when slow tests shall run at full size."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session")
def size(full: bool) -> Callable[[int, int], int]:
    """`size(reduced, whole)` picks the number a slow test works with."""
    return lambda reduced, whole: whole if full else reduced


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The system's Chromium; skips where there is none."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine (install it, or name one in YIWANG_CHROMIUM)")
    return path


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """`shared_data("requests311/x.csv")` is a file or folder of the shared test data; skips where it is absent."""
    folder = Path(os.environ.get("YIWANG_SHARED", ROOT.parent / "shared" / "data")).resolve()

    def find(name: str) -> Path:
        path = folder / name
        if not path.exists():
            pytest.skip(f"shared test data not here: data/{name} (folder named by YIWANG_SHARED)")
        return path

    return find


@pytest.fixture
def postgres() -> None:
    """For tests that mean PostgreSQL only."""
    if not os.environ.get("YIWANG_TEST_POSTGRES"):
        pytest.skip("only on PostgreSQL (YIWANG_TEST_POSTGRES)")


@pytest.fixture
def sqlite() -> None:
    """For tests that mean SQLite only."""
    if os.environ.get("YIWANG_TEST_POSTGRES"):
        pytest.skip("only on SQLite")


@pytest.fixture(scope="session", autouse=True)
def flush_what_hangs_on_it() -> Iterator[None]:
    """Let the emptying after a transactional test reach tables that are no Django model (`events_search`)."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain = DatabaseOperations.sql_flush

    def cascading(self: Any, *args: Any, **kwargs: Any) -> Any:
        return plain(self, *args, **(kwargs | {"allow_cascade": True}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", cascading)
        yield


@pytest.fixture(autouse=True)
def fresh_grid_indexes() -> None:
    """Tests roll back: grids a test before this one located by must not serve it."""
    loading = sys.modules.get("yiwang.engines.place.loading")
    if loading is not None:
        loading.forget_indexes()
