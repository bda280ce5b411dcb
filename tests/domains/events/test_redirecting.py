"""What was misdirected is taken back, given to another department, or put back: until it is handled, by who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.domains.events.conftest import City
from tests.domains.events.test_pages import signed_in, text_of
from yiwang.base.access import SYSTEM
from yiwang.base.audit import queries as audit
from yiwang.base.notices.queries import notices
from yiwang.base.people.actions import create_token
from yiwang.domains.events import actions, queries
from yiwang.domains.events.queries.around import limits
from yiwang.domains.events.queries.work import WorkFilter, work
from yiwang.engines.flow import queries as flow
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


def told(viewer: Any) -> list[str]:
    return [str(one.text) for one in notices(viewer)]


def kinds(number: str) -> list[str]:
    return [line.kind for line in queries.story(SYSTEM, number)]


@pytest.mark.parametrize("is_taken", [False, True])
def test_a_dispatcher_takes_back_what_went_to_the_wrong_department(city: City, is_taken: bool) -> None:
    # given an event the roads department has, accepted by somebody or not
    handler, dispatcher = city.viewer("handler_roads"), city.viewer("dispatcher")
    receipt = city.report()
    if is_taken:
        actions.accept_event(receipt.event_uid, by=handler)
    # when the dispatcher takes it back
    standing = actions.withdraw_event(receipt.event_uid, by=dispatcher, reason="应由公安处理")
    # then it waits for dispatch without department and deadline, and the department is told why
    view = queries.event(SYSTEM, receipt.event_number)
    assert (standing.status, standing.department_path, standing.due_at) == ("received", "", None)
    assert (view.accepted_at, view.row.due_at, view.row.n_returns) == (None, None, 0)
    assert any("应由公安处理" in line for line in told(handler))
    assert notices(handler)[0].url == "/work/"
    with pytest.raises(NotFound):  # not theirs any more
        queries.event(handler, receipt.event_number)
    # and the story, the flow's log and the audit say so
    line = queries.story(SYSTEM, receipt.event_number)[-1]
    assert (line.kind, line.text, line.by_name) == ("withdrawn", "应由公安处理", "dispatcher")
    assert line.data["department"]["zh-Hans"] == "市政设施管理处" and not line.is_public
    assert view.flow_instance is not None and flow.differences_to_log(view.flow_instance) == []
    entries = audit.entries(SYSTEM, subject=f"event:{receipt.event_uid}", limit=5)
    assert "events.withdraw_event" in {entry.action for entry in entries}


def test_the_next_dispatch_begins_a_limit_of_its_own(city: City) -> None:
    # given an event of four hours, taken back after three
    start = clock.now()
    with clock.frozen(start):
        receipt = city.report()
    first = queries.event(SYSTEM, receipt.event_number).row.due_at
    with clock.frozen(start + timedelta(hours=3)):
        actions.withdraw_event(receipt.event_uid, by=city.viewer("dispatcher"), reason="错了")
    with clock.frozen(start + timedelta(hours=5)):
        actions.dispatch_event(receipt.event_uid, by=city.viewer("dispatcher"), department="transport")
        view = queries.event(SYSTEM, receipt.event_number)
        # then the new department has its whole time, to accept and to handle, and the former's limit is cancelled
        time = limits(view)
        assert first is not None and view.row.due_at == first + timedelta(hours=5)
        assert [one.state for one in time.clocks] == ["cancelled", "running"]
        assert time.given_at == clock.now() and time.accept_due_at == clock.now() + timedelta(minutes=15)
    with clock.frozen(start + timedelta(hours=6)):
        assert actions.tell_untaken() == 1


def test_a_limit_that_was_over_stays_missed(city: City) -> None:
    receipt = city.report()
    with clock.frozen(clock.now() + timedelta(hours=9)):
        actions.redispatch_event(
            receipt.event_uid, by=city.viewer("dispatcher"), department="transport", reason="应由交通"
        )
        view = queries.event(SYSTEM, receipt.event_number)
        assert [one.state for one in limits(view).clocks] == ["missed", "running"]


def test_another_category_and_department_in_one_step(city: City) -> None:
    # given an event the classifier took for a hole in the road
    roads, dispatcher = city.viewer("handler_roads"), city.viewer("dispatcher")
    receipt = city.report()
    # when the dispatcher says what it is, and the responsibility list decides
    standing = actions.redispatch_event(receipt.event_uid, by=dispatcher, category="010101", reason="其实是垃圾")
    # then the list's department has it, and the story tells both steps
    view = queries.event(SYSTEM, receipt.event_number)
    assert (standing.status, view.department_code, view.category_code) == ("dispatched", "sanitation", "010101")
    assert kinds(receipt.event_number)[-3:] == ["withdrawn", "categorised", "dispatched"]
    assert len(told(roads)) == 1
    assert work(city.viewer("handler_sanitation"), WorkFilter(whose="department")).lines[0].row is not None


def test_giving_it_where_it_is_already_is_refused_unless_somebody_sits_on_it(city: City) -> None:
    receipt = city.report()
    dispatcher = city.viewer("dispatcher")
    with pytest.raises(Invalid) as refused:
        actions.redispatch_event(receipt.event_uid, by=dispatcher, department="roads", reason="再派")
    assert set(refused.value.fields) == {"department"}
    assert kinds(receipt.event_number)[-1] == "dispatched"  # nothing half-written
    actions.accept_event(receipt.event_uid, by=city.viewer("handler_roads"))
    actions.redispatch_event(receipt.event_uid, by=dispatcher, department="roads", reason="换人")
    assert queries.event(SYSTEM, receipt.event_number).row.status == "dispatched"


@pytest.mark.parametrize("verb", [actions.withdraw_event, actions.redispatch_event, actions.release_event])
def test_a_reason_is_needed(city: City, verb: Any) -> None:
    receipt = city.report()
    with pytest.raises(Invalid) as refused:
        verb(receipt.event_uid, by=SYSTEM, reason="  ")
    assert set(refused.value.fields) == {"reason"}


@pytest.mark.parametrize("post", ["handler_roads", "handler_transport", "verifier", "handler_yx0101"])
def test_only_who_may_dispatch_takes_back(city: City, post: str) -> None:
    receipt = city.report()
    with pytest.raises(NotAllowed):
        actions.withdraw_event(receipt.event_uid, by=city.viewer(post), reason="要")


def test_what_is_handled_is_not_taken_back(city: City) -> None:
    receipt = city.report()
    actions.handle_event(receipt.event_uid, by=city.viewer("handler_roads"), result="已回填")
    for verb in (actions.withdraw_event, actions.redispatch_event):
        with pytest.raises(Conflict):
            verb(receipt.event_uid, by=city.viewer("dispatcher"), reason="晚了")


def test_a_ruling_is_not_overruled_by_a_dispatcher(city: City) -> None:
    # given an event a supervisor ruled on after two returns
    receipt = city.report()
    dispatcher, supervisor = city.viewer("dispatcher"), city.viewer("supervisor")
    for _ in range(2):
        actions.return_event(receipt.event_uid, by=city.viewer("handler_roads"), reason="不属于")
        if queries.event(SYSTEM, receipt.event_number).row.n_returns < 2:
            actions.dispatch_event(receipt.event_uid, by=dispatcher, department="roads")
    actions.dispatch_event(receipt.event_uid, by=supervisor, department="roads", reason="裁定")
    # then the dispatcher cannot give it elsewhere, and taken back it waits for a ruling again
    with pytest.raises(NotAllowed):
        actions.redispatch_event(receipt.event_uid, by=dispatcher, department="transport", reason="改")
    assert queries.event(SYSTEM, receipt.event_number).department_code == "roads"
    actions.redispatch_event(receipt.event_uid, by=supervisor, department="transport", reason="重新裁定")
    assert queries.event(SYSTEM, receipt.event_number).department_code == "transport"


def test_who_accepted_puts_it_back_and_a_supervisor_frees_what_somebody_sits_on(
    city: City, delivered: Callable[[], int]
) -> None:
    handler, supervisor = city.viewer("handler_roads"), city.viewer("supervisor")
    receipt = city.report()
    due_at = queries.event(SYSTEM, receipt.event_number).row.due_at
    with pytest.raises(Conflict):
        actions.release_event(receipt.event_uid, by=handler, reason="没接")
    actions.accept_event(receipt.event_uid, by=handler)
    assert "release" in queries.next_step(handler, queries.event(handler, receipt.event_number)).verbs
    actions.release_event(receipt.event_uid, by=handler, reason="请假")
    view = queries.event(SYSTEM, receipt.event_number)
    assert (view.row.status, view.accepted_at, view.row.due_at) == ("dispatched", None, due_at)
    actions.accept_event(receipt.event_uid, by=handler)
    actions.release_event(receipt.event_uid, by=supervisor, reason="人不在岗")
    assert "人不在岗" in told(handler)[0]
    delivered()
    assert kinds(receipt.event_number)[-3:] == ["released", "accepted", "released"]


def test_the_page_and_the_api_offer_it_to_the_dispatcher_only(city: City) -> None:
    receipt = city.report()
    client, url = signed_in(city, "dispatcher"), f"/events/{receipt.event_number}/"
    shown = text_of(client.get(url))
    assert "Take back" in shown and "Give to another department" in shown
    assert "Take back" not in text_of(signed_in(city, "handler_roads").get(url))
    # an empty reason is said at its field
    answer = client.post(url + "redispatch/", {"department": "transport"})
    assert answer.status_code == 422 and 'id="redispatch_reason' in answer.content.decode()
    assert client.post(url + "redispatch/", {"department": "transport", "reason": "应由交通"}).status_code == 302
    assert queries.event(SYSTEM, receipt.event_number).department_code == "transport"
    assert "took it back from" in text_of(client.get(url))
    assert client.post(url + "withdraw/", {"reason": "再看看"}).status_code == 302
    assert queries.event(SYSTEM, receipt.event_number).row.status == "received"


def test_a_wrongly_rejected_event_is_taken_up_again(city: City) -> None:
    receipt = city.report("一些说不清楚的事情")
    actions.reject_event(receipt.event_uid, by=city.viewer("dispatcher"), reason="不属受理范围")
    supervisor = city.viewer("supervisor")
    assert "reopen" in queries.next_step(supervisor, queries.event(supervisor, receipt.event_number)).verbs
    actions.reopen_event(receipt.event_uid, by=supervisor, reason="应当受理")
    view = queries.event(SYSTEM, receipt.event_number)
    assert (view.row.status, view.n_reopened, view.row.closed_at) == ("received", 1, None)


def test_the_api_does_the_same(city: City) -> None:
    receipt = city.report()
    url = f"/api/v1/events/{receipt.event_number}"

    def post(post_code: str, verb: str, **body: Any) -> Any:
        token = create_token(city.viewer(post_code).uid, title="test", by=SYSTEM)
        headers = {"Authorization": f"Bearer {token}"}
        return Client().post(f"{url}/{verb}", body, content_type="application/json", headers=headers)

    assert post("dispatcher", "redispatch", department="transport").status_code == 422  # why?
    assert post("dispatcher", "withdraw", text="").status_code == 422
    moved = post("dispatcher", "redispatch", department="transport", reason="应由交通").json()
    assert (moved["status"], moved["department_path"]) == ("dispatched", "yunxi/transport/")
    assert post("handler_transport", "withdraw", text="我的").status_code == 403
    assert post("handler_transport", "accept").json()["status"] == "handling"
    assert post("handler_transport", "release", text="请假").json()["status"] == "dispatched"
    assert post("dispatcher", "withdraw", text="再看看").json()["status"] == "received"
    assert post("dispatcher", "withdraw", text="再看看").status_code == 409
