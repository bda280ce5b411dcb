"""The desk pages of events in a real browser: a matter's whole course, lists by keyboard, maps, live, accessible."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.test_live import Stream, stream  # noqa: F401 - fixture
from yiwang.base.access import SYSTEM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., Page]
IN_GRID = {"lon": 118.952, "lat": 29.63}
NO_STREAM = ["/stream", "ERR_CONNECTION", "net::ERR"]
HAPPENED = 'event: event\ndata: {"topic": "event.reported", "subject": "x", "uid": "y"}\n\n'


@pytest.fixture(autouse=True)
def yunxi(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    """The sample city, in the live server's database."""
    from django.core.cache import cache

    from yiwang.base.scenes.actions import install_scene
    from yiwang.domains.events.course import forget_rules
    from yiwang.engines.place.queries import forget_indexes

    settings.FILES = tmp_path / "files"
    cache.clear()
    forget_rules()
    install_scene(ROOT / "scenes" / "city_events", by=SYSTEM)
    forget_indexes()
    yield
    forget_rules()
    forget_indexes()


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
    red, green, blue = (band.tobytes() for band in image.split())
    n = [i for i in range(len(red)) if blue[i] > 190 and red[i] < 70 and green[i] < 130]
    if not n:
        return None
    return sum(i % image.width for i in n) / len(n), sum(i // image.width for i in n) / len(n)


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
    desk.locator("dd a[href^='/events/']").click()
    number = desk.url.rstrip("/").rsplit("/", 1)[-1]

    dispatcher = holder("dispatcher")
    page = open_page(f"/events/{number}/", account=dispatcher, **look)
    page.click("#step-dispatch button")  # neither the list nor the person names a department
    expect(page.locator("#dispatch_department_error")).to_be_visible()
    page.select_option("#dispatch_department", "roads")
    page.click("#step-dispatch button")
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
    open_page: Open, accessible: Callable[[Page], None], width: int, theme: str, language: str
) -> None:
    from yiwang.base.messages.delivering import deliver_pending

    number = report(reporter_name="王芳", reporter_phone="13800138000")
    twin = report("湖滨路58号路面塌了个大坑，太危险了")
    deliver_pending()
    look = {"width": width, "theme": theme, "language": language, "expected": NO_STREAM}
    supervisor, handler = holder("supervisor"), holder("handler_roads")
    wanted = [
        ("/work/?tab=department", handler),
        ("/work/?tab=done", handler),
        ("/events/", supervisor),
        ("/events/?q=nothing&state=closed", supervisor),
        (f"/events/{number}/", handler),
        (f"/events/{twin}/", supervisor),
        ("/events/map/", supervisor),
        ("/events/new/", supervisor),
    ]
    for path, account in wanted:
        page = open_page(path, account=account, **look)
        accessible(page)
        assert fits(page), f"{path} scrolls sideways"
    citizen = open_page("/", width=width, theme=theme, language=language)
    accessible(citizen)


def test_work_by_keyboard_and_several_at_once(open_page: Open) -> None:
    numbers = [report(f"湖滨路{n}号路面塌了一个大坑") for n in (11, 12)]
    page = open_page("/work/", account=holder("handler_roads"), language="en-US", expected=NO_STREAM)
    page.keyboard.press("j")
    expect(page.locator("tr[data-active]")).to_have_count(1)
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tbody .check:checked")).to_have_count(2)
    page.get_by_role("button", name="Accept the ticked ones").click()
    expect(page.get_by_text("You have taken 2 events.")).to_be_visible()
    page.goto("/work/?tab=mine")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/YW-*/")
    assert page.url.rstrip("/").rsplit("/", 1)[-1] in numbers


def test_new_work_appears_by_itself_and_the_list_only_says_so(
    open_page: Open,
    stream: Stream,  # noqa: F811
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


def test_suggestions_follow_the_typing_and_a_guess_is_taken_by_a_click(open_page: Open) -> None:
    known = report("湖滨路58号路灯不亮，天黑看不见")
    page = open_page("/events/new/", account=holder("operator"), language="en-US", expected=NO_STREAM)
    page.fill("#id_lon", str(IN_GRID["lon"]))
    page.fill("#id_lat", str(IN_GRID["lat"]))
    page.locator("#id_text").press_sequentially("湖滨路58号路灯不亮")
    guess = page.locator("[data-category='020103']")
    guess.click(timeout=5_000)
    expect(page.locator("#id_category")).to_have_value("020103")
    expect(page.locator(f"#suggestions a[href='/events/{known}/']")).to_be_visible()


def test_maps_draw_and_a_click_opens_the_card(open_page: Open, becomes_true: Callable[..., None]) -> None:
    number = report("湖滨路58号路灯不亮，天天摸黑走")
    account = holder("supervisor")
    page = open_page("/events/map/", account=account, language="en-US", expected=NO_STREAM)
    drawn = "document.querySelector('[data-map]').dataset.drawn === 'yes'"
    becomes_true(page, drawn, 20)
    expect(page.locator("[data-map-count]")).to_have_text("Events here: 1")
    canvas = page.locator("[data-map] canvas")
    dot = None
    for _ in range(40):  # the points come a moment after the outlines
        picture_of_map = Image.open(io.BytesIO(canvas.screenshot())).convert("RGB")
        dot = dot_of(picture_of_map)
        if dot is not None:
            break
        page.wait_for_timeout(250)
    assert dot is not None, "no dot on the map"
    assert picture_of_map.height > 300
    canvas.click(position={"x": dot[0], "y": dot[1]})
    expect(page.locator("[data-map-card] a")).to_have_attribute("href", f"/events/{number}/")
    one = open_page(f"/events/{number}/", account=account, expected=NO_STREAM)
    becomes_true(one, drawn, 20)
    expect(one.locator(".place-mark")).to_be_visible()
