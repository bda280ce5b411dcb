"""Working a case: who may do what, and where it goes then."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.engines.flow.conftest import COURSE, FRIDAY, City, flow_spec
from yiwang.base.access import SYSTEM
from yiwang.base.organisation import actions as organisation
from yiwang.engines.flow import actions, queries
from yiwang.kernel import clock
from yiwang.kernel.calendar import named
from yiwang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


def test_a_case_runs_from_dispatch_to_its_end(city: City):
    started = city.start(variables={"urgency": 3, "needs_check": True})
    assert [item.node for item in started.opened] == ["dispatch"]
    assert started.opened[0].department_id == city.departments["centre"]
    works = actions.Assignment(department_id=city.departments["works"])
    moved = actions.complete_item(started.opened[0].uid, outcome="dispatched", assign=works, by=city.dora)
    handle = moved.open_items[0]
    assert (handle.node, handle.department_id, handle.is_new) == ("handle", city.departments["works"], True)
    assert handle.due_at == FRIDAY + timedelta(hours=4, minutes=30)  # three working hours, over the noon break
    actions.claim_item(handle.uid, by=city.wang)
    moved = actions.complete_item(handle.uid, outcome="done", data={"result": "fixed"}, by=city.wang)
    assert [item.node for item in moved.closed] == ["handle"]
    moved = actions.complete_item(moved.open_items[0].uid, outcome="passed", by=city.wu)
    assert (moved.is_ended, moved.end_node, moved.outcome) == (True, "closed", "closed")
    assert moved.open_items == ()
    assert queries.differences_to_log(moved.instance_uid) == []


def test_a_gateway_takes_the_short_road_when_its_condition_does_not_hold(city: City):
    handle = city.dispatched().open_items[0]
    moved = actions.complete_item(handle.uid, outcome="done", by=city.wang)
    assert moved.is_ended
    lines = queries.instance_log(SYSTEM, moved.instance_uid)
    route = next(line for line in lines if line.verb == "route")
    assert route.data == {"route": "default", "to": "closed", "seen": {"needs_check": False}}
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))


def test_nobody_verifies_their_own_work(city: City):
    handle = city.dispatched(variables={"urgency": 2, "needs_check": True}).open_items[0]
    verify = actions.complete_item(handle.uid, outcome="done", by=city.wang).open_items[0]
    for act in (
        lambda: actions.complete_item(verify.uid, outcome="passed", by=city.wang),
        lambda: actions.claim_item(verify.uid, by=city.wang),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not queries.item(city.wang, verify.uid).may_act
    assert queries.item(city.wu, verify.uid).may_act


def test_a_check_is_not_given_to_whoever_did_the_work(city: City):
    handle = city.dispatched(variables={"urgency": 2, "needs_check": True}).open_items[0]
    wang = actions.Assignment(account_id=city.wang.account_id)
    verify = actions.complete_item(handle.uid, outcome="done", assign=wang, by=city.wang).open_items[0]
    assert verify.assignee_id is None
    with pytest.raises(NotAllowed):
        actions.transfer_item(verify.uid, account_id=city.wang.account_id, reason="you know it best", by=city.wu)


def test_work_never_goes_to_a_department_out_of_use(city: City):
    waiting = city.start().open_items[0]
    organisation.close_department("testville", "parks", reason="merged", by=SYSTEM)
    for to in (city.departments["parks"], 10**9):
        with pytest.raises(Invalid, match="no such department"):
            assign = actions.Assignment(department_id=to)
            actions.complete_item(waiting.uid, outcome="dispatched", assign=assign, by=city.dora)
    organisation.close_department("testville", "centre", reason="merged", by=SYSTEM)
    with pytest.raises(Invalid, match="no department with the code centre"):
        city.start()


def test_another_department_may_neither_see_nor_do_the_work(city: City):
    handle = city.dispatched("works").open_items[0]
    with pytest.raises(NotAllowed):
        actions.complete_item(handle.uid, outcome="done", by=city.ping)
    with pytest.raises(NotFound):
        queries.item(city.ping, handle.uid)
    with pytest.raises(NotFound):
        queries.instance_log(city.ping, handle.instance_uid)
    assert queries.instance_log(city.wang, handle.instance_uid)


def test_a_second_completion_names_who_was_quicker(city: City):
    handle = city.dispatched().open_items[0]
    actions.complete_item(handle.uid, outcome="done", by=city.wang)
    with pytest.raises(Conflict, match="Wang was quicker"):
        actions.complete_item(handle.uid, outcome="done", by=city.wu)
    with pytest.raises(Conflict, match="Wang was quicker"):
        actions.complete_item(handle.uid, outcome="done", by=city.wang)


def test_what_somebody_has_taken_is_theirs_until_they_put_it_back(city: City):
    handle = city.dispatched().open_items[0]
    assert actions.claim_item(handle.uid, by=city.wang).open_items[0].state == "claimed"
    for act in (
        lambda: actions.claim_item(handle.uid, by=city.wu),
        lambda: actions.complete_item(handle.uid, outcome="done", by=city.wu),
    ):
        with pytest.raises(Conflict, match="Wang has taken"):
            act()
    with pytest.raises(NotAllowed):
        actions.unclaim_item(handle.uid, by=city.wu)
    actions.unclaim_item(handle.uid, by=city.wang)
    assert actions.claim_item(handle.uid, by=city.wu).open_items[0].assignee_id == city.wu.account_id


def test_work_is_returned_to_the_step_before_with_a_fresh_limit(city: City):
    handle = city.dispatched().open_items[0]
    with pytest.raises(Invalid):
        actions.return_item(handle.uid, reason="  ", by=city.wang)
    moved = actions.return_item(handle.uid, reason="not ours", by=city.wang)
    assert [(i.node, i.state) for i in moved.closed] == [("handle", "returned")]
    again = moved.open_items[0]
    assert (again.node, again.department_id, again.assignee_id) == ("dispatch", city.departments["centre"], None)
    with pytest.raises(Invalid, match="cannot be returned"):
        actions.return_item(again.uid, reason="further", by=city.dora)
    parks = actions.Assignment(department_id=city.departments["parks"])
    moved = actions.complete_item(again.uid, outcome="dispatched", assign=parks, by=city.dora)
    assert moved.open_items[0].department_id == city.departments["parks"]
    assert queries.differences_to_log(moved.instance_uid) == []


def test_work_is_returned_to_an_earlier_step_of_ones_choice(city: City):
    handle = city.dispatched(variables={"urgency": 2, "needs_check": True}).open_items[0]
    verify = actions.complete_item(handle.uid, outcome="done", by=city.wang).open_items[0]
    assert [name for name, _ in queries.item(city.wu, verify.uid).return_targets] == ["dispatch", "handle"]
    with pytest.raises(Invalid):
        actions.return_item(verify.uid, to_node="closed", reason="?", by=city.wu)
    moved = actions.return_item(verify.uid, to_node="dispatch", reason="wrong department", by=city.wu)
    assert moved.open_items[0].node == "dispatch"


def test_after_a_failed_check_the_step_before_is_not_the_check(city: City):
    handle = city.dispatched(variables={"urgency": 2, "needs_check": True}).open_items[0]
    verify = actions.complete_item(handle.uid, outcome="done", by=city.wang).open_items[0]
    again = actions.complete_item(verify.uid, outcome="failed", by=city.wu).open_items[0]
    assert again.node == "handle"
    assert actions.return_item(again.uid, reason="?", by=city.wang).open_items[0].node == "dispatch"


def test_a_transfer_moves_the_work_and_its_limit(city: City):
    handle = city.dispatched("works").open_items[0]
    clock.shift(1800)
    parks = city.departments["parks"]
    moved = actions.transfer_item(handle.uid, department_id=parks, reason="theirs", by=city.wang)
    there = moved.open_items[0]
    assert (there.node, there.department_id, there.due_at) == ("handle", parks, handle.due_at)
    assert [i.state for i in moved.closed] == ["transferred"]
    with pytest.raises(Conflict, match="Wang was quicker"):
        actions.complete_item(handle.uid, outcome="done", by=city.wang)
    moved = actions.complete_item(there.uid, outcome="done", by=city.ping)
    assert moved.is_ended
    assert queries.differences_to_log(moved.instance_uid) == []


@pytest.mark.parametrize("is_taken", [False, True])
def test_who_the_step_names_takes_a_step_back_and_its_limit_ends_with_it(city: City, is_taken: bool):
    # given a flow that says so, and work a department has, taken by somebody or not
    step = "    clock: {minutes: urgency * 60"
    said = COURSE.replace(step, "    withdraw: {permission: flow.supervise, next: dispatch}\n" + step)
    actions.publish_definition("course", flow_spec(said)[0], by=SYSTEM)
    handle = city.dispatched("works").open_items[0]
    if is_taken:
        actions.claim_item(handle.uid, by=city.wang)
    # when others try, or nobody says why, then it stays
    for other in (city.wang, city.dora):
        with pytest.raises(NotAllowed):
            actions.withdraw_item(handle.uid, reason="mine", by=other)
    with pytest.raises(Invalid):
        actions.withdraw_item(handle.uid, reason=" ", by=city.sun)
    # and who may sees it, and takes it back
    assert queries.item(city.sun, handle.uid).may_withdraw
    assert not queries.item(city.wang, handle.uid).may_withdraw
    moved = actions.withdraw_item(handle.uid, reason="wrong department", by=city.sun)
    assert [(i.state, i.outcome) for i in moved.closed] == [("cancelled", "withdrawn")]
    assert [i.node for i in moved.open_items] == ["dispatch"]
    # then the next dispatch begins a limit of its own, and the log explains it all
    clock.shift(1800)
    to = actions.Assignment(department_id=city.departments["parks"])
    again = actions.complete_item(moved.open_items[0].uid, outcome="dispatched", assign=to, by=city.dora)
    assert again.open_items[0].due_at == named("office").add_minutes(clock.now(), 120).at
    assert again.open_items[0].due_at != handle.due_at
    assert queries.differences_to_log(moved.instance_uid) == []


def test_a_step_whose_flow_does_not_say_so_is_not_taken_back(city: City):
    handle = city.dispatched("works").open_items[0]
    with pytest.raises(Conflict, match="cannot be taken back"):
        actions.withdraw_item(handle.uid, reason="?", by=city.sun)


def test_a_transfer_tells_the_flow_what_it_computes_departments_from(city: City):
    computed = COURSE.replace(
        "    clock: {minutes: urgency", "    department: {value: department}\n    clock: {minutes: urgency"
    )
    actions.publish_definition("course", flow_spec(computed)[0], by=SYSTEM)
    handle = city.dispatched(variables={"department": "works", "needs_check": True}).open_items[0]
    to = {"department_id": city.departments["parks"], "variables": {"department": "parks"}}
    there = actions.transfer_item(handle.uid, **to, reason="theirs", by=city.wang).open_items[0]
    verify = actions.complete_item(there.uid, outcome="done", by=city.ping).open_items[0]
    again = actions.complete_item(verify.uid, outcome="failed", by=SYSTEM).open_items[0]
    assert (again.node, again.department_id) == ("handle", city.departments["parks"])
    assert queries.differences_to_log(again.instance_uid) == []


def test_a_transfer_to_a_person_asks_that_their_post_covers_it(city: City):
    handle = city.dispatched("works").open_items[0]
    with pytest.raises(Invalid, match="holds no post"):
        actions.transfer_item(handle.uid, account_id=city.ping.account_id, reason="?", by=city.wang)
    moved = actions.transfer_item(handle.uid, account_id=city.wu.account_id, reason="?", by=city.wang)
    assert moved.open_items[0].assignee_id == city.wu.account_id
    with pytest.raises(Conflict, match="Wu has taken"):
        actions.complete_item(moved.open_items[0].uid, outcome="done", by=city.wang)
    with pytest.raises(Conflict):
        actions.unclaim_item(moved.open_items[0].uid, by=city.wu)
    with pytest.raises(Invalid, match="there already"):
        actions.transfer_item(
            moved.open_items[0].uid,
            department_id=city.departments["works"],
            account_id=city.wu.account_id,
            reason="?",
            by=city.wu,
        )


def test_a_held_case_takes_no_verb_until_it_is_resumed(city: City):
    moved = city.dispatched()
    handle = moved.open_items[0]
    with pytest.raises(NotAllowed):
        actions.hold_instance(moved.instance_uid, reason="?", by=city.wang)
    held = actions.hold_instance(moved.instance_uid, reason="waits for the owner", by=city.sun)
    assert held.is_held
    assert held.open_items[0].due_at is None
    for act in (
        lambda: actions.complete_item(handle.uid, outcome="done", by=city.wang),
        lambda: actions.hold_instance(moved.instance_uid, reason="again", by=city.sun),
    ):
        with pytest.raises(Conflict, match="on hold"):
            act()
    assert not queries.item(city.wang, handle.uid).may_act
    actions.resume_instance(moved.instance_uid, by=city.sun)
    with pytest.raises(Conflict, match="not on hold"):
        actions.resume_instance(moved.instance_uid, by=city.sun)
    assert actions.complete_item(handle.uid, outcome="done", by=city.wang).is_ended


def test_a_terminated_case_keeps_nothing_open(city: City):
    moved = city.dispatched()
    ended = actions.terminate_instance(moved.instance_uid, reason="double", by=city.sun)
    assert (ended.is_ended, ended.outcome, ended.open_items) == (True, "terminated", ())
    assert [i.state for i in ended.closed] == ["cancelled"]
    with pytest.raises(Conflict):
        actions.terminate_instance(moved.instance_uid, reason="again", by=SYSTEM)
    assert queries.differences_to_log(moved.instance_uid) == []


def test_only_declared_values_are_kept(city: City):
    handle = city.dispatched(variables={"urgency": 2, "caller_name": "Li Lei"}).open_items[0]
    with pytest.raises(Invalid) as wrong:
        actions.complete_item(handle.uid, outcome="done", data={"phone": "13800000000"}, by=city.wang)
    assert "phone" in wrong.value.fields
    with pytest.raises(Invalid) as wrong:
        actions.complete_item(handle.uid, outcome="done", data={"result": "no idea"}, by=city.wang)
    assert "result" in wrong.value.fields
    with pytest.raises(Invalid) as wrong:
        actions.complete_item(handle.uid, outcome="done", variables={"urgency": "high"}, by=city.wang)
    assert "urgency" in wrong.value.fields
    moved = actions.complete_item(handle.uid, outcome="done", data={"result": "fixed"}, by=city.wang)
    assert moved.variables == {"urgency": 2, "needs_check": False}


def test_an_outcome_may_ask_for_a_reason(city: City):
    item = city.start().open_items[0]
    with pytest.raises(Invalid) as wrong:
        actions.complete_item(item.uid, outcome="rejected", by=city.dora)
    assert "reason" in wrong.value.fields
    with pytest.raises(Invalid, match="no outcome"):
        actions.complete_item(item.uid, outcome="sold", by=city.dora)
    assert actions.complete_item(item.uid, outcome="rejected", reason="no matter of ours", by=city.dora).is_ended


def test_what_is_not_there_is_said_to_be_not_there(city: City):
    with pytest.raises(NotFound):
        actions.complete_item(uuid4(), outcome="done", by=city.wang)
    with pytest.raises(NotFound):
        actions.terminate_instance(uuid4(), reason="?", by=SYSTEM)
    with pytest.raises(NotFound):
        actions.start_instance(
            "nothing", subject="event:1", title="", variables={}, area_path="", calendar=named("office"), by=SYSTEM
        )


def test_a_running_case_keeps_its_version(city: City):
    handle = city.dispatched(variables={"urgency": 2}).open_items[0]
    changed = COURSE.replace("default: closed", "default: verify")
    assert actions.publish_definition("course", flow_spec(COURSE)[0], by=SYSTEM) == 1
    assert actions.publish_definition("course", flow_spec(changed)[0], by=SYSTEM) == 2
    assert actions.complete_item(handle.uid, outcome="done", by=city.wang).is_ended
    new = city.dispatched(variables={"urgency": 2}).open_items[0]
    assert not actions.complete_item(new.uid, outcome="done", by=city.wang).is_ended
