"""A small city with two districts, a department and one grid system of squares."""

from __future__ import annotations

import pytest

from tests.engines.place.makers import named, square
from yiwang.base.access import SYSTEM
from yiwang.base.areas import actions as areas
from yiwang.base.areas.queries import jurisdiction
from yiwang.base.organisation import actions as organisation
from yiwang.engines.place import actions


@pytest.fixture
def city(db):
    areas.put_jurisdiction(
        "testville",
        title={"zh-Hans": "试城", "en": "Testville"},
        time_zone="Asia/Shanghai",
        calendar="CN",
        languages=["zh-Hans", "en"],
        division_scheme="own",
        root_code="tv",
        by=SYSTEM,
    )
    for code in ("one", "two"):
        areas.put_area("testville", code, title={"en": code, "zh-Hans": code}, level=3, by=SYSTEM)
    organisation.put_department("testville", "roads", title={"en": "Roads", "zh-Hans": "道路"}, by=SYSTEM)
    return jurisdiction("testville")


@pytest.fixture
def grids(city):
    """Two squares side by side, `a` in district one looked after by a department, `b` in two."""
    actions.put_system("testville", "grids", title={"en": "Grids", "zh-Hans": "网格"}, level=6, by=SYSTEM)
    actions.put_grids(
        "testville",
        "grids",
        [
            named("a", square(114.00, 22.50), area_code="one", department_code="roads"),
            named("b", square(114.01, 22.50), area_code="two"),
        ],
        by=SYSTEM,
    )
    return city
