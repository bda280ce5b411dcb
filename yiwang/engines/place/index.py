"""The grids of one system in memory, asked "which one is here?" millions of times.

Every part of every grid stands in an STRtree and is a prepared geometry: about 5 µs a point. Built once and never
changed, and everything GEOS builds lazily is built here, so that threads may ask at the same time.

Where grids overlap (or share a border) the smallest wins, then the lower code, so that the same point always gives
the same grid.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from yiwang.engines.place.cells import METRES_PER_DEGREE, box_around, metres_between

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

OUT_DIGITS = 6  # of degrees in GeoJSON: 0.1 m


@dataclass(frozen=True, slots=True)
class Located:
    """The grid a point lies in, with the area and department it belongs to ("" and None: no department of its own)."""

    grid_id: int
    grid_code: str
    title: Mapping[str, str]
    system: str
    area_id: int
    area_path: str
    department_id: int | None
    department_path: str


@dataclass(frozen=True, slots=True)
class Near:
    """A grid near a point, and how far its nearest edge is in metres (0 inside)."""

    grid: Located
    metres: float


@dataclass(frozen=True, slots=True)
class Shape:
    """One grid as loaded: what is known of it and its WGS-84 polygon(s)."""

    grid: Located
    geometry: BaseGeometry


class GridIndex:
    """The grids of one system at one moment; `until` is when the next version comes into force, None if none is known.

    Questions are answered in degrees of WGS-84.
    """

    def __init__(self, shapes: Sequence[Shape], until: datetime | None = None) -> None:
        whole = np.array([shape.geometry for shape in shapes], dtype=object)
        sizes = shapely.area(whole) if len(shapes) else np.zeros(0)
        order = sorted(range(len(shapes)), key=lambda n: (float(sizes[n]), shapes[n].grid.grid_code))
        self.until = until
        self.grids: tuple[Located, ...] = tuple(shapes[n].grid for n in order)
        self._whole = whole[order] if len(shapes) else whole
        self._parts, self._owner = shapely.get_parts(self._whole, return_index=True)
        shapely.prepare(self._parts)
        self._tree = shapely.STRtree(self._parts)
        self._owners: list[int] = self._owner.tolist()
        self._part_list: list[Any] = list(self._parts)
        self._warm()

    def _warm(self) -> None:
        """Make GEOS build what it builds at the first question, here in one thread."""
        if len(self._parts):
            inside = shapely.point_on_surface(self._parts)
            shapely.intersects_xy(self._parts, shapely.get_x(inside), shapely.get_y(inside))
            self._tree.query(inside[:1])

    def __len__(self) -> int:
        return len(self.grids)

    def shapes(self) -> list[Shape]:
        """Every grid with its polygon(s), smallest first."""
        return [Shape(grid, shape) for grid, shape in zip(self.grids, self._whole.tolist(), strict=True)]

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of all grids together in degrees, None without any."""
        if not len(self._parts):
            return None
        west, south, east, north = shapely.total_bounds(self._parts).tolist()
        return west, south, east, north

    def at(self, lon: float, lat: float) -> Located | None:
        """The grid a point lies in or on the border of; None outside all of them, also for NaN."""
        found = self._tree.query(_point(lon, lat))
        parts, owners = self._part_list, self._owners
        best = -1
        for part in found.tolist():
            owner = owners[part]
            if (best < 0 or owner < best) and _meets(parts[part], lon, lat):
                best = owner
        return self.grids[best] if best >= 0 else None

    def at_many(self, lons: ArrayLike, lats: ArrayLike) -> list[Located | None]:
        """The grid of each of many points (arrays of one shape, n long), as `at`."""
        x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        positions = self.positions(x, y).tolist()
        return [self.grids[n] if n >= 0 else None for n in positions]

    def positions(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
        """For each of n points the position in `grids` of the grid it lies in, -1 outside."""
        out = np.full(len(x), len(self.grids), dtype=np.int64)
        if len(self._parts):
            points, parts = self._tree.query(shapely.points(x, y))
            hit = shapely.intersects_xy(self._parts[parts], x[points], y[points])
            np.minimum.at(out, points[hit], self._owner[parts[hit]])
        out[out == len(self.grids)] = -1
        return out

    def near(self, lon: float, lat: float, metres: float) -> list[Near]:
        """The grids within `metres` of a point, nearest first; measured on the sphere to their nearest edge."""
        south, north, reach = box_around(lat, metres)
        nearest: dict[int, float] = {}
        east = METRES_PER_DEGREE * math.cos(math.radians(lat))
        for shift in _turns(lon, reach):
            x = lon + shift
            box = shapely.box(x - reach, south, x + reach, north)
            for part in self._tree.query(box).tolist():
                away = self._distance(part, x, lat, east)
                owner = self._owners[part]
                if away <= metres and away < nearest.get(owner, math.inf):
                    nearest[owner] = away
        return [Near(self.grids[n], away) for n, away in sorted(nearest.items(), key=lambda each: (each[1], each[0]))]

    def _distance(self, part: int, lon: float, lat: float, east: float) -> float:
        """Metres from a point to a part: its nearest point is sought in a plane where both axes are metres."""
        if _meets(self._part_list[part], lon, lat):
            return 0.0
        scale = np.array([east, METRES_PER_DEGREE])
        flat = shapely.transform(self._part_list[part], lambda c: (c - (lon, lat)) * scale)
        line = shapely.shortest_line(shapely.Point(0, 0), flat)
        x, y = shapely.get_coordinates(line)[1] / scale
        return metres_between(lon, lat, lon + float(x), lat + float(y))

    def geojson(self, shown: Callable[[Located], bool], properties: Callable[[Located], Mapping[str, Any]]) -> str:
        """A GeoJSON FeatureCollection (RFC 7946, text) of the grids for which `shown`, in order of their codes."""
        chosen = sorted((n for n, grid in enumerate(self.grids) if shown(grid)), key=lambda n: self.grids[n].grid_code)
        rounded = shapely.transform(self._whole[chosen], lambda c: np.round(c, OUT_DIGITS))
        shapes: list[str] = shapely.to_geojson(shapely.orient_polygons(rounded)).tolist()
        features = [
            f'{{"type":"Feature","id":{self.grids[n].grid_id},"properties":'
            f"{json.dumps(properties(self.grids[n]), ensure_ascii=False)},"
            f'"geometry":{shape}}}'
            for n, shape in zip(chosen, shapes, strict=True)
        ]
        return '{"type":"FeatureCollection","features":[' + ",\n".join(features) + "]}"


def _turns(lon: float, reach: float) -> list[float]:
    """0 and, where the box crosses the 180th meridian, the turn that brings it to the other side."""
    turns = [0.0]
    if lon - reach < -180:
        turns.append(360.0)
    if lon + reach > 180:
        turns.append(-360.0)
    return turns


_point = shapely.Point  # twice as quick as shapely.points for one
_meets = shapely.intersects_xy
