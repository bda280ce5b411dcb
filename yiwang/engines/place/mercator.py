"""Web Mercator's square world, which map tiles and quadtree cells divide (EPSG:3857, on a sphere, y downwards)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Corners = NDArray[np.float64]

MAX_LATITUDE = 85.0511287798066
"""Where the square ends."""
_RADIANS = math.pi / 180


def world(corners: Corners) -> Corners:
    """Degrees (n × 2) on the square: 0 to 1 from the west and from the north."""
    lat = np.clip(corners[:, 1], -MAX_LATITUDE, MAX_LATITUDE) * _RADIANS
    down = 0.5 - np.arcsinh(np.tan(lat)) / (2 * math.pi)
    return np.column_stack([corners[:, 0] / 360 + 0.5, down])


def latitude(down: float) -> float:
    """Degrees of a place so far down the square."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))
