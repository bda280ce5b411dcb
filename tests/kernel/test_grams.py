"""Text cut into search terms."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.grams import grams


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("积水", ["积", "水", "积水"]),
        ("水", ["水"]),
        ("路面积水", ["路", "面", "积", "水", "路面", "面积", "积水"]),
        ("积水，严重", ["积", "水", "积水", "严", "重", "严重"]),
        ("Pothole on 5th Ave.", ["pothole", "on", "5th", "th", "ave"]),
        ("B2-301室", ["b2", "301", "室"]),
        ("G4京沪", ["g4", "京", "沪", "京沪"]),
        ("covid19", ["covid19", "covid", "19"]),
        ("ＡＢＣ１２３", ["abc123", "abc", "123"]),
        ("12.5元", ["12", "5", "元"]),
        ("café Straße", ["café", "straße"]),
        ("cafe\u0301", ["café"]),
        ("〇六年", ["〇", "六", "年", "〇六", "六年"]),
        ("ｶﾞｽ 가스", ["ガ", "ス", "ガス", "가", "스", "가스"]),
        ("བོད་ཡིག", ["བོད", "ཡིག"]),
        ("ئۇيغۇر تىلى", ["ئۇيغۇر", "تىلى"]),
        ("𠮷野家", ["𠮷", "野", "家", "𠮷野", "野家"]),
        ("", []),
        ("，。！ _—\n", []),
    ],
)
def test_terms_of_a_text(text: str, terms: list[str]) -> None:
    assert grams(text) == terms


def test_repeated_terms_count_unless_only_unique_ones_are_wanted() -> None:
    assert grams("水水水") == ["水", "水", "水", "水水", "水水"]
    assert grams("水水水", unique=True) == ["水", "水水"]


@given(st.text())
def test_unique_terms_are_the_same_terms_once(text: str) -> None:
    assert grams(text, unique=True) == list(dict.fromkeys(grams(text)))


@given(st.text(), st.text())
def test_a_separator_keeps_two_texts_apart(one: str, other: str) -> None:
    assert grams(f"{one} | {other}") == grams(one) + grams(other)


@given(st.text("一丁七万abcXYZ019ＡＢ１２- ,.", max_size=40))
def test_full_width_and_capitals_make_no_difference(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert grams(wide.upper()) == grams(text)


@given(st.text("水火土金木", min_size=2, max_size=20), st.data())
def test_any_two_neighbours_of_a_text_are_found_by_searching_them(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 2))
    assert set(grams(text[place : place + 2])) <= set(grams(text))


def test_a_megabyte_takes_less_than_a_second() -> None:
    text = "市民反映中山路3号楼B2-301室门口污水外溢，请尽快处理。Water leak. " * 13_000
    assert len(text.encode()) > 1_000_000
    began = time.process_time()
    grams(text)
    assert time.process_time() - began < 1.0  # measured 0.15 s
