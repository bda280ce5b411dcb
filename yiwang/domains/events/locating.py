"""Where a matter is: coordinates judged, words understood, the grid and area found, fillers recognised.

What is taken, in this order: the point given; the facility scanned; the one known facility whose code stands in the
words, unless it lies elsewhere than the address typed; the address in words, looked up in the address base; a place
named in the text (not where somebody says they live, nor one of several far apart, nor one elsewhere than the road or
area that was typed as the address); an area named.

A source that knows no place often writes a fixed point (Baltimore's 39, -77) or 0, 0; such a *placeholder* is
worse than none, because it puts a thousand events on one spot of the map. Coordinates outside the jurisdiction are
kept but not used, and swapped ones are put right when only the swap lies inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from yiwang.base.areas.queries import area_at
from yiwang.domains.events.course import Rules
from yiwang.domains.events.models import PlaceQuality
from yiwang.engines.place import queries as place
from yiwang.kernel.coordinates import System, convert
from yiwang.kernel.errors import NotFound

CELL_DEGREES = 0.002
SAME_POINT = 1e-6
ALIKE = 0.01
"""Two addresses whose scores differ by no more fit equally well."""
FAR_APART_M = 500.0
"""Two places of one text that are further apart than this do not both say where the matter is."""
BESIDE = 0.95
"""A house this near (50 m) to a place tells the road the place stands on; score of the nearest address."""


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
    address: str = ""
    """The standard address (or the area) that the words were taken for."""
    said: str = ""
    """The words, where they stand in the text."""
    score: float | None = None
    """How well the words fit the address, 0 to 1; None for a point or an area."""
    facility: str = ""
    """The code of the facility the words name."""
    ignored: str = ""
    """Why a point that was given is not used: placeholder or outside."""

    @property
    def is_known(self) -> bool:
        """True when a point, or an area by its name, was found."""
        return self.quality in (PlaceQuality.EXACT, PlaceQuality.ADDRESS)

    def as_json(self) -> dict[str, Any]:
        """For the event's story."""
        found: dict[str, Any] = {"quality": self.quality, "grid": self.grid_code}
        more = {"address": self.address, "said": self.said, "score": self.score}
        more |= {"facility": self.facility, "ignored": self.ignored}
        found |= {name: value for name, value in more.items() if value not in ("", None)}
        return {**found, "swapped": True} if self.was_swapped else found


def locate_matter(matter: Placed, rules: Rules, *, text: str = "", element_code: str = "") -> Whereabouts:
    """Find the point, grid and area of a matter; where nothing tells them, the jurisdiction's root area stands.

    `text` is what was said about it, `element_code` the facility it is about.
    """
    root = rules.jurisdiction.root
    nowhere = (root.id if root else None, rules.jurisdiction.root_path)
    ignored = ""
    if matter.lon is not None and matter.lat is not None:
        if is_placeholder(matter.lon, matter.lat, rules):
            ignored = PlaceQuality.PLACEHOLDER
        elif (where := _by_point(matter.lon, matter.lat, matter.system, rules)) is not None:
            return where
        else:
            ignored = PlaceQuality.OUTSIDE
    found = _by_facility(element_code, rules)
    if found is None:
        typed = _meant(matter.address_text, rules)
        found = _by_plate(typed, matter.address_text, text, rules) or _by_words(typed, matter.address_text, text, rules)
        found = replace(found, ignored=ignored) if found is not None else None
    return found or Whereabouts(ignored or PlaceQuality.NONE, None, None, None, *nowhere)


def _by_point(lon: float, lat: float, system: System, rules: Rules) -> Whereabouts | None:
    """The grid a point lies in, its coordinates put right where only the swap lies inside; None outside."""
    for x, y, is_swapped in ((lon, lat, False), (lat, lon, True)):
        if -180 <= x <= 180 and -90 <= y <= 90:
            x, y = convert(x, y, system, "wgs84")
            if (where := _at(x, y, rules, PlaceQuality.EXACT)) is not None:
                return replace(where, was_swapped=True) if is_swapped else where
    return None


def _by_facility(code: str, rules: Rules) -> Whereabouts | None:
    """Where a facility stands; None for an unknown one."""
    if not code:
        return None
    try:
        one = place.element(rules.jurisdiction.id, code)
    except NotFound:
        return None
    where = _at(one.lon, one.lat, rules, PlaceQuality.EXACT)
    return replace(where, address=one.address) if where is not None else None


def _by_plate(typed: list[place.AddressHit], address: str, text: str, rules: Rules) -> Whereabouts | None:
    """Where the one facility stands whose code is in the address or the text; None when the address says elsewhere."""
    named = plate_in(f"{address}\n{text}", rules)
    where = _at(named.element.lon, named.element.lat, rules, PlaceQuality.EXACT) if named is not None else None
    if named is None or where is None:
        return None
    area, one = area_in(address, rules), named.element
    spots = [hit for hit in typed if hit.is_point and hit.score >= rules.settings.address_from]
    near = [hit for hit in spots if place.metres_between(one.lon, one.lat, hit.lon, hit.lat) <= FAR_APART_M]
    if (area is not None and not where.area_path.startswith(area[1])) or (spots and not near):
        return None
    return replace(where, address=one.address, said=named.text, facility=one.code)


