"""Reasons of GEOS in our own words."""

from __future__ import annotations

import pytest
import shapely

from yiwang.engines.place.geometry import repaired, unsound

HOLE_OUTSIDE = shapely.Polygon([(0, 0), (1, 0), (1, 1), (0, 1)], [[(2, 2), (3, 2), (3, 3)]])
NESTED = shapely.MultiPolygon([shapely.box(0, 0, 3, 3), shapely.box(1, 1, 2, 2)])
TOUCHING = shapely.Polygon([(0, 0), (2, 0), (1, 1), (2, 2), (0, 2), (1, 1)])


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        (shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "its outline crosses itself at 0.5, 0.5"),
        (HOLE_OUTSIDE, "a hole lies outside it"),
        (NESTED, "a part lies in another"),
        (TOUCHING, "its outline touches itself at 1, 1"),
    ],
)
def test_what_is_wrong_with_a_polygon_is_said_and_mended(shape, told):
    assert str(unsound(shape)).startswith(told)
    assert repaired(shape).geometry.is_valid
