"""Geometries in degrees become whole numbers of one tile: projected, cut with a margin, simplified.

Tiles are those of Web Mercator (EPSG:3857 on a sphere, y downwards, zoom z cuts the world into 2^z by 2^z tiles), as
MapLibre asks for them. Within a tile a coordinate runs from 0 to `EXTENT` from its left and upper edge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from yiwang.engines.place.mercator import latitude, world
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]

EXTENT = 4096
BUFFER = 64
"""Units kept beyond the edge of a tile, so that lines drawn along a cut stay outside what is shown (8 pixels)."""
MAX_ZOOM = 20


def bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east and north edge of a tile in degrees of WGS-84. `Invalid` when there is no such tile."""
    check(z, x, y)
    n = 1 << z
    return x / n * 360 - 180, latitude((y + 1) / n), (x + 1) / n * 360 - 180, latitude(y / n)


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Column and row of the tile a point lies in; latitudes beyond Web Mercator's end are taken at its edge."""
    n = 1 << z
    across, down = world(np.array([[lon, lat]]))[0].tolist()
    return min(max(int(across * n), 0), n - 1), min(max(int(down * n), 0), n - 1)


def check(z: int, x: int, y: int) -> None:
    """`Invalid` unless there is such a tile."""
    if not (0 <= z <= MAX_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise Invalid(N_("There is no tile %(z)s/%(x)s/%(y)s."), z=z, x=x, y=y)


def cut(geometries: Geometries, z: int, x: int, y: int, *, tolerance: float = 0.0, smallest: float = 0.0) -> Geometries:
    """Geometries in degrees as seen in one tile: floats in tile units; None or empty where nothing is left.

    `tolerance` units are given up to simplify lines and edges; polygons smaller than `smallest` square units go.
    """
    scale = float(EXTENT << z)
    corner = np.array([x, y], dtype=np.float64) * EXTENT
    flat = shapely.transform(geometries, lambda degrees: world(degrees) * scale - corner)
    boxes = shapely.bounds(flat)
    crossing = ~((boxes >= -BUFFER) & (boxes <= EXTENT + BUFFER)).all(axis=1)
    cutting = flat.copy()  # most lie wholly inside, and cutting is the dear part
    cutting[crossing] = shapely.clip_by_rect(flat[crossing], -BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    if smallest:
        cutting[(shapely.get_dimensions(flat) == 2) & (shapely.area(flat) < smallest)] = None
    if tolerance:
        cutting = shapely.simplify(cutting, tolerance, preserve_topology=False)
    result: Geometries = np.asarray(cutting, dtype=object)
    return result
