"""Division codes of twelve digits."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.code_makers import PROVINCES
from yiwang.kernel.codes import division
from yiwang.kernel.codes.division import Level
from yiwang.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "code", "level", "parent"),
    [
        ("33", "330000000000", Level.PROVINCE, None),
        ("3301", "330100000000", Level.CITY, "330000000000"),
        ("330106", "330106000000", Level.COUNTY, "330100000000"),
        ("330106003", "330106003000", Level.STREET, "330106000000"),
        ("330106003012", "330106003012", Level.VILLAGE, "330106003000"),
        ("３３０１０６ 003 012", "330106003012", Level.VILLAGE, "330106003000"),
        ("441900003000", "441900003000", Level.STREET, "441900000000"),  # 东莞 has streets, but no counties
        ("429004", "429004000000", Level.COUNTY, "429000000000"),  # 仙桃, directly under its province
    ],
)
def test_level_and_parent_follow_from_the_zeros(text: str, code: str, level: Level, parent: str | None) -> None:
    found = division.parse(text)
    assert (found.code, found.level, found.parent) == (code, level, parent)


def test_parts_and_ancestors() -> None:
    found = division.parse("330106003012")
    assert found.parts == ("33", "01", "06", "003", "012")
    assert found.ancestors == ("330000000000", "330100000000", "330106000000", "330106003000")
    assert division.parse("330106003000").short == "330106003"
    assert division.parse("441900003000").short == "441900003"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        ("33010", "not 5"),
        ("3301060030123", "not 13"),
        ("33010A", "digits only"),
        ("160000", "No province has the code 16"),
        ("000000000000", "No province has the code 00"),
    ],
)
def test_a_wrong_code_says_why(text: str, reason: str) -> None:
    assert reason in str(division.problem(text))
    with pytest.raises(Invalid):
        division.parse(text)


def test_masking_hides_street_and_village() -> None:
    assert division.masked("330106003012") == "330106******"


@given(st.sampled_from(PROVINCES), st.text("0123456789", min_size=10, max_size=10))
def test_climbing_up_ends_at_the_province_by_ever_higher_levels(province: str, rest: str) -> None:
    found = division.parse(province + rest)
    levels = [division.parse(code).level for code in (*found.ancestors, found.code)]
    assert levels == sorted(set(levels)) and levels[0] == Level.PROVINCE
    assert division.normalise(found.short) == found.code


def test_every_published_division_down_to_the_streets_is_valid(shared_data: Callable[[str], Path]) -> None:
    n_read = 0
    listed_again = set()  # without parts below, so they stand in the lower list once more
    for name, level in (("provinces", 1), ("cities", 2), ("areas", 3), ("streets", 4)):
        with shared_data(f"divisions/{name}.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                assert division.problem(row["code"]) is None, row
                n_read += 1
                if division.parse(row["code"]).level != level:
                    listed_again.add(row["name"])
    assert n_read > 40_000
    assert listed_again == {"东莞市", "中山市", "儋州市", "金门县"}
