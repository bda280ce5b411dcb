"""WGS-84, GCJ-02 and BD-09: longitudes and latitudes in degrees from one to the other.

GCJ-02 is the shifted system of Chinese map services (高德, 腾讯), BD-09 Baidu's shift of that; CGCS2000, the national
survey system, is taken as WGS-84 (they differ by centimetres). The formulas are the published reverse-engineered
ones (eviltransform, coordtransform), agreeing with the services to about a metre. Here the way back is solved by
iteration to `TOLERANCE`, so that there and back again gives the same point within 1e-9° (0.1 mm).

Points outside the box 72.004–137.8347° E, 0.8293–55.8271° N stay as they are, by all conversions alike. The box is
the one everybody uses: it holds neighbouring countries too, and 香港, 澳门 and 台湾 where services differ. Within a
kilometre of its edge a shifted point may lie on the other side; there the way back is only good to that shift.

Scalars use `math` (2 to 30 µs a point), arrays numpy; both run the same formula.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Column = NDArray[np.float64]

System = Literal["wgs84", "gcj02", "bd09", "cgcs2000"]
SYSTEMS: tuple[System, ...] = ("wgs84", "gcj02", "bd09", "cgcs2000")

TOLERANCE = 1e-10
"""Degrees (0.01 mm) at which the iteration of a way back stops."""

_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_AXIS = 6378245.0  # semi-major axis of the Krasovsky 1940 ellipsoid, metres
_ECCENTRICITY = 0.00669342162296594323  # its first eccentricity squared
_BAIDU_PI = math.pi * 3000 / 180
_ROUNDS = 20  # each round gains three digits; it takes four

Shift = Callable[[Any, Any, Any], tuple[Any, Any]]


def is_in_china(lon: float, lat: float) -> bool:
    """Whether a point lies in the box within which map services shift (not a border)."""
    return _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH


def convert(lon: float, lat: float, source: System, target: System) -> tuple[float, float]:
    """One point (lon, lat) from one system to another. `Invalid` for an unknown system or no finite point on earth."""
    steps = _steps(source, target)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # false for NaN
        raise Invalid(N_("%(lon)s, %(lat)s is no point on earth (longitude, latitude)."), lon=lon, lat=lat)
    if not is_in_china(lon, lat):
        return lon, lat
    for step, is_back in steps:
        lon, lat = _back(math, step, lon, lat) if is_back else step(math, lon, lat)
    return lon, lat


def convert_arrays(lons: ArrayLike, lats: ArrayLike, source: System, target: System) -> tuple[Column, Column]:
    """Many points, arrays of one shape; NaN and points outside the box come back as they are.

    `Invalid` for an unknown system. Inputs are not changed.
    """
    import numpy as np

    steps = _steps(source, target)
    lon, lat = np.array(lons, dtype=np.float64), np.array(lats, dtype=np.float64)
    inside = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    x, y = lon[inside], lat[inside]
    for step, is_back in steps:
        x, y = _back(np, step, x, y) if is_back else step(np, x, y)
    lon[inside], lat[inside] = x, y
    return lon, lat


def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """GPS to 高德/腾讯 coordinates."""
    return convert(lon, lat, "wgs84", "gcj02")


def gcj02_to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """高德/腾讯 to GPS coordinates."""
    return convert(lon, lat, "gcj02", "wgs84")


def wgs84_to_bd09(lon: float, lat: float) -> tuple[float, float]:
    """GPS to Baidu coordinates."""
    return convert(lon, lat, "wgs84", "bd09")


def bd09_to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """Baidu to GPS coordinates."""
    return convert(lon, lat, "bd09", "wgs84")


def gcj02_to_bd09(lon: float, lat: float) -> tuple[float, float]:
    """高德/腾讯 to Baidu coordinates."""
    return convert(lon, lat, "gcj02", "bd09")


def bd09_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Baidu to 高德/腾讯 coordinates."""
    return convert(lon, lat, "bd09", "gcj02")


def _steps(source: str, target: str) -> list[tuple[Shift, bool]]:
    """The shifts from source to target; True marks one taken backwards."""
    depth = {"wgs84": 0, "cgcs2000": 0, "gcj02": 1, "bd09": 2}
    for name in (source, target):
        if name not in depth:
            known = ", ".join(SYSTEMS)
            raise Invalid(N_("There is no coordinate system %(name)s; there are %(known)s."), name=name, known=known)
    first, last = depth[source], depth[target]
    if first <= last:
        return [(_SHIFTS[n], False) for n in range(first, last)]
    return [(_SHIFTS[n], True) for n in range(first - 1, last - 1, -1)]


def _back(m: Any, shift: Shift, lon: Any, lat: Any) -> tuple[Any, Any]:
    """The point whose shift is (lon, lat), by fixed-point iteration; `m` is math or numpy."""
    x, y = lon, lat
    for _ in range(_ROUNDS):
        to_x, to_y = shift(m, x, y)
        miss_x, miss_y = lon - to_x, lat - to_y
        x, y = x + miss_x, y + miss_y
        miss = abs(miss_x) + abs(miss_y)
        if (miss if m is math else miss.max(initial=0.0)) < TOLERANCE:
            break
    return x, y


def _to_gcj02(m: Any, lon: Any, lat: Any) -> tuple[Any, Any]:
    """WGS-84 shifted to GCJ-02."""
    x, y = lon - 105.0, lat - 35.0
    root = m.sqrt(abs(x))
    short = 20.0 * m.sin(6.0 * x * m.pi) + 20.0 * m.sin(2.0 * x * m.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + (
        short
        + 20.0 * m.sin(y * m.pi)
        + 40.0 * m.sin(y / 3.0 * m.pi)
        + 160.0 * m.sin(y / 12.0 * m.pi)
        + 320.0 * m.sin(y * m.pi / 30.0)
    ) * (2.0 / 3.0)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + (
        short
        + 20.0 * m.sin(x * m.pi)
        + 40.0 * m.sin(x / 3.0 * m.pi)
        + 150.0 * m.sin(x / 12.0 * m.pi)
        + 300.0 * m.sin(x / 30.0 * m.pi)
    ) * (2.0 / 3.0)
    radians = lat * (m.pi / 180.0)
    curve = 1.0 - _ECCENTRICITY * m.sin(radians) ** 2
    metres_north = _AXIS * (1.0 - _ECCENTRICITY) / (curve * m.sqrt(curve)) * m.pi / 180.0
    metres_east = _AXIS / m.sqrt(curve) * m.cos(radians) * m.pi / 180.0
    return lon + east / metres_east, lat + north / metres_north


def _to_bd09(m: Any, lon: Any, lat: Any) -> tuple[Any, Any]:
    """GCJ-02 shifted to BD-09."""
    distance = m.sqrt(lon * lon + lat * lat) + 0.00002 * m.sin(lat * _BAIDU_PI)
    angle = m.atan2(lat, lon) + 0.000003 * m.cos(lon * _BAIDU_PI)
    return distance * m.cos(angle) + 0.0065, distance * m.sin(angle) + 0.006


_SHIFTS: tuple[Shift, ...] = (_to_gcj02, _to_bd09)
