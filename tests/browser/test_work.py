"""My work in a real browser: the pane beside the list, keys, and the street with a network that comes and goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stream import Stream
from tests.browser.test_desk import NO_STREAM, Open, fits, holder, picture, report
from yiwang.base.access import SYSTEM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("yunxi")]

HAPPENED = 'event: event\ndata: {"topic": "event.reported", "subject": "x", "uid": "y"}\n\n'
OFFLINE = [*NO_STREAM, "ERR_INTERNET_DISCONNECTED", "Failed to fetch", "409", "Failed to load resource"]


def kinds(number: str) -> list[str]:
    from yiwang.domains.events import queries

    return [line.kind for line in queries.story(SYSTEM, number)]


def on_the_street(open_page: Open, number: str, becomes_true: Callable[..., None]) -> Page:
    """A task's page on a telephone, kept there by the service worker."""
    page = open_page("/work/near/", account=holder("handler_roads"), language="en-US", width=390, expected=OFFLINE)
    becomes_true(page, "document.querySelector('[data-field]').dataset.isKept === 'yes'")
    page.locator(f"a[href='/work/near/{number}/']").click()
    expect(page.locator("#task-text")).to_be_visible()
    becomes_true(page, "navigator.serviceWorker.controller !== null")
    return page


def test_the_pane_follows_the_keys_and_its_steps_move_the_list_on(open_page: Open) -> None:
    first, second = (report(f"湖滨路{n}号路面塌了一个大坑") for n in (11, 12))
    account = holder("handler_roads")
    page = open_page("/work/?tab=department", account=account, language="en-US", width=1440, expected=NO_STREAM)
    expect(page.locator("tr.is-unread")).to_have_count(2)
    page.keyboard.press("j")
    expect(page.locator("#preview .preview")).to_have_attribute("data-number", first)
    page.keyboard.press("j")
    expect(page.locator("#preview .preview")).to_have_attribute("data-number", second)
    expect(page.locator("tr.is-unread")).to_have_count(0)
    page.locator("#preview").get_by_role("button", name="Accept").click()
    expect(page.locator("#preview")).to_contain_text("It is yours now.")
    expect(page.locator("#work-live .tab", has_text="Mine")).to_contain_text("1")
    expect(page.locator("#work tr", has_text=second)).to_contain_text("handler_roads")
    page.keyboard.press("k")
    expect(page.locator("#preview .preview")).to_have_attribute("data-number", first)
    page.keyboard.press("a")  # accepts the marked one
    expect(page.get_by_text("1 event done")).to_be_visible()
    assert [kinds(number).count("accepted") for number in (first, second)] == [1, 1]
    page.wait_for_load_state("load")
    page.keyboard.press("?")
    expect(page.locator("#work-keys")).to_be_visible()
    expect(page.locator("#work-keys")).to_contain_text("accept the ticked ones")
    page.keyboard.press("Escape")
    expect(page.locator("#work-keys")).to_be_hidden()


def test_new_work_is_counted_live_and_the_rows_stay(open_page: Open, stream: Stream) -> None:
    first = report()
    page = open_page("/work/?tab=department", account=holder("handler_roads"), language="en-US", width=1440)
    expect(page.locator("#work tbody tr")).to_have_count(1)
    page.keyboard.press("j")
    second = report("湖滨路60号路面塌了一个大坑")
    stream.lines.put(HAPPENED)
    expect(page.locator("#work-live .newer-link")).to_contain_text("1 new item", timeout=5_000)
    expect(page.locator("#work-live")).to_contain_text("2 items in this list")
    expect(page.locator("#work tbody tr")).to_have_count(1)
    expect(page.locator("tr[data-active]")).to_contain_text(first)
    page.locator("#work-live .newer-link").click()
    expect(page.locator("#work tbody tr", has_text=second)).to_be_visible()


