"""WGS-84, GCJ-02 and BD-09."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel import coordinates as c
from yiwang.kernel.errors import Invalid

INSIDE = st.tuples(st.floats(73, 137), st.floats(2, 55))
PAIRS = [(a, b) for a in c.SYSTEMS for b in c.SYSTEMS]


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    north = (one[1] - other[1]) * 111_320
    return math.hypot(north, (one[0] - other[0]) * 111_320 * math.cos(math.radians(one[1])))


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [  # the published test points of eviltransform
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_gcj02_agrees_with_published_points(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert c.wgs84_to_gcj02(*wgs84) == pytest.approx(gcj02, abs=1e-12)
    assert c.gcj02_to_wgs84(*gcj02) == pytest.approx(wgs84, abs=1e-9)


def test_bd09_agrees_with_a_published_point() -> None:
    # the example of coordtransform
    assert c.gcj02_to_bd09(116.404, 39.915) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-12)
    assert c.bd09_to_gcj02(116.41036949371029, 39.92133699351021) == pytest.approx((116.404, 39.915), abs=1e-9)


@pytest.mark.parametrize(
    "place", [(-76.6122, 39.2904), (-73.98, 40.75), (2.35, 48.86), (151.2, -33.87), (0.0, 0.0), (180.0, -90.0)]
)
def test_points_outside_stay_as_they_are(place: tuple[float, float]) -> None:
    for source, target in PAIRS:
        assert c.convert(*place, source, target) == place


@pytest.mark.parametrize(("source", "target"), PAIRS)
@given(place=INSIDE)
def test_there_and_back_again(source: c.System, target: c.System, place: tuple[float, float]) -> None:
    assert c.convert(*c.convert(*place, source, target), target, source) == pytest.approx(place, abs=1e-9)


@given(INSIDE)
def test_shifts_are_of_the_size_everybody_sees_on_maps(place: tuple[float, float]) -> None:
    assert 10 < metres(place, c.wgs84_to_gcj02(*place)) < 1500
    assert 500 < metres(place, c.gcj02_to_bd09(*place)) < 1200


@given(INSIDE)
def test_two_steps_are_one(place: tuple[float, float]) -> None:
    assert c.wgs84_to_bd09(*place) == c.gcj02_to_bd09(*c.wgs84_to_gcj02(*place))
    assert c.bd09_to_wgs84(*place) == pytest.approx(c.gcj02_to_wgs84(*c.bd09_to_gcj02(*place)), abs=1e-9)
    assert c.convert(*place, "cgcs2000", "wgs84") == place


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_arrays_give_what_single_points_give(source: c.System, target: c.System) -> None:
    random = np.random.default_rng(7)
    lons, lats = random.uniform(60, 150, 500), random.uniform(-10, 60, 500)
    before = lons.copy(), lats.copy()
    x, y = c.convert_arrays(lons, lats, source, target)
    expected = [c.convert(lon, lat, source, target) for lon, lat in zip(lons, lats, strict=True)]
    assert np.allclose(np.column_stack([x, y]), np.array(expected), rtol=0, atol=1e-9)
    assert (lons == before[0]).all() and (lats == before[1]).all()


def test_arrays_keep_their_shape_and_their_gaps() -> None:
    x, y = c.convert_arrays([[121.5, math.nan], [-76.6, 116.4]], [[31.2, 31.2], [39.3, 39.9]], "wgs84", "gcj02")
    assert x.shape == y.shape == (2, 2)
    assert math.isnan(x[0, 1]) and y[0, 1] == 31.2
    assert (x[1, 0], y[1, 0]) == (-76.6, 39.3)
    assert (x[1, 1], y[1, 1]) == pytest.approx(c.wgs84_to_gcj02(116.4, 39.9), abs=1e-12)
    assert c.convert_arrays([], [], "bd09", "wgs84")[0].size == 0


def test_what_is_no_point_or_no_system_is_refused() -> None:
    for lon, lat in ((math.nan, 30.0), (181.0, 30.0), (120.0, 91.0), (math.inf, 0.0), (30.0, 120.0)):
        with pytest.raises(Invalid, match="no point on earth"):
            c.convert(lon, lat, "wgs84", "gcj02")
    with pytest.raises(Invalid, match="no coordinate system utm"):
        c.convert(120.0, 30.0, "utm", "wgs84")  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="no coordinate system utm"):
        c.convert_arrays([120.0], [30.0], "wgs84", "utm")  # type: ignore[arg-type]
