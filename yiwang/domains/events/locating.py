"""Where a matter is: coordinates judged, the grid and area found, fillers recognised.

A source that knows no place often writes a fixed point (Baltimore's 39, -77) or 0, 0; such a *placeholder* is
worse than none, because it puts a thousand events on one spot of the map. Coordinates outside the jurisdiction are
kept but not used, and swapped ones are put right when only the swap lies inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from yiwang.domains.events.course import Rules
from yiwang.domains.events.models import PlaceQuality
from yiwang.engines.place import queries as place
from yiwang.kernel.coordinates import System, convert

CELL_DEGREES = 0.002
SAME_POINT = 1e-6


class Placed(Protocol):
    """What has coordinates in some system."""

    @property
    def lon(self) -> float | None:
        """Longitude in degrees."""

    @property
    def lat(self) -> float | None:
        """Latitude in degrees."""

    @property
    def address_text(self) -> str:
        """The address in words, "" when there is none."""

    @property
    def system(self) -> System:
        """`wgs84`, `gcj02` or `bd09`."""


@dataclass(frozen=True)
class Whereabouts:
    """The place found: WGS-84 point or None, the smallest known area, the grid, and how good that is."""

    quality: str
    lon: float | None
    lat: float | None
    cell: int | None
    area_id: int | None
    area_path: str
    grid_code: str = ""
    was_swapped: bool = False

    @property
    def is_known(self) -> bool:
        """True when a point, or an area by its name, was found."""
        return self.quality in (PlaceQuality.EXACT, PlaceQuality.ADDRESS)

    def as_json(self) -> dict[str, Any]:
        """For the event's story."""
        found: dict[str, Any] = {"quality": self.quality, "grid": self.grid_code}
        return {**found, "swapped": True} if self.was_swapped else found


def locate_matter(matter: Placed, rules: Rules) -> Whereabouts:
    """Find the grid and area of a matter's point; where there is none, the jurisdiction's root area stands."""
    jurisdiction = rules.jurisdiction
    root = (jurisdiction.root.id if jurisdiction.root else None, jurisdiction.root_path)
    if matter.lon is None or matter.lat is None:
        named = area_in(matter.address_text, rules)
        quality = PlaceQuality.ADDRESS if named else PlaceQuality.NONE
        return Whereabouts(quality, None, None, None, *(named or root))
    if is_placeholder(matter.lon, matter.lat, rules):
        return Whereabouts(PlaceQuality.PLACEHOLDER, None, None, None, *root)
    for lon, lat, is_swapped in ((matter.lon, matter.lat, False), (matter.lat, matter.lon, True)):
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            continue
        lon, lat = convert(lon, lat, matter.system, "wgs84")
        found = place.locate(lon, lat, jurisdiction=jurisdiction.id)
        if found is not None:
            return Whereabouts(
                quality=PlaceQuality.EXACT,
                lon=lon,
                lat=lat,
                cell=place.cell(lon, lat, CELL_DEGREES),
                area_id=found.area_id or root[0],
                area_path=found.area_path or root[1],
                grid_code=found.grid_code,
                was_swapped=is_swapped,
            )
    return Whereabouts(PlaceQuality.OUTSIDE, None, None, None, *root)


def area_in(address: str, rules: Rules) -> tuple[int, str] | None:
    """The smallest area whose full name stands in an address; None when none does, or several equally small ones."""
    found = [(path.count("/"), area_id, path) for name, area_id, path in rules.named_areas if name in address]
    deepest = max((level for level, _id, _path in found), default=0)
    smallest = {(area_id, path) for level, area_id, path in found if level == deepest}
    return smallest.pop() if len(smallest) == 1 else None


def is_placeholder(lon: float, lat: float, rules: Rules) -> bool:
    """True for 0, 0 and the fillers the scene names, in either order."""
    fillers = ((0.0, 0.0), *rules.settings.placeholder_points)
    return any(_same(lon, lat, x, y) or _same(lon, lat, y, x) for x, y in fillers)


def _same(lon: float, lat: float, x: float, y: float) -> bool:
    return abs(lon - x) < SAME_POINT and abs(lat - y) < SAME_POINT
