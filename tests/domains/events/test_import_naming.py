"""What other systems call things is understood where it is clear, and refused where it is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from yiwang.domains.events.course import CategoryView, rules_of
from yiwang.domains.events.importing.converting import channel_of, is_closed, system_of
from yiwang.domains.events.importing.naming import CategoryNames, by_name
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid


@pytest.fixture
def names(city: Any) -> CategoryNames:
    """The sample city's categories, with two more called 其他, under 市容环境 and under 道路交通."""
    rules = rules_of(city.place.id)
    pattern = rules.by_code["0101"]
    others = {
        -n: replace(
            pattern, id=-n, code=f"{top}99", title={"zh-Hans": "其他", "en": f"Other {top}"}, path=f"{top}/{top}99/"
        )
        for n, top in enumerate(("01", "02"), start=1)
    }
    categories: dict[int, CategoryView] = {**rules.categories, **others}
    return CategoryNames(replace(rules, categories=categories, by_code={c.code: c for c in categories.values()}))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("020103", "020103"),
        ("路灯不亮", "020103"),
        ("Street light out", "020103"),
        (" street  LIGHT out", "020103"),
        ("道路交通 / 路灯不亮", "020103"),
        ("道路交通 / 道路设施 / 路灯不亮", "020103"),
        ("我们自己的叫法 / 路灯不亮", "020103"),
        ("市容环境", "01"),
        ("市容环境 / 其他", "0199"),
        ("道路交通 / 其他", "0299"),
    ],
)
def test_a_category_is_found_by_code_title_and_levels(names: CategoryNames, given: str, code: str) -> None:
    found = names.find(given)
    assert found is not None
    assert found.code == code


def test_a_name_of_several_categories_is_not_guessed(names: CategoryNames) -> None:
    with pytest.raises(Invalid, match="0199, 0299"):
        names.find("其他")
    assert names.find("外星人") is None
    assert names.find("") is None


def test_a_title_that_several_have_names_none_of_them() -> None:
    @dataclass(frozen=True)
    class Street:
        code: str
        title: dict[str, str]

    one, two, three = (
        Street(code, {"zh-Hans": title}) for code, title in (("a", "和平"), ("b", "和平"), ("c", "胜利"))
    )
    found = by_name([one, two, three])
    assert found == {"a": one, "b": two, "c": three, "胜利": three}


@pytest.mark.parametrize(
    ("status", "has_time", "closed"),
    [
        ("Closed", True, True),
        ("Closed (Duplicate)", True, True),
        ("Open (Duplicate)", False, False),
        ("Pending", True, False),
        ("已办结", False, True),
        ("未办结", True, False),
        ("处理中", True, False),
        ("", True, True),
        ("", False, False),
        ("Email Sent", True, True),
    ],
)
def test_the_status_tells_first_and_the_time_where_it_does_not(status: str, has_time: bool, closed: bool) -> None:
    assert is_closed(status, now() if has_time else None) is closed


def test_systems_and_channels_are_understood_however_written() -> None:
    assert [system_of(each) for each in ("", "GCJ-02", "bd09", "WGS 84", "utm")] == [
        "wgs84",
        "gcj02",
        "bd09",
        "wgs84",
        None,
    ]
    channels = ["", "电话", "Phone", "12345热线", "微信小程序", "网格巡查", "Telegraph"]
    assert [channel_of(each) for each in channels] == ["import", "phone", "phone", "phone", "app", "patrol", "other"]
