"""The buildings: every site laid out in the order the city grew until there are as many as asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from yiwang.demo.ground import zones
from yiwang.demo.ground.layouts import PATTERNS, Pattern, outlines, rows, turning
from yiwang.demo.ground.sites import Sites

if TYPE_CHECKING:
    from yiwang.demo.ground.plane import Floats, Ints, Shapes

EARLY = ("school", "middle", "hospital", "market", "government", "culture", "mall", "factory", "campus")
"""Built whatever else is; works stand at the edge, where little else does."""
SPREAD = 0.45
"""How much chance mixes into the order by density."""
CLEAR = 1.0
"""Metres between any two houses."""
TALLEST = 180.0


@dataclass(frozen=True)
class Buildings:
    """Buildings as parallel arrays; those of one site stand together, rows from south to north."""

    shapes: Shapes
    site: Ints
    is_shop: Ints
    floors: Ints
    height: Floats
    at: Floats

    def __len__(self) -> int:
        """How many."""
        return len(self.shapes)


def make_buildings(seed: int, sites: Sites, count: int) -> Buildings:
    """Up to `count` buildings (fewer only where the city has no more room); none overlaps another."""
    rng = np.random.default_rng([seed, 5])
    order = np.argsort(-(sites.dense + SPREAD * rng.random(len(sites))), kind="stable")
    early = np.isin(sites.use, EARLY)
    order = np.r_[order[early[order]], order[~early[order]]]
    shapes: list[Shapes] = []
    facts: list[Floats] = []
    left = count
    for turn in ("first", "infill"):
        for number in order.tolist():
            use = str(sites.use[number])
            use = use if turn == "first" else "village" if use in ("farmland", "wood") else ""
            if use not in PATTERNS or left <= 0:
                continue
            made, told = _on_site(number, use, sites, rng)
            kept = _apart(made)[:left]
            shapes.append(made[kept])
            facts.append(told[kept])
            left -= len(kept)
    whole = np.concatenate(shapes) if shapes else np.zeros(0, dtype=object)
    told = np.vstack(facts) if facts else np.zeros((0, 4))
    at = shapely.get_coordinates(shapely.centroid(whole))
    site, is_shop, floors = (told[:, k].astype(np.int64) for k in range(3))
    return Buildings(whole, site, is_shop, floors, told[:, 3], at)


def _on_site(number: int, use: str, sites: Sites, rng: np.random.Generator) -> tuple[Shapes, Floats]:
    """The buildings of one site and for each: site, shop or not, floors, height."""
    shape, angle = sites.shapes[number], float(sites.angle[number])
    pattern = PATTERNS[use]
    fronts = (sites.fronts[number] & (rng.random(4) < pattern.has_shops)).tolist()
    places = rows(shape, angle, pattern, rng, (fronts[0], fronts[1], fronts[2], fronts[3]))
    if use in ("school", "middle"):
        middle = (shapely.get_coordinates(shape.exterior) @ turning(angle))[:, 1].mean()
        north = places[:, 1] > middle - 12  # the south is for sport
        places = places[north] if north.any() else places
    plan = pattern.shape if pattern.shape == "bar" or pattern.deep > 16 else "bar"
    made = outlines(places, angle, "bar")
    if plan != "bar":
        turned = (rng.random(len(places)) < 0.6) & (places[:, 4] == 0)
        made[turned] = outlines(places[turned], angle, plan)
    shapely.prepare(shape)
    inside = shapely.contains(shape, made)
    made, places = made[inside], places[inside]
    floors = _floors(use, pattern, places, float(sites.dense[number]), shapely.centroid(made), rng)
    storey = np.where(places[:, 4] == 1, PATTERNS["shop"].storey, pattern.storey)
    height = np.minimum(np.round(floors * storey + rng.choice([0.0, 0.6, 1.2], len(floors)), 1), TALLEST)
    return made, np.column_stack([np.full(len(made), number), places[:, 4], floors, height])


def _floors(use: str, pattern: Pattern, places: Floats, dense: float, at: Shapes, rng: np.random.Generator) -> Floats:
    """Floors of each building: much the same on one site, more where the city is dense, towers in its centres."""
    low, high = pattern.floors
    usual = low + (high - low) * np.clip(0.25 + 0.55 * dense + rng.normal(0, 0.22), 0, 1)
    floors = np.rint(usual + rng.normal(0, (high - low) * 0.07 + 0.2, len(places)))
    if use in ("cbd", "hotel", "office") and len(places):
        near = zones.near(shapely.get_coordinates(at), zones.CENTRES)
        tower = rng.random(len(places)) < 0.2 + 0.45 * near
        top = TALLEST / pattern.storey
        floors = np.where(tower, floors + (top - low) * near**1.4 * rng.beta(1.3, 1.7, len(places)), floors)
    floors = np.clip(np.rint(floors), low, None)
    shop = PATTERNS["shop"].floors
    made: Floats = np.where(places[:, 4] == 1, rng.integers(shop[0], shop[1] + 1, len(places)), floors)
    return made


def _apart(shapes: Shapes) -> Ints:
    """Those of a site that stand clear of all that come before them; sites never touch each other."""
    if len(shapes) < 2:
        return np.arange(len(shapes))
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=CLEAR)
    return np.setdiff1d(np.arange(len(shapes)), np.maximum(one, other)[one != other])
