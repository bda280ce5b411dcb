"""One search over everything: grouped, scoped, live."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.domains.events.conftest import City
from tests.domains.events.test_pages import signed_in, text_of
from yiwang.base import finding
from yiwang.base.access import ANONYMOUS, SYSTEM

PLACE = "湖滨路"


def test_what_is_found_stands_in_groups_and_leads_to_its_page(city: City) -> None:
    number = city.report("湖滨路58号路面塌了一个大坑，很危险", address_text="湖滨路58号").event_number
    page = text_of(signed_in(city, "supervisor").get("/search/", {"q": PLACE}))
    assert f'href="/events/{number}/"' in page and 'id="found-events"' in page
    departments = text_of(signed_in(city, "supervisor").get("/search/", {"q": "市政"}))
    assert 'href="/departments/yunxi/roads/"' in departments
    assert 'href="/boards/yunxi/city/"' in text_of(signed_in(city, "supervisor").get("/search/", {"q": "Yunxi City"}))
    assert 'href="/help/work/"' in text_of(signed_in(city, "supervisor").get("/search/", {"q": "My work"}))


def test_one_finds_no_more_than_one_may_see(city: City) -> None:
    number = city.report("湖滨路58号路面塌了一个大坑，很危险").event_number  # goes to the roads department
    assert number in text_of(signed_in(city, "handler_roads").get("/search/", {"q": PLACE}))
    assert number not in text_of(signed_in(city, "handler_water").get("/search/", {"q": PLACE}))
    assert number not in text_of(signed_in(city, "handler_water").get("/search/part", {"q": PLACE}))
    assert 'href="/help/' in text_of(signed_in(city, "handler_water").get("/search/", {"q": "help"}))


def test_people_are_found_by_colleagues_and_administrators_only(city: City) -> None:
    city.viewer("handler_roads")
    assert [hit.title for hit in found(city.viewer("handler_roads"), "handler_roads")] == ["handler_roads"]
    assert found(city.viewer("handler_water"), "handler_roads") == []
    assert [hit.title for hit in found(SYSTEM, "handler_roads")] == ["handler_roads"]
    page = text_of(signed_in(city, "handler_water").get("/departments/yunxi/roads/"))
    assert "handler_roads" not in page
    assert "handler_roads" in text_of(signed_in(city, "handler_roads").get("/departments/yunxi/roads/"))


def found(viewer: Any, text: str) -> list[finding.Hit]:
    return [hit for group in finding.search(viewer, text, only="people") for hit in group.hits]


def test_nobody_finds_anything_without_signing_in(city: City) -> None:
    city.report("湖滨路58号路面塌了一个大坑，很危险")
    assert finding.search(ANONYMOUS, PLACE) == []
    assert Client().get("/search/", {"q": PLACE})["Location"].startswith("/sign-in")
    assert "湖滨路58号" not in text_of(Client().get("/search/part", {"q": PLACE}))


def test_the_part_under_the_field_is_a_list_of_options(city: City) -> None:
    city.report("湖滨路58号路面塌了一个大坑，很危险")
    part = text_of(signed_in(city, "supervisor").get("/search/part", {"q": PLACE}))
    assert "<html" not in part and part.count('role="option"') >= 2 and "/search/?q=" in part
    nothing = text_of(signed_in(city, "supervisor").get("/search/part", {"q": "<b>zq</b>"}))
    assert "Nothing found for “&lt;b&gt;zq&lt;/b&gt;”" in nothing


def test_a_room_may_offer_a_group_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_finders", {})
    finding.register_finder("late", "Late", "list", 20, find=lambda viewer, text, limit: [finding.Hit(text, "/x")])
    finding.register_finder("none", "None", "list", 5, find=lambda viewer, text, limit: [])
    finding.register_finder(
        "early", "Early", "list", 10, find=lambda viewer, text, limit: [finding.Hit("e", "/e")] * limit
    )
    groups = finding.search(SYSTEM, "  two   words ", limit=3)
    assert [(group.finder.code, len(group.hits)) for group in groups] == [("early", 3), ("late", 1)]
    assert groups[1].hits[0].title == "two words"
    assert finding.search(SYSTEM, "   ") == []


def test_the_page_without_a_question_says_what_can_be_found(city: City) -> None:
    page = text_of(signed_in(city, "supervisor").get("/search/"))
    assert "What can be found" in page and "Addresses" in page
    assert "Nothing found" in text_of(signed_in(city, "supervisor").get("/search/", {"q": "zqzqzq"}))
