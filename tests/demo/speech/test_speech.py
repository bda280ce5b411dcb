"""The voices of the demo city: complete, varied, stable, and about what they say they are about."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from yiwang.demo.ground.plans import Spot
from yiwang.demo.speech import (
    CHANNELS,
    MOODS,
    Callers,
    MatterKind,
    Saying,
    dissatisfied,
    matter_of,
    matters,
    note,
    person,
    reopen,
    repeat,
    result,
    return_reason,
    say,
    several,
    thanks,
    verify_words,
)
from yiwang.demo.speech.grammar import expand
from yiwang.demo.speech.naming import in_words, name_spot
from yiwang.demo.speech.wearing import wear

ROOT = Path(__file__).resolve().parents[3]
LEFT_OVER = re.compile(r"[\[\]{}|\0]|，，|(?<!。)。。(?!。)|，。")
MANY = 10_000


def spot_of(text: str, kind: str, **parts: str) -> Spot:
    """A spot as the ground makes them."""
    known = {"road": "", "number": "", "estate": "", "poi": "", **parts}
    return Spot(
        text=text, kind=kind, lon=118.95, lat=29.6, street="湖滨街道", community="朝阳社区", district="临湖区",
        area_code="yx010101", grid_code="yx010101G01", element_code="", **known,
    )  # fmt: skip


SPOTS = (
    spot_of("解放路114号", "door", road="解放路", number="114"),
    spot_of("东坡路7号", "door", road="东坡路", number="7"),
    spot_of("金桥华府3幢", "estate", estate="金桥华府"),
    spot_of("翠苑新村", "estate", estate="翠苑新村"),
    spot_of("解放路与南屏路路口", "crossing"),
    spot_of("云溪第一小学", "poi", poi="云溪第一小学", road="学士路"),
    spot_of("映月公园", "park"),
    spot_of("古渡河", "water"),
    spot_of("凤起路", "road", road="凤起路"),
)


def spot_for(rnd: random.Random, kind: MatterKind) -> Spot:
    return rnd.choice([spot for spot in SPOTS if spot.kind in kind.spots] or SPOTS)


@pytest.fixture(scope="module")
def many() -> list[Saying]:
    """Ten thousand sayings, as they are spread in the city."""
    rnd = random.Random(11)
    kinds, channels = matters(), ("phone", "web", "app", "patrol", "other")
    weights = [kind.weight for kind in kinds]
    told = []
    for kind in rnd.choices(kinds, weights, k=MANY):
        channel = rnd.choices([c for c in channels if c != "patrol" or kind.notes], k=1)[0]
        told.append(say(rnd, kind, spot_for(rnd, kind), channel=channel, is_rainy=rnd.random() < 0.2))
    return told


def leaf_categories() -> set[str]:
    with (ROOT / "scenes" / "city_events" / "rules" / "categories.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["code"] for row in rows} - {row["parent"] for row in rows}


def test_every_leaf_category_of_the_scene_has_its_matter_and_no_other_has() -> None:
    assert {kind.category for kind in matters()} == leaf_categories()


def test_every_matter_can_be_put_in_eight_ways_or_more() -> None:
    assert min(len(kind.says) for kind in matters()) >= 8
    assert len({phrasing.id for kind in matters() for phrasing in (*kind.says, *kind.notes)}) > 2_000


def test_phrasing_ids_hang_on_the_words_not_on_the_order() -> None:
    lamp = {phrasing.text: phrasing.id for phrasing in matter_of("02010302").says}

    assert lamp["{at}路灯坏了没人修"] == "02010302.sdcbbc1d8"


def test_shares_of_hours_weekdays_and_months_add_up() -> None:
    for kind in matters():
        assert sum(kind.by_hour) == pytest.approx(1)
        assert sum(kind.by_weekday) == pytest.approx(7)
        assert sum(kind.by_month) == pytest.approx(12)


def test_nearly_all_of_ten_thousand_texts_are_distinct(many: list[Saying]) -> None:
    distinct = len({saying.text for saying in many})

    assert distinct / MANY >= 0.97


def test_nothing_of_the_grammar_is_left_in_a_text(many: list[Saying]) -> None:
    assert [saying.text for saying in many if LEFT_OVER.search(saying.text)] == []


def test_texts_are_short_and_long(many: list[Saying]) -> None:
    lengths = sorted(len(saying.text) for saying in many)

    assert lengths[MANY // 20] < 20 < lengths[MANY // 2] < 80 < lengths[-MANY // 20]
    assert lengths[-MANY // 100] > 110


def test_all_moods_are_heard(many: list[Saying]) -> None:
    assert set(Counter(saying.mood for saying in many)) == set(MOODS)


def test_a_place_said_to_be_in_the_text_stands_there(many: list[Saying]) -> None:
    named = [saying for saying in many if saying.has_place_in_text]

    assert 0.55 < len(named) / MANY < 0.95
    assert all(saying.place and saying.place in saying.text for saying in named)


def test_the_same_numbers_give_the_same_words() -> None:
    def told() -> list[Saying]:
        rnd = random.Random(5)
        return [say(rnd, kind, spot_for(rnd, kind), channel="phone") for kind in matters()]

    assert told() == told()


@pytest.mark.parametrize("channel", ["phone", "web", "app"])
def test_somebody_else_tells_the_same_matter_in_other_words_and_names_the_place_otherwise(channel: str) -> None:
    rnd = random.Random(3)
    others, phrasings = [], []
    for kind in matters():
        spot = spot_for(rnd, kind)
        first = say(rnd, kind, spot, channel="phone")
        second = repeat(rnd, first, spot, channel=channel)
        assert second.category == first.category
        assert second.text != first.text
        others.append((first.place, second.place))
        phrasings.append((first.phrasing, second.phrasing))
    assert sum(one != other for one, other in phrasings) / len(phrasings) > 0.4
    both = [(one, other) for one, other in others if one and other]
    assert sum(one != other for one, other in both) / len(both) > 0.75


def test_one_call_with_several_matters_holds_them_all() -> None:
    rnd = random.Random(8)
    for n in (2, 3, 4):
        for _ in range(100):
            told = [say(rnd, kind, spot_for(rnd, kind), channel="phone") for kind in rnd.sample(matters(), n)]
            text = several(rnd, told)
            assert all(saying.core in text for saying in told)
            assert not LEFT_OVER.search(text), text


def test_grid_workers_write_soberly() -> None:
    rnd = random.Random(2)
    for kind in matters():
        if kind.notes:
            text = say(rnd, kind, spot_for(rnd, kind), channel="patrol").text
            assert not re.search("[我你]|谢|！！|吗", text), text


@pytest.mark.parametrize("words", [result, return_reason, dissatisfied, reopen, note])
def test_officials_and_citizens_find_many_words_for_each_matter(words: object) -> None:
    rnd = random.Random(4)
    for kind in matters():
        said = {words(rnd, kind) for _ in range(25)}  # type: ignore[operator]
        assert len(said) >= 6, kind.category
        assert not any(LEFT_OVER.search(text) or not text for text in said)


def test_results_fit_the_matter() -> None:
    rnd = random.Random(4)
    said = " ".join(result(rnd, matter_of("02010201")) for _ in range(40))

    assert "加装防坠网" in said
    assert "厕" not in said


def test_checks_and_thanks_have_words() -> None:
    rnd = random.Random(4)

    assert len({verify_words(rnd) for _ in range(60)}) > 5
    assert verify_words(rnd, is_passed=False)
    assert "" in {thanks(rnd) for _ in range(60)}


def test_nobody_real_can_be_called() -> None:
    rnd = random.Random(1)
    numbers = {person(rnd).phone for _ in range(3_000)}

    assert all(re.fullmatch(r"1(99|98|91|66)0000\d{4}", number) for number in numbers)


def test_a_few_people_call_all_the_time() -> None:
    rnd = random.Random(1)
    callers = Callers(rnd)
    calls = Counter(callers.caller(rnd) for _ in range(5_000))

    assert calls.most_common(1)[0][1] >= 25
    assert sum(1 for n in calls.values() if n == 1) / len(calls) > 0.7


@pytest.mark.parametrize(
    ("number", "said"), [(7, "七"), (10, "十"), (27, "二十七"), (100, "一百"), (114, "一百一十四"), (305, "三百零五")]
)
def test_numbers_are_read_as_in_addresses(number: int, said: str) -> None:
    assert in_words(number) == said


def test_a_spot_has_many_names() -> None:
    rnd = random.Random(1)

    assert len({name_spot(rnd, SPOTS[4]).bare for _ in range(200)}) >= 7
    assert len({name_spot(rnd, SPOTS[2]).at for _ in range(400)}) >= 25
    assert "第一小学" in {name_spot(rnd, SPOTS[5]).bare[-4:] for _ in range(100)}
    assert "云溪一小" in {name_spot(rnd, SPOTS[5]).bare for _ in range(100)}


def test_haste_leaves_the_name_of_the_place_alone() -> None:
    rnd = random.Random(1)
    for _ in range(500):
        worn = wear(
            rnd, "在再的路小区门口，垃圾已经堆了三天，很臭", place="在再的路小区", channel="app", mood="elderly"
        )
        assert "在再的路小区" in worn


def test_choices_nest_and_unknown_slots_are_told() -> None:
    rnd = random.Random(1)

    assert expand(rnd, "[a|a[b|b]]{at}", {}) in ("a{at}", "ab{at}")
    assert expand(rnd, "{n}", {"n": "[三|三]"}) == "三"
    with pytest.raises(KeyError):
        expand(rnd, "{nothing}", {})


def test_every_channel_is_spoken() -> None:
    rnd = random.Random(1)

    assert all(say(rnd, matter_of("02010302"), SPOTS[8], channel=channel).text for channel in CHANNELS)
