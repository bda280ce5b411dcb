"""The questions asked of addresses: what does this address mean, which places does this text name, what is here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import Q

from yiwang.engines.place.addresses.gazetteer import Gazetteer, gazetteer
from yiwang.engines.place.addresses.hits import AddressHit, PlaceInText
from yiwang.engines.place.addresses.keys import building_behind, door_behind
from yiwang.engines.place.addresses.reading import Said, read_places
from yiwang.engines.place.addresses.resolving import Hint, hit_of, named_hit, rated, resolve
from yiwang.engines.place.cells import metres_between
from yiwang.engines.place.models import Address, AddressKey
from yiwang.engines.place.searching import around, points_within
from yiwang.engines.place.spelling import name_key, plain

MAX_TEXT = 2_000
HOME_FACTOR = 0.5
WEAK, MOSTLY, SURE = 0.6, 0.8, 0.8
"""Below `WEAK`, with less than `MOSTLY` of the text read, names spelled otherwise are tried; what is `SURE` is
suggested first."""
UNEXPLAINED = 0.25
"""What an address of which nothing but a fraction was understood loses at most."""
NEAR_M = (60.0, 250.0, 1_000.0)
"""How far is looked for the nearest address, step by step."""
NEAREST_KINDS = ("door", "estate", "poi")
_MEANT = re.compile(r"[\w#-]")
_CHUNK = re.compile(r"[^\d#,。.;;()\s-]{2,24}")
_AROUND = re.compile(
    r"(?:的|附近|旁边?|对面|门口|楼下|里面?|内|前面?|后面?|边上|周边|一带|东侧|西侧|南侧|北侧|东门|西门|南门|北门|正门|大门)+$"
)


def geocode(jurisdiction_id: int, text: str, *, limit: int = 5) -> list[AddressHit]:
    """What an address may mean, best first; nothing where not even an area is known. About 1 ms.

    Understands full width, Chinese numerals, 号/幢/栋/座/#, names without their upper levels or with wrong ones,
    crossings, numbers nobody put (the nearest is taken), and names spelled a little otherwise (`how` is "similar").
    """
    told = plain(text[:MAX_TEXT])
    names = gazetteer(jurisdiction_id)
    places = read_places(told, names)
    hints = _hints(places, names)
    found = [
        rated(hit, _explained(told, places, one))
        for one in places
        if not one.is_area
        for hit in resolve(one, names, hints)
    ]
    if max((hit.score for hit in found), default=0) < WEAK and _share_read(told, places) < MOSTLY:
        found += _similar(told, places, names, hints)
    if not found:
        deepest = max((names.areas[one.name][0].level for one in places if one.is_area), default=0)
        areas = [one for one in places if one.is_area and names.areas[one.name][0].level == deepest]
        found = [hit for one in areas for hit in resolve(one, names, ())]
    unique = {(hit.text, hit.kind): hit for hit in sorted(found, key=_rank, reverse=True)}
    return sorted(unique.values(), key=_rank)[:limit]


def places_in(jurisdiction_id: int, text: str) -> list[PlaceInText]:
    """The places a text names, in its order: roads, houses, estates, institutions, crossings, areas. Under 1 ms."""
    told = plain(text[:MAX_TEXT])
    names = gazetteer(jurisdiction_id)
    places = read_places(told, names)
    hints = _hints(places, names)
    found = []
    for one in places:
        hit = next(iter(resolve(one, names, hints)), None)
        if hit is not None and one.is_home:
            hit = rated(hit, HOME_FACTOR)
        kind = "area" if one.is_area else hit.kind if hit is not None else names.named[one.name][0].kind
        found.append(PlaceInText(one.start, one.end, text[one.start : one.end], kind, hit))
    return found


def suggested(jurisdiction_id: int, text: str, *, limit: int = 8) -> list[AddressHit]:
    """Places that what was typed so far may become: what it means already, then names that begin or go on so."""
    said = text.strip()[:200]
    if not said:
        return []
    names = gazetteer(jurisdiction_id)
    meant = [hit for hit in geocode(jurisdiction_id, said, limit=limit) if hit.level != "area"]
    found = {hit.text: hit for hit in meant if hit.score >= SURE}
    for hit in _numbers_beginning(plain(said), names, limit):
        found.setdefault(hit.text, hit)
    for one in names.containing(name_key(said), limit=limit):
        found.setdefault(one.text, rated(named_hit(one), 0.5))
    for hit in meant:
        found.setdefault(hit.text, hit)
    return list(found.values())[:limit]


def nearest_address(jurisdiction_id: int, lon: float, lat: float) -> AddressHit | None:
    """The nearest house, building or institution within 1 km; its score falls from 1 at 0 m to 0 at 1 km."""
    for metres in NEAR_M:
        rows = Address.objects.filter(
            points_within(jurisdiction_id, around(lon, lat, metres)),
            kind__in=NEAREST_KINDS,
            is_active=True,
        ).values_list("id", "lon", "lat")
        best = min(((metres_between(lon, lat, x, y), pk) for pk, x, y in rows), default=None)
        if best is not None and best[0] <= metres:
            one = Address.objects.select_related("area").get(pk=best[1])
            score = round(1 - best[0] / NEAR_M[-1], 4)
            return AddressHit(
                *(one.text, one.lon, one.lat, score, one.kind, "number", "exact"),
                *(one.area.path, one.grid_code, one.element_code),
            )
    return None


def _hints(places: Sequence[Said], names: Gazetteer) -> list[Hint]:
    """The areas a text names."""
    return [Hint(area.path, one.name) for one in places if one.is_area for area in names.areas[one.name]]


def _rank(hit: AddressHit) -> tuple[float, int, str]:
    return -hit.score, len(hit.text), hit.text


def _explained(told: str, places: Sequence[Said], chosen: Said) -> float:
    """1 when every character of an address was understood, less when not, or where somebody only lives there."""
    home = HOME_FACTOR if chosen.is_home else 1.0
    return home * (1 - UNEXPLAINED * (1 - _share_read(told, places)))


def _share_read(told: str, places: Sequence[Said]) -> float:
    """The share of a text's letters and digits that belong to places known."""
    meant = len(_MEANT.findall(told))
    return sum(len(_MEANT.findall(told, one.start, one.end)) for one in places) / meant if meant else 1.0


