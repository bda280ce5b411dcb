"""Who is on duty in a grid, by person, post, day and shift."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from yiwang.base.access import ANONYMOUS, SYSTEM, Grant, Viewer
from yiwang.base.organisation import actions as organisation
from yiwang.base.people import actions as people
from yiwang.engines.place import actions, queries
from yiwang.engines.place.actions import Shift
from yiwang.engines.place.models import GridDuty
from yiwang.kernel import clock
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # 12:00 in Shanghai
"""A Monday."""


@pytest.fixture
def somebody(grids):
    def make(username: str):
        return people.create_account(username=username, display_name=username.title(), kind="official", by=SYSTEM)

    return make


@pytest.fixture
def grid_id(grids):
    return queries.locate(114.005, 22.505, jurisdiction=grids.id).grid_id


def names(grid_id: int, at: datetime = NOON) -> list[str]:
    with clock.frozen(at):
        return [each.name for each in queries.duty_of(SYSTEM, grid_id)]


def put(code: str = "a", **facts):
    with clock.frozen(NOON):
        return actions.put_duty("testville", "grids", code, by=SYSTEM, **{"role": "grid_worker", **facts})


def test_leaders_come_first_and_survive_a_redrawing(grids, somebody, grid_id):
    worker, leader = somebody("ann"), somebody("bob")
    put(account_uid=worker.uid)
    put(account_uid=leader.uid, role="grid_leader")
    assert names(grid_id) == ["Bob", "Ann"]
    actions.put_grids("testville", "grids", [], by=SYSTEM)
    assert names(grid_id) == ["Bob", "Ann"]


def test_a_post_names_whoever_holds_it_today(grids, somebody, grid_id):
    organisation.ensure_roles(by=SYSTEM)
    organisation.put_post(
        "patrol",
        title={"en": "Patrol", "zh-Hans": "巡查"},
        role="handler",
        jurisdiction="testville",
        department_code="roads",
        by=SYSTEM,
    )
    ann = somebody("ann")
    organisation.appoint(ann.uid, "patrol", from_on=date(2026, 3, 1), to_on=date(2026, 3, 5), by=SYSTEM)
    put(post_code="patrol")
    assert names(grid_id) == ["Ann"]
    assert names(grid_id, datetime(2026, 3, 6, 4, tzinfo=UTC)) == []


@pytest.mark.parametrize(
    ("hour_utc", "day", "shift", "on_duty"),
    [
        (0, 2, (time(8), time(20)), True),  # 08:00
        (12, 2, (time(8), time(20)), False),  # 20:00
        (12, 2, (time(20), time(8)), True),
        (23, 2, (time(20), time(8)), True),  # 07:00 on the 3rd, the night of the 2nd
        (23, 1, (time(20), time(8)), False),  # 07:00 on the 2nd, the night before the first
        (23, 3, (time(20), time(8)), True),  # the night of the last day, the 3rd
        (12, 4, (time(20), time(8)), False),
    ],
)
def test_shifts_are_hours_of_the_citys_clock(grids, somebody, grid_id, hour_utc, day, shift, on_duty):
    put(
        account_uid=somebody("ann").uid,
        from_on=date(2026, 3, 2),
        to_on=date(2026, 3, 3),
        shift=Shift(*shift),
    )
    assert bool(names(grid_id, datetime(2026, 3, day, hour_utc, tzinfo=UTC))) is on_duty


def test_the_same_duty_again_is_one_and_ends_on_its_day(grids, somebody, grid_id):
    ann = somebody("ann")
    uid = put(account_uid=ann.uid)
    assert put(account_uid=ann.uid) == uid
    with clock.frozen(NOON):
        actions.end_duty(uid, reason="moved", by=SYSTEM)
    assert names(grid_id) == ["Ann"]
    assert names(grid_id, datetime(2026, 3, 3, 4, tzinfo=UTC)) == []
    later = put(account_uid=ann.uid, from_on=date(2026, 5, 1))
    with clock.frozen(NOON):
        actions.end_duty(later, reason="mistake", by=SYSTEM)
    assert GridDuty.objects.count() == 1


def test_wrong_duties_are_refused(grids, somebody):
    ann = somebody("ann")
    for facts in (
        {},
        {"account_uid": ann.uid, "post_code": "x"},
        {"account_uid": ann.uid, "role": "king"},
        {"account_uid": ann.uid, "from_on": date(2026, 3, 2), "to_on": date(2026, 3, 1)},
    ):
        with pytest.raises(Invalid):
            put(**facts)
    for facts in ({"code": "zz", "account_uid": ann.uid}, {"post_code": "nobody"}):
        with pytest.raises(NotFound):
            put(**facts)


def test_duties_are_given_by_who_manages_that_area_and_told_to_signed_in_people(grids, somebody, grid_id):
    ann = somebody("ann")
    two = Viewer(9, None, "m", "official", (Grant("accounts.manage", "", "tv/two/"),))
    with pytest.raises(NotAllowed):
        actions.put_duty("testville", "grids", "a", role="grid_worker", account_uid=ann.uid, by=two)
    actions.put_duty("testville", "grids", "b", role="grid_worker", account_uid=ann.uid, by=two)
    with pytest.raises(NotAllowed):
        queries.duty_of(ANONYMOUS, grid_id)
    assert queries.duty_of(two, grid_id) == []


def test_many_duties_at_once_and_only_once(grids, somebody, grid_id):
    # when two people are put on duty in one go, twice
    rows = [("a", "grid_worker", somebody("ann").uid), ("a", "grid_leader", somebody("bob").uid)]
    with clock.frozen(NOON):
        assert actions.put_duties("testville", "grids", rows, by=SYSTEM) == 2
        assert actions.put_duties("testville", "grids", rows, by=SYSTEM) == 0
    # then both are, the leader first
    assert names(grid_id) == ["Bob", "Ann"]


def test_one_unknown_grid_among_many_puts_nobody_on_duty(grids, somebody):
    ann = somebody("ann").uid
    with pytest.raises(NotFound):
        actions.put_duties("testville", "grids", [("a", "grid_worker", ann), ("zz", "grid_worker", ann)], by=SYSTEM)
    with pytest.raises(Invalid):
        actions.put_duties("testville", "grids", [("a", "king", ann)], by=SYSTEM)
    assert not GridDuty.objects.exists()
