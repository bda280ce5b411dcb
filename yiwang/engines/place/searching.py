"""Filters that find rows near somewhere by their indexed cell, for SQLite and PostgreSQL alike.

The jurisdiction stands in every alternative, not once beside them: SQLite then looks up each range in the index
(jurisdiction, quad); else it would read all rows of the jurisdiction.
"""

from __future__ import annotations

from django.db.models import Q

from yiwang.engines.place.cells import box_around
from yiwang.engines.place.quads import span

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees of WGS-84."""


def boxes_meeting(jurisdiction_id: int, box: Box) -> Q:
    """Rows of a jurisdiction with `quad` and box columns whose box meets this one."""
    west, south, east, north = box
    cells = span(*box)
    where = Q(jurisdiction_id=jurisdiction_id, quad__in=cells.above)
    for low, high in cells.ranges:
        where |= Q(jurisdiction_id=jurisdiction_id, quad__range=(low, high))
    return where & Q(west__lte=east, east__gte=west, south__lte=north, north__gte=south)


def points_within(jurisdiction_id: int, box: Box) -> Q:
    """Rows of a jurisdiction with `quad`, `lon` and `lat` whose point lies in a box."""
    west, south, east, north = box
    where = Q()
    for low, high in span(*box).ranges:  # points have no cell above the smallest
        where |= Q(jurisdiction_id=jurisdiction_id, quad__range=(low, high))
    return where & Q(lon__range=(west, east), lat__range=(south, north))


def around(lon: float, lat: float, metres: float) -> Box:
    """The box around a circle; at the 180th meridian only its side on which the point lies."""
    south, north, reach = box_around(lat, metres)
    return max(lon - reach, -180.0), south, min(lon + reach, 180.0), north
