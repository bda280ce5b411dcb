"""The local plane the city is designed in: metres east and north of its middle, and micro-degrees it is snapped to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Shapes = NDArray[np.object_]

LON, LAT = 118.945, 29.6
"""The middle of the plane, WGS-84 degrees."""
METRES = np.array([111_320.0 * math.cos(math.radians(LAT)), 111_320.0])
"""Metres of one degree of longitude and of latitude there."""
MICRO = 1_000_000
"""Steps of a degree that shapes are snapped to: six digits, 0.1 m."""


def to_micro(shapes: Any) -> Any:
    """Shapes of the plane in micro-degrees from the middle, not yet snapped."""
    return shapely.transform(shapes, lambda at: at / METRES * MICRO)


def from_micro(shapes: Any) -> Any:
    """Shapes in micro-degrees from the middle back in metres."""
    return shapely.transform(shapes, lambda at: at / MICRO * METRES)


def micro_degrees(shapes: Any) -> Any:
    """Shapes in micro-degrees as WGS-84 degrees with six digits."""
    middle = np.array([round(LON * MICRO), round(LAT * MICRO)])
    return shapely.transform(shapes, lambda at: (np.rint(at) + middle) / MICRO)


def degrees(shapes: Any) -> Any:
    """Shapes of the plane in WGS-84 degrees with six digits."""
    return micro_degrees(to_micro(shapes))


def lon_lat(points: Floats) -> Floats:
    """Points (n, 2) of the plane as longitudes and latitudes with six digits."""
    rounded: Floats = np.round(points / METRES + np.array([LON, LAT]), 6)
    return rounded


def metres(lon: float, lat: float) -> tuple[float, float]:
    """A WGS-84 point in the plane."""
    return (lon - LON) * float(METRES[0]), (lat - LAT) * float(METRES[1])
