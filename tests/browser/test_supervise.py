"""A supervisor's sentence in a browser, and what the one who handles sees of it on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_desk import NO_STREAM, fits, holder, picture, report
from yiwang.base.access import SYSTEM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yunxi")]

Open = Callable[..., Page]


def test_a_row_is_supervised_with_a_sentence_that_may_be_changed(open_page: Open) -> None:
    from yiwang.domains.events import actions, queries

    number = report()
    actions.supervise_event(queries.event_uid(SYSTEM, number), by=SYSTEM, reason="x")
    look: dict[str, Any] = {"account": holder("supervisor"), "language": "zh-CN", "expected": NO_STREAM}
    for width in (390, 1280):
        page = open_page("/supervise/?concern=supervised", width=width, **look)
        page.locator(".say-one summary").click()
        expect(page.locator(".say-one textarea")).to_be_focused()
        assert fits(page)
    assert [x.kind for x in queries.story(SYSTEM, number)].count("supervised") == 1, "opening it says nothing yet"
    page.keyboard.press("Control+Enter")
    expect(page.locator(".why")).to_contain_text("请抓紧处置并反馈进展")


def test_a_handled_events_page_with_its_picture_fits_a_phone(open_page: Open) -> None:
    look: dict[str, Any] = {"account": holder("handler_roads"), "language": "en-US", "expected": NO_STREAM}
    page = open_page(f"/events/{report()}/", width=390, **look)
    page.get_by_role("button", name="Accept").click()
    page.fill("#handle_result", "已修补" + "x" * 90)
    page.set_input_files("#handle_photos", [picture()])
    page.click("#step-handle button")
    expect(page.locator(".timeline .gallery img")).to_be_visible()
    expect(page.locator(".clock-wide")).to_contain_text("Handled in time")
    assert fits(page)
