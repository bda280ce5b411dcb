"""What stands on every page, in a real browser: search by keyboard, help, first walk, appearance, phone's bar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_desk import NO_STREAM, fits, holder, report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yunxi")]

Open = Callable[..., Page]


def test_a_newcomer_is_walked_through_once_and_may_ask_again(
    open_page: Open, accessible: Callable[[Page], None]
) -> None:
    page = open_page("/", account=holder("dispatcher"), language="en-US", expected=NO_STREAM)
    card = page.locator("dialog.tour")
    expect(card.locator("h2")).to_be_focused()
    first = card.locator("h2").inner_text()
    accessible(page)
    card.get_by_role("button", name="Next").click()
    expect(card.locator("h2")).not_to_have_text(first)
    expect(page.locator(".tour-ring")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(card.locator("h2")).to_have_text(first)
    with page.expect_response("**/tour/end"):
        page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    accessible(page)
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    expect(card).to_have_count(0)
    # help starts it again
    page.keyboard.press("F1")
    page.locator("#help-drawer").get_by_role("link", name="Show me around").click()
    expect(card.locator("h2")).to_have_text(first)


def test_search_answers_while_typing_and_is_walked_by_keyboard(
    open_page: Open, accessible: Callable[[Page], None]
) -> None:
    number = report()
    page = open_page("/notices", account=holder("supervisor"), language="en-US", expected=NO_STREAM)
    page.keyboard.press("Control+k")
    page.keyboard.type("湖滨路")
    options = page.locator("[data-palette-list] [role=option]")
    expect(options.first).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/events/{number}/")
    page.goto("/search/?q=湖滨路")
    expect(page.locator(f".hit-link[href='/events/{number}/']")).to_be_visible()
    accessible(page)


def test_help_opens_beside_the_page_and_leads_to_its_own_without_scripts(
    open_page: Open, accessible: Callable[[Page], None]
) -> None:
    page = open_page("/account", account=holder("supervisor"), language="en-US", expected=NO_STREAM)
    page.locator(".topbar a[data-help].button").click()
    expect(page.locator("#help-drawer h2")).to_have_text("My account")
    accessible(page)
    page.keyboard.press("Escape")
    expect(page.locator("#help-drawer")).to_be_hidden()
    plain = open_page("/account", account=holder("operator"), language="en-US", javascript=False)
    plain.locator(".topbar a[data-help].button").click()
    expect(plain.locator("h1")).to_have_text("My account")
    assert plain.url.endswith("/help/account/")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_appearance_is_chosen_and_kept_with_the_account(open_page: Open, javascript: bool) -> None:
    account = holder("supervisor")
    look = {"language": "en-US", "javascript": javascript, "expected": NO_STREAM}
    page = open_page("/account", account=account, **look)
    if javascript:
        page.locator(".topbar details:has([data-theme-switch]) > summary").first.click()
        with page.expect_response("**/appearance"):
            page.locator(".topbar [data-theme-switch] button[value=dark]").first.click()
    else:
        page.locator("main button[name=theme][value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    account.refresh_from_db()
    assert account.preferences["theme"] == "dark"


def test_the_pages_fit_a_phone_with_its_bar(quiet_walk: Callable[..., Page]) -> None:
    account = holder("dispatcher")
    account.preferences = {"tour": "seen"}
    account.save()
    paths = ["/", "/search/", "/account", "/notices", "/departments/yunxi/roads/", "/help/start/", "/nope"]
    page = quiet_walk(paths, account=account, width=390, theme="dark", expected=[*NO_STREAM, "404"])
    bar = page.locator(".tabbar a").evaluate_all("links => links.map((one) => one.getAttribute('href'))")
    assert bar[-2:] == ["/search/", "/account"]
    assert "/work/" in bar


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_the_citizens_pages_are_quiet_and_accessible(
    accessible: Callable[[Page], None], quiet_walk: Callable[..., Page], width: int, theme: str
) -> None:
    for _ in range(5):
        report(is_public=True)
    page = quiet_walk(["/", "/public/yunxi/", "/help/report/", "/follow/"], width=width, theme=theme)
    page.goto("/public/yunxi/map/")
    expect(page.locator("[data-spots]")).to_have_attribute("data-ready", "yes")
    accessible(page)
    page.locator(".site-look button[value=light]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_a_draft_is_kept_a_twin_offered_and_the_map_opened_on_a_tap(
    open_page: Open, accessible: Callable[[Page], None]
) -> None:
    report("湖滨路58号路面塌了一个大坑，很危险！", is_public=True)
    page = open_page("/report/yunxi/", width=390, language="en-US", maps=True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 118.952, "latitude": 29.63})
    page.click("[data-gps]")
    expect(page.locator("#id_lon")).to_have_value("118.952000")
    page.fill("#id_text", "湖滨路58号路面塌了一个大坑")
    twin = page.locator("[data-near] button")
    expect(twin).to_be_visible()
    twin.click()
    expect(twin).to_have_attribute("aria-pressed", "true")
    assert not any("maplibre" in url for url in asked), "nothing of the map before it is opened"
    page.click("[data-open-map]")
    expect(page.locator(".map .pin")).to_be_visible()
    accessible(page)
    assert fits(page)
    # the draft comes back
    page.goto("/report/yunxi/")
    expect(page.locator("#id_text")).to_have_value("湖滨路58号路面塌了一个大坑")
    accessible(page)
    page.click(".send button")
    page.wait_for_url("**/receipt")
    page.goto("/report/yunxi/")
    expect(page.locator("#id_text")).to_have_value("")
