"""How far a city reaches: the box around its grids and elements, and what a map must know before it asks for tiles."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from django.db.models import Max, Min

from yiwang.engines.place.models import Element
from yiwang.engines.place.tiles.base import MAX_ZOOM, MIN_ZOOM
from yiwang.engines.place.tiles.outlines import Plan

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees of WGS-84."""
_held: dict[str, Box | None] = {}
MOST_HELD = 200


def reach(plan: Plan) -> Box | None:
    """The box around a city; by its grids, without any by its elements, None where it has neither."""
    if plan.stamp not in _held:
        if len(_held) >= MOST_HELD:
            _held.clear()
        _held[plan.stamp] = _measured(plan)
    return _held[plan.stamp]


def _measured(plan: Plan) -> Box | None:
    if plan.grids:
        west, south, east, north = shapely.total_bounds(np.array([one.geometry for one in plan.grids], dtype=object))
        return float(west), float(south), float(east), float(north)
    rows = Element.objects.filter(jurisdiction_id=plan.jurisdiction.id, is_active=True)
    edges = rows.aggregate(Min("west"), Min("south"), Max("east"), Max("north"))
    box = (edges["west__min"], edges["south__min"], edges["east__max"], edges["north__max"])
    return box if None not in box else None


def described(plan: Plan, address: str) -> dict[str, Any]:
    """What a map must know: bounds, zooms, the address of tiles, names of areas with a point each (districts first)."""
    box = reach(plan)
    names = sorted(plan.outlines, key=lambda one: (one.area.level, one.area.code))
    return {
        "stamp": plan.stamp,
        "bounds": [round(edge, 6) for edge in box] if box else None,
        "minzoom": MIN_ZOOM,
        "maxzoom": MAX_ZOOM,
        "tiles": f"{address}?v={plan.stamp}",
        "names": [
            {
                "code": one.area.code,
                "path": one.area.path,
                "title": one.area.title,
                "level": one.area.level,
                "lon": one.lon,
                "lat": one.lat,
                "bounds": [round(float(edge), 6) for edge in one.geometry.bounds],
            }
            for one in names
            if one.area.level <= 4
        ],
    }
