"""Cells and distances: what the duplicates search relies on."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.engines.place.cells import EARTH_RADIUS_M, cell, cells_around, cells_within, metres_between
from yiwang.kernel.errors import Invalid

lons = st.floats(-180, 180)
lats = st.floats(-90, 90)
sizes = st.sampled_from([0.002, 0.001, 0.01, 0.07, 1.0])


def test_a_cell_is_one_number_and_its_neighbours_differ_by_one_or_by_a_row():
    here = cell(-76.6122, 39.2904, 0.002)
    assert cell(-76.6122 + 0.002, 39.2904, 0.002) == here + 1
    assert cell(-76.6122, 39.2904 + 0.002, 0.002) == here + 180_000
    assert here < 2**63


def test_within_a_cells_width_nine_cells_are_enough():
    assert len(cells_around(-76.6122, 39.2904, 100, 0.002)) <= 9


@given(lons, st.floats(-85, 85), st.floats(0, 300), st.floats(0, 2 * math.pi), sizes)
def test_every_point_within_the_distance_lies_in_the_cells_around(lon, lat, metres, direction, degrees):
    angle = metres * 0.999 / EARTH_RADIUS_M
    y, x = math.radians(lat), math.radians(lon)
    to_y = math.asin(math.sin(y) * math.cos(angle) + math.cos(y) * math.sin(angle) * math.cos(direction))
    to_x = x + math.atan2(
        math.sin(direction) * math.sin(angle) * math.cos(y), math.cos(angle) - math.sin(y) * math.sin(to_y)
    )
    to_lon = (math.degrees(to_x) + 180) % 360 - 180
    assert cell(to_lon, math.degrees(to_y), degrees) in cells_around(lon, lat, metres, degrees)


@given(lons, lats, lons, lats, st.floats(0, 1), st.floats(0, 1), sizes)
def test_every_point_of_a_box_lies_in_its_cells(lon1, lat1, lon2, lat2, right, up, degrees):
    west, east, south, north = min(lon1, lon2), max(lon1, lon2), min(lat1, lat2), max(lat1, lat2)
    found = cells_within((west, south, east, north), degrees, most=2_000)
    if found is not None:
        inside = cell(min(west + (east - west) * right, east), min(south + (north - south) * up, north), degrees)
        assert inside in found


def test_a_box_of_a_few_streets_has_few_cells_and_a_country_too_many():
    streets = (118.95, 29.59, 118.96, 29.60)
    assert len(cells_within(streets, 0.002, most=5_000) or []) in range(25, 50)
    assert cells_within((118, 29, 119, 30), 0.002, most=5_000) is None
    assert cells_within((179.9, 0, -179.9, 1), 0.002, most=5_000) is None


@given(lons, lats, lons, lats)
def test_distance_is_symmetric_and_at_most_half_round_the_globe(lon1, lat1, lon2, lat2):
    there = metres_between(lon1, lat1, lon2, lat2)
    assert there == pytest.approx(metres_between(lon2, lat2, lon1, lat1), abs=1e-6)
    assert 0 <= there <= math.pi * EARTH_RADIUS_M + 1e-6


def test_distance_agrees_with_known_ones():
    assert metres_between(0, 0, 0, 1) == pytest.approx(111_195.08, abs=0.01)
    # Beijing - Shanghai, 1,067.3 km on the sphere
    assert metres_between(116.4074, 39.9042, 121.4737, 31.2304) == pytest.approx(1_067_300, rel=1e-3)


@pytest.mark.parametrize(
    ("lon", "lat", "degrees"), [(181, 0, 0.1), (0, -91, 0.1), (math.nan, 0, 0.1), (0, 0, 0), (0, 0, math.nan)]
)
def test_what_is_no_point_or_no_size_is_refused(lon, lat, degrees):
    with pytest.raises(Invalid):
        cell(lon, lat, degrees)


def test_a_reach_over_too_many_cells_is_refused():
    with pytest.raises(Invalid):
        cells_around(0, 0, 1_000_000, 0.002)
