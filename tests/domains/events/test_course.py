"""An event's course from the report to the close, and who may do which step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from yiwang.base.access import ANONYMOUS, SYSTEM
from yiwang.base.audit import queries as audit
from yiwang.domains.events import actions, queries
from yiwang.domains.events.titling import event_title
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


def kinds(number: str) -> list[str]:
    return [line.kind for line in queries.story(SYSTEM, number)]


def test_a_report_is_located_classified_and_dispatched_with_reasons(city: Any) -> None:
    # when somebody reports a collapsed road with a point in a grid
    receipt = city.report()
    # then it lies in the grid's community, has the category its words tell, and the list's department has it
    event = queries.event(SYSTEM, receipt.event_number)
    assert event.grid_code.startswith("yx010101G")
    assert event.row.area["zh-Hans"] == "朝阳社区"
    assert event.category_code == "02010101"
    assert event.department_code == "roads"
    assert event.row.status == "dispatched"
    # and its story says why
    line = next(x for x in queries.story(SYSTEM, receipt.event_number) if x.kind == "dispatched")
    assert line.data["reasons"][-1]["params"]["row"] > 0
    assert line.data["version"].startswith("city_events")


def test_an_event_goes_all_the_way_to_the_evaluation(city: Any) -> None:
    # given a dispatched event
    receipt = city.report()
    handler, verifier, dispatcher = (city.viewer(p) for p in ("handler_roads", "verifier", "dispatcher"))
    # when everybody does their step
    assert actions.accept_event(receipt.event_uid, by=handler).status == "handling"
    assert actions.handle_event(receipt.event_uid, by=handler, result="已回填").status == "verifying"
    assert actions.verify_event(receipt.event_uid, by=verifier, is_passed=True).status == "closing"
    assert actions.close_event(receipt.event_uid, by=dispatcher).status == "closed"
    actions.evaluate_event(receipt.follow_code, score=5, text="谢谢")
    # then it is closed in time, evaluated, and its story can be read in order
    event = queries.event(SYSTEM, receipt.event_number)
    assert (event.row.status, event.row.is_late, event.row.satisfaction) == ("closed", False, 5)
    told = kinds(receipt.event_number)
    assert told == [
        *("reported", "located", "classified", "dispatched", "accepted", "handled", "verified", "closed", "evaluated")
    ]
    # and every step has its audit entry
    found = audit.entries(SYSTEM, subject=f"event:{receipt.event_uid}", limit=20)
    assert {e.action for e in found} >= {"events.report_matter", "events.accept_event", "events.close_event"}


def test_nobody_verifies_their_own_work(city: Any) -> None:
    # given somebody who handles and, by a second post, verifies
    from yiwang.base.organisation.actions import appoint
    from yiwang.base.organisation.queries import viewer_of
    from yiwang.base.people.queries import account_for_sign_in

    receipt = city.report()
    both = city.viewer("handler_roads")
    appoint(both.uid, "yunxi.verifier", by=SYSTEM)
    both = viewer_of(account_for_sign_in(both.uid))
    actions.handle_event(receipt.event_uid, by=both, result="已回填")
    # when they verify what they handled, then it is refused and nothing moves
    with pytest.raises(NotAllowed):
        actions.verify_event(receipt.event_uid, by=both, is_passed=True)
    assert queries.event(SYSTEM, receipt.event_number).row.status == "verifying"


@pytest.mark.parametrize("post", ["handler_sanitation", "verifier", "operator", "handler_yx0101"])
def test_only_the_department_in_charge_handles(city: Any, post: str) -> None:
    receipt = city.report()
    with pytest.raises((NotAllowed, NotFound)):
        actions.handle_event(receipt.event_uid, by=city.viewer(post), result="x")


def test_a_failed_verification_sends_it_back_to_the_same_department(city: Any) -> None:
    receipt = city.report()
    actions.handle_event(receipt.event_uid, by=city.viewer("handler_roads"), result="已回填")
    with pytest.raises(Invalid):  # a reason is needed
        actions.verify_event(receipt.event_uid, by=city.viewer("verifier"), is_passed=False)
    actions.verify_event(receipt.event_uid, by=city.viewer("verifier"), is_passed=False, text="仍有坑")
    event = queries.event(SYSTEM, receipt.event_number)
    assert (event.row.status, event.department_code) == ("dispatched", "roads")


def test_after_two_returns_a_supervisor_decides_and_it_does_not_bounce_for_ever(city: Any) -> None:
    # given an event its department returned twice
    receipt = city.report()
    roads, dispatcher = city.viewer("handler_roads"), city.viewer("dispatcher")
    actions.return_event(receipt.event_uid, by=roads, reason="不属于我处")
    assert queries.event(SYSTEM, receipt.event_number).row.status == "received"
    actions.dispatch_event(receipt.event_uid, by=dispatcher, department="roads", reason="属于")
    actions.return_event(receipt.event_uid, by=roads, reason="还是不属于")
    # when a dispatcher tries again, then only a supervisor may
    with pytest.raises(NotAllowed):
        actions.dispatch_event(receipt.event_uid, by=dispatcher, department="roads")
    actions.dispatch_event(receipt.event_uid, by=city.viewer("supervisor"), department="transport", reason="裁定")
    event = queries.event(SYSTEM, receipt.event_number)
    assert (event.department_code, event.row.n_returns) == ("transport", 2)
    # and a ruling cannot be returned
    with pytest.raises(Conflict):
        actions.return_event(receipt.event_uid, by=city.viewer("handler_transport"), reason="不同意")


def test_what_nobody_is_named_for_waits_for_a_dispatcher(city: Any) -> None:
    receipt = city.report("一些说不清楚的事情")
    event = queries.event(SYSTEM, receipt.event_number)
    assert (event.row.status, event.department_code, event.category_code) == ("received", "", "")
    with pytest.raises(Invalid):  # the list still names nobody
        actions.dispatch_event(receipt.event_uid, by=city.viewer("dispatcher"))
    actions.dispatch_event(receipt.event_uid, by=city.viewer("dispatcher"), category="010101")
    event = queries.event(SYSTEM, receipt.event_number)
    assert (event.row.status, event.department_code) == ("dispatched", "sanitation")


def test_the_area_and_the_hour_decide_by_the_list(city: Any) -> None:
    # given street vending, which belongs to the street office, and noise, which is the police's at night
    vending = city.report("湖滨路流动摊占道经营", category="010201")
    assert queries.event(SYSTEM, vending.event_number).department_code == "street_yx0101"
    night = clock.now().replace(hour=15, minute=30)  # 23:30 in Shanghai
    with clock.frozen(night):
        noise = city.report("楼上音响太吵", category="0402")
    assert queries.event(SYSTEM, noise.event_number).department_code == "police"
    with clock.frozen(night.replace(hour=4)):  # noon
        noise = city.report("楼上音响太吵", category="0402")
    event = queries.event(SYSTEM, noise.event_number)
    assert event.department_code == "urban"
    dispatched = next(x for x in queries.story(SYSTEM, noise.event_number) if x.kind == "dispatched")
    assert [c["held"] for c in dispatched.data["considered"]] == [False, True]


def test_a_transfer_keeps_the_deadline(city: Any) -> None:
    receipt = city.report()
    before = queries.event(SYSTEM, receipt.event_number).row.due_at
    actions.transfer_event(
        receipt.event_uid, by=city.viewer("handler_roads"), department="transport", reason="属道路养护"
    )
    event = queries.event(SYSTEM, receipt.event_number)
    assert (event.department_code, event.row.due_at) == ("transport", before)


def test_late_is_handled_after_the_deadline(city: Any) -> None:
    # given a critical event with four hours
    receipt = city.report()
    due_at = queries.event(SYSTEM, receipt.event_number).row.due_at
    assert due_at is not None
    # when it is handled an hour late and closed in the end
    with clock.frozen(due_at + timedelta(hours=1)):
        actions.handle_event(receipt.event_uid, by=city.viewer("handler_roads"), result="已回填")
        actions.verify_event(receipt.event_uid, by=city.viewer("verifier"), is_passed=True)
        actions.close_event(receipt.event_uid, by=city.viewer("dispatcher"))
    assert queries.event(SYSTEM, receipt.event_number).row.is_late is True


def test_a_reporter_may_reopen_what_is_not_solved(city: Any) -> None:
    receipt = city.report()
    actions.handle_event(receipt.event_uid, by=city.viewer("handler_roads"), result="已回填")
    with pytest.raises(Conflict):
        actions.reopen_by_code(receipt.follow_code, reason="没有")
    actions.verify_event(receipt.event_uid, by=city.viewer("verifier"), is_passed=True)
    actions.close_event(receipt.event_uid, by=city.viewer("dispatcher"))
    actions.reopen_by_code(receipt.follow_code.lower().replace("-", " "), reason="坑还在")
    event = queries.event(SYSTEM, receipt.event_number)
    assert (event.row.status, event.n_reopened, event.department_code) == ("dispatched", 1, "roads")
    assert event.row.closed_at is None


def test_the_same_submission_twice_is_one_report(city: Any) -> None:
    from uuid import uuid4

    submission = uuid4()
    first, second = (city.report(submission=submission) for _ in range(2))
    assert (first.event_number, first.follow_code) == (second.event_number, second.follow_code)
    assert second.is_repeat and not first.is_repeat


def test_all_wrong_entries_are_named_at_once_and_nothing_is_written(city: Any) -> None:
    before = queries.count_events(SYSTEM, queries.EventFilter())
    matter = actions.Matter(text=" ", lon=118.9, reporter_phone="12", occurred_at=clock.now() + timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        actions.report_matter(matter, jurisdiction=city.place, by=SYSTEM)
    assert set(refused.value.fields) == {"text", "lon", "reporter_phone", "occurred_at"}
    assert queries.count_events(SYSTEM, queries.EventFilter()) == before


@pytest.mark.parametrize(
    ("point", "quality"),
    [
        ({"lon": 118.952, "lat": 29.63}, "exact"),
        ({"lon": 29.63, "lat": 118.952}, "exact"),  # swapped: only the swap lies inside
        ({"lon": 0.0, "lat": 0.0}, "placeholder"),
        ({"lon": 121.47, "lat": 31.23}, "outside"),
        ({"lon": None, "lat": None}, "none"),
    ],
)
def test_points_are_judged(city: Any, point: dict[str, float | None], quality: str) -> None:
    receipt = city.report(**point)
    assert queries.event(SYSTEM, receipt.event_number).place_quality == quality


def test_who_reported_is_masked_and_a_wrong_code_tells_nothing(city: Any) -> None:
    receipt = city.report(reporter_name="王小明", reporter_phone="13800138000")
    report = queries.event(SYSTEM, receipt.event_number).reports[0]
    assert "小明" not in report.reporter_name and "0013" not in report.reporter_phone
    assert queries.citizen_course(receipt.follow_code).seen.status == "dispatched"
    with pytest.raises(NotFound):
        queries.citizen_course("AAAA-BBBB-CCCC")
    with pytest.raises(NotFound):
        queries.event(ANONYMOUS, receipt.event_number)


def test_urging_and_supervising_belong_to_supervisors(city: Any) -> None:
    receipt = city.report()
    with pytest.raises(NotAllowed):
        actions.supervise_event(receipt.event_uid, by=city.viewer("dispatcher"), reason="快")
    with pytest.raises(Invalid) as refused:
        actions.supervise_event(receipt.event_uid, by=city.viewer("supervisor"), reason="  ")
    assert set(refused.value.fields) == {"reason"}
    assert not queries.event(SYSTEM, receipt.event_number).row.is_supervised
    actions.urge_event(receipt.event_uid, by=city.viewer("supervisor"), reason="请尽快")
    actions.supervise_event(receipt.event_uid, by=city.viewer("supervisor"), reason="领导关注")
    actions.extend_deadline(receipt.event_uid, by=city.viewer("supervisor"), minutes=60, reason="材料未到")
    event = queries.event(SYSTEM, receipt.event_number)
    assert (event.n_urged, event.row.is_supervised) == (1, True)


def test_an_address_names_the_area_where_there_is_no_point(city: Any) -> None:
    # the smallest area whose full name stands in it; nothing when two equally small ones do
    def found(address: str) -> tuple[str, str]:
        view = queries.event(SYSTEM, city.report(lon=None, lat=None, address_text=address).event_number)
        return view.row.area["zh-Hans"], view.place_quality

    assert found("云溪市临湖区湖滨街道58号") == ("湖滨街道", "address")
    assert found("湖滨街道朝阳社区门口") == ("朝阳社区", "address")
    assert found("朝阳社区到和平社区之间") == ("云溪市", "none")
    assert found("某处") == ("云溪市", "none")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("喂，你好。我说一下哈。解放路114号路灯不亮，晚上很黑", "解放路114号路灯不亮，晚上很黑"),
        ("哎，那个，小区门口的井盖翘起来了！危险", "小区门口的井盖翘起来了"),
        ("你好，反映一个情况，健身房关门了不退卡", "健身房关门了不退卡"),
        ("跟你们说个事：商圈里建议多放座椅", "商圈里建议多放座椅"),
        ("来电人反映，叠翠西路这段路破了两个月", "叠翠西路这段路破了两个月"),
        ("【投诉】你好，小区楼下油烟很大", "小区楼下油烟很大"),
        ("日常巡查，九弄路口流动摊点占用人行道", "九弄路口流动摊点占用人行道"),
        ("湖滨路58号：路灯不亮已经三天", "湖滨路58号：路灯不亮已经三天"),
        ("路面有坑", "路面有坑"),
        ("油烟", "油烟"),
        ("  。！", ""),
    ],
)
def test_a_title_passes_over_greetings(text: str, title: str) -> None:
    assert event_title(text, None) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "解放路与人民路交叉口东南角的路灯已经连续三个晚上不亮了，附近老人摔倒过一次，希望尽快修好",
            "解放路与人民路交叉口东南角的路灯已经连续三个晚上不亮了，附近老人摔倒过一次…",
        ),
        ("小区，" + "后面的施工工地每天夜里十一点以后还在打桩浇筑混凝土噪声非常大根本没有办法睡觉请管一管", None),
        ("There is a large hole in the road in front of number 58, Lakeside Road", None),
        ("路" * 41, "路" * 39 + "…"),
        ("路" * 40, "路" * 40),
    ],
)
def test_a_title_is_cut_where_a_clause_ends(text: str, title: str | None) -> None:
    cut = event_title(text)
    assert len(cut) <= 40 and (len(text) <= 40 or cut.endswith("…"))
    assert title is None or cut == title
    assert not cut.startswith("小区…")
    if text.isascii():
        assert text.split(cut[:-1])[1].startswith((" ", ","))  # whole words


@pytest.mark.parametrize("code", ["101001", "101002"])
def test_praise_and_suggestions_are_answered_without_a_deadline(city: Any, code: str) -> None:
    # given praise, which its department has to read but not to settle in time
    receipt = city.report("感谢湖滨街道的师傅，服务真好", category=code)
    view = queries.event(SYSTEM, receipt.event_number)
    assert view.row.status in ("dispatched", "received") and view.row.due_at is None
    if view.row.status == "received":
        actions.dispatch_event(receipt.event_uid, by=city.viewer("dispatcher"), department="street_yx0101")
    # then it is overdue at no time, but unread praise is told of
    with clock.frozen(clock.now() + timedelta(days=60)):
        assert queries.state_counts(SYSTEM, queries.EventFilter())["overdue"] == 0
        assert actions.tell_untaken() == 1
    # and it goes its way to the close, neither in time nor late
    actions.handle_event(receipt.event_uid, by=SYSTEM, result="已转达并致谢")
    actions.verify_event(receipt.event_uid, by=city.viewer("verifier"), is_passed=True)
    actions.close_event(receipt.event_uid, by=city.viewer("dispatcher"))
    assert queries.event(SYSTEM, receipt.event_number).row.is_late is None
