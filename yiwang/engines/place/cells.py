"""Cells and distances on the globe, in plain numbers: what a database can index without knowing geometry.

**Cells.** The globe is cut into rows and columns of `degrees` each, from the south-west corner (-180°, -90°):

    row = ⌊(lat + 90) / degrees⌋      column = ⌊(lon + 180) / degrees⌋ mod columns
    columns = ⌈360 / degrees⌉         cell = row · columns + column

One integer (below 2⁶³ for any size ≥ 1e-7°) that an ordinary index finds. A cell of 0.002° is 222 m from south to
north and 222 m · cos(lat) from west to east. Numbers of different sizes must not be mixed. Points within a distance
of a point lie in `cells_around`: all cells that meet the box around the circle of that radius (3 × 3 or fewer as long
as the radius is at most a cell's width); the exact distance is checked afterwards with `metres_between`.

**Distances** are great-circle distances (haversine) on a sphere of radius 6,371,008.8 m, the mean radius of the
ellipsoid (IUGG); against the ellipsoid that is right to 0.5 %.
"""

from __future__ import annotations

import math

from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = EARTH_RADIUS_M * math.pi / 180  # 111,195.08 m of latitude
MAX_CELLS = 10_000


def cell(lon: float, lat: float, degrees: float) -> int:
    """The number of the cell a WGS-84 point lies in. `Invalid` for a point not on earth or a size outside (0, 90]."""
    _check(lon, lat, degrees)
    columns = math.ceil(360 / degrees)
    return math.floor((lat + 90) / degrees) * columns + math.floor((lon + 180) / degrees) % columns


def cell_centre(number: int, degrees: float) -> tuple[float, float]:
    """Longitude and latitude of the middle of the cell with this number (of cells of this size)."""
    columns = math.ceil(360 / degrees)
    row, column = divmod(number, columns)
    return (column + 0.5) * degrees - 180, (row + 0.5) * degrees - 90


def cells_around(lon: float, lat: float, metres: float, degrees: float) -> list[int]:
    """The cells that hold every point within `metres` of a point, ascending.

    `Invalid` as `cell`, for a negative distance, and when it would be more than 10,000 cells.
    """
    _check(lon, lat, degrees)
    if not 0 <= metres < math.inf:
        raise Invalid(N_("%(metres)s m is no distance."), metres=metres)
    south, north, reach = box_around(lat, metres)
    columns = math.ceil(360 / degrees)
    first_row, last_row = (math.floor((y + 90) / degrees) for y in (south, north))
    first, last = (math.floor((x + 180) / degrees) for x in (lon - reach, lon + reach))
    n_columns = min(last - first + 1, columns)
    if (last_row - first_row + 1) * n_columns > MAX_CELLS:
        raise Invalid(N_("%(metres)s m reach over too many cells of %(degrees)s°."), metres=metres, degrees=degrees)
    wanted = {(first + n) % columns for n in range(n_columns)}
    if first < 0 <= last or first < columns <= last:
        wanted |= {columns - 1, 0}  # the last column is narrower where 360 is no multiple of the size
    return sorted(row * columns + column for row in range(first_row, last_row + 1) for column in wanted)


def cells_within(bounds: tuple[float, float, float, float], degrees: float, *, most: int) -> list[int] | None:
    """The cells that meet a box (west, south, east, north in degrees), ascending; None when they are more than `most`.

    None too for a box across the 180th meridian. `Invalid` as `cell`.
    """
    west, south, east, north = bounds
    _check(west, south, degrees)
    _check(east, north, degrees)
    columns = math.ceil(360 / degrees)
    first, last = (math.floor((x + 180) / degrees) for x in (west, east))
    first_row, last_row = (math.floor((y + 90) / degrees) for y in (south, north))
    n = (last - first + 1) * (last_row - first_row + 1)
    if west > east or last >= columns or n > most:
        return None
    return [row * columns + column for row in range(first_row, last_row + 1) for column in range(first, last + 1)]


def box_around(lat: float, metres: float) -> tuple[float, float, float]:
    """South and north edge and half the width, in degrees, of the box around a circle of `metres` at a latitude.

    A hair wider than the circle (1e-9), so that rounding never leaves a point out.
    """
    angle = metres / EARTH_RADIUS_M * (1 + 1e-9) + 1e-12
    south, north = lat - math.degrees(angle), lat + math.degrees(angle)
    if south <= -90 or north >= 90:
        return max(south, -90.0), min(north, 90.0), 180.0
    return south, north, math.degrees(math.asin(math.sin(angle) / math.cos(math.radians(lat))))


def metres_between(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """The great-circle distance of two WGS-84 points in metres (haversine, sphere of 6,371,008.8 m)."""
    y1, y2 = math.radians(lat1), math.radians(lat2)
    across = math.sin(math.radians(lon2 - lon1) / 2) ** 2
    h = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * across
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def _check(lon: float, lat: float, degrees: float) -> None:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # false for NaN
        raise Invalid(N_("%(lon)s, %(lat)s is no point on earth (longitude, latitude)."), lon=lon, lat=lat)
    if not 0 < degrees <= 90:
        raise Invalid(N_("%(degrees)s° is no size of a cell."), degrees=degrees)
