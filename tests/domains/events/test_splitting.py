"""Several matters in one call: where a text goes over to the next, and where it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.domains.events.splitting import split_matters

ABOUT = {
    "路灯": "lamp",
    "垃圾": "waste",
    "井盖": "cover",
    "吵": "noise",
    "噪音": "noise",
    "坑": "hole",
    "light": "lamp",
}


def classify(text: str) -> tuple[str, float]:
    found = [code for word, code in ABOUT.items() if word in text]
    return (found[0], 0.7) if found else ("", 0.0)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("解放路114号门口路灯不亮好几天了。另外旁边的垃圾桶满了没人清运，味道很大", ["lamp", "waste"]),
        ("第一，解放路井盖松动；第二，小区对面工地夜里噪音很大", ["cover", "noise"]),
        ("1、路灯坏了三盏没人修 2、井盖翘起来绊倒人 3、楼下天天吵到半夜", ["lamp", "cover", "noise"]),
        ("解放路井盖翘起来了没人管。楼下烧烤店天天吵到半夜。", ["cover", "noise"]),
        ("路灯不亮好几天了。还有想问一下社保卡怎么补办去哪里办", ["lamp", ""]),
    ],
)
def test_another_matter_is_announced_or_surely_of_another_category(text: str, codes: list[str]) -> None:
    assert [part.code for part in split_matters(text, classify)] == codes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "路灯不亮",
        "路灯不亮，晚上漆黑一片。小孩都不敢出门了，希望尽快来修",
        "路灯不亮，还有小孩摔倒了",
        "路面有坑，另外希望你们快点处理",
        "路灯坏了一盏。另外隔壁那盏路灯也一闪一闪的",
        "您好，我要反映一个事情。路灯不亮好几天了",
    ],
)
def test_one_matter_stays_one(text: str) -> None:
    assert split_matters(text, classify) == []


def test_the_announcing_words_are_not_part_of_the_matter() -> None:
    parts = split_matters("您好，路灯不亮好几天了；另外，井盖松动咣当响", classify)
    assert [part.text for part in parts] == ["您好，路灯不亮好几天了", "井盖松动咣当响"]


@given(st.text(alphabet="路灯垃圾井盖吵坑。；，另外还有第二1、 a\n", max_size=80))
def test_nothing_is_invented_and_order_is_kept(text: str) -> None:
    at = 0
    for part in split_matters(text, classify):
        at = text.index(part.text, at) + len(part.text)
