"""Deadlines: people are told before and after, untaken work goes up, provisional ones are made certain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from yiwang.base.access import SYSTEM
from yiwang.base.notices.queries import unread_count
from yiwang.domains.events import actions, queries
from yiwang.engines.flow.due import tell_due_clocks
from yiwang.kernel import clock
from yiwang.kernel.errors import NotAllowed


def kinds(number: str) -> list[str]:
    return [line.kind for line in queries.story(SYSTEM, number)]


def test_what_nobody_accepts_goes_to_the_supervisor_once(city: Any) -> None:
    # given a critical event: fifteen minutes to accept
    handler, supervisor = city.viewer("handler_roads"), city.viewer("supervisor")
    start = clock.now()
    receipt = city.report()
    # when nobody takes it
    with clock.frozen(start + timedelta(minutes=14)):
        assert actions.tell_untaken() == 0
    with clock.frozen(start + timedelta(minutes=16)):
        assert actions.tell_untaken() == 1
        assert actions.tell_untaken() == 0
    # then its story says so and both are told
    assert kinds(receipt.event_number).count("not_accepted") == 1
    assert unread_count(handler) == unread_count(supervisor) == 1


def test_who_accepts_in_time_is_not_told(city: Any) -> None:
    receipt = city.report()
    actions.accept_event(receipt.event_uid, by=city.viewer("handler_roads"))
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert actions.tell_untaken() == 0


def test_the_deadline_warns_its_holder_and_its_miss_the_supervisor(city: Any, delivered: Callable[[], int]) -> None:
    handler, supervisor = city.viewer("handler_roads"), city.viewer("supervisor")
    start = clock.now()
    receipt = city.report()
    actions.accept_event(receipt.event_uid, by=handler)
    with clock.frozen(start + timedelta(minutes=125)):  # half of four hours
        tell_due_clocks()
        delivered()
    assert unread_count(handler) == 1 and unread_count(supervisor) == 0
    with clock.frozen(start + timedelta(minutes=241)):
        tell_due_clocks()
        tell_due_clocks()
        delivered()
    assert unread_count(supervisor) == 1
    assert [k for k in kinds(receipt.event_number) if k in ("warned", "overdue")][-1] == "overdue"


def test_provisional_deadlines_are_reckoned_anew_by_supervisors_only(city: Any) -> None:
    # given an event of 2027, whose holidays nobody has published yet
    supervisor = city.viewer("supervisor")
    with clock.frozen(datetime(2027, 2, 5, 1, 0, tzinfo=UTC)):
        receipt = city.report("物业费照收，保洁保安都看不见人", category="0601")
        before = queries.event(SYSTEM, receipt.event_number).row
        assert before.is_provisional_due
        with pytest.raises(NotAllowed):
            actions.renew_deadlines(city.place, by=city.viewer("handler_roads"))
        # when they are reckoned anew and nothing was published meanwhile
        assert actions.renew_deadlines(city.place, by=supervisor) == 1
        # then the deadline stays and stays provisional
        after = queries.event(SYSTEM, receipt.event_number).row
        assert (after.due_at, after.is_provisional_due) == (before.due_at, True)
