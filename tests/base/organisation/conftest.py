"""A small city with two departments and two districts."""

from __future__ import annotations

import pytest

from yiwang.base.access import SYSTEM
from yiwang.base.areas import actions as areas
from yiwang.base.organisation import actions


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
        actions.put_department("testville", f"dept-{code}", title={"en": code, "zh-Hans": code}, by=SYSTEM)
    actions.put_department(
        "testville", "team", title={"en": "Team", "zh-Hans": "队"}, parent_code="dept-one", area_code="one", by=SYSTEM
    )
    actions.ensure_roles(by=SYSTEM)
