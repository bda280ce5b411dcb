"""Time limits: frozen at their beginning, stopped with the case, extended in time, warned of, missed once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tests.engines.flow.conftest import COURSE, FRIDAY, City, flow_spec
from yiwang.base.access import SYSTEM
from yiwang.base.messages.models import Message
from yiwang.engines.flow import actions, queries
from yiwang.engines.flow.due import tell_due_clocks
from yiwang.engines.flow.models import Clock, FrozenCalendars, Instance
from yiwang.kernel import clock
from yiwang.kernel.calendar import Calendar, named
from yiwang.kernel.errors import Conflict, Invalid, NotAllowed


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in Shanghai, as UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def told(topic: str) -> list[dict[str, object]]:
    return [m.payload for m in Message.objects.filter(topic=topic).order_by("id")]


def test_a_limit_counts_working_minutes_from_when_the_step_began(city: City):
    handle = city.dispatched(variables={"urgency": 4}).open_items[0]  # 240 minutes from Friday 10:00
    assert handle.due_at == at(20, 15, 30)
    assert city.dispatched(variables={}).open_items[0].due_at is None  # no urgency: no limit
    weekend = city.dispatched(variables={"urgency": 8}).open_items[0]
    assert weekend.due_at == at(23, 11)


def test_the_case_has_a_limit_of_its_own(city: City):
    assert city.start().due_at == at(23, 14, 30)  # 600 office minutes from Friday 10:00: 360 on Friday, 240 on Monday


def test_a_hold_shifts_the_end_by_the_working_time_it_lasted(city: City):
    moved = city.dispatched(variables={"urgency": 4})
    clock.shift(3600)  # 11:00, an hour used
    actions.hold_instance(moved.instance_uid, reason="waits", by=city.sun)
    clock.shift(3 * 86400)  # Monday 11:00
    resumed = actions.resume_instance(moved.instance_uid, by=city.sun)
    assert resumed.open_items[0].due_at == at(23, 15, 30)  # three hours left from Monday 11:00, over the noon break
    assert resumed.due_at == at(24, 14, 30)


def test_an_extension_must_come_before_the_end(city: City):
    handle = city.dispatched(variables={"urgency": 1}).open_items[0]
    assert handle.due_at == at(20, 11)
    with pytest.raises(NotAllowed):
        actions.extend_clock(handle.uid, minutes=60, reason="more", by=city.wang)
    with pytest.raises(Invalid):
        actions.extend_clock(handle.uid, minutes=0, reason="none", by=city.sun)
    assert actions.extend_clock(handle.uid, minutes=60, reason="more", by=city.sun).open_items[0].due_at == at(20, 12)
    clock.shift(2 * 3600)
    actions.extend_clock(handle.uid, minutes=30, reason="on the stroke", by=city.sun)
    clock.shift(2 * 3600 + 1)
    with pytest.raises(Conflict, match="before it expires"):
        actions.extend_clock(handle.uid, minutes=60, reason="too late", by=city.sun)
    assert queries.differences_to_log(handle.instance_uid) == []


def test_work_done_at_the_very_end_is_in_time_and_a_second_later_is_not(city: City):
    first, second = (city.dispatched(variables={"urgency": 1}).open_items[0] for _ in range(2))
    clock.shift(3600)
    actions.complete_item(first.uid, outcome="done", by=city.wang)
    clock.shift(1)
    actions.complete_item(second.uid, outcome="done", by=city.wang)
    states = dict(Clock.objects.exclude(item=None).values_list("item__uid", "state"))
    assert states == {first.uid: "met", second.uid: "missed"}
    assert [(m["item_uid"], m["node"]) for m in told("flow.clock_missed")] == [(str(second.uid), "handle")]
    assert tell_due_clocks() == 0  # told already


def test_each_warning_and_the_miss_are_told_once(city: City):
    handle = city.dispatched(variables={"urgency": 1}).open_items[0]
    assert tell_due_clocks() == 0
    clock.shift(30 * 60)
    assert tell_due_clocks() == 0  # half the limit is just reached, not passed
    clock.shift(1)
    assert tell_due_clocks() == 1
    assert tell_due_clocks() == 0
    clock.shift(29 * 60)  # 59 minutes: the second warning too
    assert tell_due_clocks() == 1
    assert [m["node"] for m in told("flow.clock_warned")] == ["handle", "handle"]
    assert told("flow.clock_warned")[0]["assignee"] is None  # nobody has taken it: escalation needs to know
    clock.shift(60)
    assert tell_due_clocks() == 1
    assert tell_due_clocks() == 0
    assert len(told("flow.clock_missed")) == 1
    assert Clock.objects.get(item__uid=handle.uid).state == "missed"
    assert queries.differences_to_log(handle.instance_uid) == []


def test_warnings_missed_while_everything_was_down_are_told_as_one_miss(city: City):
    city.dispatched(variables={"urgency": 1})
    clock.shift(10 * 86400)
    assert tell_due_clocks() == 2  # the step's and the case's
    assert (len(told("flow.clock_warned")), len(told("flow.clock_missed"))) == (0, 2)


def test_nothing_is_told_while_a_case_is_held(city: City):
    moved = city.dispatched(variables={"urgency": 1})
    actions.hold_instance(moved.instance_uid, reason="waits", by=city.sun)
    clock.shift(86400)
    assert tell_due_clocks() == 0


def test_a_case_keeps_its_calendar_though_the_office_changes_its_hours(city: City):
    moved = city.dispatched(variables={"urgency": 4})
    short = Calendar("office", "Asia/Shanghai", (((540, 600),),) * 5 + ((),) * 2)
    actions.publish_definition("course", flow_spec(COURSE.replace("calendar: office", "calendar: case"))[0], by=SYSTEM)
    new = city.dispatched(variables={"urgency": 4}, calendar=short)
    assert new.open_items[0].due_at == at(26, 10)  # nine to ten on four days
    clock.shift(60)
    kept = actions.extend_clock(moved.open_items[0].uid, minutes=60, reason="more", by=city.sun)
    assert kept.open_items[0].due_at == at(20, 16, 30)


def test_only_provisional_limits_are_reckoned_anew(city: City):
    moved = city.dispatched(variables={"urgency": 4 * 60})  # thirty working days: into the year not published yet
    item = moved.open_items[0]
    assert item.is_provisional
    free_january = Calendar(
        "office", "Asia/Shanghai", named("office").hours, "listed", complete_years=frozenset({2026, 2027, 2028})
    )
    renewed = actions.renew_calendar(
        moved.instance_uid, calendar=free_january, calendars={"office": free_january}, by=city.sun
    )
    assert not renewed.open_items[0].is_provisional
    assert renewed.due_at == moved.due_at  # the case's own limit was not provisional: it stays frozen


def test_cases_with_equal_calendars_keep_them_once(city: City):
    for _ in range(3):
        assert city.start().opened[0].created_at == FRIDAY
    city.start(calendar=named("always"))
    assert FrozenCalendars.objects.count() == 2
    body = Instance.objects.order_by("id").first().calendars.body
    assert set(json.loads(body)) == {"case", "office"}
    assert len(body) < 2500  # the office calendar once, with the holidays of one year


def test_due_clocks_are_found_by_their_index(city: City):
    city.dispatched(variables={"urgency": 1})
    rows = Clock.objects.filter(next_at__lt=clock.now()).order_by("next_at")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "flow_clock_next" in rows.explain()
