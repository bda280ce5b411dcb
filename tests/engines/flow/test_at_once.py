"""Several people and workers at the same moment, with real threads and connections: exactly one wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests.engines.flow.conftest import FRIDAY, City, build_city
from yiwang.base.access import SYSTEM
from yiwang.base.audit.models import Entry
from yiwang.base.messages.models import Message
from yiwang.engines.flow import actions, queries, store
from yiwang.engines.flow.due import tell_due_clocks
from yiwang.engines.flow.models import Token, WorkItem
from yiwang.kernel.clock import frozen
from yiwang.kernel.errors import Failure

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db: None) -> Iterator[City]:
    """The city, committed, so that other connections see it."""
    store.definition_of.cache_clear()
    queries.forget_permissions()
    with frozen(FRIDAY):
        yield build_city()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or the Failure it raised; all start together, each on a connection of its own."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            with frozen(FRIDAY):
                return act()
        except Failure as failure:
            return failure
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("turn", range(5))
def test_of_eight_completions_of_one_item_one_wins_and_the_others_are_told_who(town: City, turn: int):
    item = town.dispatched(variables={"urgency": 2, "needs_check": True}).open_items[0]
    people = [town.wang, town.wu] * 4
    results = at_once(*(lambda by=by: actions.complete_item(item.uid, outcome="done", by=by) for by in people))
    won = [result for result in results if isinstance(result, actions.Moved)]
    lost = [str(result) for result in results if isinstance(result, Failure)]
    assert len(won) == 1
    assert len(lost) == 7
    winner = people[results.index(won[0])].name
    assert {text.split(" was quicker")[0] for text in lost} == {winner}
    assert [i.node for i in queries.open_items_of(item.instance_uid)] == ["verify"]
    assert WorkItem.objects.filter(instance__uid=item.instance_uid).count() == 3
    assert Token.objects.filter(instance__uid=item.instance_uid).count() == 1
    assert Entry.objects.filter(action="flow.complete_item").count() == 2  # the dispatch and the one that won
    assert Message.objects.filter(topic="flow.moved", payload__verb="complete").count() == 2
    assert queries.differences_to_log(item.instance_uid) == []


def test_different_verbs_at_once_leave_one_consistent_case(town: City):
    item = town.dispatched(variables={"urgency": 2, "needs_check": True}).open_items[0]
    parks = town.departments["parks"]
    results = at_once(
        lambda: actions.complete_item(item.uid, outcome="done", by=town.wang),
        lambda: actions.claim_item(item.uid, by=town.wu),
        lambda: actions.return_item(item.uid, reason="not ours", by=town.wu),
        lambda: actions.transfer_item(item.uid, department_id=parks, reason="theirs", by=town.wang),
        lambda: actions.hold_instance(item.instance_uid, reason="waits", by=town.sun),
    )
    assert any(isinstance(result, actions.Moved) for result in results)
    assert len(queries.open_items_of(item.instance_uid)) == 1
    assert queries.differences_to_log(item.instance_uid) == []


def test_two_workers_tell_a_due_clock_once(town: City):
    for n in range(5):
        town.dispatched(variables={"urgency": 1}, subject=f"event:{n}")

    def work() -> int:
        with frozen(FRIDAY + timedelta(days=10)):
            return tell_due_clocks()

    results = at_once(work, work, work)
    assert sum(results) == 10  # five steps and five cases
    assert Message.objects.filter(topic="flow.clock_missed").count() == 10
    assert Entry.objects.filter(action="flow.tell_due_clock").count() == 10


def test_cases_of_their_own_do_not_wait_for_each_other(town: City):
    items = [town.dispatched(subject=f"event:{n}").open_items[0] for n in range(8)]
    results = at_once(*(lambda i=i: actions.complete_item(i.uid, outcome="done", by=town.wang) for i in items))
    assert all(isinstance(result, actions.Moved) and result.is_ended for result in results), results


def test_two_publishers_never_share_a_version_number(town: City):
    from tests.engines.flow.conftest import COURSE, flow_spec

    specs = [flow_spec(COURSE.replace("minutes: 600", f"minutes: {n}"))[0] for n in (601, 602, 603)]
    versions = at_once(*(lambda s=s: actions.publish_definition("course", s, by=SYSTEM) for s in specs))
    assert sorted(versions) == [2, 3, 4]
