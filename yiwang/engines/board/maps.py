"""What a map tile draws besides points: outlines of grids, names of their areas, where an area lies."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from yiwang.base.access import Viewer
from yiwang.base.access.paths import ancestor_paths
from yiwang.base.areas import queries as areas
from yiwang.base.areas.queries import JurisdictionView
from yiwang.engines.board.keeping import kept
from yiwang.engines.board.wording import said
from yiwang.engines.place import queries as place
from yiwang.kernel.errors import NotFound

MOST_LABELS = 24
"""More names than that would cover the map."""
KEEP_BOUNDS_S = 600


def map_outlines(viewer: Viewer, jurisdiction: JurisdictionView, system: str | None = None) -> dict[str, Any]:
    """Outlines as a GeoJSON collection (WGS-84), empty for a city without grids; `labels` names groups of grids.

    The names are those of the finest level of areas that has at most `MOST_LABELS` of them.
    """
    try:
        collection: dict[str, Any] = json.loads(place.grids_geojson(viewer, jurisdiction.code, system))
    except NotFound:
        collection = {"type": "FeatureCollection", "features": []}
    collection["labels"] = _labels(collection["features"], jurisdiction)
    return collection


def area_bounds(viewer: Viewer, jurisdiction: JurisdictionView, path: str) -> list[float] | None:
    """West, south, east, north of an area's grids in degrees; None for the whole city and areas without grids."""
    if not path:
        return None

    def corners() -> dict[str, list[float]]:
        found: dict[str, list[float]] = {}
        for one in map_outlines(viewer, jurisdiction)["features"]:
            lons, lats = zip(*_positions(one["geometry"]["coordinates"]), strict=True)
            box = [min(lons), min(lats), max(lons), max(lats)]
            for above in ancestor_paths(one["properties"].get("area", "")):
                old = found.setdefault(above, box)
                found[above] = [min(old[0], box[0]), min(old[1], box[1]), max(old[2], box[2]), max(old[3], box[3])]
        return found

    return kept(("bounds", jurisdiction.code), KEEP_BOUNDS_S, corners).get(path)


def _labels(features: list[dict[str, Any]], jurisdiction: JurisdictionView) -> list[dict[str, Any]]:
    """For each named area: the middle of its grids, in degrees."""
    titles = {one.path: one.title for one in areas.subtree(jurisdiction.root_path)}
    middles = [(one["properties"].get("area", ""), *_middle(one["geometry"])) for one in features]
    best: dict[str, list[tuple[float, float]]] = {}
    above = jurisdiction.root_path.count("/")
    for depth in range(1, 8):
        groups: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        for path, lon, lat in middles:
            parts = path.split("/")[: above + depth]
            groups["/".join(parts) + "/"].append((lon, lat))
        named = {path: points for path, points in groups.items() if path in titles}
        if not named or len(named) > MOST_LABELS or len(named) == len(best):
            break
        best = named
    return [
        {
            "title": said(titles[path]),
            "code": path.rstrip("/").split("/")[-1],
            "level": 3 if path.count("/") == above + 1 else 4,
            "lon": round(sum(lon for lon, _ in points) / len(points), 6),
            "lat": round(sum(lat for _, lat in points) / len(points), 6),
        }
        for path, points in sorted(best.items())
    ]


def _middle(geometry: dict[str, Any]) -> tuple[float, float]:
    """The middle of a geometry's bounding box."""
    lons, lats = zip(*_positions(geometry["coordinates"]), strict=True)
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2


def _positions(part: Any) -> Iterator[tuple[float, float]]:
    if isinstance(part[0], int | float):
        yield part[0], part[1]
        return
    for below in part:
        yield from _positions(below)
