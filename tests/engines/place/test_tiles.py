"""Vector tiles: what is encoded decodes to the same, lies within its tile, and is served from disk with its marks."""

from __future__ import annotations

import gzip
import itertools
import json
import os
from pathlib import Path

import shapely
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.place import town as plan
from tests.engines.place.tile_reader import read_tile
from yiwang.base.access import SYSTEM
from yiwang.engines.place import actions, queries
from yiwang.engines.place.actions import NewElement
from yiwang.engines.place.mercator import world
from yiwang.engines.place.tiles import EXTENT, Feature, Layer, base, bounds, encode
from yiwang.engines.place.tiles.base import base_tile
from yiwang.engines.place.tiles.cutting import BUFFER, tile_at
from yiwang.engines.place.tiles.outlines import plan_of


def test_a_city_of_grids_alone_has_tiles_of_areas_and_grids(grids):
    client = Client()
    told = client.get("/map/testville/base.json").json()
    assert told["bounds"] == [114.0, 22.5, 114.02, 22.51]
    assert [one["code"] for one in told["names"]] == ["one", "two"]
    x, y = tile_at(114.01, 22.505, 14)
    url = told["tiles"].format(z=14, x=x, y=y)
    answer = client.get(url, headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip" and "immutable" in answer.headers["Cache-Control"]
    layers = read_tile(gzip.decompress(answer.content))
    assert {f["properties"]["code"] for f in layers["area"]} == {"one", "two"}
    assert {f["properties"]["code"] for f in layers["grid"]} == {"a", "b"}
    assert client.get(url).content == gzip.decompress(answer.content)
    assert client.get(url, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/map/testville/base/14/0/0.mvt").status_code == 204


def test_a_city_without_ground_has_empty_tiles(city):
    client = Client()
    assert client.get("/map/testville/base.json").json()["bounds"] is None
    x, y = tile_at(114.01, 22.505, 14)
    assert client.get(f"/map/testville/base/14/{x}/{y}.mvt").status_code == 204
    assert client.get("/map/nowhere/base.json").status_code == 404
    assert client.get("/map/testville/base/3/8/0.mvt").status_code == 422
    assert bounds(0, 0, 0)[0] == -180
    assert json.loads(client.get("/places/at?jurisdiction=testville&lon=114&lat=22").content)["grid"] is None


SIDE = st.floats(0.05, 2.0)


def tile_of_the_town(z: int = 15) -> tuple[int, int, int]:
    """The tile in the middle of the town."""
    return z, *tile_at(*plan.at(10, 5), z)


@given(
    st.lists(st.tuples(st.floats(-2, 22), st.floats(-2, 12), SIDE, SIDE), min_size=1, max_size=12),
    st.integers(10, 17),
)
def test_polygons_come_back_as_they_were_to_a_unit(blocks, z):
    shapes = [plan.block(*one) for one in blocks]
    x, y = tile_at(*plan.at(10, 5), z)
    features = read_tile(encode([Layer("b", [Feature(s, {"n": n}, n + 1) for n, s in enumerate(shapes)])], z, x, y))
    left, top = x * EXTENT, y * EXTENT
    for one in features.get("b", []):
        corners = world(shapely.get_coordinates(shapes[one["properties"]["n"]])) * (EXTENT << z) - (left, top)
        wanted = shapely.clip_by_rect(shapely.Polygon(corners), -BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
        (ring,) = one["parts"]
        made = shapely.Polygon(ring)
        assert one["id"] == one["properties"]["n"] + 1 and one["type"] == 3
        assert (made.is_valid and not shapely.is_ccw(made.exterior)) or _doubled(ring) > 0
        assert all(-BUFFER <= a <= EXTENT + BUFFER for corner in ring for a in corner)
        assert wanted.hausdorff_distance(made) <= 1.5
    told = {one["properties"]["n"] for one in features.get("b", [])}
    west, south, east, north = bounds(z, x, y)
    inside = shapely.box(west, south, east, north)
    unit = (east - west) / EXTENT
    for n, (shape, (_x, _y, width, depth)) in enumerate(zip(shapes, blocks, strict=True)):
        is_seen = min(width, depth) * plan.STEP > 3 * unit
        if is_seen and shapely.intersection(shape, inside).area > shape.area / 2:
            assert n in told, "what lies in a tile and has a size there is in it"


def _doubled(ring):
    """Twice the area by the surveyor's formula, y downwards: positive outside, negative for holes."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))


def test_holes_follow_their_outside_and_turn_the_other_way():
    z, x, y = tile_of_the_town()
    yard = shapely.Polygon(plan.block(8, 4, 2, 2).exterior, [plan.block(8.5, 4.5, 1, 1).exterior])
    two = shapely.MultiPolygon([yard, plan.block(11, 4, 1, 1)])
    (one,) = read_tile(encode([Layer("b", [Feature(two)])], z, x, y))["b"]
    assert [_doubled(ring) > 0 for ring in one["parts"]] == [True, False, True]
    assert all(ring[0] == ring[-1] for ring in one["parts"])


@given(
    st.lists(st.lists(st.tuples(st.floats(0, 20), st.floats(0, 10)), min_size=2, max_size=8), min_size=1, max_size=5)
)
def test_lines_and_points_come_back(lines):
    z, x, y = tile_of_the_town(14)
    features = [Feature(plan.line(*points)) for points in lines]
    features += [
        Feature(shapely.Point(*plan.at(*points[0])), {"a": 1.5, "b": True, "c": -3, "d": "路"}) for points in lines
    ]
    told = read_tile(encode([Layer("l", features)], z, x, y)).get("l", [])
    for one in told:
        if one["type"] == 1:
            assert one["properties"] == {"a": 1.5, "b": True, "c": -3, "d": "路"}
            assert all(0 <= value < EXTENT for part in one["parts"] for corner in part for value in corner)
        else:
            assert one["type"] == 2 and all(len(part) >= 2 for part in one["parts"])


def test_everything_of_the_town_stands_in_the_tiles_of_its_place(town):
    city, found = plan_of("testville"), {}
    for z in (11, 14, 16):
        x, y = tile_at(*plan.at(10, 5), z)
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                for name, features in read_tile(base_tile(city, z, x + dx, y + dy)).items():
                    found.setdefault((z, name), []).extend(features)
    assert {name for z, name in found if z == 16} == {"water", "green", "road", "building", "area", "grid", "facility"}
    assert {f["properties"]["code"] for f in found[16, "facility"]} <= {"L1", "M1"}
    names = {f["properties"]["title"] for f in found[14, "road"]}
    assert names == set(plan.ROADS)
    assert {f["properties"]["title"] for f in found[11, "road"]} == set(plan.ROADS) - {"长弄里"}
    heights = {f["properties"]["height"] for f in found[14, "building"]}
    assert heights == {12.0, 54.0}
    assert {f["properties"]["level"] for f in found[14, "area"]} == {3, 4}


def test_a_tile_stays_small_however_much_stands_in_it(town, monkeypatch):
    z, x, y = tile_of_the_town(14)
    whole = read_tile(base_tile(plan_of("testville"), z, x, y))
    monkeypatch.setattr(base, "MAX_BYTES", 3_000)
    tile = base_tile(plan_of("testville"), z, x, y)
    small = read_tile(tile)
    assert len(tile) <= 3_000 and 0 < len(small["building"]) < len(whole["building"])
    assert 54.0 in {f["properties"]["height"] for f in small["building"]}, "what one sees most is kept"
    assert small["area"] == whole["area"]


def test_a_change_gives_new_tiles_and_a_new_mark(town):
    client = Client()
    z, x, y = tile_of_the_town(14)
    url = f"/map/testville/base/{z}/{x}/{y}.mvt"
    first = client.get(url)
    assert client.get(url).content == first.content
    tower = NewElement("T1", "building", plan.titled("塔"), plan.block(10, 5.5), 200.0)
    actions.put_elements("testville", [tower], by=SYSTEM)
    second = client.get(url)
    assert second.headers["ETag"] != first.headers["ETag"]
    assert 200.0 in {f["properties"]["height"] for f in read_tile(second.content)["building"]}


def test_tiles_of_an_older_state_go_after_a_while(town):
    queries.draw_ahead("testville", up_to=8)
    older = Path(settings.HOME) / "cache" / "tiles" / "testville" / plan_of("testville").stamp
    tower = NewElement("T1", "building", plan.titled("塔"), plan.block(10, 5.5), 200.0)
    actions.put_elements("testville", [tower], by=SYSTEM)
    queries.draw_ahead("testville", up_to=8)
    assert older.exists(), "other processes may still hand them out"
    os.utime(older, (0, 0))
    actions.put_elements("testville", [NewElement("T2", "bin", {}, shapely.Point(*plan.at(1, 1)))], by=SYSTEM)
    queries.draw_ahead("testville", up_to=8)
    assert not older.exists()


def test_tiles_can_be_drawn_ahead(town):
    n = queries.draw_ahead("testville", up_to=12)
    city = plan_of("testville")
    kept = list((Path(settings.HOME) / "cache" / "tiles" / "testville" / city.stamp).rglob("*.mvt.gz"))
    assert len(kept) == n >= 7
