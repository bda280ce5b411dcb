"""A board in a real browser: quiet, within the policy, accessible, live, the same on wall, desk and phone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stream import Stream
from tests.engines.board.makers import FIGURES
from yiwang.kernel.ids import new_uid

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
STREAM_OFF = ["/stream", "ERR_CONNECTION", "net::ERR"]
SIZES = [(1920, 1080), (1280, 800), (390, 844)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_board_is_quiet_and_accessible(
    open_page: Open,
    accessible: Callable[[Page], None],
    stream: Any,
    watcher: Any,
    grids: Any,
    width: int,
    height: int,
) -> None:
    page = open_page("/boards/city/", account=watcher, width=width, height=height, maps=True)
    page.wait_for_load_state("load")
    page.locator(".tile-at-trend").scroll_into_view_if_needed()  # charts are drawn when they come into view
    expect(page.locator(".tile-at-trend .chart svg")).to_be_visible()
    page.locator("[data-map]").scroll_into_view_if_needed()
    expect(page.locator("[data-map]")).to_have_attribute("data-drawn", "yes", timeout=20_000)
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    if width == 1920:
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "a wall never scrolls"


def test_the_desk_look_is_quiet_and_accessible(
    open_page: Open,
    accessible: Callable[[Page], None],
    stream: Any,
    watcher: Any,
    grids: Any,
) -> None:
    page = open_page("/boards/city/?look=desk", account=watcher)
    expect(page.locator(".tile-at-trend .chart svg")).to_be_visible()
    accessible(page)


def test_a_message_brings_new_figures_within_three_seconds(
    open_page: Open,
    stream: Stream,
    watcher: Any,
) -> None:
    page = open_page("/boards/city/", account=watcher, width=1920, height=1080)
    number = page.locator("[data-number=received]")
    expect(number).to_have_text("1,204")
    FIGURES.received = 1_205
    FIGURES.newest.insert(0, ("e2", "西湖路积水", "dispatched"))
    at = time.monotonic()
    stream.lines.put(
        'event: event\ndata: {"topic": "event.reported", "subject": "x", "uid": "' + str(new_uid()) + '"}\n\n'
    )
    expect(number).to_have_text("1,205", timeout=3_000)
    expect(page.locator(".ticker li").first).to_contain_text("西湖路积水", timeout=3_000)
    assert time.monotonic() - at < 3
    assert "ticker-new" in (page.locator(".ticker li").first.get_attribute("class") or "")


def test_many_messages_make_few_requests(
    open_page: Open,
    stream: Stream,
    watcher: Any,
) -> None:
    page = open_page("/boards/city/", account=watcher, width=1920, height=1080)
    expect(page.locator("[data-number=received]")).to_have_text("1,204")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for n in range(60):
        stream.lines.put(f'event: event\ndata: {{"n": {n}}}\n\n')
        page.wait_for_timeout(25)
    page.wait_for_timeout(1_200)
    assert 1 <= sum("/tiles?" in url for url in asked) <= 5


def test_a_district_turns_the_whole_board_and_the_way_back_leads_home(
    open_page: Open,
    accessible: Callable[[Page], None],
    stream: Any,
    turned: Any,
    watcher_of: Any,
) -> None:
    page = open_page("/boards/city/", account=watcher_of, width=1920, height=1080, language="en-US")
    number = page.locator("[data-number=open]")
    expect(number).to_have_text("30")
    page.locator(".tile-at-areas a[data-area=one]").press("Enter")  # by keyboard, without any map
    expect(number).to_have_text("20")
    expect(page.locator("[data-where] [aria-current]")).to_have_text("one")
    expect(page.locator(".tile-at-fixed .tile-scope")).to_be_visible()
    assert "area=one" in page.url
    accessible(page)
    page.reload()
    expect(number).to_have_text("20")
    page.keyboard.press("Escape")
    expect(number).to_have_text("30")
    page.go_back()
    expect(number).to_have_text("20")


def test_slides_change_by_arrow_and_play_by_the_address(
    open_page: Open,
    stream: Any,
    turned: Any,
    watcher_of: Any,
) -> None:
    page = open_page("/boards/city/", account=watcher_of, width=1920, height=1080)
    number = page.locator("[data-number=open]")
    expect(number).to_have_text("30")
    page.locator("[data-slides-step='1']").click()
    expect(number).to_have_text("20")
    page.locator("[data-slides-step='1']").click()
    expect(number).to_have_text("10")
    page.locator("[data-slides-play]").click()
    expect(page.locator("[data-slides-play]")).to_have_attribute("aria-pressed", "true")
    assert "play=1" in page.url
