"""Events as vector tiles: each is counted once, in a group or alone, as far as the viewer may see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from tests.engines.place.tile_reader import read_tile
from yiwang.base.access import SYSTEM
from yiwang.domains.events.queries import EventFilter, tiling
from yiwang.engines.place.tiles import bounds
from yiwang.kernel.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Any:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def events(city: Any) -> list[Any]:
    """Twelve events a few hundred metres apart."""
    return [city.report(f"第{n}个路灯不亮", lon=118.94 + n / 500, lat=29.62 + (n % 3) / 500) for n in range(12)]


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """The tile that holds a point, by looking for it."""
    x = int((lon + 180) / 360 * (1 << z))
    y = next(y for y in range(1 << z) if bounds(z, x, y)[1] <= lat < bounds(z, x, y)[3])
    return z, x, y


def told(viewer: Any, wanted: EventFilter, at: tuple[int, int, int]) -> list[dict[str, Any]]:
    layers = read_tile(tiling.event_tile(viewer, wanted, *at))
    return [feature["properties"] for feature in layers.get("event", [])]


def test_a_tile_of_the_city_counts_every_event_once(city: Any, events: list[Any]) -> None:
    found = told(SYSTEM, EventFilter(), tile_of(118.95, 29.62, 9))
    assert sum(one["n"] for one in found) == 12
    assert sum(one["open"] for one in found) == 12
    assert len(found) < 12  # close ones stand together


def test_near_the_ground_each_event_stands_alone_and_names_itself(city: Any, events: list[Any]) -> None:
    found = told(SYSTEM, EventFilter(), tile_of(118.94, 29.62, 16))
    assert [one["n"] for one in found] == [1]
    assert found[0]["tone"] == "info"
    assert found[0]["id"] > 0


def test_of_more_events_than_a_tile_may_hold_cells_are_counted(
    city: Any, events: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiling, "MOST_POINTS", 5)
    found = told(SYSTEM, EventFilter(), tile_of(118.95, 29.62, 9))
    assert sum(one["n"] for one in found) == 12
    assert all("id" not in one for one in found)


def test_the_filter_and_the_rights_of_the_viewer_hold(city: Any, events: list[Any]) -> None:
    at = tile_of(118.95, 29.62, 9)
    assert told(SYSTEM, EventFilter(state="closed"), at) == []
    assert told(city.viewer("handler_water"), EventFilter(), at) == []
    assert sum(one["n"] for one in told(city.viewer("leader"), EventFilter(), at)) == 12


def test_what_lies_in_sight_is_listed_newest_first(city: Any, events: list[Any]) -> None:
    found = tiling.events_within(SYSTEM, EventFilter(), (118.9, 29.6, 119.0, 29.7), most=5)
    assert len(found) == 5
    assert [one.occurred_at for one in found] == sorted((one.occurred_at for one in found), reverse=True)
    assert tiling.events_within(SYSTEM, EventFilter(), (0, 0, 1, 1)) == []


def test_there_is_no_such_tile(city: Any) -> None:
    with pytest.raises(Invalid):
        tiling.event_tile(SYSTEM, EventFilter(), 3, 9, 0)
