"""Polygons on their way into the store: checked, converted to WGS-84, repaired, measured, compared for overlaps.

Areas and widths are taken in a local plane (metres east and north at the latitude of the middle, equirectangular):
right to well under 1 % for anything the size of a city, which is what tolerances need.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from yiwang.engines.place.cells import METRES_PER_DEGREE
from yiwang.kernel.coordinates import System, convert_arrays
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]

MAX_VERTICES = 200_000
INHABITED = (-60.0, 80.0)
"""Latitudes between which cities lie; a map wholly outside that would lie inside with its axes swapped is swapped."""


@dataclass(frozen=True)
class Overlap:
    """Two grids cover the same ground: how much (m²), how wide on average (m), and a WGS-84 point in it."""

    one: str
    other: str
    area_m2: float
    width_m: float
    lon: float
    lat: float

    @property
    def text(self) -> Text:
        """In words."""
        told = N_("“%(one)s” and “%(other)s” overlap by %(area)s m², %(width)s m wide, near %(lon)s, %(lat)s")
        figures = {"area": round(self.area_m2), "width": round(self.width_m, 1)}
        return Text(told, {"one": self.one, "other": self.other, **figures, "lon": self.lon, "lat": self.lat})


@dataclass(frozen=True)
class Repaired:
    """A sound WGS-84 polygon and what had to be mended, None if nothing."""

    geometry: BaseGeometry
    repair: Text | None


def faults(geometry: BaseGeometry | None) -> Text | None:
    """Why a geometry cannot be a grid at all, None when it can (perhaps after repair)."""
    if geometry is None or geometry.is_empty:
        return Text(N_("it has no geometry"))
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return Text(N_("a grid is a polygon, but this is a %(kind)s"), {"kind": geometry.geom_type})
    if shapely.get_num_coordinates(geometry) > MAX_VERTICES:
        return Text(N_("it has more than %(limit)s corners; simplify it"), {"limit": MAX_VERTICES})
    return bad_coordinates(geometry)


def bad_coordinates(geometry: BaseGeometry) -> Text | None:
    """Coordinates that are no longitudes and latitudes, or that look swapped."""
    corners = shapely.get_coordinates(geometry)
    bad = ~(np.isfinite(corners).all(axis=1) & (np.abs(corners[:, 0]) <= 180) & (np.abs(corners[:, 1]) <= 90))
    if bad.any():
        lon, lat = (float(v) for v in corners[bad][0])
        if abs(lon) <= 90 and 90 < abs(lat) <= 180:
            told = N_("%(lon)s, %(lat)s: longitude and latitude are swapped")
            return Text(told, {"lon": lon, "lat": lat})
        return Text(N_("%(lon)s, %(lat)s is no point on earth (longitude, latitude)."), {"lon": lon, "lat": lat})
    south, north = INHABITED
    outside = (corners[:, 1] < south) | (corners[:, 1] > north)
    if outside.all() and ((corners[:, 0] >= south) & (corners[:, 0] <= north)).all():
        lon, lat = (float(v) for v in corners[0])
        return Text(N_("%(lon)s, %(lat)s: longitude and latitude look swapped"), {"lon": lon, "lat": lat})
    return None


def in_wgs84(geometry: BaseGeometry, source: System) -> BaseGeometry:
    """A geometry with flat (x, y) coordinates converted from `source`."""
    flat = shapely.force_2d(geometry)
    if source in ("wgs84", "cgcs2000"):
        return flat
    return shapely.transform(flat, lambda c: np.column_stack(convert_arrays(c[:, 0], c[:, 1], source, "wgs84")))


_REASONS = {
    "Self-intersection": N_("its outline crosses itself at %(lon)s, %(lat)s"),
    "Ring Self-intersection": N_("its outline touches itself at %(lon)s, %(lat)s"),
    "Hole lies outside shell": N_("a hole lies outside it, at %(lon)s, %(lat)s"),
    "Holes are nested": N_("a hole lies in another, at %(lon)s, %(lat)s"),
    "Nested shells": N_("a part lies in another, at %(lon)s, %(lat)s"),
    "Interior is disconnected": N_("holes cut it apart at %(lon)s, %(lat)s"),
    "Duplicate Rings": N_("it has the same ring twice, at %(lon)s, %(lat)s"),
    "Too few points in geometry component": N_("a ring has fewer than three corners, at %(lon)s, %(lat)s"),
}
_REASON = re.compile(r"([^\[]+)\[(\S+) (\S+)\]")


def unsound(geometry: BaseGeometry) -> Text:
    """Why a polygon is not valid, and where, in its own coordinates; GEOS' own words for anything rare."""
    reason = str(shapely.is_valid_reason(geometry))
    found = _REASON.fullmatch(reason)
    if found is None or found[1] not in _REASONS:
        return Text("%(message)s", {"message": reason})
    return Text(_REASONS[found[1]], {"lon": found[2], "lat": found[3]})


