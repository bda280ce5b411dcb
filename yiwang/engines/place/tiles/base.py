"""The base map of a city as vector tiles: water, green, roads, buildings, areas, grids. Public facts, no viewer asked.

| layer | from zoom | properties |
|---|---|---|
| water, green | 6, 9 | kind, title |
| road | 8 main, 10 to 13 the others | class, title, width |
| building | 11, the large ones first | height (m); kind (use) and title from 15 |
| area | 6 | code, title, title_en, level: districts; streets from 9, communities from 12 |
| grid | 11 | code, title, title_en, area (code) |
| facility | 16 | code, kind: lamps, covers, bins and whatever else stands at a point |

A tile is at most `MAX_BYTES`: of the largest layer the smallest things are left out until it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db.models import F, Q, QuerySet
from shapely.geometry.base import BaseGeometry

from yiwang.engines.place.models import Element
from yiwang.engines.place.searching import boxes_meeting
from yiwang.engines.place.tiles.cutting import BUFFER, EXTENT, bounds
from yiwang.engines.place.tiles.encoding import Feature, Layer, Packed, Value, pack
from yiwang.engines.place.tiles.outlines import Plan

MIN_ZOOM, MAX_ZOOM = 6, 16
MAX_BYTES = 250_000
LAYERS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "water": (("water", "river", "lake", "canal"), MIN_ZOOM),
    "green": (("green", "park", "square"), 9),
    "road": (("road",), 8),
    "building": (("building",), 11),
}
"""Layer → the kinds of elements in it, and the zoom it begins at."""
FACILITIES_FROM = 16
ROADS_FROM = {
    **dict.fromkeys(("express", "expressway", "motorway", "trunk", "arterial", "primary", "major", "avenue"), 8),
    "secondary": 10,
    **dict.fromkeys(("minor", "lane", "service", "alley", "residential", "local", "path"), 13),
}
OTHER_ROADS_FROM = 12
AREAS_FROM = {4: 9, 5: 12}
GRIDS_FROM = 11
TITLES_FROM = 15
"""Buildings have their use and name from here on."""
FRAME = 8
"""Bytes around a layer."""
SMALLEST = {11: 60.0, 12: 30.0, 13: 12.0}
"""Buildings of fewer square units are left out; a unit is 1/4096 of a tile."""


@dataclass(frozen=True)
class _Row:
    """An element as a tile needs it."""

    id: int
    code: str
    kind: str
    title: Mapping[str, str]
    height_m: float | None
    properties: Mapping[str, Any]
    geometry: BaseGeometry


def base_tile(plan: Plan, z: int, x: int, y: int) -> bytes:
    """One tile of the base map, not zipped; b"" where there is nothing."""
    rows = [*_rows(plan, z, x, y), *_buildings(plan, z, x, y)]
    layers = [_layer(name, rows, z) for name in LAYERS]
    layers += [_areas(plan, z), _grids(plan, z), _facilities(rows, z)]
    made = [(layer, packed) for layer in layers if (packed := pack(layer, z, x, y)) is not None]
    spare = MAX_BYTES - sum(len(packed) + FRAME for _layer, packed in made)
    for n in sorted(range(len(made)), key=lambda n: -len(made[n][1])):
        if spare < 0:
            layer, packed = made[n]
            made[n] = layer, _thinned(layer, packed, len(packed) + spare)
            spare += len(packed) - len(made[n][1])
    return b"".join(packed.to_bytes() for _layer, packed in made)


def _thinned(layer: Layer, packed: Packed, most: int) -> Packed:
    """The layer without its smallest things, so that it has at most so many bytes (or nothing is left in it)."""
    shapes = np.array([feature.geometry for feature in layer.features], dtype=object)
    heights = np.array([float(feature.properties.get("height") or 0) for feature in layer.features])
    # what one sees of a thing: its ground and how high it stands on it; of a line its length
    weights = np.maximum(shapely.area(shapes), shapely.length(shapes) * 1e-6) * (1 + heights / 10)
    room = most - len(packed.head) - len(packed.tail)
    kept = set()
    for n, body in sorted(packed.features, key=lambda one: -weights[one[0]]):
        room -= len(body)
        if room < 0:
            break
        kept.add(n)
    return packed.only(kept)


def _rows(plan: Plan, z: int, x: int, y: int) -> Iterator[_Row]:
    """The elements that meet a tile and its margin, of the kinds drawn at this zoom, buildings from `TITLES_FROM`."""
    kinds = [kind for name, (kinds, least) in LAYERS.items() if z >= least for kind in kinds]
    if z < TITLES_FROM:
        kinds.remove("building") if "building" in kinds else None
    where = Q(kind__in=kinds) if z < FACILITIES_FROM else Q()
    chosen = _elements(plan, z, x, y).filter(where)
    found = list(chosen.values_list("id", "code", "kind", "title", "height_m", "properties", "geometry"))
    shapes = shapely.from_wkb([bytes(row[-1]) for row in found])
    for (number, code, kind, title, height_m, properties, _wkb), shape in zip(found, shapes, strict=True):
        yield _Row(number, code, kind, title, height_m, properties, shape)


def _buildings(plan: Plan, z: int, x: int, y: int) -> Iterator[_Row]:
    """Buildings of a tile where only their height is told: there are too many to read more of them."""
    if not LAYERS["building"][1] <= z < TITLES_FROM:
        return
    west, south, east, north = bounds(z, x, y)
    least = SMALLEST.get(z, 0.0) * (east - west) * (north - south) / EXTENT**2
    boxes = (F("east") - F("west")) * (F("north") - F("south"))
    large = _elements(plan, z, x, y).filter(kind="building").alias(box=boxes).filter(box__gte=least)
    found = list(large.values_list("id", "height_m", "geometry"))
    shapes = shapely.from_wkb([bytes(row[-1]) for row in found])
    for (number, height_m, _wkb), shape in zip(found, shapes, strict=True):
        yield _Row(number, "", "building", {}, height_m, {}, shape)


def _elements(plan: Plan, z: int, x: int, y: int) -> QuerySet[Element]:
    """The elements that meet a tile and its margin."""
    west, south, east, north = bounds(z, x, y)
    over, up = (east - west) * BUFFER / EXTENT, (north - south) * BUFFER / EXTENT
    box = (max(west - over, -180.0), south - up, min(east + over, 180.0), north + up)
    return Element.objects.filter(boxes_meeting(plan.jurisdiction.id, box), is_active=True).order_by("id")


def _layer(name: str, rows: list[_Row], z: int) -> Layer:
    kinds, least = LAYERS[name]
    chosen = [row for row in rows if row.kind in kinds] if z >= least else []
    if name == "road":
        chosen = [row for row in chosen if z >= _road_from(row)]
    smallest = SMALLEST.get(z, 0.0) if name == "building" else 0.0
    tolerance = 1.0 if name == "building" and z >= 14 else 3.0 if z < 15 else 1.0
    return Layer(name, [Feature(row.geometry, _told(name, row, z), row.id) for row in chosen], tolerance, smallest)


def _road_from(row: _Row) -> int:
    return ROADS_FROM.get(row.properties.get("class", ""), OTHER_ROADS_FROM)


def _told(name: str, row: _Row, z: int) -> dict[str, Value | None]:
    title = row.title.get("zh-Hans") or None
    if name == "building":
        return {"height": row.height_m, "kind": row.properties.get("use"), "title": title}
    if name == "road":
        width = row.properties.get("width_m")
        road = row.properties.get("class")
        return {"class": road, "title": title, "title_en": row.title.get("en") or None, "width": width}
    return {"kind": row.kind, "title": title, "title_en": row.title.get("en") or None}


def _areas(plan: Plan, z: int) -> Layer:
    chosen = [one for one in plan.outlines if z >= AREAS_FROM.get(one.area.level, MIN_ZOOM)]
    features = [
        Feature(one.geometry, {"code": one.area.code, **_titles(one.area.title), "level": one.area.level}, one.area.id)
        for one in chosen
    ]
    return Layer("area", features, 3.0)


def _grids(plan: Plan, z: int) -> Layer:
    codes = {area.path: area.code for area in plan.areas}
    features = [
        Feature(
            one.geometry,
            {"code": one.grid.grid_code, **_titles(one.grid.title), "area": codes.get(one.grid.area_path)},
            one.grid.grid_id,
        )
        for one in (plan.grids if z >= GRIDS_FROM else ())
    ]
    return Layer("grid", features, 3.0)


def _facilities(rows: list[_Row], z: int) -> Layer:
    drawn = {kind for kinds, _least in LAYERS.values() for kind in kinds}
    chosen = [row for row in rows if row.kind not in drawn] if z >= FACILITIES_FROM else []
    return Layer("facility", [Feature(row.geometry, {"code": row.code, "kind": row.kind}, row.id) for row in chosen])


def _titles(title: Mapping[str, str]) -> dict[str, Value | None]:
    return {"title": title.get("zh-Hans") or next(iter(title.values()), None), "title_en": title.get("en") or None}
