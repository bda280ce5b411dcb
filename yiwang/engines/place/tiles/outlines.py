"""Outlines of areas, made of the grids that belong to them: districts and streets need no file of their own.

A city's grids are loaded by `loading`; here they are joined by area once for every state of the grids and the tree,
and kept in this process.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from yiwang.base.areas.queries import AreaView, JurisdictionView, jurisdictions, subtree
from yiwang.engines.place.index import Shape
from yiwang.engines.place.loading import forgotten_with_indexes, index_of, stamp_of
from yiwang.engines.place.models import GroundState
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_

CHECK_S = 2.0
FORMAT = "1"
"""Goes up when tiles are drawn otherwise, so that those kept on disk are drawn again."""


@dataclass(frozen=True)
class Outline:
    """An area and the ground its grids cover (WGS-84), with a point on it for its name."""

    area: AreaView
    geometry: BaseGeometry
    lon: float
    lat: float


@dataclass(frozen=True)
class Plan:
    """What the tiles of one jurisdiction are drawn from at one moment; `stamp` is another when anything of it is."""

    jurisdiction: JurisdictionView
    stamp: str
    areas: tuple[AreaView, ...]
    grids: tuple[Shape, ...] = field(repr=False)
    outlines: tuple[Outline, ...] = field(repr=False)

    @cached_property
    def by_path(self) -> dict[str, Outline]:
        """The outlines by path of their area."""
        return {one.area.path: one for one in self.outlines}


_held: dict[str, tuple[float, Plan]] = {}


def plan_of(jurisdiction: str) -> Plan:
    """The plan in force, at most two seconds old. NotFound for an unknown jurisdiction."""
    held = _held.get(jurisdiction)
    moment = time.monotonic()
    if held is not None and moment < held[0]:
        return held[1]
    owner = next((one for one in jurisdictions() if one.code == jurisdiction), None)
    if owner is None:
        raise NotFound(N_("There is no jurisdiction %(code)s."), code=jurisdiction)
    areas = tuple(subtree(owner.root_path))
    stamp = _stamp(owner, areas)
    plan = held[1] if held is not None and held[1].stamp == stamp else _plan(owner, areas, stamp)
    _held[jurisdiction] = (moment + CHECK_S, plan)
    return plan


@forgotten_with_indexes
def forget_plans() -> None:
    """Look at the database again at the next question; called by writes, and by tests that roll back."""
    _held.clear()


def _stamp(owner: JurisdictionView, areas: tuple[AreaView, ...]) -> str:
    index = index_of(owner.id)
    until = index.until.isoformat() if index is not None and index.until is not None else ""
    ground = GroundState.objects.filter(jurisdiction_id=owner.id).values_list("stamp", flat=True).first()
    told: tuple[Any, ...] = (FORMAT, ground, stamp_of(owner.id), until, [(a.path, a.level, a.title) for a in areas])
    return blake2b(repr(told).encode(), digest_size=8).hexdigest()


def _plan(owner: JurisdictionView, areas: tuple[AreaView, ...], stamp: str) -> Plan:
    index = index_of(owner.id)
    grids = tuple(index.shapes()) if index is not None else ()
    return Plan(owner, stamp, areas, grids, tuple(_outlines(owner, areas, grids)))


def _outlines(owner: JurisdictionView, areas: tuple[AreaView, ...], grids: tuple[Shape, ...]) -> list[Outline]:
    """Areas with the union of the grids of their subtree; the root only where nothing lies below it."""
    own: dict[str, list[BaseGeometry]] = defaultdict(list)
    for shape in grids:
        own[shape.grid.area_path].append(shape.geometry)
    joined = {path: shapely.union_all(shapes) for path, shapes in own.items()}
    found = []
    for area in areas:
        below = [shape for path, shape in joined.items() if path.startswith(area.path)]
        if not below or (area.path == owner.root_path and set(joined) != {area.path}):
            continue
        whole = shapely.union_all(below)
        point = whole.centroid if whole.contains(whole.centroid) else whole.point_on_surface()
        found.append(Outline(area, whole, round(float(point.x), 6), round(float(point.y), 6)))
    return found
