"""Grids in scenes: checked with feature and line, installed, changed, removed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import shapely

from yiwang.base.access import SYSTEM, Viewer
from yiwang.engines.place import queries
from yiwang.engines.place.deriving import read_points
from yiwang.engines.place.models import GridVersion
from yiwang.kernel.scenes import check_scene, load_scene, registered_parts

PARTS = [part for part in registered_parts() if part.name in ("places", "divisions", "departments", "posts")]
SCENE = """
name: testville
version: 0.1.0
title: {zh-Hans: 试城, en: Testville}
summary: {zh-Hans: 试, en: A test.}
jurisdiction:
  code: testville
  title: {zh-Hans: 试城, en: Testville}
  time_zone: Asia/Shanghai
  calendar: CN
  languages: [zh-Hans, en]
  division_scheme: own
  root_area: tv
requires: {yiwang: ">=0"}
"""
SYSTEM_YAML = """
title: {zh-Hans: 选区, en: Wards}
level: 4
primary: true
file: wards.geojson
properties: {code: id, title: name}
"""


@dataclass(frozen=True)
class Context:
    by: Viewer
    scene: Any
    jurisdiction: Any


def box(lon: float, lat: float, side: float = 0.01) -> dict[str, Any]:
    return json.loads(shapely.to_geojson(shapely.box(lon, lat, lon + side, lat + side)))


def feature(code: Any, geometry: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"id": code, "name": f"Ward {code}"} | more, "geometry": geometry}


def scene(folder: Path, features: list[Any], yaml: str = SYSTEM_YAML, **files: str) -> Path:
    """A scene with one grid system, one feature a line from line 2 on."""
    root = folder / "testville"
    (root / "places").mkdir(parents=True, exist_ok=True)
    (root / "scene.yaml").write_text(SCENE, encoding="utf-8")
    (root / "README.md").write_text("# Testville\n", encoding="utf-8")
    (root / "places" / "wards.yaml").write_text(yaml, encoding="utf-8")
    lines = ",\n".join(json.dumps(each) for each in features)
    text = '{"type": "FeatureCollection", "features": [\n' + lines + "\n]}"
    (root / "places" / "wards.geojson").write_text(text, encoding="utf-8")
    for name, content in files.items():
        (root / "places" / name.replace("__", ".")).write_text(content, encoding="utf-8")
    return root


def problems(root: Path) -> list[str]:
    known = {"departments": ["roads"]}
    return [str(each).removeprefix(f"{root}/places/") for each in check_scene(root, PARTS, known=known)]


def test_a_sound_scene_has_no_problems(tmp_path):
    root = scene(
        tmp_path, [feature(1, box(114, 22)), feature("2", box(114.01, 22), name={"zh-Hans": "二", "en": "Two"})]
    )
    assert problems(root) == []


def test_every_fault_is_told_with_its_feature_and_line(tmp_path):
    yaml = SYSTEM_YAML.replace("title: name}", "title: name, area: district, department: bureau}")
    good = {"district": "tv", "bureau": "roads"}
    bow = {"type": "Polygon", "coordinates": [[[114, 22], [115, 23], [115, 22], [114, 23], [114, 22]]]}
    root = scene(
        tmp_path,
        [
            feature("a", box(114, 22), **good),
            feature("a", box(114.1, 22), **good),
            feature(None, box(114.2, 22), **good),
            feature("d", box(114.3, 22), district="nowhere", bureau="road"),
            feature("e", bow, **good),
            feature("f", box(22, 114), **good),
            feature("g", {"type": "Point", "coordinates": [114, 22]}, **good),
            feature("h", None, **good),
            feature("i", {"type": "Polygon", "coordinates": [[[114, 22], [115, 23]]]}, **good),
            feature("j", box(114.005, 22), **good),
            feature("k", box(114.4, 22), district="tv", name=" "),
            {"type": "Thing"},
            feature("m", box(300, 22), **good),
            feature("n", box(114.5, 22), bureau="roads"),
        ],
        yaml,
    )
    found = problems(root)
    starts = [
        ("wards.geojson:3: feature 2:", "taken by feature 1"),
        ("wards.geojson:4: feature 3:", "“id” must be a code"),
        ("wards.geojson:5:", "“nowhere” in areas"),
        ("wards.geojson:5:", "“road” in departments; did you mean “roads”"),
        ("wards.geojson:6: feature 5:", "crosses itself at 114.5"),
        ("wards.geojson:7: feature 6:", "swapped"),
        ("wards.geojson:8: feature 7:", "Point"),
        ("wards.geojson:9: feature 8:", "no geometry"),
        ("wards.geojson:10: feature 9:", "geometry"),
        ("wards.geojson:11: feature 10:", "“a” and “j” overlap"),
        ("wards.geojson:12: feature 11:", "“name” must be a title"),
        ("wards.geojson:13: feature 12:", "code"),
        ("wards.geojson:14: feature 13:", "no point on earth"),
        ("wards.geojson:15: feature 14:", "“district” is missing"),
    ]
    assert len(found) == len(starts), "\n".join(found)
    for told, (start, part) in zip(sorted(found, key=lambda t: int(t.split(":")[1])), starts, strict=True):
        assert told.startswith(start), told
        assert part in told, told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not JSON"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "not JSON"),
        ('{"type": "Polygon"}', "FeatureCollection is expected"),
        ('{"type": "FeatureCollection", "features": []}', "no features"),
        ('{"type":"FeatureCollection","crs":{"properties":{"name":"EPSG:2385"}},"features":[]}', "EPSG:2385"),
        ("[" * 5_000, "not JSON"),
    ],
)
def test_files_that_are_no_geojson_are_told(tmp_path, text, told):
    root = scene(tmp_path, [], wards__geojson=text)
    assert any(told in each for each in problems(root))


def test_files_nobody_reads_and_missing_ones_are_told(tmp_path):
    root = scene(tmp_path, [feature(1, box(114, 22))], other__geojson="{}")
    (one,) = problems(root)
    assert one.startswith("other.geojson:0: no file in places/ reads this one")
    (root / "places" / "wards.yaml").write_text(SYSTEM_YAML.replace("wards.geojson", "ward.geojson"), encoding="utf-8")
    assert any("did you mean “wards.geojson”" in each for each in problems(root))


def test_two_primary_systems_are_one_too_many(tmp_path):
    root = scene(tmp_path, [feature(1, box(114, 22))], second__yaml=SYSTEM_YAML)
    (one,) = problems(root)
    assert "primary system already" in one


def test_a_scene_installs_again_changes_and_goes(tmp_path, city):
    def install(root: Path) -> Context:
        context = Context(SYSTEM, load_scene(root, PARTS), city)
        (places,) = [part for part in PARTS if part.name == "places"]
        places.install(context, context.scene.of("places"))
        return context

    def at(lon: float) -> str | None:
        found = queries.locate(lon, 22.005, jurisdiction=city.id)
        return found.grid_code if found else None

    root = scene(tmp_path, [feature(1, box(114, 22)), feature(2, box(114.01, 22))])
    install(root)
    assert [at(114.005), at(114.015)] == ["1", "2"]
    install(root)
    assert GridVersion.objects.count() == 2
    second = scene(
        tmp_path,
        [feature(1, box(114, 22, 0.02))],
        wards__yaml=SYSTEM_YAML.replace("primary: true", "primary: false"),
        more__yaml=SYSTEM_YAML.replace("wards.geojson", "more.geojson"),
        more__geojson=(root / "places" / "wards.geojson").read_text(encoding="utf-8"),
    )
    install(second)
    assert [each.code for each in queries.grid_systems("testville")] == ["more", "wards"]
    for name in ("more.yaml", "more.geojson"):
        (second / "places" / name).unlink()
    context = install(second)
    assert [each.code for each in queries.grid_systems("testville")] == ["wards"]
    assert [at(114.005), at(114.015)] == ["1", "1"]
    (places,) = [part for part in PARTS if part.name == "places"]
    places.remove(context)
    assert not queries.has_grids(city.id)
    assert GridVersion.objects.filter(valid_to=None).exists()


def test_a_file_drawn_on_a_shifted_map_is_converted(tmp_path, city):
    root = scene(tmp_path, [feature(1, box(114, 22, 0.1))], SYSTEM_YAML + "coordinates: gcj02\n")
    context = Context(SYSTEM, load_scene(root, PARTS), city)
    (places,) = [part for part in PARTS if part.name == "places"]
    places.install(context, context.scene.of("places"))
    assert GridVersion.objects.get().west == pytest.approx(114 - 0.0050, abs=0.001)
    assert queries.grid_systems("testville")[0].source_system == "gcj02"


def test_the_city_of_baltimore_locates_its_requests(shared_data):
    """The districts shipped with the scene hold the requests they were drawn from."""
    from yiwang.engines.place.features import read_features
    from yiwang.engines.place.index import GridIndex, Located, Shape
    from yiwang.kernel.errors import Problems

    root = Path(__file__).resolve().parents[3]
    wrong = Problems()
    features = read_features(root / "scenes/baltimore_311/places/council_districts.geojson", wrong)
    assert not wrong
    assert [each.properties["code"] for each in features] == [str(n) for n in range(1, 15)]
    index = GridIndex([Shape(Located(0, f.properties["code"], {}, "", 0, "", None, ""), f.geometry) for f in features])
    path = shared_data("requests311/baltimore_311_10000.csv")
    points = read_points(path, label="CouncilDistrict", lon="Longitude", lat="Latitude")
    asked = [
        (found.grid_code if found else None, label)
        for found, label in zip(index.at_many(points.lons, points.lats), points.labels, strict=True)
        if label and found is not None
    ]
    assert len(asked) > 8_200
    assert sum(found == label for found, label in asked) / len(asked) > 0.997