def plate_in(words: str, rules: Rules) -> place.ElementInText | None:
    """The one known facility whose code stands in some words; None for none or several."""
    found = place.elements_in(rules.jurisdiction.id, words)
    return found[0] if len({one.element.code for one in found}) == 1 else None


def _by_words(typed: list[place.AddressHit], address: str, text: str, rules: Rules) -> Whereabouts | None:
    """Where the address says, else where the text says; with no point for either, the area they name.

    What somebody wrote down as the place stands: a place of the text only says where on it.
    """
    for hit, said in _spots(typed, text, rules):
        where = _at(hit.lon, hit.lat, rules, PlaceQuality.ADDRESS)
        if where is not None and (not said or _lies_on(hit, where.area_path, typed, address, rules)):
            return replace(where, address=hit.text, said=said, score=hit.score)
    for words in (address, *_common_area(typed, rules), *(() if typed else (text,))):
        if (named := area_in(words, rules)) is not None:
            title = typed[0].text if typed and words != address else area_at(named[1]).name
            return Whereabouts(PlaceQuality.ADDRESS, None, None, None, *named, address=title)
    return None


def _meant(address: str, rules: Rules) -> list[place.AddressHit]:
    """What a typed address may be, best first; names that are only spelled alike count when they are sure."""
    hits = place.geocode(rules.jurisdiction.id, address) if address else []
    return [hit for hit in hits if hit.how == "exact" or hit.score >= rules.settings.address_from]


def _common_area(typed: list[place.AddressHit], rules: Rules) -> tuple[str, ...]:
    """The standard address of a road or an ambiguous name, when all it may mean lie in one area; () otherwise."""
    best = [hit for hit in typed if hit.score >= typed[0].score - ALIKE]
    return (best[0].text,) if len({area_in(hit.text, rules) for hit in best}) == 1 else ()


def _lies_on(hit: place.AddressHit, area: str, typed: list[place.AddressHit], address: str, rules: Rules) -> bool:
    """Whether a place of the text lies on the road, in the area or beside the spot that was typed."""
    named = area_in(address, rules)
    if named is not None and not area.startswith(named[1]):
        return False
    if not typed or all(one.level == "area" for one in typed):
        return not typed or any(area.startswith(one.area) for one in typed)
    if any(place.metres_between(hit.lon, hit.lat, one.lon, one.lat) <= FAR_APART_M for one in typed if one.is_point):
        return True
    city = rules.jurisdiction.id
    long_ones = {one.text for one in place.places_in(city, address) if one.kind != "area"}
    door = place.nearest_address(city, hit.lon, hit.lat)
    beside = door is not None and door.kind == "door" and door.score >= BESIDE
    return any(name in hit.text or (beside and door is not None and name in door.text) for name in long_ones)


def point_of_words(address: str, rules: Rules) -> Whereabouts | None:
    """The point, grid and area of an address in words that means one place only; None for any other. About 1 ms.

    For rows that came without a usable point: nobody is there to ask, so what is not clear stays open.
    """
    hits = [hit for hit in _meant(address, rules) if hit.is_point and hit.score >= rules.settings.address_from]
    if not hits or not _is_one_place(hits):
        return None
    where = _at(hits[0].lon, hits[0].lat, rules, PlaceQuality.ADDRESS)
    return replace(where, address=hits[0].text, score=hits[0].score) if where is not None else None


def _is_one_place(hits: Sequence[place.AddressHit]) -> bool:
    """Whether what fits as well as the best lies where the best lies: 中山路12号 of two districts is no place."""
    best = hits[0]
    alike = [hit for hit in hits if hit.is_point and hit.score >= best.score - ALIKE]
    return all(place.metres_between(best.lon, best.lat, one.lon, one.lat) <= FAR_APART_M for one in alike)


def _spots(typed: list[place.AddressHit], text: str, rules: Rules) -> Iterator[tuple[place.AddressHit, str]]:
    """Addresses sure enough to be taken for the place, and the words of the text that name them."""
    city, settings = rules.jurisdiction.id, rules.settings
    for hit in typed[:1]:
        if hit.is_point and hit.score >= settings.address_from and _is_one_place(typed):
            yield hit, ""
    if not text:
        return
    named = [(one.hit, one.text) for one in place.places_in(city, text) if one.hit is not None and one.hit.is_point]
    sure = [(hit, said) for hit, said in named if hit.score >= settings.named_place_from]
    if not sure:
        return
    best = max(sure, key=lambda one: one[0].score)[0]
    alike = [hit for hit, _said in sure if hit.score >= best.score - 0.05]
    if all(place.metres_between(best.lon, best.lat, one.lon, one.lat) <= FAR_APART_M for one in alike):
        yield next(one for one in sure if one[0] is best)


def _at(lon: float, lat: float, rules: Rules, quality: str) -> Whereabouts | None:
    """The grid and area of a WGS-84 point; None outside the city's grids."""
    found = place.locate(lon, lat, jurisdiction=rules.jurisdiction.id)
    if found is None:
        return None
    return Whereabouts(
        quality=quality,
        lon=lon,
        lat=lat,
        cell=place.cell(lon, lat, CELL_DEGREES),
        area_id=found.area_id,
        area_path=found.area_path,
        grid_code=found.grid_code,
    )


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
