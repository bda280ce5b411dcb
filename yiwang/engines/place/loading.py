"""Keeps the index of every grid system in this process, and notices when somebody changed one.

At most every `CHECK_S` seconds one small query reads the stamps of all systems; a system whose stamp differs, or
whose next version has come into force, is loaded again when it is next asked for. Writes of this process are seen at
once. Stamps are random, so that what was loaded inside a transaction that failed is never taken for something later.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from uuid import UUID

import shapely
from django.db.models import Q

from yiwang.engines.place.index import GridIndex, Located, Shape
from yiwang.engines.place.models import GridSystem, GridVersion
from yiwang.kernel import clock

CHECK_S = 2.0


@dataclass(frozen=True)
class SystemStamp:
    """What the check reads of one system in use."""

    id: int
    jurisdiction_id: int
    code: str
    stamp: UUID


Key = tuple[int, str | None]
"""Jurisdiction id and a system's code, None for the system asked for by default."""


@dataclass(frozen=True)
class _Held:
    """What this process knows; replaced as a whole, never changed, so that readers need no lock."""

    check_at: float = 0.0
    systems: Mapping[Key, SystemStamp] = field(default_factory=dict)
    indexes: Mapping[Key, GridIndex] = field(default_factory=dict)
    by_stamp: Mapping[UUID, GridIndex] = field(default_factory=dict)


_held = _Held()
_loading = Lock()
_also_forgotten: list[Callable[[], None]] = []


def index_of(jurisdiction: int, system: str | None = None) -> GridIndex | None:
    """The index of a jurisdiction's system, without `system` of its default one; None when there is none in use."""
    held = _held
    if time.monotonic() >= held.check_at:
        held = _refresh()
    key = (jurisdiction, system)
    index = held.indexes.get(key)
    if index is not None or key not in held.systems:
        return index
    return _load_into(key)


def has_system(jurisdiction: int) -> bool:
    """Whether a jurisdiction has any grid system in use."""
    held = _held
    if time.monotonic() >= held.check_at:
        held = _refresh()
    return (jurisdiction, None) in held.systems


def forget_indexes() -> None:
    """Look at the database again at the next question; called by writes, and by tests that roll back."""
    global _held
    with _loading:
        _held = _Held(by_stamp=_held.by_stamp)
    for also in _also_forgotten:
        also()


def forgotten_with_indexes(forget: Callable[[], None]) -> Callable[[], None]:
    """Decorator: what this function drops is dropped whenever the indexes are (for this package's other caches)."""
    _also_forgotten.append(forget)
    return forget


def load(system_id: int, at: datetime) -> GridIndex:
    """The index of a system as it was, is or will be at a moment."""
    valid = Q(valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at))
    rows = GridVersion.objects.filter(valid, grid__system_id=system_id).values_list(
        "grid_id",
        "grid__code",
        "title",
        "grid__system__code",
        "area_id",
        "area__path",
        "department_id",
        "department__path",
        "geometry",
    )
    facts = list(rows)
    shapes = shapely.from_wkb([bytes(row[-1]) for row in facts])
    grids = [
        Located(number, code, title, system, area_id, area_path, department_id, department_path or "")
        for number, code, title, system, area_id, area_path, department_id, department_path, _wkb in facts
    ]
    ahead = GridVersion.objects.filter(grid__system_id=system_id)
    moments = [
        ahead.filter(valid_from__gt=at).order_by("valid_from").values_list("valid_from", flat=True).first(),
        ahead.filter(valid_to__gt=at).order_by("valid_to").values_list("valid_to", flat=True).first(),
    ]
    until = min((moment for moment in moments if moment is not None), default=None)
    return GridIndex([Shape(grid, shape) for grid, shape in zip(grids, shapes, strict=True)], until)


def _refresh() -> _Held:
    """Read the stamps anew and drop what is out of date; a thread that finds another at it uses what is there."""
    global _held
    if not _loading.acquire(blocking=not _held.systems):
        return _held
    try:
        if time.monotonic() < _held.check_at:
            return _held
        systems = _systems()
        now = clock.now()
        kept = {
            stamp: index
            for stamp, index in _held.by_stamp.items()
            if (index.until is None or index.until > now) and any(one.stamp == stamp for one in systems.values())
        }
        indexes = {key: kept[one.stamp] for key, one in systems.items() if one.stamp in kept}
        _held = _Held(time.monotonic() + CHECK_S, systems, indexes, kept)
        return _held
    finally:
        _loading.release()


def _load_into(key: Key) -> GridIndex | None:
    """Load one system's index, once however many threads ask, and keep it."""
    global _held
    with _loading:
        system = _held.systems.get(key)
        if system is None:
            return None
        index = _held.by_stamp.get(system.stamp)
        if index is None:
            index = load(system.id, clock.now())
        by_stamp = {**_held.by_stamp, system.stamp: index}
        indexes = {k: by_stamp[one.stamp] for k, one in _held.systems.items() if one.stamp in by_stamp}
        _held = _Held(_held.check_at, _held.systems, indexes, by_stamp)
        return index


def _systems() -> dict[Key, SystemStamp]:
    """The systems in use, each also under None where it is its jurisdiction's default: primary, finest, first code."""
    rows = GridSystem.objects.filter(is_active=True).order_by("-is_primary", "-level", "code")
    found: dict[Key, SystemStamp] = {}
    for pk, jurisdiction_id, code, stamp in rows.values_list("id", "jurisdiction_id", "code", "stamp"):
        one = SystemStamp(pk, jurisdiction_id, code, stamp)
        found[jurisdiction_id, code] = one
        found.setdefault((jurisdiction_id, None), one)
    return found


def stamp_of(jurisdiction: int) -> UUID | None:
    """The stamp of a jurisdiction's default system; None where there is none in use."""
    has_system(jurisdiction)
    system = _held.systems.get((jurisdiction, None))
    return system.stamp if system is not None else None
