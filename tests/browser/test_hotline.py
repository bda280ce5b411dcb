"""The hotline desk in a browser: a call by keyboard alone, help that never takes the focus, drafts, merging."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_desk import IN_GRID, NO_STREAM, fits, holder, report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yunxi")]

Open = Callable[..., Page]
TWO = "湖滨路58号路灯不亮，天天摸黑走。另外路口的井盖翘起来了，很危险"


@pytest.fixture
def desk(open_page: Open) -> Iterator[Callable[..., Page]]:
    """The desk of an operator, in English."""
    account = holder("operator")

    def opened(**look: Any) -> Page:
        return open_page("/events/new/", account=account, **{"language": "en-US", "expected": NO_STREAM, **look})

    yield opened


def test_a_whole_call_by_keyboard_alone(desk: Callable[..., Page]) -> None:
    """Given a known matter and a caller who has called before, when a call of two matters is typed and keyed only."""
    from yiwang.domains.events import queries

    known = report("湖滨路58号路灯不亮，天黑看不见", address_text="湖滨路58号")
    report("垃圾没人清运", reporter_name="王芳", reporter_phone="13800138000")
    page = desk()
    expect(page.locator("#id_reporter_phone")).to_be_focused()
    page.keyboard.type("13800138000")
    expect(page.locator("#caller")).to_contain_text("王*")
    page.keyboard.press("Alt+t")
    page.keyboard.type(TWO, delay=5)
    expect(page.locator("#help-parts")).to_contain_text("This sounds like 2 matters")
    expect(page.locator("#id_text")).to_be_focused()
    # split, the first matter is the known one, the second gets its category
    page.keyboard.press("Alt+s")
    expect(page.locator("[data-part]")).to_have_count(2)
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.press("Alt+x")  # thought better of it …
    expect(page.locator("[data-part]")).to_have_count(1)
    page.keyboard.press("Alt+n")  # … and adds it again
    expect(page.locator("[data-part]")).to_have_count(2)
    expect(page.locator("[data-part]").last.locator("[name^=text]")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-part]").first.locator("[name^=text]")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("湖滨路58号路灯不亮", delay=5)
    page.keyboard.press("Alt+m")
    page.keyboard.press("Alt+t")
    first = page.locator("[data-part]").first
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # past the time to the number of the known matter
    expect(first.locator("details.part-more")).to_have_attribute("open", "")
    first.locator("[name^=joins]").focus()
    expect(first.locator("[name^=joins]")).to_be_focused()
    page.keyboard.type(known)
    expect(first.locator("[data-joins-note] strong")).to_have_text(known)
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.type("路口的井盖翘起来了，很危险", delay=5)
    expect(page.locator("[data-category='020102']")).to_be_visible()
    page.keyboard.press("Alt+1")
    expect(page.locator("[data-part]").last.locator("[name^=category]")).to_have_value("020102")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".receipt-code")).to_have_count(2)
    expect(page.locator(".receipts")).to_contain_text("Added to a known matter")
    expect(page.locator("#next-call")).to_be_focused()
    from yiwang.base.access import SYSTEM

    assert queries.event(SYSTEM, known).row.n_reports == 2
    # Enter begins the next call, empty
    page.keyboard.press("Enter")
    expect(page.locator("#id_reporter_phone")).to_be_focused()
    expect(page.locator("#id_text")).to_have_value("")


def test_help_follows_the_typing_keeps_the_focus_and_is_taken_by_keys(desk: Callable[..., Page]) -> None:
    known = report("湖滨路58号路灯不亮，天黑看不见")
    page = desk()
    page.locator(".part-more summary").click()
    page.fill("#id_lon", str(IN_GRID["lon"]))
    page.fill("#id_lat", str(IN_GRID["lat"]))
    page.locator("#id_text").press_sequentially("湖滨路58号路灯不亮")
    expect(page.locator(f"[data-twin='{known}']")).to_be_visible()
    expect(page.locator("#id_text")).to_be_focused()
    expect(page.locator("#help-category mark").first).to_be_visible()
    page.keyboard.press("Alt+1")
    expect(page.locator("#id_category")).to_have_value("020103")
    expect(page.locator("[data-category='020103']")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Alt+7")
    expect(page.locator("[data-joins-note]")).to_contain_text(known)
    page.keyboard.press("Alt+7")
    expect(page.locator("[data-joins-note]")).to_be_hidden()
    page.keyboard.press("Alt+h")
    expect(page.locator("#entry-keys")).to_be_visible()


def test_enter_in_a_line_saves_nothing_and_picks_a_place_that_is_meant(desk: Callable[..., Page]) -> None:
    from yiwang.base.access import SYSTEM
    from yiwang.engines.place.actions import NewAddress, put_addresses

    spot = (IN_GRID["lon"], IN_GRID["lat"])
    put_addresses(
        "yunxi",
        [NewAddress("临湖区湖滨路58号", "door", *spot, parts={"road": "湖滨路", "number": "58"})],
        by=SYSTEM,
    )
    page = desk()
    page.fill("#id_text", "路灯不亮，天天摸黑走")
    for name in ("reporter_phone", "reporter_name", "address"):
        page.locator(f"#id_{name}").press("Enter")
    page.locator("#id_address").press_sequentially("湖滨路58号")
    expect(page.locator("button[data-place]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("button[data-place]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#id_address")).to_be_focused()
    expect(page.locator("#id_address")).to_have_value("临湖区湖滨路58号")
    expect(page.locator("#id_lon")).to_have_value("118.952000")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.locator(".receipt-code").count() == 0
    page.keyboard.press("Control+Enter")
    expect(page.locator(".receipt-code")).to_have_count(1)


def test_the_point_is_moved_by_arrow_keys(desk: Callable[..., Page], becomes_true: Callable[..., None]) -> None:
    page = desk(maps=True)
    becomes_true(page, "document.querySelector('.call-map [data-map]').dataset.drawn === 'yes'")
    page.locator(".part-more summary").click()
    page.fill("#id_lon", str(IN_GRID["lon"]))
    page.fill("#id_lat", str(IN_GRID["lat"]))
    expect(page.locator(".place-mark")).to_be_visible()
    page.keyboard.press("Alt+m")
    expect(page.locator(".place-mark")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#id_lat")).to_have_value("29.630100")


def test_a_draft_of_several_matters_survives_a_reload_and_ends_with_the_call(desk: Callable[..., Page]) -> None:
    page = desk()
    page.fill("#id_reporter_phone", "13800138000")
    page.fill("#id_text", "路灯不亮，天天摸黑走")
    page.keyboard.press("Alt+n")
    expect(page.locator("#id_text_2")).to_be_focused()
    page.keyboard.type("井盖翘起来了")
    page.reload()
    expect(page.locator("#id_text_2")).to_have_value("井盖翘起来了")
    expect(page.locator("#id_text")).to_have_value("路灯不亮，天天摸黑走")
    expect(page.locator("#id_reporter_phone")).to_have_value("13800138000")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".receipt-code")).to_have_count(2)
    expect(page.locator("#next-call")).to_be_focused()
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('yiwang.call')).length") == 0


@pytest.mark.parametrize(
    ("width", "theme", "language"), [(1280, "light", "zh-CN"), (390, "dark", "en-US"), (1920, "dark", "zh-CN")]
)
def test_desk_event_merge_and_knowledge_are_quiet_and_accessible(
    open_page: Open,
    accessible: Callable[[Page], None],
    quiet_walk: Callable[..., Page],
    width: int,
    theme: str,
    language: str,
) -> None:
    from yiwang.base.messages.delivering import deliver_pending

    number = report(reporter_name="王芳", reporter_phone="13800138000")
    twin = report("湖滨路58号路面塌了个大坑，太危险了")
    deliver_pending()
    look = {"width": width, "theme": theme, "language": language, "expected": NO_STREAM}
    supervisor, operator = holder("supervisor"), holder("operator")
    page = open_page("/events/new/", account=operator, maps=True, **look)
    page.fill("#id_text", TWO)
    expect(page.locator("#help-parts")).to_be_visible()
    page.locator("[data-split-now]").click()
    expect(page.locator("[data-part]")).to_have_count(2)
    accessible(page)
    assert fits(page)
    paths = [
        *(f"/events/{number}/?tab={tab}" for tab in ("story", "notes", "citizen")),
        f"/events/{twin}/duplicates/{number}/",
        "/knowledge/",
        "/knowledge/?q=路灯",
    ]
    quiet_walk(paths, account=supervisor, **look)


def test_a_call_sent_as_a_page_keeps_its_shape_whatever_the_tab_remembers(desk: Callable[..., Page]) -> None:
    page = desk()
    page.fill("#id_text", "路灯不亮")
    page.evaluate("entry.requestSubmit(entry.querySelector('[data-add]'))")  # as without the script
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-part]")).to_have_count(2)
    expect(page.locator("#id_text")).to_have_value("路灯不亮")


@pytest.fixture
def slow_desk(desk: Callable[..., Page]) -> Callable[..., tuple[Page, list[Route]]]:
    """A desk whose form is drawn anew only when the test lets it: what was sent waits in the list."""

    def opened(**look: Any) -> tuple[Page, list[Route]]:
        held: list[Route] = []
        page = desk(**look)

        def hold(route: Route) -> None:
            if route.request.method == "POST" and "do=" in (route.request.post_data or ""):
                held.append(route)
            else:
                route.continue_()

        page.route("**/events/new/", hold)
        return page, held

    return opened


def let(page: Page, held: list[Route]) -> None:
    """Let the next request for another shape through, once it was sent."""
    for _ in range(200):
        if held:
            break
        page.wait_for_timeout(20)
    held.pop(0).continue_()


def test_what_is_typed_while_another_matter_is_added_comes_into_it(
    slow_desk: Callable[..., tuple[Page, list[Route]]],
) -> None:
    page, held = slow_desk()
    page.locator("#id_text").focus()
    page.keyboard.type("路灯不亮")
    page.keyboard.press("Alt+n")
    page.keyboard.type("manhole ")
    expect(page.locator("#meanwhile")).to_have_value("manhole ")
    page.keyboard.press("Alt+n")  # a third one at once: each gets what was typed for it
    page.keyboard.type("noise")
    let(page, held)
    expect(page.locator("#id_text_2")).to_have_value("manhole ")
    page.keyboard.type("!")
    let(page, held)
    expect(page.locator("[data-part]")).to_have_count(3)
    expect(page.locator("#id_text_3")).to_have_value("noise!")
    expect(page.locator("#id_text_3")).to_be_focused()
    page.keyboard.type("?")
    expect(page.locator("#id_text_3")).to_have_value("noise!?")
    expect(page.locator("#id_text")).to_have_value("路灯不亮")
    expect(page.locator("#id_text_2")).to_have_value("manhole ")
    expect(page.locator("#meanwhile")).to_be_hidden()


def test_what_is_typed_while_a_text_is_split_or_a_matter_removed_is_added_to_the_open_one(
    slow_desk: Callable[..., tuple[Page, list[Route]]],
) -> None:
    page, held = slow_desk()
    page.fill("#id_text", TWO)
    expect(page.locator("#help-parts")).to_be_visible()
    page.locator("#id_text").focus()
    page.keyboard.press("Alt+s")
    page.keyboard.type("abc")
    let(page, held)
    expect(page.locator("#id_text")).to_have_value("湖滨路58号路灯不亮，天天摸黑走。abc")
    page.keyboard.type("d")
    expect(page.locator("#id_text")).to_have_value("湖滨路58号路灯不亮，天天摸黑走。abcd")
    page.keyboard.press("Alt+x")
    page.keyboard.type("efg")
    let(page, held)
    expect(page.locator("[data-part]")).to_have_count(1)
    expect(page.locator("[data-part] textarea")).to_have_value("路口的井盖翘起来了，很危险efg")


def test_a_word_half_composed_while_the_form_is_drawn_anew_is_finished_in_peace(
    slow_desk: Callable[..., tuple[Page, list[Route]]],
) -> None:
    page, held = slow_desk()
    page.locator("#id_text").focus()
    page.keyboard.type("路灯不亮")
    page.keyboard.press("Alt+n")
    method = page.context.new_cdp_session(page)
    method.send("Input.imeSetComposition", {"text": "jing'gai", "selectionStart": 8, "selectionEnd": 8})
    let(page, held)
    expect(page.locator("[data-part]")).to_have_count(2)
    expect(page.locator("#meanwhile")).to_be_focused()  # taking the focus would end the word
    method.send("Input.imeSetComposition", {"text": "jing'gai'fan", "selectionStart": 12, "selectionEnd": 12})
    method.send("Input.insertText", {"text": "井盖翻了"})
    expect(page.locator("#id_text_2")).to_have_value("井盖翻了")
    expect(page.locator("#id_text_2")).to_be_focused()
    expect(page.locator("#id_text")).to_have_value("路灯不亮")


def test_what_is_typed_is_kept_when_the_server_does_not_draw_the_form(
    slow_desk: Callable[..., tuple[Page, list[Route]]],
) -> None:
    page, held = slow_desk(expected=[*NO_STREAM, "htmx:error"])
    page.locator("#id_text").focus()
    for answer in ("none", "another page"):
        page.keyboard.press("Alt+n")
        page.keyboard.type("abc")
        expect(page.locator("#meanwhile")).to_have_value("abc")
        route = held.pop(0)
        if answer == "none":
            route.abort()
        else:
            route.fulfill(status=200, content_type="text/html", body="<title>Sign in</title><h1>Sign in</h1>")
        expect(page.locator("#meanwhile")).to_be_hidden()
    expect(page.locator("#id_text")).to_have_value("abcabc")
    expect(page.locator("#id_text")).to_be_focused()