def repaired(geometry: BaseGeometry) -> Repaired:
    """A sound polygon of the same ground. `Invalid` when no polygon is left (all corners on one line)."""
    if geometry.is_valid:
        return Repaired(geometry.normalize(), None)
    reason = unsound(geometry)
    made = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    kept = [part for part in shapely.get_parts(made) if part.geom_type == "Polygon" and part.area > 0]
    if not kept:
        raise Invalid(N_("It cannot be mended: %(reason)s"), reason=reason)
    whole = kept[0] if len(kept) == 1 else shapely.multipolygons(kept)
    return Repaired(whole.normalize(), Text(N_("mended: %(reason)s"), {"reason": reason}))


def flattened(geometries: Geometries) -> Geometries:
    """WGS-84 geometries in one local plane of metres around the middle of them all."""
    west, south, east, north = shapely.total_bounds(geometries)
    middle = np.array([(west + east) / 2, (south + north) / 2])
    scale = np.array([METRES_PER_DEGREE * math.cos(math.radians(float(middle[1]))), METRES_PER_DEGREE])
    flat: Geometries = shapely.transform(geometries, lambda c: (c - middle) * scale)
    return flat


def areas_m2(geometries: Geometries) -> NDArray[np.float64]:
    """The area of each WGS-84 polygon in m², each taken at its own latitude."""
    middles = (shapely.bounds(geometries)[:, 1] + shapely.bounds(geometries)[:, 3]) / 2
    sizes: NDArray[np.float64] = shapely.area(geometries) * METRES_PER_DEGREE**2 * np.cos(np.radians(middles))
    return sizes


def overlaps(codes: Sequence[str], geometries: Geometries, tolerance_m: float) -> list[Overlap]:
    """Every two polygons whose common ground is wider than the tolerance on average (2 · area / perimeter).

    Neighbours digitised apart overlap in long slivers; their width, not their area, says how bad that is.
    """
    if len(codes) < 2:
        return []
    flat = flattened(geometries)
    left, right = shapely.STRtree(flat).query(flat, predicate="intersects")
    pairs = left < right
    left, right = left[pairs], right[pairs]
    common = shapely.intersection(flat[left], flat[right])
    sizes, edges = shapely.area(common), shapely.length(common)
    widths = np.divide(2 * sizes, edges, out=np.zeros_like(sizes), where=edges > 0)
    found = []
    for n in np.flatnonzero((widths > tolerance_m) & (sizes > 0)).tolist():
        where = shapely.point_on_surface(shapely.intersection(geometries[left[n]], geometries[right[n]]))
        one, other = sorted((codes[left[n]], codes[right[n]]))
        at = (round(float(where.x), 6), round(float(where.y), 6)) if not where.is_empty else (0.0, 0.0)
        found.append(Overlap(one, other, float(sizes[n]), float(widths[n]), *at))
    return sorted(found, key=lambda each: (each.one, each.other))
