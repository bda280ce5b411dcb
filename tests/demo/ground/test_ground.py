"""The demo city's ground: grids that tile, houses that stand free, addresses one can walk along; for several seeds."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from yiwang.demo.ground import Ground, make_ground, write_scene_places
from yiwang.demo.ground.plane import METRES
from yiwang.demo.size import Size

SCENE = Path(__file__).resolve().parents[3] / "scenes" / "city_events" / "places"
VILLAGE = Size(districts=1, streets=2, communities=4, grids=12, buildings=200, facilities=60)
TOWN = Size(districts=2, streets=4, communities=10, grids=60, buildings=900, facilities=200)
FACILITIES = {
    "lamp", "manhole", "bin", "hydrant", "bench", "signal", "bus_stop", "toilet", "camera_pole", "tree", "charging",
}  # fmt: skip


CITIES = {"1": (1, VILLAGE), "2": (2, VILLAGE), "3": (3, VILLAGE), "town": (4, TOWN)}


@pytest.fixture(scope="module", params=CITIES)
def small(request: Any) -> tuple[Ground, Size]:
    """A small city of its seed."""
    seed, size = CITIES[request.param]
    return make_ground(seed, size), size


@pytest.fixture(scope="module")
def yunxi() -> Ground:
    """The demo's city."""
    return make_ground()


def shapes(rows: Any) -> Any:
    return np.array([row.geometry for row in rows], dtype=object)


def tiles(ground: Ground) -> None:
    """Grids cover the outline, none twice, with corners of six digits that neighbours share exactly."""
    grids = shapes(ground.grids)
    assert set(shapely.get_type_id(grids).tolist()) == {3}
    assert shapely.is_valid(grids).all()
    assert shapely.coverage_is_valid(grids)
    assert shapely.union_all(grids).equals(ground.outline)
    assert float(shapely.area(grids).sum()) == pytest.approx(ground.outline.area, rel=1e-12)
    corners = shapely.get_coordinates(grids)
    assert (corners == np.round(corners, 6)).all()


def test_grids_of_a_small_city_tile_it(small: tuple[Ground, Size]) -> None:
    tiles(small[0])


def test_areas_make_a_tree_of_the_size_asked_for(small: tuple[Ground, Size]) -> None:
    ground, size = small
    by_level = defaultdict(list)
    for area in ground.areas:
        by_level[area.level].append(area)
    assert [len(by_level[level]) for level in (3, 4, 5)] == [size.districts, size.streets, size.communities]
    assert len(ground.grids) == size.grids
    codes = {area.code for area in ground.areas}
    assert {area.parent for area in ground.areas} - codes == {"yunxi"}
    # and every community has grids, whose codes begin with its own
    assert {grid.area_code for grid in ground.grids} == {area.code for area in by_level[5]}
    assert all(grid.code.startswith(f"{grid.area_code}G") for grid in ground.grids)
    assert all(set(area.title) == {"zh-Hans", "en"} for area in ground.areas)


def test_buildings_stand_free_of_each_other_of_water_and_of_streets(small: tuple[Ground, Size]) -> None:
    ground, size = small
    assert len(ground.elements_by_kind["building"]) == size.buildings
    stands_free(ground)


def stands_free(ground: Ground) -> None:
    """No house overlaps another, stands in water, on a carriageway or outside the city."""
    houses = shapes(ground.elements_by_kind["building"])
    assert shapely.is_valid(houses).all()
    tree = shapely.STRtree(houses)
    one, other = tree.query(houses, predicate="intersects")
    assert (one == other).all()
    outline = ground.outline
    shapely.prepare(outline)
    assert shapely.contains(outline, houses).all()
    for water in ground.elements_by_kind.get("water", ()):
        assert not len(tree.query(water.geometry, predicate="intersects")), water.title
    for road in ground.elements_by_kind["road"]:
        half = road.properties["width_m"] / 2 / float(METRES.max())
        assert not len(tree.query(road.geometry, predicate="dwithin", distance=half * 0.98)), road.title


def test_heights_fit_their_floors(small: tuple[Ground, Size]) -> None:
    for house in small[0].elements_by_kind["building"]:
        assert house.height_m is not None
        assert 2.8 <= house.height_m <= 180
        assert house.height_m >= 2.5 * house.properties["floors"] or house.height_m == 180


def test_every_code_is_used_once_and_every_place_lies_where_it_says(small: tuple[Ground, Size]) -> None:
    ground, _ = small
    codes = [element.code for element in ground.elements]
    assert len(set(codes)) == len(codes)
    grids = {grid.code: grid for grid in ground.grids}
    assert {a.element_code for a in ground.addresses} <= set(codes)
    for address in ground.addresses:
        grid = grids[address.grid_code]
        assert grid.area_code == address.area_code
        assert grid.geometry.distance(shapely.Point(address.lon, address.lat)) < 1e-5, address.text
    for element in ground.elements:
        assert grids[element.grid_code].area_code == element.area_code


