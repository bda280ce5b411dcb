"""The main job, whole, on the real processes: a citizen's report is dispatched, handled, verified, closed, evaluated.

Everybody works in a browser of their own against web, stream and worker as `yiwang up` starts them; the board of the
city hangs on a wall meanwhile. Nothing is called behind the pages' back.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.choosing import choose
from tests.browser.city_running import City, Visits, running_city
from tests.browser.seats import Seats
from tests.installed import Installations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("installations")]

PHONE = {"width": 390, "height": 844}
SEEN_WITHIN_S = 3.0
WORDS = "东门口的铁架子歪了，老人走过去很危险"
CALL = "柳浦路12号门口窨井盖翘起来了，汽车压过去很响"
RESULT = "铁架子已扶正并加固，周围拉了警示带。"
LANGUAGES = {"zh-CN": "zh-Hans", "en-US": "en"}
MATTERS = {
    "zh-CN": ("路面塌了一个大坑，车开不过去", "望湖路3号"),
    "en-US": ("The street lamp at the gate has been dark for a week", "Liupu Road 7"),
}
WATCH = """(words) => {
    const seen = () => { if (!window.seenAt && tile.textContent.includes(words)) window.seenAt = Date.now(); };
    const tile = document.querySelector("[data-tile=newest]");
    if (tile.textContent.includes(words)) throw new Error("it stands there already");
    new MutationObserver(seen).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, installations: Installations) -> Iterator[City]:
    """The sample city, running, without any report yet."""
    with running_city(tmp_path_factory.mktemp("city") / "home", installations) as running:
        yield running


@pytest.fixture
def visits(browser: Browser, map_browser: Callable[[], Browser], city: City, seats: Seats) -> Iterator[Visits]:
    """Opens pages; afterwards all of them must have been quiet, and so the processes behind them."""
    opened = Visits(browser, map_browser, city, seats)
    yield opened
    log = city.log.read_text()
    assert (opened.end(), "Traceback" in log) == ([], False), log


@dataclass(frozen=True)
class Told:
    """What the citizen holds after reporting, and when the answer came (milliseconds since 1970)."""

    code: str
    answered_at: float


def picture(name: str) -> dict[str, Any]:
    """A photograph as a phone sends it."""
    out = io.BytesIO()
    Image.effect_noise((480, 360), 90).convert("RGB").save(out, "JPEG", quality=90)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def report(page: Page, words: str, address: str) -> Told:
    """Fill the citizen's form in and send it; from the receipt the code."""
    page.fill("#id_text", words)
    page.fill("#id_address", address)
    page.set_input_files("#id_photos", [picture("railing.jpg")])
    with page.expect_response(lambda answer: answer.request.method == "POST") as posted:
        page.click("main form button.button-primary")
    timing = posted.value.request.timing
    return Told(page.locator(".done-code").inner_text(), timing["startTime"] + timing["responseStart"])


def number_of(page: Page, words: str) -> str:
    """The number of the event whose title begins with these words, from the links of a list; opens it."""
    page.locator("main a[href^='/events/']", has_text=words).first.click()
    beside = page.locator("#preview")
    if beside.is_visible():  # where there is room, the first click shows it beside the list
        expect(beside.locator("h2").first).to_contain_text(words)
        beside.locator("a.button[href^='/events/']").click()
    page.wait_for_url("**/events/*/")
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def take_step(page: Page, code: str, **given: str) -> None:
    """Fill one step's form in and send it; the page must say that it is done."""
    if given:
        step = page.locator(f"#step-{code}")
        if step.get_attribute("open") is None:
            step.locator("summary").first.click()
        for name, value in given.items():
            field = step.locator(f"[name={name}]")
            kind = field.first.evaluate("one => one.type")
            if kind == "radio":
                step.locator(f"[name={name}][value={value}]").check()
            elif kind == "select-one":
                choose(step, name, value)
            else:
                field.fill(value)
        step.locator(".form-actions button").click()
    else:
        page.click(f"form[action$='/{code}/'] button")
    page.wait_for_load_state()
    expect(page.locator("[role=status]").filter(has_text="。").first).to_be_visible()


