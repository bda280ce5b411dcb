"""The index of one system: agrees with asking every polygon, also on borders, in enclaves and from threads."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely

from yiwang.engines.place.index import GridIndex, Located, Shape


def shape(code: str, geometry) -> Shape:
    return Shape(Located(hash(code) % 10_000, code, {"en": code}, "grids", 1, "tv/", None, ""), geometry)


@pytest.fixture(scope="module")
def tiles():
    made = np.random.default_rng(7)
    points = shapely.multipoints(made.uniform(0, 1, (400, 2)) + np.array([114, 22]))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=shapely.box(114, 22, 115, 23)))
    return [shape(f"g{n:03}", cell) for n, cell in enumerate(cells)]


def test_every_point_gets_the_grid_that_contains_it(tiles):
    index = GridIndex(tiles)
    made = np.random.default_rng(8)
    x, y = made.uniform(113.9, 115.1, 2_000), made.uniform(21.9, 23.1, 2_000)
    together = index.at_many(x, y)
    for lon, lat, bulk in zip(x.tolist(), y.tolist(), together, strict=True):
        one = index.at(lon, lat)
        assert one is bulk
        slow = [each.grid.grid_code for each in tiles if each.geometry.intersects(shapely.Point(lon, lat))]
        assert ([one.grid_code] if one else []) == slow[:1]
    assert sum(each is not None for each in together) > 1_000


def test_a_point_on_a_border_always_gets_the_same_grid():
    left, right = shape("left", shapely.box(0, 0, 2, 2)), shape("right", shapely.box(2, 0, 3, 1))
    for order in ([left, right], [right, left]):
        assert GridIndex(order).at(2, 0.5).grid_code == "right"  # the smaller one
    twins = [shape("b", shapely.box(0, 0, 1, 1)), shape("a", shapely.box(0, 0, 1, 1))]
    assert GridIndex(twins).at(0.5, 0.5).grid_code == "a"


def test_a_grid_of_several_parts_is_found_in_each_and_not_between():
    enclave = shapely.union_all([shapely.box(0, 0, 1, 1), shapely.box(4, 4, 5, 5)])
    index = GridIndex(
        [shape("e", enclave), shape("round", shapely.box(3, 3, 6, 6).difference(shapely.box(4, 4, 5, 5)))]
    )
    assert index.at(0.5, 0.5).grid_code == "e"
    assert index.at(4.5, 4.5).grid_code == "e"
    assert index.at(3.5, 3.5).grid_code == "round"
    assert index.at(2, 2) is None


def test_nothing_is_nowhere():
    empty = GridIndex([])
    assert empty.at(1, 1) is None
    assert empty.at_many([1.0], [1.0]) == [None]
    assert empty.near(1, 1, 100) == []
    assert json.loads(empty.geojson(lambda _: True, lambda _: {}))["features"] == []
    index = GridIndex([shape("a", shapely.box(0, 0, 1, 1))])
    assert index.at(float("nan"), 0.5) is None
    assert index.at_many([np.nan, 0.5], [0.5, 0.5])[0] is None


def test_near_grids_come_by_distance_in_metres():
    index = GridIndex(
        [shape("a", shapely.box(114, 22, 114.01, 22.01)), shape("b", shapely.box(114.02, 22, 114.03, 22.01))]
    )
    found = index.near(114.011, 22.005, 2_000)
    assert [each.grid.grid_code for each in found] == ["a", "b"]
    # 0.001° and 0.009° of longitude at 22.005° N
    assert found[0].metres == pytest.approx(103.1, abs=0.2)
    assert found[1].metres == pytest.approx(927.9, abs=0.5)
    assert [each.metres for each in index.near(114.005, 22.005, 10)] == [0.0]


def test_near_reaches_over_the_date_line():
    index = GridIndex([shape("east", shapely.box(179.9, 0, 180, 0.1))])
    assert [each.grid.grid_code for each in index.near(-179.999, 0.05, 500)] == ["east"]


def test_threads_asking_at_once_get_what_one_gets(tiles):
    index = GridIndex(tiles)
    made = np.random.default_rng(9)
    points = list(zip(made.uniform(114, 115, 3_000).tolist(), made.uniform(22, 23, 3_000).tolist(), strict=True))
    expected = [index.at(*point) for point in points]
    fresh = GridIndex(tiles)
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: [fresh.at(*point) for point in points], range(8)))
    codes = [each and each.grid_code for each in expected]
    assert all([each and each.grid_code for each in run] == codes for run in runs)


def test_geojson_is_counter_clockwise_and_rounded():
    index = GridIndex([shape("a", shapely.Polygon([(0, 0), (0, 1.123456789), (1, 1), (1, 0)]))])
    found = json.loads(index.geojson(lambda _: True, lambda grid: {"code": grid.grid_code, "title": {"en": '"x"'}}))
    feature = found["features"][0]
    assert feature["properties"] == {"code": "a", "title": {"en": '"x"'}}
    outline = shapely.Polygon(feature["geometry"]["coordinates"][0])
    assert outline.exterior.is_ccw
    assert [0, 1.123457] in feature["geometry"]["coordinates"][0]
