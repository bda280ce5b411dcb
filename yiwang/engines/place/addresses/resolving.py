"""From a place as said to standard addresses: house numbers from the database by key, everything else from memory.

| what was said | score |
|---|---|
| a known house, building, institution or crossing | 1.0 |
| its number with another suffix (114号附3, where only 114号 is known); an estate by its house number | 0.95 |
| an estate without its building | 0.8; a park 0.8; a road, a river 0.5; an area 0.3 |
| a number that is not known: the nearest one of the road | 0.8 within 4, 0.65 within 20, 0.5 within 60 |

times 0.7 where the areas named elsewhere in the text do not fit, and 0.7 where several places far apart fit alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import CharField, IntegerField

from yiwang.base.prepared import Given, Prepared
from yiwang.engines.place.addresses.gazetteer import Gazetteer, Named
from yiwang.engines.place.addresses.hits import AddressHit
from yiwang.engines.place.addresses.reading import Said
from yiwang.engines.place.cells import metres_between
from yiwang.engines.place.models import AddressKey
from yiwang.engines.place.spelling import plain
from yiwang.engines.place.tiles.outlines import plan_of

NAME_SCORES = {"poi": 1.0, "crossing": 1.0, "estate": 0.8, "park": 0.8}
OTHER_NAME = 0.5
AREA_SCORE = 0.3
OTHER_SUFFIX = 0.95
GATE = 0.95
"""An estate or an institution by the house number of its gate: its own point lies further in."""
NEAREST = ((4, 0.8), (20, 0.65), (60, 0.5))
"""Steps of house numbers and what the nearest one is worth within them."""
OTHER_SIDE = 3
"""Steps that the other side of the street counts as further away."""
ELSEWHERE = 0.7
SEVERAL = 0.7
SAME_SPOT_M = 500.0
MOST_ROWS = 40

_BY_NUMBER = Prepared(
    lambda: AddressKey.objects.select_related("address__area").filter(
        jurisdiction_id=Given("jurisdiction", IntegerField()),
        base=Given("base", CharField()),
        number=Given("number", IntegerField()),
    )
)


class Hint(NamedTuple):
    """An area named elsewhere in the text: its path and the name it was given."""

    path: str
    name: str


def resolve(said: Said, names: Gazetteer, hints: Sequence[Hint]) -> list[AddressHit]:
    """What a place as said may be, best first; `hints` are the areas named around it."""
    if said.is_area:
        return [hit for area in names.areas[said.name] if (hit := _area_hit(area.path, names)) is not None]
    hits: list[AddressHit] = []
    if said.is_numbered:
        is_road = any(thing.kind == "road" for thing in names.named[said.name])
        hits = _numbered(said, names.jurisdiction_id, is_road)
    if not hits:
        hits = [named_hit(thing) for thing in names.named[said.name]]
        if said.is_numbered:
            hits = [rated(hit, 0.6 if hit.kind == "road" else 0.9) for hit in hits]
    return judged(hits, hints)


def judged(hits: Iterable[AddressHit], hints: Sequence[Hint]) -> list[AddressHit]:
    """Hits with what speaks against them taken off, best first: other areas named, others just as good far away."""
    deepest = max((hint.path.count("/") for hint in hints), default=0)
    wanted = [hint for hint in hints if hint.path.count("/") == deepest]
    found = [hit if not wanted or _fits(hit, wanted) else rated(hit, ELSEWHERE) for hit in hits]
    found.sort(key=lambda hit: (-hit.score, len(hit.text), hit.text))
    if len(found) > 1:
        best, rivals = found[0], [hit for hit in found[1:] if hit.score >= found[0].score - 0.01]
        if any(metres_between(best.lon, best.lat, other.lon, other.lat) > SAME_SPOT_M for other in rivals):
            found = [rated(hit, SEVERAL) for hit in found]
    return found


def rated(hit: AddressHit, factor: float, *, how: str = "") -> AddressHit:
    """The same hit, its score multiplied."""
    score = round(hit.score * factor, 4)
    return AddressHit(
        hit.text,
        hit.lon,
        hit.lat,
        score,
        hit.kind,
        hit.level,
        how or hit.how,
        hit.area,
        hit.grid_code,
        hit.element_code,
    )


def _fits(hit: AddressHit, wanted: Sequence[Hint]) -> bool:
    """Whether it lies there, or says of itself that it does (addresses at a border often do)."""
    return any(
        hit.area.startswith(hint.path) or hint.path.startswith(hit.area) or hint.name in plain(hit.text)
        for hint in wanted
    )


def _numbered(said: Said, jurisdiction: int, is_road: bool) -> list[AddressHit]:
    """Addresses of a number; the nearest known one where it is not known."""
    if said.number is None:
        lettered = AddressKey.objects.select_related("address__area").filter(
            jurisdiction_id=jurisdiction, base=said.name, number=None, suffix=said.suffix
        )
        return [hit_of(row, 1.0) for row in lettered[:MOST_ROWS] if row.address.is_active]
    rows = _BY_NUMBER.rows(jurisdiction=jurisdiction, base=said.name, number=said.number)
    active = [row for row in rows if row.address.is_active]
    exact = [row for row in active if row.suffix == said.suffix]
    if exact:
        return [hit_of(row, 1.0 if row.address.kind == "door" or not is_road else GATE) for row in exact]
    if active:
        return [hit_of(row, OTHER_SUFFIX) for row in sorted(active, key=lambda row: row.suffix)[:1]]
    return _nearest(said.name, said.number, jurisdiction) if is_road else []


def _nearest(base: str, number: int, jurisdiction: int) -> list[AddressHit]:
    """The house of the road whose number is nearest, sooner one of the same side of the street."""
    reach = NEAREST[-1][0]
    rows = AddressKey.objects.select_related("address__area").filter(
        jurisdiction_id=jurisdiction,
        base=base,
        number__range=(number - reach, number + reach),
        address__is_active=True,
    )
    known = [(row, row.number) for row in rows[: 4 * MOST_ROWS] if row.number is not None]
    if not known:
        return []
    found, there = min(
        known, key=lambda one: (abs(one[1] - number) + (one[1] - number) % 2 * OTHER_SIDE, one[0].suffix)
    )
    apart = abs(there - number)
    score = next(score for most, score in NEAREST if apart <= most)
    return [hit_of(found, score, level="near_number")]


def hit_of(row: AddressKey, score: float, *, level: str = "number") -> AddressHit:
    """The address of a key (with its address and area loaded)."""
    one = row.address
    return AddressHit(
        one.text, one.lon, one.lat, score, one.kind, level, "exact", one.area.path, one.grid_code, one.element_code
    )


def named_hit(one: Named) -> AddressHit:
    """A named thing as a whole."""
    score = NAME_SCORES.get(one.kind, OTHER_NAME)
    return AddressHit(
        one.text, one.lon, one.lat, score, one.kind, "name", "exact", one.area, one.grid_code, one.element_code
    )


def _area_hit(path: str, names: Gazetteer) -> AddressHit | None:
    """The middle of an area; None where no grid tells where it lies."""
    outline = plan_of(names.jurisdiction).by_path.get(path)
    if outline is None:
        return None
    title = outline.area.title.get("zh-Hans") or outline.area.code
    return AddressHit(title, outline.lon, outline.lat, AREA_SCORE, "area", "area", "exact", path, "", "")
