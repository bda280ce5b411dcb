"""The supervisor's concerns, each with the event that raises it and the one beside it that does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from yiwang.base.access import SYSTEM
from yiwang.base.notices.queries import notices, unread_count
from yiwang.domains.events import actions, queries
from yiwang.domains.events.queries.watching import Watch, concerns, department_loads, watched
from yiwang.kernel import clock
from yiwang.kernel.errors import Invalid

HOLE = "湖滨路{}号路面塌了一个大坑，很危险"


def numbers(city: Any, concern: str, post: str = "supervisor", **watch: Any) -> list[str]:
    page = watched(city.viewer(post), Watch(jurisdiction=city.place.id, **watch), concern)
    return [line.row.number for line in page.lines]


def test_overdue_and_nearly_due_come_longest_first(city: Any) -> None:
    start = clock.now()
    first = city.report(HOLE.format(1)).event_number
    with clock.frozen(start + timedelta(hours=2)):
        second = city.report(HOLE.format(2)).event_number
    with clock.frozen(start + timedelta(hours=5)):  # four hours are given
        assert numbers(city, "overdue") == [first]
        assert numbers(city, "due_soon") == [second]
    with clock.frozen(start + timedelta(hours=7)):
        assert numbers(city, "overdue") == [first, second]
        found = concerns(city.viewer("supervisor"), Watch())
        assert (found["overdue"], found["due_soon"]) == (2, 0)


def test_handled_in_time_is_not_overdue_while_it_waits_for_the_check(city: Any) -> None:
    start = clock.now()
    receipt = city.report()
    actions.handle_event(receipt.event_uid, by=city.viewer("handler_roads"), result="已回填")
    with clock.frozen(start + timedelta(hours=30)):
        assert numbers(city, "overdue") == []
        assert numbers(city, "silent") == [receipt.event_number]


def test_bounced_says_why_it_came_back(city: Any) -> None:
    receipt = city.report()
    for n in range(2):
        actions.return_event(receipt.event_uid, by=city.viewer("handler_roads"), reason=f"不是我们的路{n}")
        if n == 0:
            actions.dispatch_event(receipt.event_uid, by=city.viewer("dispatcher"), department="roads")
    assert numbers(city, "bounced") == [receipt.event_number]
    assert numbers(city, "bounced", returns=3) == []
    line = watched(city.viewer("supervisor"), Watch(), "bounced").lines[0]
    assert line.told is not None and line.told.text == "不是我们的路1"


def test_silent_is_what_nobody_touched_for_the_stated_time(city: Any) -> None:
    start = clock.now()
    quiet = city.report(HOLE.format(1)).event_number
    busy = city.report(HOLE.format(2))
    with clock.frozen(start + timedelta(hours=20)):
        actions.accept_event(busy.event_uid, by=city.viewer("handler_roads"))
    with clock.frozen(start + timedelta(hours=26)):
        assert numbers(city, "silent") == [quiet]
        assert numbers(city, "silent", silent_hours=3) == [quiet, busy.event_number]
        line = watched(city.viewer("supervisor"), Watch(silent_hours=3), "silent").lines[1]
        assert line.holder == "handler_roads" and line.last is not None and line.last.kind == "accepted"


def test_the_dissatisfied_are_heard(city: Any) -> None:
    receipt = city.report()
    actions.handle_event(receipt.event_uid, by=city.viewer("handler_roads"), result="已回填")
    actions.verify_event(receipt.event_uid, by=city.viewer("verifier"), is_passed=True)
    actions.close_event(receipt.event_uid, by=city.viewer("dispatcher"))
    assert numbers(city, "dissatisfied") == []
    actions.evaluate_event(receipt.follow_code, score=1, text="坑还在")
    assert numbers(city, "dissatisfied") == [receipt.event_number]
    line = watched(city.viewer("supervisor"), Watch(), "dissatisfied").lines[0]
    assert line.told is not None and line.told.text == "坑还在"


def test_supervision_rings_the_bell_of_who_has_it_with_the_title_and_the_words(city: Any) -> None:
    handler, supervisor = city.viewer("handler_roads"), city.viewer("supervisor")
    receipt = city.report()
    actions.supervise_event(receipt.event_uid, by=supervisor, reason="今天之内办结")
    assert unread_count(handler) == 1 and unread_count(supervisor) == 0
    told = notices(handler)[0].text
    assert told.params["title"].startswith("湖滨路58号") and told.params["reason"] == "今天之内办结"
    assert numbers(city, "supervised") == [receipt.event_number]
    line = watched(supervisor, Watch(), "supervised").lines[0]
    assert line.holder == "" and line.department["zh-Hans"] and line.told is not None
    # once somebody has it, only they are told
    actions.accept_event(receipt.event_uid, by=handler)
    actions.urge_event(receipt.event_uid, by=supervisor, reason="")
    assert unread_count(handler) == 2


def test_the_desk_names_the_platform_and_asks_for_a_sentence(city: Any) -> None:
    from tests.domains.events.test_pages import signed_in, text_of

    receipt = city.report()
    actions.supervise_event(receipt.event_uid, by=SYSTEM, reason="超时自动督办")
    client = signed_in(city, "supervisor")
    assert "The platform: “超时自动督办”" in text_of(client.get("/supervise/", {"concern": "supervised"}))
    other = city.report(HOLE.format(2))
    sent = {"verb": "supervise", "event": str(other.event_uid), "text": "  ", "next": "/supervise/"}
    shown = text_of(client.post("/supervise/act/", sent, follow=True))
    assert "Please say in a sentence what you expect" in shown
    answer = client.post(f"/events/{other.event_number}/supervise/", {"reason": " "})
    assert answer.status_code == 422 and "supervise_reason_error" in answer.content.decode()
    assert not queries.event(SYSTEM, other.event_number).row.is_supervised


def test_departments_are_ranked_by_what_is_late(city: Any) -> None:
    start = clock.now()
    city.report(HOLE.format(1))
    with clock.frozen(start + timedelta(hours=4)):
        city.report(HOLE.format(2))
    with clock.frozen(start + timedelta(hours=5)):
        loads = department_loads(city.viewer("supervisor"), Watch(jurisdiction=city.place.id))
    assert loads[0].code == "roads" and (loads[0].n_open, loads[0].n_overdue) == (2, 1)


def test_only_supervisors_see_it_and_only_theirs(city: Any) -> None:
    city.report()
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert concerns(city.viewer("handler_roads"), Watch())["overdue"] == 0
        assert concerns(SYSTEM, Watch())["overdue"] == 1
    with pytest.raises(Invalid):
        watched(SYSTEM, Watch(), "nonsense")


def test_the_lists_are_answered_from_the_small_indexes(city: Any, sqlite: None) -> None:
    from django.db import connection

    from yiwang.domains.events.queries import watching

    plan = watching._dissatisfied(SYSTEM, Watch()).explain()
    assert "event_rated" in plan, plan
    assert connection.vendor == "sqlite"
