"""A reader's own marks: what is unread, and the lists they keep."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from yiwang.base.access import ANONYMOUS
from yiwang.domains.events import actions, queries
from yiwang.domains.events.actions.seeing import MOST_VIEWS
from yiwang.kernel import clock
from yiwang.kernel.errors import Invalid, NotFound


def mark(city: Any, viewer: Any, uid: Any) -> str | None:
    rows = queries.rows_by_uid(viewer, [uid])
    return queries.unread(viewer, rows.values()).get(rows[uid].id)


def test_an_event_is_new_until_seen_and_unread_again_once_somebody_does_something(city: Any) -> None:
    supervisor, handler = city.viewer("supervisor"), city.viewer("handler_roads")
    receipt = city.report()
    row = queries.rows_by_uid(supervisor, [receipt.event_uid])[receipt.event_uid]
    assert mark(city, supervisor, receipt.event_uid) == "new"
    # when they look
    assert actions.see_event(row.id, by=supervisor) == 1
    assert mark(city, supervisor, receipt.event_uid) is None
    # then looking again writes nothing, and somebody else's mark is their own
    assert actions.see_event(row.id, by=supervisor) == 0
    assert mark(city, handler, receipt.event_uid) == "new"
    # until somebody does something
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        actions.accept_event(receipt.event_uid, by=handler)
    assert mark(city, supervisor, receipt.event_uid) == "changed"


def test_nobody_without_an_account_has_marks(city: Any) -> None:
    receipt = city.report()
    row = queries.row(city.viewer("supervisor"), queries.event(city.viewer("supervisor"), receipt.event_number).row.id)
    assert actions.see_event(row.id, by=ANONYMOUS) == 0
    assert queries.unread(ANONYMOUS, [row]) == {}


def titles(viewer: Any) -> list[str]:
    return [view.title for view in queries.saved_views(viewer, "work")]


def test_lists_are_kept_ordered_replaced_and_forgotten(city: Any) -> None:
    viewer = city.viewer("handler_roads")
    first = actions.keep_view("work", "  城东  超时 ", "tab=mine&clock=overdue", by=viewer)
    second = actions.keep_view("work", "急件", "urgency=urgent", by=viewer)
    assert titles(viewer) == ["城东 超时", "急件"]
    actions.move_view(second, by=viewer, is_up=True)
    actions.move_view(second, by=viewer, is_up=True)
    assert titles(viewer) == ["急件", "城东 超时"]
    # the same name again replaces what it holds and stays in its place
    assert actions.keep_view("work", "急件", "urgency=critical", by=viewer) == second
    assert queries.saved_views(viewer, "work")[0].query == "urgency=critical"
    actions.delete_view(first, by=viewer)
    assert titles(viewer) == ["急件"] and queries.saved_views(viewer, "events") == []


def test_lists_are_nobody_elses_and_not_without_end(city: Any) -> None:
    viewer, other = city.viewer("handler_roads"), city.viewer("supervisor")
    pk = actions.keep_view("work", "我的", "", by=viewer)
    assert queries.saved_views(other, "work") == []
    for wrong in (lambda: actions.delete_view(pk, by=other), lambda: actions.move_view(pk, by=other, is_up=True)):
        with pytest.raises(NotFound):
            wrong()
    for wrong in (
        lambda: actions.keep_view("work", " ", "", by=viewer),
        lambda: actions.keep_view("work", "长" * 41, "", by=viewer),
        lambda: actions.keep_view("work", "问", "q=" + "x" * 1_000, by=viewer),
    ):
        with pytest.raises(Invalid):
            wrong()
    with pytest.raises(NotFound):
        actions.keep_view("elsewhere", "x", "", by=viewer)
    for n in range(MOST_VIEWS - 1):
        actions.keep_view("work", f"第{n}个", "", by=viewer)
    with pytest.raises(Invalid):
        actions.keep_view("work", "再来一个", "", by=viewer)


def test_lists_of_an_erased_person_go_and_so_do_lists_that_look_for_them(city: Any) -> None:
    from yiwang.domains.events.erasers import Traces, forget_lists

    gone, other = city.viewer("handler_roads"), city.viewer("supervisor")
    actions.keep_view("events", "我的", "state=open", by=gone)
    actions.keep_view("events", "那个人", "q=%E6%AC%A7%E9%98%B3%E6%93%A6%E5%87%80&state=open", by=other)
    actions.keep_view("events", "路灯", "q=%E8%B7%AF%E7%81%AF", by=other)
    actions.see_event(queries.event(gone, city.report().event_number).row.id, by=gone)
    traces = Traces(names=frozenset({"欧阳擦净"}), words=frozenset(), indexes=frozenset())
    assert forget_lists([gone.account_id], traces) == 3
    assert queries.saved_views(gone, "events") == []
    assert [view.title for view in queries.saved_views(other, "events")] == ["路灯"]
