"""A call with several matters, a caller added to a known event, and who has called before."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from tests.domains.events.conftest import IN_GRID, City
from yiwang.base.access import SYSTEM
from yiwang.base.audit.models import Entry
from yiwang.domains.events import actions, queries
from yiwang.domains.events.actions import Matter
from yiwang.domains.events.models import Event, Report
from yiwang.kernel.errors import Invalid, NotAllowed

LAMP = Matter(text="湖滨路58号路灯不亮，天天摸黑走", source="phone", **IN_GRID)
HOLE = Matter(text="湖滨路58号路面塌了一个大坑，很危险", source="phone", **IN_GRID)
PHONE = "13800138000"


def test_two_matters_of_one_call_become_two_reports_with_the_same_call(city: City) -> None:
    call = uuid4()
    receipts = actions.report_call([LAMP, HOLE], jurisdiction=city.place, by=city.viewer("operator"), call=call)
    assert len({one.event_number for one in receipts}) == len({one.follow_code for one in receipts}) == 2
    assert set(Report.objects.values_list("call", flat=True)) == {call}
    entry = Entry.objects.get(action="events.report_call")
    assert [step["action"] for step in json.loads(entry.payload)["steps"]].count("events.report_matter") == 2


def test_the_same_call_sent_again_gives_the_same_receipts_and_adds_nothing(city: City) -> None:
    call = uuid4()
    first = actions.report_call([LAMP, HOLE], jurisdiction=city.place, by=SYSTEM, call=call)
    again = actions.report_call([LAMP, HOLE], jurisdiction=city.place, by=SYSTEM, call=call)
    assert [one.follow_code for one in again] == [one.follow_code for one in first]
    assert all(one.is_repeat for one in again)
    assert Event.objects.count() == 2


def test_one_faulty_matter_stops_the_whole_call_and_is_named(city: City) -> None:
    with pytest.raises(Invalid) as refused:
        actions.report_call([LAMP, Matter(text=" ", category="none")], jurisdiction=city.place, by=SYSTEM, call=uuid4())
    assert set(refused.value.fields) == {"2.text"}
    assert not Event.objects.exists()


def test_a_single_matter_carries_no_call(city: City) -> None:
    actions.report_call([LAMP], jurisdiction=city.place, by=SYSTEM, call=uuid4())
    assert Report.objects.get().call is None


def test_a_caller_is_added_to_a_known_matter_in_one_step_and_it_can_be_undone(city: City) -> None:
    known = city.report(HOLE.text)
    said = Matter(text="我也要说一下那个大坑", joins=known.event_number, reporter_phone=PHONE)
    receipt = actions.report_matter(said, jurisdiction=city.place, by=city.viewer("operator"))
    assert receipt.joined == known.event_number
    event = queries.event(SYSTEM, known.event_number)
    assert event.row.n_reports == 2 and len(event.reports) == 2
    own = queries.event(SYSTEM, receipt.event_number)
    assert (own.row.status, own.merged_into, own.category_code) == ("merged", known.event_number, event.category_code)
    # the caller follows the event by their own code
    assert queries.citizen_course(receipt.follow_code).seen.is_merged
    # and when it was another matter after all, it starts its own course
    actions.unmerge_event(receipt.event_uid, by=city.viewer("dispatcher"), reason="是另一个坑")
    assert queries.event(SYSTEM, receipt.event_number).row.status in ("received", "dispatched")
    assert queries.event(SYSTEM, known.event_number).row.n_reports == 1


def test_nobody_joins_what_is_closed_or_without_the_right(city: City) -> None:
    known = city.report(HOLE.text)
    said = Matter(text="同一个坑", joins=known.event_number)
    with pytest.raises(NotAllowed):
        actions.report_matter(said, jurisdiction=city.place, by=city.viewer("handler_roads"))
    for number in ("YW-nothing", known.event_number):
        Event.objects.update(status="closed")
        with pytest.raises(Invalid) as refused:
            actions.report_matter(Matter(text="坑", joins=number), jurisdiction=city.place, by=SYSTEM)
        assert set(refused.value.fields) == {"joins"}


def test_earlier_cases_of_a_caller_are_found_by_telephone_masked_and_the_look_up_is_kept(city: City) -> None:
    operator = city.viewer("operator")
    known = city.report(HOLE.text, reporter_name="王芳", reporter_phone=PHONE)
    city.report("别人的路灯不亮", reporter_phone="13900139000")
    caller = actions.look_up_caller("138 0013 8000", jurisdiction=city.place, by=operator)
    assert caller is not None and caller.n_reports == 1
    assert [(one.number, one.reporter_name) for one in caller.cases] == [(known.event_number, "王*")]
    entry = Entry.objects.get(action="events.look_up_caller")
    assert PHONE not in entry.payload and str(Report.objects.get(event__uid=known.event_uid).uid) in entry.payload


@pytest.mark.parametrize("number", ["", "1380013", "hello"])
def test_an_incomplete_number_is_not_looked_up(city: City, number: str) -> None:
    assert actions.look_up_caller(number, jurisdiction=city.place, by=city.viewer("operator")) is None
    assert not Entry.objects.filter(action="events.look_up_caller").exists()


@pytest.mark.parametrize("post", ["dispatcher", "verifier", "handler_roads"])
def test_who_may_not_see_who_reported_may_not_look_anybody_up(city: City, post: str) -> None:
    with pytest.raises(NotAllowed):
        actions.look_up_caller(PHONE, jurisdiction=city.place, by=city.viewer(post))


def test_a_facility_is_kept_on_report_and_event(city: City) -> None:
    receipt = city.report(LAMP.text, element_code="LAMP-7")
    assert Event.objects.get(uid=receipt.event_uid).element_code == "LAMP-7"
    assert Report.objects.get(event__uid=receipt.event_uid).element_code == "LAMP-7"