def test_no_address_stands_twice_and_each_begins_with_its_city_district_and_street(small: tuple[Ground, Size]) -> None:
    ground, _ = small
    texts = [address.text for address in ground.addresses]
    assert len(set(texts)) == len(texts)
    for address in ground.addresses:
        assert address.text.startswith(address.parts["city"] + address.parts["district"])
        assert address.text.endswith(address.parts["name"])
        if address.kind in ("door", "estate", "poi", "crossing"):
            assert address.text.startswith(address.parts["city"] + address.parts["district"] + address.parts["street"])


def test_house_numbers_rise_along_a_street_odd_on_one_side_even_on_the_other(small: tuple[Ground, Size]) -> None:
    ground, _ = small
    roads = {e.title["zh-Hans"]: e.geometry for e in ground.elements_by_kind["road"]}
    seen = 0
    for name, line in roads.items():
        if line.geom_type != "LineString":
            continue
        flat = shapely.transform(line, lambda at: at * METRES)
        doors = [s for s in ground.spots if s.kind == "door" and s.road == name]
        for parity in (0, 1):
            mine = sorted((s for s in doors if int(s.number[:-1]) % 2 == parity), key=lambda s: int(s.number[:-1]))
            at = [float(flat.project(shapely.Point(np.array([s.lon, s.lat]) * METRES))) for s in mine]
            steps = np.diff(at)  # lines are rounded to 0.1 m: doors at one spot may swap
            assert (steps > -2).all() or (steps < 2).all(), name
            sides = {np.sign(_side(flat, np.array([s.lon, s.lat]) * METRES)) for s in mine}
            assert len(sides) <= 1, name
            seen += len(mine)
    assert seen > 50


def _side(line: Any, point: Any) -> float:
    """Above 0 left of a line, below 0 right of it."""
    along = line.project(shapely.Point(point))
    here, ahead = (np.array(line.interpolate(max(along + step, 0)).coords[0]) for step in (-4, 4))
    way, aside = ahead - here, point - here
    return float(way[0] * aside[1] - way[1] * aside[0])


def test_facilities_have_kinds_titles_and_addresses(small: tuple[Ground, Size]) -> None:
    ground, size = small
    found = [element for element in ground.elements if element.kind in FACILITIES]
    assert len(found) == size.facilities
    assert all(element.geometry.geom_type == "Point" and element.address for element in found)
    assert all(element.title["zh-Hans"] and element.title["en"] for element in found)
    # and none stands in a house
    houses = shapely.STRtree(shapes(ground.elements_by_kind["building"]))
    assert not len(houses.query(shapes(found), predicate="within")[0])


def test_the_same_seed_gives_the_same_city_and_another_another() -> None:
    assert make_ground(5, VILLAGE) == make_ground(5, VILLAGE)
    assert make_ground(5, VILLAGE) != make_ground(6, VILLAGE)


def test_more_grids_than_blocks_is_said() -> None:
    with pytest.raises(ValueError, match="too coarse"):
        make_ground(1, Size(districts=1, streets=900, communities=900, grids=12, buildings=5, facilities=5))


def test_the_demos_city_is_as_the_issue_asks(yunxi: Ground) -> None:
    tiles(yunxi)
    stands_free(yunxi)
    kinds = {kind: len(rows) for kind, rows in yunxi.elements_by_kind.items()}
    assert kinds["building"] == Size().buildings
    assert sum(kinds[kind] for kind in FACILITIES) == Size().facilities
    assert len(yunxi.grids) == 600
    assert 25_000 <= len(yunxi.addresses) <= 32_000
    heights = [house.height_m or 0 for house in yunxi.elements_by_kind["building"]]
    assert max(heights) > 165
    assert 0.2 < sum(height < 12 for height in heights) / len(heights) < 0.5
    # and it lies where it always lay, with 朝阳社区 at the lake's east shore
    west, south, east, north = yunxi.outline.bounds
    assert (west > 118.86, south > 29.53, east < 119.03, north < 29.67) == (True,) * 4
    at = shapely.Point(118.952, 29.63)
    assert [grid.area_code for grid in yunxi.grids if grid.geometry.contains(at)] == ["yx010101"]


def test_the_demos_city_keeps_its_names(yunxi: Ground) -> None:
    titles = {area.code: area.title["zh-Hans"] for area in yunxi.areas}
    assert (titles["yx01"], titles["yx0203"], titles["yx030401"]) == ("临湖区", "青枫街道", "金桥社区")
    roads = {spot.text for spot in yunxi.spots_by_kind["road"]}
    assert {"解放路", "南屏路", "人民路", "云溪大道", "湖滨路", "文晖路", "滨河路", "古渡街"} <= roads
    estates = {spot.estate: spot.area_code for spot in yunxi.spots_by_kind["estate"]}
    assert estates["金桥华府"] == "yx030401"
    assert {"云溪第一小学", "临湖区人民医院"} <= {spot.poi for spot in yunxi.spots_by_kind["poi"]}


def test_the_scene_has_what_the_generator_writes(yunxi: Ground, tmp_path: Path) -> None:
    # when this fails: python -m yiwang.demo.ground
    write_scene_places(yunxi, tmp_path)
    for name in ("areas.csv", "grids.geojson"):
        assert (tmp_path / name).read_bytes() == (SCENE / name).read_bytes(), f"{name} is stale"
