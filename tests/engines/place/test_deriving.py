"""Districts from points: tile without gaps, give the labels back, stand bad points."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.engines.place.deriving import derive_districts, geojson_text, held_out_share, read_points
from yiwang.engines.place.deriving.points import trusted
from yiwang.kernel.coordinates import convert
from yiwang.kernel.errors import Invalid

WEST, SOUTH, SIDE = -76.7, 39.2, 0.1


def quarters(n: int = 2_000, seed: int = 1):
    """Points of a square city of four quarters, labelled by them."""
    made = np.random.default_rng(seed)
    lons, lats = made.uniform(WEST, WEST + SIDE, n), made.uniform(SOUTH, SOUTH + SIDE, n)
    labels = [
        f"{'N' if y > SOUTH + SIDE / 2 else 'S'}{'E' if x > WEST + SIDE / 2 else 'W'}"
        for x, y in zip(lons, lats, strict=True)
    ]
    return lons, lats, labels


def shapes_of(derived):
    return np.array([each.geometry for each in derived.districts], dtype=object)


def assert_tiles(derived):
    """Sound polygons, edges matched, nothing covered twice, no gap inside."""
    shapes = shapes_of(derived)
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.union_all(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(whole.area, rel=1e-9)
    assert sum(len(part.interiors) for part in shapely.get_parts(whole)) == 0


def test_quarters_come_back_as_quarters():
    lons, lats, labels = quarters()
    derived = derive_districts(lons, lats, labels)
    assert [each.label for each in derived.districts] == ["NE", "NW", "SE", "SW"]
    assert_tiles(derived)
    assert derived.share_own > 0.99
    assert held_out_share(lons, lats, labels) > 0.97
    true = shapely.box(WEST, SOUTH, WEST + SIDE / 2, SOUTH + SIDE / 2)
    drawn = derived.districts[3].geometry
    assert drawn.intersection(true).area / true.area > 0.97


def test_bad_points_do_not_move_the_borders():
    lons, lats, labels = quarters()
    made = np.random.default_rng(2)
    clean = derive_districts(lons, lats, labels)
    fillers = [(-77.0, 39.0)] * 300 + [(0.0, 0.0)] * 50 + [(-76.66, 39.25)] * 30 + [(float("nan"), float("nan"))] * 20
    far = [(x, 45.0) for x in made.uniform(-70, -60, 20)] + [(200.0, 95.0)] * 5
    bad = fillers + far
    wrong = made.choice(["NE", "NW", "SE", "SW"], len(bad)).tolist()
    x = np.concatenate([lons, [p[0] for p in bad], lons[:30]])
    y = np.concatenate([lats, [p[1] for p in bad], lats[:30]])
    derived = derive_districts(x, y, [*labels, *wrong, *[""] * 30])
    assert derived.dropped["placeholder"] == 300 + 30
    assert derived.dropped["nowhere"] == 50 + 20 + 5
    assert derived.dropped["outlier"] == 20
    assert derived.dropped["unlabelled"] == 30
    for before, after in zip(clean.districts, derived.districts, strict=True):
        moved = before.geometry.symmetric_difference(after.geometry).area
        assert moved < 0.001 * before.geometry.area


def test_wrong_labels_among_right_ones_leave_no_islands():
    lons, lats, labels = quarters()
    made = np.random.default_rng(3)
    for n in made.choice(len(labels), 40, replace=False):
        labels[n] = {"NE": "SW", "SW": "NE", "NW": "SE", "SE": "NW"}[labels[n]]
    derived = derive_districts(lons, lats, labels)
    assert shapely.get_num_geometries(shapes_of(derived)).tolist() == [1, 1, 1, 1]
    assert_tiles(derived)


def test_a_real_second_part_of_a_district_stays():
    lons, lats, labels = quarters()
    inside = (np.abs(lons - (WEST + 0.075)) < 0.01) & (np.abs(lats - (SOUTH + 0.075)) < 0.01)
    derived = derive_districts(lons, lats, np.where(inside, "SW", labels).tolist())
    enclave = next(each for each in derived.districts if each.label == "SW")
    assert shapely.get_num_geometries(enclave.geometry) == 2
    assert_tiles(derived)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from("abc")), min_size=4, max_size=60, unique=True
    ),
    st.sampled_from([0.0, 40.0]),
)
def test_whatever_the_points_the_districts_tile(points, simplify_m):
    lons = [114 + x / 1_000 + 0.0005 for x, _, _ in points]
    lats = [22.5 + y / 1_000 + 0.0005 for _, y, _ in points]
    labels = [label for _, _, label in points]
    try:
        kept = trusted(lons, lats, labels)
        derived = derive_districts(lons, lats, labels, simplify_m=simplify_m)
    except Invalid:
        return
    assert {each.label for each in derived.districts} == {kept.names[n] for n in np.unique(kept.labels)}
    assert_tiles(derived)


@pytest.mark.parametrize(
    ("points", "labels"),
    [([], []), ([(114, 22)], ["a"]), ([(114.1, 22.1), (114.2, 22.1), (114.3, 22.3)], ["a", "a", "a"])],
)
def test_too_little_to_draw_from_is_said(points, labels):
    with pytest.raises(Invalid):
        derive_districts([p[0] for p in points], [p[1] for p in points], labels)
    with pytest.raises(Invalid):
        derive_districts([114.1], [22.1], ["a", "b"])


def test_labels_become_codes_fit_for_areas():
    lons, lats, labels = quarters(400)
    names = {"NE": "Washington Village/Pigtown", "NW": "washington village pigtown", "SE": "罗湖区", "SW": "7"}
    derived = derive_districts(lons, lats, [names[label] for label in labels])
    assert {each.label: each.code for each in derived.districts} == {
        "7": "7",
        "Washington Village/Pigtown": "washington_village_pigtown",
        "washington village pigtown": "washington_village_pigtown_2",
        "罗湖区": "罗湖区",
    }
    assert derived.districts[0].label == "7"


def test_the_file_reads_back_as_written():
    derived = derive_districts(*quarters(300))
    text = geojson_text(derived, titles={"zh-Hans": "第{label}区", "en": "Quarter {label}"})
    found = json.loads(text)["features"]
    assert found[0]["properties"]["title"] == {"zh-Hans": "第NE区", "en": "Quarter NE"}
    assert text.count("\n") == len(found) + 2
    again = np.array([shapely.from_geojson(json.dumps(each["geometry"])) for each in found], dtype=object)
    assert shapely.coverage_is_valid(again)


def test_points_are_read_from_a_chinese_spreadsheet_in_its_own_coordinates(tmp_path):
    lon, lat = convert(114.06, 22.54, "wgs84", "gcj02")
    path = tmp_path / "留言.csv"
    path.write_bytes(f"街道,经度,纬度\n园岭街道,{lon},{lat}\n,不详,\n".encode("gb18030"))
    points = read_points(path, label="街道", lon="经度", lat="纬度", coordinates="gcj02")
    assert (points.lons[0], points.lats[0]) == pytest.approx((114.06, 22.54), abs=1e-8)
    assert points.labels == ["园岭街道", ""]
    assert np.isnan(points.lons[1])
    with pytest.raises(Invalid, match="街道办"):
        read_points(path, label="街道办", lon="经度", lat="纬度")


@pytest.mark.parametrize(
    ("column", "n_districts", "own", "held"),
    [("CouncilDistrict", 14, 0.997, 0.97), ("PoliceDistrict", 9, 0.997, 0.98), ("Neighborhood", 272, 0.98, 0.88)],
)
def test_baltimores_districts_from_its_requests(shared_data, column, n_districts, own, held):
    path = shared_data("requests311/baltimore_311_10000.csv")
    points = read_points(path, label=column, lon="Longitude", lat="Latitude")
    derived = derive_districts(points.lons, points.lats, points.labels)
    assert len(derived.districts) == n_districts
    assert_tiles(derived)
    assert derived.share_own >= own
    assert held_out_share(points.lons, points.lats, points.labels) >= held


def test_shenzhens_districts_are_found_again_from_points_in_them(shared_data):
    features = json.loads(shared_data("geo/shenzhen_districts.json").read_text(encoding="utf-8"))["features"]
    true = {f["properties"]["qh"]: shapely.from_geojson(json.dumps(f["geometry"])).buffer(0) for f in features}
    made = np.random.default_rng(5)
    x, y = made.uniform(113.75, 114.65, 12_000), made.uniform(22.4, 22.9, 12_000)
    labels = np.full(len(x), "", dtype=object)
    for name, shape in true.items():
        labels[shapely.intersects_xy(shape, x, y)] = name
    derived = derive_districts(x, y, labels.tolist())
    assert {each.label for each in derived.districts} == set(true)
    for each in derived.districts:
        common = each.geometry.intersection(true[each.label]).area
        assert common / true[each.label].area > 0.9
