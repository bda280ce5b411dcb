"""The names a city knows, in memory: roads, estates, institutions, parks, crossings, areas; house numbers stay outside.

One gazetteer a jurisdiction and state of its ground, built when it is first asked for (some 100 ms for 30,000
addresses) and held in this process. `mentions` finds every name in a text, the longest at each place, by its first
two characters: about 1 µs a character.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Lock
from uuid import UUID

from django.db.models import Avg, Min

from yiwang.base.areas.queries import AreaView, subtree
from yiwang.base.areas.queries import jurisdictions as all_jurisdictions
from yiwang.engines.place.loading import forgotten_with_indexes, index_of
from yiwang.engines.place.models import AddressKey, GroundState
from yiwang.engines.place.spelling import name_key
from yiwang.kernel.grams import grams

CHECK_S = 2.0
ROAD_ENDS = ("路", "街", "道", "巷", "弄", "里", "线", "桥", "road", "street", "avenue", "lane")
LEAST_SHARED = 0.5
"""Of the grams of two names that must be the same before one is taken for the other."""


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with a name: its address (0: none of its own, the middle of its numbers) and where it is."""

    name: str
    text: str
    kind: str
    lon: float
    lat: float
    area: str
    grid_code: str
    element_code: str
    has_numbers: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A known name standing in a plain text from `start` to before `end`."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Gazetteer:
    """All names of one jurisdiction at one moment."""

    jurisdiction_id: int
    jurisdiction: str
    stamp: str
    named: Mapping[str, tuple[Named, ...]]
    areas: Mapping[str, tuple[AreaView, ...]]
    titles: Mapping[str, Mapping[str, str]]
    """Path of an area → its names."""
    lengths: Mapping[str, tuple[int, ...]] = field(repr=False)
    """First two characters → how long the names are that begin so, longest first."""
    by_gram: Mapping[str, tuple[str, ...]] = field(repr=False)

    def mentions(self, text: str, start: int = 0, end: int | None = None) -> list[Mention]:
        """The names in a plain text, the longest at each place, none inside another; crossings are not among them."""
        found = []
        at, end = start, len(text) if end is None else end
        lengths, named, areas = self.lengths, self.named, self.areas
        while at < end - 1:
            for size in lengths.get(text[at : at + 2], ()):
                name = text[at : at + size]
                if at + size <= end and (name in named or name in areas):
                    found.append(Mention(at, at + size, name))
                    at += size
                    break
            else:
                at += 1
        return found

    def similar(self, name: str, *, limit: int = 3) -> list[tuple[str, float]]:
        """Names spelled much like this one, best first, with how much alike they are (0 to 1, Dice over grams)."""
        wanted = set(grams(name))
        if len(wanted) < 3:
            return []
        shared: Counter[str] = Counter()
        for gram in wanted:
            shared.update(self.by_gram.get(gram, ()))
        scored = []
        for other, n in shared.most_common(200):
            alike = 2 * n / (len(wanted) + len(set(grams(other))))
            alike = max(alike, _abbreviated(name, other))
            if alike >= LEAST_SHARED:
                scored.append((other, alike))
        return sorted(scored, key=lambda one: (-one[1], one[0]))[:limit]

    def containing(self, said: str, *, limit: int) -> list[Named]:
        """Things whose name begins with or else contains what was typed; shorter names first."""
        first = sorted((name for name in self.named if name.startswith(said)), key=lambda n: (len(n), n))
        if len(first) < limit and len(said) > 1:
            first += sorted((n for n in self.named if said in n and not n.startswith(said)), key=lambda n: (len(n), n))
        return [one for name in first[:limit] for one in self.named[name]][:limit]


def _abbreviated(name: str, other: str) -> float:
    """How alike a name is to one it shortens (云溪一小 → 云溪第一小学): all its characters there, in order."""
    if len(name) < 3 or name[0] != other[0]:
        return 0.0
    rest = iter(other)
    return 0.5 + 0.5 * len(name) / len(other) if all(c in rest for c in name) else 0.0


_held: dict[int, tuple[float, Gazetteer]] = {}
_building = Lock()


