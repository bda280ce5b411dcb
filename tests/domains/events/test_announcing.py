"""Who is told of new and returned work, and of the end: in one line a queue, never in a flood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.domains.events.conftest import City
from tests.domains.events.test_pages import signed_in, text_of
from yiwang.base.access import SYSTEM
from yiwang.base.audit.models import Entry
from yiwang.base.notices import queries as notices
from yiwang.base.notices.actions import mark_read
from yiwang.domains.events import actions, queries
from yiwang.domains.events.actions import announcing
from yiwang.domains.events.models import Report
from yiwang.kernel import clock

HOLE = "第{}处湖滨路路面塌了一个大坑，很危险"


def told(viewer: Any) -> list[tuple[str, str]]:
    return [(str(one.text), one.url) for one in notices.notices(viewer)]


def settled(city: City, receipt: Any) -> None:
    actions.handle_event(receipt.event_uid, by=city.viewer("handler_roads"), result="已回填")
    actions.verify_event(receipt.event_uid, by=city.viewer("verifier"), is_passed=True)
    actions.close_event(receipt.event_uid, by=city.viewer("dispatcher"))


def test_new_work_is_one_line_that_counts_on_until_it_is_read(city: City, delivered: Callable[[], int]) -> None:
    handler, other = city.viewer("handler_roads"), city.viewer("handler_parks")
    first = city.report(HOLE.format(1))
    delivered()
    (text, url), *rest = told(handler)
    assert not rest and first.event_number in text and url == f"/events/{first.event_number}/"
    for n in (2, 3, 4):
        city.report(HOLE.format(n), lon=118.952 + n / 100)
    delivered()
    assert told(handler) == [("4 new events for your department", "/work/?tab=department")]
    assert notices.unread_count(handler) == 1 and told(other) == []
    mark_read(by=handler)
    city.report(HOLE.format(5), lon=119.0)
    delivered()
    assert notices.unread_count(handler) == 1 and len(told(handler)) == 2


def test_a_busy_round_is_one_line_and_one_entry_of_the_audit(city: City, delivered: Callable[[], int]) -> None:
    handler = city.viewer("handler_roads")
    for n in range(5):
        city.report(HOLE.format(n), lon=118.952 + n / 100)
    before = Entry.objects.filter(action="notices.notify_grouped").count()
    delivered()
    assert told(handler) == [("5 new events for your department", "/work/?tab=department")]
    assert Entry.objects.filter(action="notices.notify_grouped").count() == before + 1


def test_a_queue_that_cannot_be_told_waits_for_the_next_round_and_holds_up_no_other(
    city: City, delivered: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given work for a department and something to be dispatched, and a fault that befalls the first only
    handler, dispatcher = city.viewer("handler_roads"), city.viewer("dispatcher")
    city.report(HOLE.format(1))
    city.report("一些说不清楚的事情")
    real = announcing.notify_grouped

    def faulty(*args: Any, group: str, **rest: Any) -> int:
        if not group.endswith(":dispatch"):
            raise RuntimeError("no way")
        return real(*args, group=group, **rest)

    monkeypatch.setattr(announcing, "notify_grouped", faulty)
    delivered()
    assert (len(told(handler)), len(told(dispatcher))) == (0, 1)
    monkeypatch.undo()
    delivered()
    assert (len(told(handler)), len(told(dispatcher))) == (1, 1)


def test_each_step_tells_those_who_may_take_it(city: City, delivered: Callable[[], int]) -> None:
    dispatcher, verifier, supervisor = (city.viewer(post) for post in ("dispatcher", "verifier", "supervisor"))
    handler = city.viewer("handler_roads")
    # what nobody is named for
    receipt = city.report("一些说不清楚的事情")
    delivered()
    assert told(dispatcher)[0][0].startswith("To be dispatched")
    assert told(supervisor) == []  # who supervises is told of exceptions
    actions.dispatch_event(receipt.event_uid, by=dispatcher, department="roads")
    delivered()
    assert told(handler)[0][0].startswith("New for your department")
    actions.handle_event(receipt.event_uid, by=handler, result="已办")
    delivered()
    assert told(verifier)[0][0].startswith("To be verified")
    # a second return asks for a ruling
    again = city.report(HOLE.format(9))
    for _ in range(2):
        actions.return_event(again.event_uid, by=handler, reason="不属于")
        if queries.event(SYSTEM, again.event_number).row.n_returns < 2:
            actions.dispatch_event(again.event_uid, by=dispatcher, department="roads")
    delivered()
    assert told(supervisor)[0][0].startswith("A ruling is needed")


def test_what_was_taken_meanwhile_tells_nobody(city: City, delivered: Callable[[], int]) -> None:
    receipt = city.report()
    actions.accept_event(receipt.event_uid, by=city.viewer("handler_roads"))
    delivered()
    assert told(city.viewer("handler_roads")) == []


def test_the_handler_hears_that_the_check_failed_once_and_why(city: City, delivered: Callable[[], int]) -> None:
    handler = city.viewer("handler_roads")
    receipt = city.report()
    actions.handle_event(receipt.event_uid, by=handler, result="已回填")
    delivered()
    actions.verify_event(receipt.event_uid, by=city.viewer("verifier"), is_passed=False, text="仍有坑")
    delivered()
    assert len(told(handler)) == 1 and told(handler)[0][0].endswith("did not pass the check: 仍有坑")


def test_a_reopened_event_is_told_marked_and_has_a_new_deadline(city: City, delivered: Callable[[], int]) -> None:
    # given a settled and supervised event
    handler = city.viewer("handler_roads")
    receipt = city.report()
    actions.supervise_event(receipt.event_uid, by=city.viewer("supervisor"), reason="快办")
    settled(city, receipt)
    mark_read(by=handler)
    before = queries.event(SYSTEM, receipt.event_number).row.due_at
    # when its reporter has it taken up again two days later
    from datetime import timedelta

    with clock.frozen(clock.now() + timedelta(days=2)):
        actions.reopen_by_code(receipt.follow_code, reason="坑还在，打我电话")
        delivered()
        # then the handler is told, without the reporter's words
        texts = [text for text, _url in told(handler)]
        assert sum("was reopened" in text for text in texts) == 1 and not any("打我电话" in text for text in texts)
        # and the event has a new deadline and its mark in my work and on its page
        row = queries.event(SYSTEM, receipt.event_number).row
        assert before is not None and row.due_at is not None and row.due_at > clock.now() > before
        assert (row.n_reopened, row.is_supervised) == (1, False)
        client = signed_in(city, "handler_roads")
        for url in ("/work/?tab=department", f"/events/{receipt.event_number}/", "/events/"):
            shown = text_of(client.get(url))
            assert "Reopened" in shown, url
        page = text_of(client.get(f"/events/{receipt.event_number}/"))
        assert "坑还在，打我电话" in page and "The reporter had it taken up again" in page
        assert "overdue" not in page


def test_reporters_with_an_account_hear_of_the_end(city: City, delivered: Callable[[], int]) -> None:
    from yiwang.base.people.actions import create_account

    citizen = create_account("citizen", display_name="王芳", kind="citizen", by=SYSTEM)
    receipt = city.report()
    Report.objects.filter(event__uid=receipt.event_uid).update(reporter_id=citizen.id)
    settled(city, receipt)
    delivered()
    from yiwang.base.organisation.queries import viewer_of
    from yiwang.base.people.queries import account_for_sign_in

    lines = told(viewer_of(account_for_sign_in(citizen.uid)))
    assert [url for _text, url in lines] == ["/my/reports/"] and receipt.report_number in lines[0][0]


def test_who_had_accepted_hears_that_it_was_merged(city: City) -> None:
    handler = city.viewer("handler_roads")
    first, second = city.report(HOLE.format(1)), city.report(HOLE.format(2), lon=118.98)
    actions.accept_event(second.event_uid, by=handler)
    actions.merge_events(second.event_uid, into=first.event_uid, by=city.viewer("dispatcher"), reason="同一处")
    assert told(handler)[0][0].endswith(f"is merged into {first.event_number}")
