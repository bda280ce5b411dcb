"""Posts give grants; every change of rights holds from the next request on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.organisation import actions, queries
from yiwang.base.organisation.roles import DEFAULT_ROLES
from yiwang.base.people.actions import create_account, disable_account
from yiwang.base.people.models import Account
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def person(username: str = "zhang") -> Account:
    return Account.objects.get(uid=create_account(username, display_name=username.title(), by=SYSTEM).uid)


def acting(account: Account) -> Viewer:
    account.refresh_from_db()
    return queries.viewer_of(account)


def post(code: str, role: str = "handler", **kwargs) -> None:
    defaults = {"jurisdiction": "testville", "department_code": "dept-one"}
    actions.put_post(code, title={"en": code, "zh-Hans": code}, role=role, by=SYSTEM, **{**defaults, **kwargs})


def test_two_posts_give_two_grants_and_no_third(city):
    who = person()
    post("a", area_code="one")
    post("b", department_code="dept-two", area_code="two")
    for code in ("a", "b"):
        actions.appoint(who.uid, code, by=SYSTEM)
    viewer = acting(who)
    may = {
        (d, a): viewer.may("events.handle", department_path=f"testville/dept-{d}/", area_path=f"tv/{a}/")
        for d in ("one", "two")
        for a in ("one", "two")
    }
    assert may == {("one", "one"): True, ("two", "two"): True, ("one", "two"): False, ("two", "one"): False}
    assert len(viewer.department_ids) == 2


def test_a_post_reaches_as_far_as_it_says(city):
    post("small", department_code="team")
    post("wide", reach="jurisdiction")
    post("all", reach="installation", department_code=None, jurisdiction=None)
    reach = {one.code: (one.department_path, one.area_path) for one in queries.posts(SYSTEM)}
    assert reach["small"] == ("testville/dept-one/team/", "tv/one/")
    assert reach["wide"] == ("testville/", "tv/")
    assert reach["all"] == ("", "")
    with pytest.raises(Invalid):
        post("nowhere", department_code=None, jurisdiction=None)


def test_a_change_of_role_holds_at_once(city):
    who = person()
    post("a")
    actions.appoint(who.uid, "a", by=SYSTEM)
    assert acting(who).may("events.handle")
    actions.put_role("handler", title={"en": "Handler"}, permissions=["events.view"], by=SYSTEM)
    assert not acting(who).may("events.handle")
    actions.close_post("a", reason="reorganised", by=SYSTEM)
    assert acting(who).grants == ()


def test_an_unchanged_viewer_comes_from_memory(city, django_assert_num_queries):
    who = person()
    post("a")
    actions.appoint(who.uid, "a", by=SYSTEM)
    first = acting(who)
    with django_assert_num_queries(0):
        assert queries.viewer_of(who) is first


def test_an_appointment_holds_from_its_first_to_its_last_day_where_the_post_is(city):
    who = person()
    post("a")
    actions.appoint(who.uid, "a", from_on=date(2026, 3, 3), to_on=date(2026, 3, 4), by=SYSTEM)
    held = []
    for hours in range(0, 96, 4):
        with clock.frozen(NOON + timedelta(hours=hours)):
            if queries.viewer_of(who).grants:
                held.append(hours)
    # midnight of 3 March in Shanghai is 16:00 UTC of the 2nd, 12 hours after noon there
    assert held == list(range(12, 60, 4))


def test_ending_an_appointment_ends_the_rights(city):
    who = person()
    post("a")
    with clock.frozen(NOON):
        early = actions.appoint(who.uid, "a", from_on=date(2026, 1, 1), by=SYSTEM)
        assert actions.appoint(who.uid, "a", by=SYSTEM) == early  # again changes nothing
        actions.end_appointment(early, reason="retired", by=SYSTEM)
        assert acting(who).grants == ()
        same_day = actions.appoint(who.uid, "a", by=SYSTEM)
        actions.end_appointment(same_day, reason="a mistake", by=SYSTEM)
        assert acting(who).grants == ()


def test_a_disabled_account_is_nobody(city):
    who = person()
    post("a")
    actions.appoint(who.uid, "a", by=SYSTEM)
    disable_account(who.uid, reason="left", by=SYSTEM)
    assert acting(who).grants == ()
    assert queries.handlers_of(queries.department("testville", "dept-one").id) == []


def test_handlers_are_found_by_permission_and_place(city):
    names = {"a": "anna", "b": "boris", "c": "chen"}
    post("a", area_code="one")
    post("b", area_code="two")
    post("c", role="verifier")
    for code, name in names.items():
        actions.appoint(person(name).uid, code, by=SYSTEM)
    home = queries.department("testville", "dept-one").id
    assert {one.name for one in queries.handlers_of(home)} == {"Anna", "Boris"}
    assert [one.name for one in queries.handlers_of(home, area_path="tv/one/")] == ["Anna"]
    covering = queries.holders_of("events.verify", department_path="testville/dept-one/team/", area_path="tv/two/")
    assert [one.name for one in covering] == ["Chen"]


def test_a_city_administrator_cannot_reach_beyond_the_city(city):
    admin = person("admin")
    post("chief", role="administrator", reach="jurisdiction")
    actions.appoint(admin.uid, "chief", by=SYSTEM)
    by = acting(admin)
    title = {"en": "x", "zh-Hans": "x"}
    where = {"jurisdiction": "testville", "department_code": "dept-one"}
    actions.put_post("inside", title=title, role="handler", **where, by=by)
    with pytest.raises(NotAllowed):
        actions.put_post("outside", title=title, role="handler", reach="installation", by=by)
    with pytest.raises(NotAllowed):
        actions.put_role("handler", title=title, permissions=["audit.view"], by=by)
    with pytest.raises(NotAllowed):
        disable_account(person("victim").uid, reason="", by=by)
    post("top", reach="installation")
    with pytest.raises(NotAllowed):
        actions.appoint(admin.uid, "top", by=by)
    assert not [one for one in queries.posts(SYSTEM) if one.code == "outside"]


def test_a_closed_department_takes_its_posts_along(city):
    who = person()
    post("a", department_code="team")
    actions.appoint(who.uid, "a", by=SYSTEM)
    actions.close_department("testville", "dept-one", reason="merged", by=SYSTEM)
    assert acting(who).grants == ()
    assert [one.code for one in queries.departments(SYSTEM)] == ["dept-two"]
    with pytest.raises(Conflict):
        actions.appoint(who.uid, "a", by=SYSTEM)


def test_a_department_cannot_move_below_another(city):
    title = {"en": "Team", "zh-Hans": "队"}
    with pytest.raises(Conflict):
        actions.put_department("testville", "team", title=title, parent_code="dept-two", by=SYSTEM)
    with pytest.raises(NotFound):
        actions.put_department("testville", "other", title=title, parent_code="nowhere", by=SYSTEM)


def test_departments_are_narrowed_by_a_permission(city):
    who = person()
    post("a")
    actions.appoint(who.uid, "a", by=SYSTEM)
    by = acting(who)
    assert [one.code for one in queries.departments(by, permission="events.handle")] == ["dept-one", "team"]
    assert len(queries.departments(by, jurisdiction="testville")) == 3
    assert [one.name for one in queries.officials(by, queries.department("testville", "dept-one").id)] == ["Zhang"]
    with pytest.raises(NotAllowed):
        queries.officials(by, queries.department("testville", "dept-two").id)


def test_edited_roles_survive_a_second_set_up(city):
    actions.put_role("leader", title={"en": "Chief"}, permissions=["boards.view"], by=SYSTEM)
    actions.ensure_roles(by=SYSTEM)
    found = {code: (title, permissions) for code, title, permissions in queries.roles()}
    assert found["leader"] == ({"en": "Chief"}, ("boards.view",))
    assert set(found) == set(DEFAULT_ROLES)


def test_many_are_appointed_at_once_and_only_once(city):
    # given two people and a post
    post("a", area_code="one")
    who = [person("ann"), person("bob")]
    assert not acting(who[0]).may("events.handle", department_path="testville/dept-one/", area_path="tv/one/")
    # when both are appointed, twice
    pairs = [(one.uid, "a") for one in who]
    assert actions.appoint_many(pairs, by=SYSTEM) == 2
    assert actions.appoint_many(pairs, by=SYSTEM) == 0
    # then both hold it from now on
    for one in who:
        assert acting(one).may("events.handle", department_path="testville/dept-one/", area_path="tv/one/")
    assert len(queries.holders_of_posts([queries.post("a").id])) == 2


def test_an_unknown_or_closed_account_among_many_appoints_nobody(city):
    post("a")
    ann, bob = person("ann"), person("bob")
    disable_account(bob.uid, reason="left", by=SYSTEM)
    with pytest.raises(NotFound):
        actions.appoint_many([(ann.uid, "a"), (bob.uid, "a")], by=SYSTEM)
    assert queries.holders_of_posts([queries.post("a").id]) == []
