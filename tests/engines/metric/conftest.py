"""A city whose cases lie in the lake, and viewers who may see all, one district, one department of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.cache import cache

from tests.engines.metric.makers import IN_TIME_SQL, RECEIVED_SQL, metric_spec, write_cases
from tests.engines.place.conftest import city as city
from yiwang.base.access import SYSTEM, Grant, Viewer
from yiwang.engines.metric import actions


@pytest.fixture(autouse=True)
def own_lake(settings, tmp_path: Path):
    settings.LAKE = tmp_path / "lake"
    cache.clear()
    yield
    shutil.rmtree(settings.LAKE, ignore_errors=True)


@pytest.fixture
def metrics(city):
    """The metrics `received` and `in_time` of Testville, and the table they read."""
    write_cases()
    actions.put_metric("testville", "received", metric_spec(), RECEIVED_SQL, scene="tests", by=SYSTEM)
    ratio = metric_spec(value="ratio", shown="share", direction="up", target=0.9)
    actions.put_metric("testville", "in_time", ratio, IN_TIME_SQL, scene="tests", by=SYSTEM)


def _viewer(*grants: Grant) -> Viewer:
    return Viewer(None, None, "V", "official", grants)


@pytest.fixture
def whole():
    return _viewer(Grant("boards.view", "", "tv/"))


@pytest.fixture
def district():
    return _viewer(Grant("boards.view", "", "tv/one/"))


@pytest.fixture
def department():
    return _viewer(Grant("boards.view", "testville/roads/", "tv/"))
