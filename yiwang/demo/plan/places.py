"""Where matters happen: the places of a kind, some of them again and again, on rainy days rather by the water."""

from __future__ import annotations

import bisect
import itertools
import json
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import shapely

from yiwang.demo.ground import Ground, Spot

HOT = 1.1
"""How unevenly trouble is spread: the sigma of the places' log-normal weights."""
LOW_SHARE = 0.22
METRES_A_DEGREE = 111_320.0


class Places:
    """The spots of the city with their weights; `facilities` are (kind, code, lon, lat)."""

    def __init__(
        self, spots: Sequence[Spot], low: Iterable[int], facilities: Sequence[tuple[str, str, float, float]], seed: int
    ) -> None:
        self.spots = tuple(spots)
        self.low = frozenset(low)
        self.facilities = tuple(facilities)
        rnd = random.Random(f"{seed}/places")  # noqa: S311 - made-up trouble
        weights = [rnd.lognormvariate(0, HOT) for _spot in self.spots]
        self._by_kind: dict[tuple[str, bool], tuple[list[Spot], list[float]]] = {}
        for is_low in (False, True):
            held: dict[str, list[int]] = defaultdict(list)
            for n, spot in enumerate(self.spots):
                if not is_low or n in self.low:
                    held[spot.kind].append(n)
            for kind, numbers in held.items():
                sums = list(itertools.accumulate(weights[n] for n in numbers))
                self._by_kind[kind, is_low] = ([self.spots[n] for n in numbers], sums)
        self._by_area: dict[str, list[Spot]] = defaultdict(list)
        for spot in self.spots:
            self._by_area[spot.area_code].append(spot)
        self._cells: dict[tuple[str, int, int], list[tuple[str, float, float]]] = defaultdict(list)
        for kind, code, lon, lat in self.facilities:
            self._cells[kind, round(lon * 400), round(lat * 400)].append((code, lon, lat))

    @property
    def communities(self) -> list[str]:
        """The codes of the areas that have spots."""
        return sorted(self._by_area)

    def draw(self, rnd: random.Random, kinds: Sequence[str], *, is_low: bool = False) -> Spot:
        """A place of one of these kinds, low ground on demand; troubled ones come more often."""
        fitting = [kind for kind in kinds if (kind, is_low) in self._by_kind]
        if not fitting:
            return self.draw(rnd, kinds) if is_low else rnd.choice(self.spots)
        spots, sums = self._by_kind[rnd.choice(fitting), is_low]
        return spots[bisect.bisect(sums, rnd.random() * sums[-1])]

    def near_home(self, rnd: random.Random, home: str, kinds: Sequence[str]) -> Spot | None:
        """A place of one of these kinds in a community, None when it has none."""
        found = [spot for spot in self._by_area.get(home, ()) if spot.kind in kinds]
        return rnd.choice(found) if found else None

    def facility(self, spot: Spot, kinds: Sequence[str], *, within_m: float = 250) -> tuple[str, float, float] | None:
        """The nearest facility of these kinds: code, longitude, latitude."""
        x, y = round(spot.lon * 400), round(spot.lat * 400)
        around = [
            one
            for kind in kinds
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for one in self._cells.get((kind, x + dx, y + dy), ())
        ]
        best = min(around, key=lambda one: _metres(one[1], one[2], spot), default=None)
        return best if best is not None and _metres(best[1], best[2], spot) <= within_m else None

    def save(self, path: Path) -> None:
        """Keep what the live simulator needs, so that it need not make the whole ground again."""
        told = {"spots": [asdict(spot) for spot in self.spots], "low": sorted(self.low), "facilities": self.facilities}
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)


def places_of(ground: Ground, seed: int) -> Places:
    """The places of a ground; low ones lie nearest to its waters."""
    waters = [one.geometry for one in ground.elements_by_kind.get("water", ())]
    low: list[int] = []
    if waters and ground.spots:
        points = shapely.points([spot.lon for spot in ground.spots], [spot.lat for spot in ground.spots])
        far = np.asarray(shapely.distance(points, shapely.union_all(waters)))
        low = np.flatnonzero(far <= np.quantile(far, LOW_SHARE)).tolist()
    facilities = [
        (one.kind, one.code, round(one.geometry.centroid.x, 6), round(one.geometry.centroid.y, 6))
        for one in ground.elements
        if one.kind not in ("building", "road", "water", "green", "square")
    ]
    return Places(ground.spots, low, facilities, seed)


def load_places(path: Path, seed: int) -> Places:
    """What `Places.save` kept."""
    told = json.loads(path.read_text(encoding="utf-8"))
    facilities = [(str(kind), str(code), float(lon), float(lat)) for kind, code, lon, lat in told["facilities"]]
    return Places([Spot(**spot) for spot in told["spots"]], told["low"], facilities, seed)


def moved(rnd: random.Random, lon: float, lat: float, metres: float) -> tuple[float, float]:
    """A point up to about this many metres away: how well people and telephones point."""
    angle, far = rnd.uniform(0, 2 * math.pi), abs(rnd.gauss(0, metres / 2))
    step = far / METRES_A_DEGREE
    return round(lon + step * math.cos(angle) / math.cos(math.radians(lat)), 6), round(lat + step * math.sin(angle), 6)


def _metres(lon: float, lat: float, spot: Spot) -> float:
    dx = (lon - spot.lon) * math.cos(math.radians(lat)) * METRES_A_DEGREE
    return math.hypot(dx, (lat - spot.lat) * METRES_A_DEGREE)
