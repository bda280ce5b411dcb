"""The living design pages in a real browser: accessible, quiet, within the policy, by keyboard and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]


PATHS = ["/design", "/design/citizen", "/design/citizen?urgency=no", "/design/wall"]
LOOKS = [("light", 1280), ("dark", 1280), ("dark", 390), ("light", 390)]
WEAR = """(theme) => {
    document.documentElement.dataset.theme = theme;
    document.dispatchEvent(new CustomEvent("yiwang:theme"));
}"""


def test_pages_are_accessible_and_quiet(open_page: Open, accessible: Callable[[Page], None]) -> None:
    """In every look; a page takes on another by itself, as when somebody chooses it."""
    page = open_page(PATHS[0])
    for path in PATHS:
        page.goto(path)
        for theme, width in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(WEAR, theme)
            accessible(page)
            fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert fits, f"{path} scrolls sideways at {width}"


def test_errors_are_accessible(open_page: Open, accessible: Callable[[Page], None]) -> None:
    page = open_page("/design/no-such-page", expected=["404"])
    accessible(page)


def test_charts_are_drawn_from_their_tables(open_page: Open) -> None:
    page = open_page("/design")
    page.locator("[data-chart=rows]").scroll_into_view_if_needed()
    expect(page.locator("[data-chart=rows] svg")).to_be_visible()


def test_the_chosen_theme_stays_after_a_reload(open_page: Open) -> None:
    page = open_page("/design", theme="auto")
    page.click(".topbar [aria-label=外观]")
    page.click(".topbar [data-theme-switch] button[value=dark]")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_the_language_changes_and_stays(open_page: Open) -> None:
    page = open_page("/design")
    page.click(".topbar [aria-label=语言]")
    page.click(".topbar button[name=language][value=en]")
    expect(page.locator("h1").first).to_have_text("Design system")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_dialog_opens_closes_by_escape_and_gives_focus_back(open_page: Open) -> None:
    page = open_page("/design")
    button = page.locator("[data-opens=sample-dialog]").first
    button.click()
    expect(page.locator("#sample-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#sample-dialog")).to_be_hidden()
    expect(button).to_be_focused()


def test_what_cannot_be_undone_asks_first(open_page: Open, becomes_true: Callable[..., None]) -> None:
    page = open_page("/design")
    page.evaluate(
        "document.querySelector('[data-confirm]').addEventListener('click', () => { document.title = 'deleted' })"
    )
    page.locator("[data-confirm]").first.click()
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    assert page.title() != "deleted"
    page.locator("[data-confirm]").first.click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    becomes_true(page, "document.title === 'deleted'")


def test_tables_and_search_answer_to_the_keyboard(open_page: Open) -> None:
    page = open_page("/design")
    page.locator("#table .table-frame").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("x")
    first = page.locator("#table tbody tr").first
    expect(first).to_have_attribute("data-active", "true")
    expect(first.locator("input[type=checkbox]")).to_be_checked()


def test_the_phone_has_its_whole_navigation_behind_one_button(open_page: Open) -> None:
    page = open_page("/design", width=390, height=844)
    page.locator(".topbar [data-opens=navigation-drawer]").click()
    expect(page.locator("#navigation-drawer")).to_be_visible()


def test_the_citizens_form_works_without_scripts(open_page: Open) -> None:
    page = open_page("/design/citizen", javascript=False)
    page.get_by_label("反映什么问题").fill("路灯不亮")
    page.get_by_role("button", name="提交上报").click()
    expect(page.get_by_role("alert")).to_contain_text("类别")
    expect(page.get_by_label("反映什么问题")).to_have_value("路灯不亮")


def test_breaking_the_policy_and_leaving_the_machine_would_be_noticed(
    open_page: Open, troubles: dict[Page, Any]
) -> None:
    page = open_page("/design")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    page.evaluate("fetch('http://192.0.2.1/x').catch(() => 0)")
    page.evaluate("location.assign('http://192.0.2.1/y')")
    page.wait_for_timeout(300)
    seen, troubles[page].lines = troubles[page].lines, []
    for sign in (
        "policy violation: style-src-attr",
        "policy violation: connect-src",
        "leaves the machine: http://192.0.2.1/y",
    ):
        assert any(sign in line for line in seen), sign