def test_without_a_network_the_result_waits_on_the_phone_and_is_sent_once(
    open_page: Open, becomes_true: Callable[..., None]
) -> None:
    from yiwang.domains.events import queries

    number = report()
    page = on_the_street(open_page, number, becomes_true)
    # given no network: the kept page opens, what is typed and photographed survives a reload
    page.context.set_offline(True)
    page.fill("#task-text", "已回填压实")
    for kind in ("before", "after"):
        page.locator(f"[data-shot={kind}] [data-shot-input]").first.set_input_files([picture()])
        expect(page.locator(f"[data-shot={kind}] img")).to_have_count(1)
    expect(page.get_by_text("Draft kept on this phone")).to_be_visible()
    page.reload()
    expect(page.locator("#task-text")).to_have_value("已回填压实")
    expect(page.locator(".shot-photo img")).to_have_count(2)
    # when it is sent
    page.get_by_role("button", name="Report the result").click()
    expect(page.locator(".outbox-item[data-state=kept]")).to_contain_text("kept on this phone")
    assert "handled" not in kinds(number)
    # then it goes once there is a network, and a second try would do no harm
    page.context.set_offline(False)
    expect(page.locator(".status", has_text="To be verified")).to_be_visible()
    assert kinds(number).count("handled") == 1
    line = next(x for x in queries.story(SYSTEM, number) if x.kind == "handled")
    assert (len(line.data["before"]), len(line.data["after"])) == (1, 1)
    expect(page.locator(".outbox-item[data-state=kept]")).to_have_count(0)


def test_a_patrols_report_waits_on_the_phone_and_is_sent_once(
    open_page: Open, becomes_true: Callable[..., None], accessible: Callable[[Page], None]
) -> None:
    from yiwang.domains.events.models import Event

    account = holder("handler_yx0101")
    page = open_page("/work/report/", account=account, language="en-US", width=390, expected=OFFLINE)
    becomes_true(page, "document.querySelector('[data-field]').dataset.isKept === 'yes'")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 118.952, "latitude": 29.63})
    fits(page)
    accessible(page)
    # given no network: photo, place and words are kept over a reload
    page.context.set_offline(True)
    page.locator("[data-shot=before] [data-shot-input]").first.set_input_files([picture()])
    page.fill("#id_text", "垃圾桶满溢")
    page.get_by_label("Settled on the spot").check()
    page.get_by_role("button", name="Report", exact=True).click()
    expect(page.locator("[data-patrol-error]")).to_contain_text("Please say where")
    page.get_by_role("button", name="I am there").click()
    expect(page.locator("[data-where] [role=status]")).to_contain_text("The point is set.")
    page.fill("#id_result", "已清运并冲洗")
    expect(page.get_by_text("Draft kept on this phone")).to_be_visible()
    page.reload()
    expect(page.locator("#id_result")).to_have_value("已清运并冲洗")
    expect(page.locator(".shot-photo img")).to_have_count(1)
    # when it is sent, it waits; with a network it goes, once
    page.get_by_role("button", name="Report", exact=True).click()
    expect(page.locator(".outbox-item[data-state=kept]")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("")
    assert not Event.objects.exists()
    page.context.set_offline(False)
    expect(page.locator(".outbox-item[data-state=sent] a")).to_contain_text("Reported as")
    assert [event.status for event in Event.objects.all()] == ["verifying"]


def test_a_long_choice_is_found_by_typing(open_page: Open, accessible: Callable[[Page], None]) -> None:
    account = holder("operator")
    page = open_page("/events/", account=account, language="zh-CN", width=1440, expected=NO_STREAM)
    box = page.get_by_role("combobox", name="类别")
    box.focus()
    # by the initials of the pinyin, with the path beside it
    page.keyboard.type("ldbl")
    expect(page.get_by_role("option").first).to_contain_text("路灯不亮")
    expect(box).to_have_attribute("aria-expanded", "true")
    accessible(page)
    # by words and by code; what matches nothing is said, Escape leaves everything as it was
    box.fill("井盖")
    expect(page.get_by_role("option").first).to_contain_text("井盖")
    box.fill("qqqq")
    expect(page.locator(".choose-none")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_have_value("")
    box.fill("020103")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "category=020103" in page.url
    expect(box).to_have_value("路灯不亮")
    # emptied and left, nothing is chosen
    with page.expect_navigation():
        box.fill("")
        page.keyboard.press("Tab")
    assert "category=020103" not in page.url
    # without scripts it is the select
    plain = open_page("/events/", account=account, javascript=False)
    expect(plain.locator("select#filter_category")).to_be_visible()


def test_an_answer_that_was_lost_does_not_double_the_result(open_page: Open, becomes_true: Callable[..., None]) -> None:
    number = report()
    page = on_the_street(open_page, number, becomes_true)
    lost: list[int] = []

    def lose_the_first(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # it reaches the server, its answer does not come back
        route.abort()

    page.route("**/send/", lose_the_first)
    page.fill("#task-text", "已回填压实")
    page.get_by_role("button", name="Report the result").click()
    expect(page.locator(".outbox-item[data-state=kept]")).to_be_visible()
    assert lost == [200] and kinds(number).count("handled") == 1
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".status", has_text="To be verified")).to_be_visible()
    assert kinds(number).count("handled") == 1


def test_what_moved_on_meanwhile_is_said_and_may_become_a_note(
    open_page: Open, becomes_true: Callable[..., None]
) -> None:
    from yiwang.base.organisation.queries import viewer_of
    from yiwang.domains.events import actions, queries

    number = report()
    page = on_the_street(open_page, number, becomes_true)
    page.context.set_offline(True)
    page.fill("#task-text", "我到的时候已经有人修好")
    page.get_by_role("button", name="Report the result").click()
    expect(page.locator(".outbox-item[data-state=kept]")).to_be_visible()
    other = viewer_of(second_handler())
    actions.handle_event(queries.event_uid(SYSTEM, number), by=other, result="已修")
    page.context.set_offline(False)
    expect(page.locator(".outbox-item[data-state=moved]")).to_contain_text("moved on")
    page.get_by_role("button", name="Send it as a note").click()
    expect(page.locator(".outbox-item[data-state=sent]").or_(page.locator(".status"))).not_to_have_count(0)
    becomes_true(page, "document.querySelectorAll('.outbox-item[data-state=moved]').length === 0")
    page.wait_for_timeout(500)
    assert (kinds(number).count("handled"), kinds(number).count("noted")) == (1, 1)


def second_handler() -> Any:
    """A colleague at the same post."""
    from yiwang.base.organisation.actions import appoint
    from yiwang.base.people.actions import create_account
    from yiwang.base.people.queries import account_for_sign_in

    account = create_account("colleague", display_name="colleague", by=SYSTEM)
    appoint(account.uid, "yunxi.handler_roads", by=SYSTEM)
    return account_for_sign_in(account.uid)


def test_the_nearest_task_comes_first_once_asked(open_page: Open) -> None:
    far = report("望湖路1号路面塌了一个大坑", lon=118.945, lat=29.62)
    near = report("湖滨路2号路面塌了一个大坑", lon=118.952, lat=29.63)
    page = open_page("/work/near/", account=holder("handler_roads"), language="en-US", width=390, expected=NO_STREAM)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 118.9521, "latitude": 29.6301})
    order = "[...document.querySelectorAll('[data-tasks] > li')].map((one) => one.dataset.number).join()"
    assert page.evaluate(order) == f"{far},{near}"
    page.get_by_role("button", name="Nearest first").click()
    expect(page.locator("[data-distance]").first).to_contain_text("m")
    assert page.evaluate(order) == f"{near},{far}"