def test_from_a_report_without_scripts_to_five_stars_and_the_board(
    visits: Visits, becomes_true: Callable[..., None]
) -> None:
    # a wall shows the city
    wall = visits.page("/boards/city/", as_="leader", width=1920, height=1080)
    wall.wait_for_load_state("load")
    becomes_true(wall, "document.documentElement.dataset.liveState === 'open'", seconds=15)
    wall.evaluate(WATCH, WORDS[:8])

    # a citizen reports on a phone, without scripts and without an account
    citizen = visits.page("/report/", javascript=False, **PHONE)
    told = report(citizen, WORDS, "湖滨路58号")
    becomes_true(wall, "!!window.seenAt", seconds=10)
    took_s = (wall.evaluate("window.seenAt") - told.answered_at) / 1000
    assert took_s <= SEEN_WITHIN_S, f"the wall showed the event {took_s:.2f} s after the answer"

    # nobody is named: the dispatcher finds it in their work and decides
    dispatcher = visits.page("/work/", as_="dispatcher")
    number = number_of(dispatcher, WORDS[:8])
    take_step(dispatcher, "dispatch", department="roads", category="020104", reason="请尽快到场")

    # the handler takes it and reports the result, on a phone; the verdict is not theirs
    handler = visits.page("/work/?tab=department", as_="handler", **PHONE)
    assert number_of(handler, WORDS[:8]) == number
    take_step(handler, "accept")
    handler.set_input_files("#step-handle input[type=file]", [picture("after.jpg")])
    take_step(handler, "handle", result=RESULT)
    assert handler.locator("#step-verify").count() == 0
    token = next(one["value"] for one in handler.context.cookies() if one["name"] == "csrftoken")
    tried = handler.request.post(
        f"/events/{number}/verify/",
        form={"is_passed": "yes", "text": "", "csrfmiddlewaretoken": token},
        headers={"Referer": handler.url},
    )
    assert tried.status == 403

    # somebody else verifies, the dispatcher closes
    verifier = visits.page(f"/events/{number}/", as_="verifier")
    expect(verifier.locator("main")).to_contain_text(RESULT)
    take_step(verifier, "verify", is_passed="yes", text="现场复核无误")
    dispatcher.reload()
    take_step(dispatcher, "close", text="感谢您的反映")

    # the citizen follows by the code, reads the story, gives five stars
    citizen.goto("/follow/")
    citizen.fill("#id_code", told.code)
    citizen.click("main form button.button-primary")
    story = citizen.locator("main")
    expect(story).to_contain_text(RESULT)
    expect(story).to_contain_text("感谢您的反映")
    expect(story).not_to_contain_text("请尽快到场")
    expect(citizen.locator(".gallery img")).to_have_count(2)
    citizen.check("input[name=score][value='5']")
    citizen.click("form[action$='/evaluate'] button")
    expect(citizen.locator("input[name=score][value='5']")).to_be_checked()

    # and the supervisor reads it in the event's story
    supervisor = visits.page(f"/events/{number}/", as_="supervisor")
    expect(supervisor.locator("#event-title .status")).to_have_text("已结案")
    expect(supervisor.locator(".timeline")).to_contain_text("5 分")

    # every step of it stands in the sealed audit
    visits.city.run("audit", "seal")
    visits.city.run("audit", "verify")


def test_a_call_is_dispatched_by_the_list_and_comes_back_when_it_is_not_settled(visits: Visits) -> None:
    # the handler's work stands open on a desk
    handler = visits.page("/work/?tab=department", as_="handler")
    waiting = handler.locator("#work a[href^='/events/']", has_text=CALL[:8])
    expect(waiting).to_have_count(0)

    # a call with a category needs nobody to decide: it appears there by itself
    operator = visits.page("/events/new/", as_="operator")
    operator.fill("[name=text]", CALL)
    operator.fill("[name=address]", "柳浦路12号")
    operator.fill("[name=reporter_phone]", "13800005678")
    choose(operator, "category", "020102")
    operator.click("#entry button.button-primary")
    expect(operator.locator(".receipt-code")).to_be_visible()
    expect(waiting).to_have_count(1, timeout=10_000)
    number = number_of(handler, CALL[:8])
    assert "138****5678" in handler.locator("main").inner_text()
    assert "13800005678" not in handler.content()

    # said to be done, found not to be, done again
    take_step(handler, "accept")
    take_step(handler, "handle", result="已更换井盖")
    verifier = visits.page(f"/events/{number}/", as_="verifier")
    take_step(verifier, "verify", is_passed="no", text="井盖仍然松动")
    handler.goto("/work/")
    assert number_of(handler, CALL[:8]) == number
    expect(handler.locator(".timeline")).to_contain_text("井盖仍然松动")
    take_step(handler, "handle", result="已重新安装并固定")
    verifier.goto(f"/events/{number}/")
    take_step(verifier, "verify", is_passed="yes")


LOOKS = [("light", 1280, 900), ("dark", 390, 844), ("dark", 1280, 900), ("light", 390, 844)]


@pytest.mark.parametrize(("language", "look"), [("zh-CN", 0), ("en-US", 1)])
def test_every_page_of_the_way_is_accessible_and_quiet(
    visits: Visits, accessible: Callable[[Page], None], full: bool, language: str, look: int
) -> None:
    words, address = MATTERS[language]
    told = report(visits.page("/report/", language=language), words, address)
    for theme, width, height in LOOKS if full else LOOKS[look : look + 1]:
        shown = {"language": language, "theme": theme, "width": width, "height": height}
        anybody = visits.page("/", **shown)
        operator = visits.page("/work/", as_="operator", maps=True, **shown)
        leader = visits.page("/events/", as_="leader", maps=True, **shown)
        number = number_of(leader, words[:10])
        pages = {
            anybody: ["/", "/sign-in", "/report/", "/follow/", "/public/"],
            operator: ["/work/", "/events/new/", "/notices"],
            leader: ["/events/", f"/events/{number}/", "/events/map/", "/boards/", "/boards/city/"],
        }
        pages[anybody] += [f"/follow/{told.code}/receipt", f"/follow/{told.code}"]
        for page, paths in pages.items():
            for path in paths:
                page.goto(path)
                page.wait_for_load_state("load")
                assert page.locator("html").get_attribute("lang") == LANGUAGES[language]
                accessible(page)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
