"""The citizen's pages in a real browser: from report to evaluation, with and without scripts, quiet and accessible."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from yiwang.base.access import SYSTEM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yunxi")]

Open = Callable[..., Page]
TEXT = "湖滨路58号路面塌了一个大坑，很危险"
SEND = "form.form button.button-primary"


def picture(name: str, side: int = 300) -> dict[str, Any]:
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(out, "JPEG", quality=95)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def finish(number: str) -> None:
    """Officials bring the event to its close."""
    from yiwang.domains.events import actions, queries

    uid = queries.event_uid(SYSTEM, number)
    actions.handle_event(uid, by=SYSTEM, result="已填平路面")
    actions.verify_event(uid, by=SYSTEM, is_passed=True)
    actions.close_event(uid, by=SYSTEM)


@pytest.mark.parametrize(("javascript", "theme", "language"), [(True, "light", "zh-CN"), (False, "dark", "en-US")])
def test_from_report_to_evaluation_on_a_phone(
    open_page: Open,
    accessible: Callable[[Page], None],
    becomes_true: Callable[..., None],
    javascript: bool,
    theme: str,
    language: str,
) -> None:
    from yiwang.domains.events import queries

    look = {"theme": theme, "language": language, "width": 390, "javascript": javascript, "expected": ["422"]}
    page = open_page("/report/", **look)
    narrow = "document.documentElement.scrollWidth <= innerWidth"
    if javascript:
        accessible(page)
        assert page.evaluate(narrow), "the page scrolls sideways"
    # an empty form is answered on top and beside the field; the photo stays
    page.set_input_files("#id_photos", [picture("one.jpg")])
    page.click(SEND)
    expect(page.locator(".error-summary a")).to_have_attribute("href", "#id_text")
    expect(page.locator("label.choice img.thumb")).to_have_count(1)
    if javascript:
        accessible(page)
    page.fill("#id_text", TEXT)
    page.fill("#id_address", "湖滨路58号")
    page.click(SEND)
    # the receipt, then the course
    code = page.locator(".done-code").inner_text()
    assert page.url.endswith(f"/follow/{code}/receipt")
    if javascript:
        becomes_true(page, "document.querySelector('.code-picture').naturalWidth > 0")
        accessible(page)
        assert page.evaluate(narrow), "the page scrolls sideways"
    page.click("main a.button-primary")
    expect(page.locator(".gallery img")).to_have_count(1)
    # the language changes on this page, whose address is told to nobody else
    page.click(".site-language button")
    expect(page.locator("h1")).to_be_visible()
    assert page.url.endswith(f"/follow/{code}")
    # officials finish it; the citizen gives stars, then has it taken up again
    finish(queries.citizen_course(code).seen.event_number)
    page.reload()
    if javascript:
        accessible(page)
    page.check("input[name=score][value='2']")
    page.click(f"form[action='/follow/{code}/evaluate'] button")
    expect(page.locator("[role=status].banner, .banner.tone-success").first).to_be_visible()
    assert queries.citizen_course(code).seen.score == 2
    page.click(".say summary")
    page.fill("#id_reason", "又塌了")
    page.click(f"form[action='/follow/{code}/reopen'] button")
    page.wait_for_load_state()
    assert queries.citizen_course(code).seen.status == "dispatched"


def test_position_and_large_photos_are_taken_by_the_script(open_page: Open) -> None:
    from yiwang.domains.events.models import Event, Report

    page = open_page("/report/", width=390)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 118.952, "latitude": 29.63})
    page.click("[data-gps]")
    expect(page.locator("#id_lon")).to_have_value("118.952000")
    large = picture("large.jpg", side=2600)
    assert len(large["buffer"]) > 1_000_000
    page.set_input_files("#id_photos", [large])
    expect(page.locator("[data-thumbs] img")).to_have_count(1)
    sent = page.locator("#id_photos").evaluate("input => input.files[0].size")
    assert sent < len(large["buffer"]) / 2
    page.fill("#id_text", TEXT)
    page.dblclick(SEND)
    page.wait_for_url("**/receipt")
    assert Report.objects.count() == 1
    event = Event.objects.get()
    assert (event.place_quality, event.area.code if event.area else "") == ("exact", "yx010101")


def test_a_wrong_code_and_the_public_list(open_page: Open, accessible: Callable[[Page], None]) -> None:
    page = open_page("/follow/", width=1280, expected=["404"])
    page.fill("#id_code", "AAAA-BBBB-CCCC")
    page.click(SEND)
    expect(page.locator(".error-summary")).to_be_visible()
    accessible(page)
    page.goto("/public/")
    accessible(page)
