"""The start page by role, the tour, and the choices that follow an account."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.domains.events.conftest import City
from tests.domains.events.test_pages import signed_in, text_of
from yiwang.base.access import SYSTEM
from yiwang.base.people.actions import create_account
from yiwang.base.people.queries import account_for_sign_in
from yiwang.kernel import clock


def steps_of(page: str) -> list[str]:
    told = re.search(r'<script id="tour-steps" type="application/json">(.*?)</script>', page)
    return [step["title"] for step in json.loads(told[1])["steps"]] if told else []


def test_an_official_finds_what_is_due_and_what_can_be_done(city: City) -> None:
    number = city.report().event_number  # the roads department has it
    page = text_of(signed_in(city, "handler_roads").get("/"))
    assert f'href="/events/{number}/"' in page and 'href="/work/"' in page
    assert 'href="/events/?state=received"' not in page, "who may not dispatch is not asked to"
    assert number not in text_of(signed_in(city, "handler_water").get("/"))
    dispatcher = text_of(signed_in(city, "dispatcher").get("/"))
    assert 'href="/events/?state=received"' in dispatcher and 'href="/events/new/"' in dispatcher


def test_the_day_on_the_start_page_is_the_citys(city: City) -> None:
    with clock.frozen(datetime(2026, 11, 20, 18, 30, tzinfo=UTC)):  # half past two the next morning there
        page = text_of(signed_in(city, "handler_roads").get("/"))
    assert "Nov. 21, 2026" in page and "Nov. 20, 2026" not in page


def test_an_official_finds_the_newest_events_and_the_day_by_hour_of_the_own_scope(city: City) -> None:
    number = city.report().event_number
    page = text_of(signed_in(city, "handler_roads").get("/"))
    newest = page[page.index("home-more") : page.index("home-side")]
    assert f'href="/events/{number}/"' in newest and 'data-chart="area"' in page
    assert re.search(r">\d\d:00</th><td data-value=\"1\">1</td>", page), "one report at its hour"
    other = text_of(signed_in(city, "handler_water").get("/"))
    assert number not in other and 'data-value="1"' not in other


def test_a_visitor_sees_how_the_city_answers_and_signs_in_with_a_name_already_written(
    city: City,
) -> None:
    client = Client(headers={"accept-language": "en"})
    assert "The city in the last 30 days" in text_of(client.get("/"))
    page = text_of(client.get("/sign-in?as=leader"))
    assert 'value="leader"' in page
    assert re.search(r'<input type="password"[^>]*autofocus', page)


def test_my_work_means_the_same_on_the_start_page_and_in_the_menu(city: City) -> None:
    city.report()  # free to take in the roads department
    client = signed_in(city, "handler_roads")
    page = text_of(client.get("/"))
    badge = re.search(r'href="/work/".*?<span class="badge[^"]*">(\d+)</span>', page, re.S)
    tile = re.search(r"Mine to do.*?(\d+)", page, re.S)
    assert badge and tile and badge[1] == tile[1] == "1", (badge, tile)
    assert "1 waits for you" in text_of(client.get("/work/?tab=department"))


@pytest.mark.parametrize("post", ["handler_roads", "dispatcher", "supervisor", "operator", "leader", "verifier"])
def test_the_tour_has_five_to_seven_steps_for_every_role_and_comes_once(city: City, post: str) -> None:
    client = signed_in(city, post)
    assert 5 <= len(steps_of(text_of(client.get("/")))) <= 7
    assert client.post("/tour/end").status_code == 204
    assert steps_of(text_of(client.get("/"))) == []
    assert len(steps_of(text_of(client.get("/?tour=1")))) >= 5, "it can be started again"


def test_a_visitor_is_told_what_this_is_and_where_to_go(city: City, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    page = text_of(Client(headers={"accept-language": "en"}).get("/"))
    assert all(url in page for url in ('href="/report/"', 'href="/follow/"', 'href="/public/"', 'href="/sign-in"'))
    assert "sample city" not in page
    # given the sample city with its first accounts
    with (tmp_path / "first-accounts.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("username", "password", "role"), ("li", "top-secret", "yunxi.dispatcher")])
    page = text_of(Client(headers={"accept-language": "en"}).get("/"))
    assert "sample city" in page and "<code>li</code>" in page and "top-secret" not in page


def test_a_citizen_with_an_account_finds_the_own_reports(city: City) -> None:
    client = Client(headers={"accept-language": "en"})
    account = create_account("wang", display_name="Wang", kind="citizen", by=SYSTEM)
    client.force_login(account_for_sign_in(account.uid))
    assert 'href="/my/reports/"' in text_of(client.get("/"))


@pytest.mark.django_db
def test_the_appearance_follows_the_account_to_another_browser() -> None:
    made = create_account("li", display_name="Li", password="a-good-password-9", by=SYSTEM)
    one = Client()
    one.force_login(account_for_sign_in(made.uid))
    answer = one.post("/appearance", {"theme": "dark", "next": "/account"})
    assert (answer["Location"], answer.cookies["theme"].value) == ("/account", "dark")
    other = Client()
    signed = other.post("/sign-in", {"username": "li", "password": "a-good-password-9"})
    assert signed.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in text_of(other.get("/account"))


@pytest.mark.django_db
def test_a_visitors_appearance_stays_in_the_browser_and_leads_nowhere_else() -> None:
    client = Client()
    answer = client.post("/appearance", {"theme": "light", "density": "none", "next": "https://evil.example/"})
    assert answer["Location"] == "/" and answer.cookies["theme"].value == "light" and "density" not in answer.cookies
    told = client.post("/appearance", {"theme": "dark"}, headers={"X-Requested-With": "fetch"})
    assert told.status_code == 204 and told.cookies["theme"].value == "dark"
    assert client.post("/appearance", {"theme": "pink"}).cookies == {}
