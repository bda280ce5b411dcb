"""The desk pages of events in a real browser: a matter's whole course, lists by keyboard, maps, live, accessible."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.choosing import choose
from tests.browser.stream import Stream
from yiwang.base.access import SYSTEM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yunxi")]

Open = Callable[..., Page]
IN_GRID = {"lon": 118.952, "lat": 29.63}
NO_STREAM = ["/stream", "ERR_CONNECTION", "net::ERR"]
HAPPENED = 'event: event\ndata: {"topic": "event.reported", "subject": "x", "uid": "y"}\n\n'


def holder(post: str) -> Any:
    """An account that holds a post of the city."""
    from yiwang.base.organisation.actions import appoint
    from yiwang.base.people.actions import create_account
    from yiwang.base.people.queries import account_for_sign_in

    account = create_account(post, display_name=post, by=SYSTEM)
    appoint(account.uid, f"yunxi.{post}", by=SYSTEM)
    return account_for_sign_in(account.uid)


def report(text: str = "湖滨路58号路面塌了一个大坑，很危险", **fields: Any) -> str:
    """The number of a new event; this text is dispatched to the roads department by the list."""
    from yiwang.base.areas import queries as areas
    from yiwang.domains.events import actions

    matter = actions.Matter(text=text, **(IN_GRID | fields))
    return str(actions.report_matter(matter, jurisdiction=areas.jurisdiction("yunxi"), by=SYSTEM).event_number)


def picture() -> dict[str, Any]:
    out = io.BytesIO()
    Image.effect_noise((200, 150), 60).convert("RGB").save(out, "JPEG")
    return {"name": "repaired.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def dot_of(image: Image.Image) -> tuple[float, float] | None:
    """The middle of the only blue dot on a light map, in pixels; None while there is none."""
    red, green, blue = np.asarray(image, dtype=np.int16).transpose(2, 0, 1)
    y, x = np.nonzero((blue > 190) & (red < 70) & (green < 130))
    return (float(x.mean()), float(y.mean())) if len(x) else None


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("javascript", [True, False])
def test_from_an_operators_entry_to_the_close(open_page: Open, javascript: bool) -> None:
    """Entry → dispatch → accept → handle → verify → close, each by somebody else; also without scripts."""
    from yiwang.domains.events import queries

    look = {"javascript": javascript, "language": "en-US", "expected": [*NO_STREAM, "422"]}
    desk = open_page("/events/new/", account=holder("operator"), **look)
    desk.fill("#id_text", "湖滨路58号门前有个情况请来看看")
    desk.fill("#id_reporter_phone", "12")
    desk.click("#entry .button-primary")
    expect(desk.locator("#id_reporter_phone_error")).to_be_visible()
    desk.fill("#id_reporter_phone", "13800138000")
    desk.click("#entry .button-primary")
    expect(desk.locator(".receipt-code")).to_contain_text("-")
    desk.locator(".receipts a[href^='/events/']").click()
    number = desk.url.rstrip("/").rsplit("/", 1)[-1]

    dispatcher = holder("dispatcher")
    page = open_page(f"/events/{number}/", account=dispatcher, **look)
    page.click("#step-dispatch .form-actions button")  # nobody has said what it is, and so not who does it
    expect(page.locator("#dispatch_category_error")).to_be_visible()
    choose(page, "category", "020104")
    choose(page, "department", "roads")
    page.click("#step-dispatch .form-actions button")
    expect(page.locator(".page-title .status")).to_have_text("Dispatched")

    page = open_page(f"/events/{number}/", account=holder("handler_roads"), **look)
    page.get_by_role("button", name="Accept").click()
    expect(page.locator(".page-title .status")).to_have_text("Being handled")
    page.fill("#handle_result", "已修补")
    page.set_input_files("#handle_photos", [picture()])
    page.click("#step-handle button")
    expect(page.locator(".timeline .gallery img")).to_be_visible()

    page = open_page(f"/events/{number}/", account=holder("verifier"), **look)
    page.locator("#step-verify label", has_text="Yes").click()
    page.click("#step-verify button")
    page = open_page(f"/events/{number}/", account=dispatcher, **look)
    page.click("#step-close button")
    expect(page.locator(".page-title .status")).to_have_text("Closed")
    assert queries.event(SYSTEM, number).row.status == "closed"


@pytest.mark.parametrize(("width", "theme", "language"), [(1280, "light", "zh-CN"), (390, "dark", "en-US")])
def test_the_desk_pages_are_quiet_and_accessible(
    quiet_walk: Callable[..., Page], width: int, theme: str, language: str
) -> None:
    from yiwang.base.messages.delivering import deliver_pending

    number = report(reporter_name="王芳", reporter_phone="13800138000")
    twin = report("湖滨路58号路面塌了个大坑，太危险了")
    deliver_pending()
    look = {"width": width, "theme": theme, "language": language, "expected": NO_STREAM}
    of_handler = ["/work/?tab=department", "/work/?tab=done", f"/events/{number}/"]
    quiet_walk(of_handler, account=holder("handler_roads"), **look)
    of_supervisor = ["/events/", "/events/?q=nothing&state=closed", f"/events/{twin}/", "/events/map/", "/events/new/"]
    quiet_walk(of_supervisor, account=holder("supervisor"), **look)
    quiet_walk(["/"], width=width, theme=theme, language=language)


def test_work_by_keyboard_and_several_at_once(open_page: Open) -> None:
    numbers = [report(f"湖滨路{n}号路面塌了一个大坑") for n in (11, 12)]
    page = open_page("/work/", account=holder("handler_roads"), language="en-US", expected=NO_STREAM)
    page.keyboard.press("j")
    expect(page.locator("tr[data-active]")).to_have_count(1)
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tbody .check:checked")).to_have_count(2)
    page.locator(".work-batch").get_by_role("button", name="Accept").click()
    expect(page.get_by_text("2 events done")).to_be_visible()
    page.goto("/work/?tab=mine")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/YW-*/")
    assert page.url.rstrip("/").rsplit("/", 1)[-1] in numbers


def test_new_work_appears_by_itself_and_the_list_only_says_so(
    open_page: Open,
    stream: Stream,
) -> None:
    work = open_page("/work/?tab=department", account=holder("handler_roads"), language="en-US")
    expect(work.get_by_text("Your department has no open work")).to_be_visible()
    first = report()
    stream.lines.put(HAPPENED)
    expect(work.locator(f"#work a[href='/events/{first}/']")).to_be_visible(timeout=3_000)
    work.close()
    stream.lines.put(None)  # its connection ends, the next one takes what comes

    page = open_page("/events/", account=holder("supervisor"), language="en-US")
    number = report("湖滨路60号路面塌了一个大坑")
    stream.lines.put(HAPPENED)
    expect(page.locator("#newer")).to_contain_text("1 new event", timeout=3_000)
    assert page.locator(f"a[href='/events/{number}/']").count() == 0
    page.locator("#newer a").click()
    expect(page.locator(f"a[href='/events/{number}/']")).to_be_visible()


def test_maps_draw_and_a_click_opens_the_card(open_page: Open, becomes_true: Callable[..., None]) -> None:
    number = report("湖滨路58号路灯不亮，天天摸黑走")
    account = holder("supervisor")
    page = open_page("/events/map/", account=account, language="en-US", maps=True, expected=NO_STREAM)
    drawn = "document.querySelector('[data-map]').dataset.drawn === 'yes'"
    becomes_true(page, drawn, 20)
    expect(page.locator(f"[data-map-list] a[href='/events/{number}/']")).to_be_visible()
    canvas = page.locator("[data-map] canvas")
    over = [page.locator(".map-legend-over"), page.locator("[data-map-layers]")]
    dot = None
    for _ in range(40):  # the points come a moment after the outlines
        picture_of_map = Image.open(io.BytesIO(canvas.screenshot(mask=over))).convert("RGB")
        dot = dot_of(picture_of_map)
        if dot is not None:
            break
        page.wait_for_timeout(250)
    assert dot is not None, "no dot on the map"
    assert picture_of_map.height > 300
    canvas.click(position={"x": dot[0], "y": dot[1]})
    expect(page.locator("[data-map-card] a")).to_have_attribute("href", f"/events/{number}/")
    one = open_page(f"/events/{number}/", account=account, maps=True, expected=NO_STREAM)
    becomes_true(one, drawn, 20)
    expect(one.locator(".place-mark")).to_be_visible()
