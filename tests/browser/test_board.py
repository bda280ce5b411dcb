"""A board in a real browser: quiet, within the policy, accessible, live, the same on wall, desk and phone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_live import Stream, stream  # noqa: F401 - fixture
from tests.engines.board.conftest import board, fresh_figures, watcher  # noqa: F401 - fixtures
from tests.engines.board.makers import FIGURES
from tests.engines.place.conftest import city, grids  # noqa: F401 - fixtures
from yiwang.kernel.ids import new_uid

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
STREAM_OFF = ["/stream", "ERR_CONNECTION", "net::ERR"]
SIZES = [(1920, 1080), (1280, 800), (390, 844)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_board_is_quiet_and_accessible(
    open_page: Open,
    accessible: Callable[[Page], None],
    stream: Any,  # noqa: F811
    watcher: Any,  # noqa: F811
    grids: Any,  # noqa: F811
    width: int,
    height: int,
) -> None:
    page = open_page("/boards/city/", account=watcher, width=width, height=height)
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
    stream: Any,  # noqa: F811
    watcher: Any,  # noqa: F811
    grids: Any,  # noqa: F811
) -> None:
    page = open_page("/boards/city/?look=desk", account=watcher)
    expect(page.locator(".tile-at-trend .chart svg")).to_be_visible()
    accessible(page)


def test_a_message_brings_new_figures_within_three_seconds(
    open_page: Open,
    stream: Stream,  # noqa: F811
    watcher: Any,  # noqa: F811
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
    stream: Stream,  # noqa: F811
    watcher: Any,  # noqa: F811
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