def _similar(told: str, places: Sequence[Said], names: Gazetteer, hints: Sequence[Hint]) -> list[AddressHit]:
    """Addresses whose name is spelled much like what stands behind the areas: 解放璐114号, 云溪一小."""
    start = 0
    for one in places:
        if not one.is_area or told[start : one.start].strip(" ,"):
            break
        start = one.end
    chunk = _CHUNK.search(told, start)
    if chunk is None:
        return []
    name = name_key(_AROUND.sub("", chunk[0]))
    found = []
    for other, alike in names.similar(name):
        is_road = names.named[other][0].kind == "road"
        read = door_behind(told, chunk.end()) if is_road else building_behind(told, chunk.end())
        number, suffix = (read.number, read.suffix) if read is not None else (None, "")
        said = Said(chunk.start(), chunk.end(), other, number=number, suffix=suffix)
        found += [rated(hit, alike, how="similar") for hit in resolve(said, names, hints)]
    return found


def _numbers_beginning(told: str, names: Gazetteer, limit: int) -> list[AddressHit]:
    """Houses of a road, buildings of an estate, whose number begins with what was typed: 解放路1 → 1, 10 … 19, 100 …"""
    typed = re.search(r"\d{1,4}$", told)
    if typed is None:
        return []
    before = names.mentions(told[: typed.start()])
    if not before or before[-1].end != typed.start() or before[-1].name not in names.named:
        return []
    number = int(typed[0])
    spans = [(number * 10**n, number * 10**n + 10**n - 1) for n in range(4 - len(typed[0]) + 1)]
    where = Q()
    for low, high in spans:
        where |= Q(number__range=(low, high))
    rows = AddressKey.objects.select_related("address__area").filter(
        where, jurisdiction_id=names.jurisdiction_id, base=before[-1].name, address__is_active=True
    )
    return [hit_of(row, 0.9) for row in rows.order_by("number", "suffix")[:limit]]
