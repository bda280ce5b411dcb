"""A small city with two districts, a department and one grid system of squares."""

from __future__ import annotations

import pytest
import shapely

from tests.engines.place import town as town_plan
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


@pytest.fixture
def town(city):
    """The town of `town.py`: two streets of one grid each, elements and addresses."""
    for code, title in (("hb", "湖滨街道"), ("wh", "望湖街道")):
        areas.put_area("testville", code, title={"zh-Hans": title, "en": code}, level=4, parent_code="one", by=SYSTEM)
    actions.put_system("testville", "grids", title={"en": "Grids", "zh-Hans": "网格"}, level=6, by=SYSTEM)
    west, east = (shapely.box(*town_plan.at(x, 0), *town_plan.at(x + 10, 10)) for x in (0, 10))
    actions.put_grids(
        "testville", "grids", [named("w", west, area_code="hb"), named("e", east, area_code="wh")], by=SYSTEM
    )
    actions.put_elements("testville", town_plan.elements(), by=SYSTEM)
    actions.put_addresses("testville", town_plan.addresses(), by=SYSTEM)
    return city