@pytest.mark.parametrize(("width", "theme", "language"), [(1440, "light", "zh-CN"), (390, "dark", "en-US")])
def test_the_pages_are_quiet_and_accessible(
    accessible: Callable[[Page], None], quiet_walk: Callable[..., Page], width: int, theme: str, language: str
) -> None:
    from yiwang.domains.events import actions, queries

    numbers = [report(f"湖滨路{n}号路面塌了一个大坑") for n in (1, 2)]
    supervisor, handler = holder("supervisor"), holder("handler_roads")
    from yiwang.base.organisation.queries import viewer_of

    actions.supervise_event(queries.event_uid(SYSTEM, numbers[0]), by=viewer_of(supervisor), reason="今天办结")
    actions.keep_view("work", "急件", "tab=department", by=viewer_of(handler))
    look = {"width": width, "theme": theme, "language": language, "expected": [*NO_STREAM, "422"]}
    quiet_walk(["/supervise/?concern=supervised", "/supervise/?concern=silent"], account=supervisor, **look)
    near = ["/work/near/", f"/work/near/{numbers[0]}/", "/work/offline/"]
    page = quiet_walk(["/work/?tab=all&clock=nonsense", *near], account=handler, **look)
    page.goto("/work/?tab=department")
    page.keyboard.press("j")
    if width >= 1280:
        expect(page.locator("#preview .preview")).to_be_visible()
    accessible(page)
    assert fits(page), "my work scrolls sideways"
