"""Knowledge: a scene brings articles, they are found by what callers say and by category, officials read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.domains.events.conftest import City
from tests.domains.events.test_pages import signed_in, text_of
from yiwang.base.access import ANONYMOUS, SYSTEM
from yiwang.domains.events import queries
from yiwang.domains.events.course import forget_rules
from yiwang.domains.events.knowledge.finding import forget_knowledge
from yiwang.domains.events.knowledge.parts import PART
from yiwang.domains.events.knowledge.synonyms import folded
from yiwang.domains.events.models import Course
from yiwang.kernel.errors import NotFound, Problems
from yiwang.kernel.scenes import SceneDocument, registered_parts
from yiwang.kernel.specs import read_spec, read_yaml

ARTICLES = """
articles:
  - code: lamp
    category: "020103"
    title: {zh-Hans: 路灯不亮, en: Street light out}
    text: {zh-Hans: "照明中心会在一天内到场。\\n\\n请注意脚下。", en: "The lighting centre comes within a day."}
    ask:
      - {zh-Hans: 是一盏还是一段？, en: One lamp or the whole stretch?}
    words: [路灯, 摸黑]
  - code: heating
    title: {zh-Hans: 供暖费减免, en: Heating allowance}
    text: {zh-Hans: 符合条件的家庭可以申请。, en: Households may apply.}
    words: [暖气, 供暖费]
    until: 2099-01-01
  - code: old
    title: {zh-Hans: 路灯旧规定, en: The old rule on lamps}
    text: {zh-Hans: 已经失效。, en: Not valid any more.}
    words: [路灯]
    until: 2020-01-01
"""


@pytest.fixture
def install(city: City, tmp_path: Path) -> Callable[[str], Problems]:
    """Check and install a knowledge.yaml in the city, as a scene would; returns the problems found."""

    def put(text: str) -> Problems:
        file = tmp_path / "knowledge.yaml"
        file.write_text(text, encoding="utf-8")
        part = next(one for one in registered_parts() if one.name == PART)
        problems = Problems()
        found = read_spec(file, part.spec, problems)
        if found is None:
            return problems
        spec, source = found if isinstance(found, tuple) else (found, None)
        document = SimpleNamespace(spec=spec, file=file, line_of=source.line_of if source else lambda _path: 0)
        assert part.check is not None and part.install is not None
        part.check(SimpleNamespace(), {"knowledge": document}, problems)  # type: ignore[arg-type, dict-item]
        if not list(problems):  # a faulty scene is never installed
            part.install(SimpleNamespace(jurisdiction=city.place), {"knowledge": document})  # type: ignore[arg-type, dict-item]
        return problems

    return put


@pytest.fixture
def shelf(install: Callable[[str], Problems]) -> None:
    """The articles above stand in the city."""
    assert not list(install(ARTICLES))


def codes(found: list[Any]) -> list[str]:
    return [one.code for one in found]


def test_what_a_caller_says_finds_the_article(city: City, shelf: None) -> None:
    found = queries.knowledge(SYSTEM, city.place, "晚上回家摸黑，小区门口那盏路灯坏了好几天")
    assert codes(found) == ["lamp"]
    assert found[0].ask[0]["en"] == "One lamp or the whole stretch?"


def test_the_category_alone_finds_its_article_and_what_lies_above(city: City, shelf: None) -> None:
    assert codes(queries.knowledge(SYSTEM, city.place, "", "020103")) == ["lamp"]
    assert codes(queries.knowledge(SYSTEM, city.place, "", "0201")) == ["lamp"]
    assert codes(queries.knowledge(SYSTEM, city.place, "", "04")) == []


def test_words_that_have_nothing_to_do_with_any_article_find_none(city: City, shelf: None) -> None:
    assert queries.knowledge(SYSTEM, city.place, "zzz qqq") == []


def test_an_article_past_its_last_day_is_not_offered_but_can_still_be_read(city: City, shelf: None) -> None:
    assert "old" not in codes(queries.knowledge(SYSTEM, city.place, limit=9))
    assert queries.article(SYSTEM, city.place, "old").valid_until == date(2020, 1, 1)


def test_installing_again_replaces_and_removes(city: City, shelf: None, install: Callable[[str], Problems]) -> None:
    install(ARTICLES.split("  - code: heating", maxsplit=1)[0].replace("Street light out", "Lamp out"))
    found = queries.knowledge(SYSTEM, city.place, limit=9)
    assert [(one.code, one.title["en"]) for one in found] == [("lamp", "Lamp out")]


def test_a_code_given_twice_is_a_problem_with_its_line(install: Callable[[str], Problems]) -> None:
    first = ARTICLES.split("  - code: heating", maxsplit=1)[0]
    assert ["lamp" in str(one) for one in install(first + first.split("articles:\n")[1])] == [True]


def test_only_officials_read_articles(city: City, shelf: None) -> None:
    assert queries.knowledge(ANONYMOUS, city.place, "路灯") == []
    with pytest.raises(NotFound):
        queries.article(ANONYMOUS, city.place, "lamp")


def test_the_pages_find_and_show_an_article(city: City, shelf: None) -> None:
    client = signed_in(city, "operator")
    listed = text_of(client.get("/knowledge/", {"q": "路灯"}))
    assert "/knowledge/yunxi/lamp/" in listed and "heating" not in listed
    shown = text_of(client.get("/knowledge/yunxi/lamp/"))
    assert "One lamp or the whole stretch?" in shown
    assert "No article matches" in text_of(client.get("/knowledge/", {"q": "zzz"}))
    assert client.get("/knowledge/yunxi/none/").status_code == 404


def test_beside_the_entry_the_text_finds_and_an_own_search_wins(city: City, shelf: None) -> None:
    client = signed_in(city, "operator")
    assert "Street light out" in text_of(client.get("/events/new/knowledge", {"text": "路灯不亮"}))
    asked = text_of(client.get("/events/new/knowledge", {"text": "路灯不亮", "k": "供暖费"}))
    assert "Heating allowance" in asked and "Street light out" not in asked


NOISE = """
articles:
  - code: renovation
    title: {zh-Hans: 装修噪声, en: Renovation noise}
    text: {zh-Hans: 请先找物业制止。, en: Ask the property manager first.}
  - code: heating
    title: {zh-Hans: 暖气不热, en: Cold radiators}
    text: {zh-Hans: 请先测量室温。, en: Measure the temperature first.}