def gazetteer(jurisdiction_id: int) -> Gazetteer:
    """The names of a jurisdiction, at most two seconds behind; empty for one without addresses."""
    held = _held.get(jurisdiction_id)
    moment = time.monotonic()
    if held is not None and moment < held[0]:
        return held[1]
    with _building:
        held = _held.get(jurisdiction_id)
        if held is not None and time.monotonic() < held[0]:
            return held[1]
        code, areas = _areas(jurisdiction_id)
        ground = GroundState.objects.filter(jurisdiction_id=jurisdiction_id).values_list("stamp", flat=True).first()
        stamp = _stamp(ground, areas)
        if held is not None and held[1].stamp == stamp:
            made = held[1]
        else:
            made = build(jurisdiction_id, code, stamp, _named(jurisdiction_id) if ground else (), areas)
        _held[jurisdiction_id] = (time.monotonic() + CHECK_S, made)
        return made


@forgotten_with_indexes
def forget_gazetteers() -> None:
    """Look at the database again at the next question."""
    _held.clear()


def build(jurisdiction_id: int, code: str, stamp: str, named: Iterable[Named], areas: Iterable[AreaView]) -> Gazetteer:
    """A gazetteer of these things and areas."""
    by_name: dict[str, list[Named]] = defaultdict(list)
    for one in named:
        by_name[one.name].append(one)
    by_area: dict[str, list[AreaView]] = defaultdict(list)
    titles = {}
    for area in areas:
        titles[area.path] = area.title
        for title in dict.fromkeys(name_key(title) for title in area.title.values()):
            if len(title) > 1:
                by_area[title].append(area)
    lengths: dict[str, set[int]] = defaultdict(set)
    by_gram: dict[str, list[str]] = defaultdict(list)
    for name in (*by_name, *by_area):
        lengths[name[:2]].add(len(name))
    for name, ones in by_name.items():
        if ones[0].kind == "crossing":  # never taken for something else: its roads are
            continue
        for gram in set(grams(name)):
            by_gram[gram].append(name)
    return Gazetteer(
        jurisdiction_id,
        code,
        stamp,
        {name: tuple(ones) for name, ones in by_name.items() if len(name) > 1},
        {name: tuple(ones) for name, ones in by_area.items()},
        titles,
        {start: tuple(sorted(sizes, reverse=True)) for start, sizes in lengths.items()},
        {gram: tuple(names) for gram, names in by_gram.items()},
    )


def _areas(jurisdiction_id: int) -> tuple[str, list[AreaView]]:
    """The jurisdiction's code and its areas; ("", []) for an unknown one."""
    owner = next((one for one in all_jurisdictions() if one.id == jurisdiction_id), None)
    return (owner.code, subtree(owner.root_path)) if owner is not None else ("", [])


def _stamp(ground: UUID | None, areas: list[AreaView]) -> str:
    told = repr((ground, [(area.path, area.title) for area in areas]))
    return blake2b(told.encode(), digest_size=8).hexdigest()


def _named(jurisdiction_id: int) -> list[Named]:
    """Every named thing; what has numbers but no address of its own (an estate of buildings) stands in their middle."""
    rows = AddressKey.objects.filter(jurisdiction_id=jurisdiction_id, address__is_active=True)
    numbered = {
        base: (kind, lon, lat)
        for base, kind, lon, lat in rows.filter(number__isnull=False)
        .values("base")
        .annotate(kind=Min("address__kind"), lon=Avg("address__lon"), lat=Avg("address__lat"))
        .values_list("base", "kind", "lon", "lat")
    }
    facts = ("text", "kind", "lon", "lat", "area__path", "grid_code", "element_code")
    own = rows.filter(number=None).values_list("base", "suffix", *(f"address__{name}" for name in facts))
    found = []
    for base, suffix, text, kind, lon, lat, *where in own:
        if suffix:  # a座 of an estate is found through the estate
            numbered.setdefault(base, (kind, lon, lat))
        else:
            area, grid_code, element_code = where
            found.append(Named(base, text, kind, lon, lat, area, grid_code, element_code, base in numbered))
    known = {one.name for one in found}
    return found + _middles({base: told for base, told in numbered.items() if base not in known}, jurisdiction_id)


def _middles(numbered: Mapping[str, tuple[str, float, float]], jurisdiction_id: int) -> list[Named]:
    """Names of which only numbers are known; their area and grid are those of their middle."""
    index = index_of(jurisdiction_id)
    found = []
    for base, (kind, lon, lat) in numbered.items():
        grid = index.at(lon, lat) if index is not None else None
        kind = ("road" if base.endswith(ROAD_ENDS) else "estate") if kind == "door" else kind
        area, code = (grid.area_path, grid.grid_code) if grid is not None else ("", "")
        found.append(Named(base, base, kind, lon, lat, area, code, "", has_numbers=True))
    return found
