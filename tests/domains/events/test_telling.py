"""Telling words: whole words and phrases of the text, never splinters of n-grams."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from yiwang.domains.events.telling import LONGEST, known_spans, phrases, telling_spans


def words(text: str, speaks: dict[str, float], known: tuple[str, ...] = ()) -> tuple[str, ...]:
    return phrases(text, telling_spans(text, speaks, known))


def test_overlapping_pieces_become_one_phrase() -> None:
    speaks = {"流动摊": 0.4, "动摊贩": 0.5, "占道经": 0.5, "道经营": 0.3, "摊贩占": 0.4}
    assert words("门口流动摊贩占道经营，车过不去", speaks) == ("流动摊贩占道经营",)


def test_particles_at_the_edges_are_cut_and_known_words_are_not_cut_apart() -> None:
    assert words("路灯都不亮了", {"路灯都": 0.5, "不亮了": 0.5}) == ("路灯都不亮",)
    assert words("窨井盖没了", {"井盖": 0.5}, ("窨井盖",)) == ("窨井盖",)


def test_words_in_latin_script_are_whole() -> None:
    assert words("The streetlight is out", {"str": 0.5, "ligh": 0.1}) == ("streetlight",)


def test_what_speaks_against_or_nothing_marks_nothing() -> None:
    assert words("路灯不亮", {"路灯": -1.0}) == ()
    assert words("", {"路灯": 1.0}) == ()


def test_a_long_stretch_gives_its_heaviest_part() -> None:
    text = "一直漏水漏得整个楼道都湿透了真没办法"
    speaks = {a + b: 0.4 for a, b in itertools.pairwise(text)} | {"漏水": 4.0}
    assert all(len(word) <= LONGEST for word in words(text, speaks))
    assert "漏水" in "".join(words(text, speaks))


def test_a_list_of_words_is_found_whole_the_longer_first() -> None:
    assert phrases("窨井盖松动", known_spans("窨井盖松动", ("井盖", "窨井盖", "松动"))) == ("窨井盖松动",)


@given(st.text(max_size=60), st.dictionaries(st.text(min_size=1, max_size=3), st.floats(-1, 1), max_size=8))
def test_spans_lie_in_the_text_and_apart(text: str, speaks: dict[str, float]) -> None:
    spans = sorted(telling_spans(text, speaks), key=lambda span: span.start)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))