"""


def declare(city: City, *groups: list[str]) -> None:
    course = Course.objects.get(jurisdiction_id=city.place.id)
    course.settings |= {"synonyms": groups}
    course.version += "+"
    course.save()
    forget_rules()
    forget_knowledge()


def test_words_a_scene_declares_to_mean_the_same_find_the_same_articles(
    city: City, install: Callable[[str], Problems]
) -> None:
    assert not list(install(NOISE))
    declare(city)
    assert codes(queries.knowledge(SYSTEM, city.place, "噪音")) == [], "said otherwise than written"
    declare(city, ["噪声", "噪音", "ＮＯＩＳＥ"], ["供暖", "暖气"])
    for said in ("噪音", "噪声", "noise"):
        assert codes(queries.knowledge(SYSTEM, city.place, said)) == ["renovation"]
    assert codes(queries.knowledge(SYSTEM, city.place, "供暖")) == ["heating"], "also where the article has the other"
    assert codes(queries.knowledge(SYSTEM, city.place, "noisemaker")) == []
    shown = text_of(signed_in(city, "operator").get("/knowledge/", {"q": "噪音"}, HTTP_ACCEPT_LANGUAGE="zh-hans"))
    assert "<mark>噪声</mark>" in shown


def test_longer_words_are_read_before_those_within_them() -> None:
    groups = (("井盖", "窨井盖"), ("垃圾桶", "桶", "桶子"))
    assert folded("窨井盖和桶子", groups) == "井盖和垃圾桶"
    assert folded("ＡＢ", ()) == "ＡＢ"


def test_a_word_in_two_groups_of_synonyms_is_a_problem_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "course.yaml"
    file.write_text("synonyms:\n  - [噪声, 噪音]\n  - [吵闹, 噪音]\n", encoding="utf-8")
    part = next(one for one in registered_parts() if one.name == "events")
    problems = Problems()
    found = read_spec(file, part.spec, problems)
    assert found is not None and part.check is not None
    source = read_yaml(file, problems)
    assert source is not None
    document = SceneDocument("course", found, source)
    part.check(SimpleNamespace(files={}), {"course": document}, problems)  # type: ignore[arg-type]
    assert any("噪音" in str(one) and ":3:" in str(one) for one in problems)
