"""Inboxes: due first, page by page, and nothing of anybody else's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.engines.flow.conftest import City
from yiwang.base.access import ANONYMOUS, SYSTEM
from yiwang.engines.flow import actions, queries
from yiwang.engines.flow.models import WorkItem
from yiwang.engines.flow.rights import may_act
from yiwang.kernel.errors import Invalid


def test_a_departments_list_is_due_first_and_comes_in_pages(city: City):
    urgencies = [5, 1, None, 3, 1, 2, None]
    for n, urgency in enumerate(urgencies):
        city.dispatched(variables={"urgency": urgency}, subject=f"event:{n}")
    seen, after = [], ""
    while True:
        page = queries.open_items(city.wang, whose="department", after=after, limit=2)
        seen += [item.subject for item in page.items]
        after = page.after
        if not after:
            break
    assert seen == [f"event:{n}" for n in (1, 4, 5, 3, 0, 2, 6)]
    with pytest.raises(Invalid):
        queries.open_items(city.wang, after="nonsense")


def test_everybody_sees_what_is_theirs(city: City):
    works = city.dispatched("works").open_items[0]
    parks = city.dispatched("parks").open_items[0]
    waiting = city.start().open_items[0]
    actions.claim_item(works.uid, by=city.wang)

    def shown(name: str, whose: str) -> set[object]:
        return {item.uid for item in queries.open_items(getattr(city, name), whose=whose).items}

    assert shown("wang", "mine") == {works.uid}
    assert shown("wu", "mine") == set()
    assert shown("wu", "department") == {works.uid}
    assert queries.open_items(city.wu, whose="department", is_free=True).items == ()
    assert shown("ping", "all") == {parks.uid}
    assert shown("dora", "department") == {waiting.uid}
    assert shown("sun", "all") == {works.uid, parks.uid}  # handles all, dispatches nothing
    assert {i.uid for i in queries.open_items(SYSTEM, whose="all").items} == {works.uid, parks.uid, waiting.uid}
    for whose in ("mine", "department", "all"):
        assert queries.open_items(ANONYMOUS, whose=whose).items == ()
    assert [queries.open_item_count(v) for v in (city.wang, city.wu, city.ping, city.dora, ANONYMOUS)] == [
        1,
        0,
        1,
        1,
        0,
    ]


def test_a_department_named_is_shown_only_as_far_as_a_grant_covers_it(city: City):
    city.dispatched("parks")
    named = {"whose": "all", "department_id": city.departments["parks"]}
    assert queries.open_items(city.wang, **named).items == ()
    assert len(queries.open_items(city.sun, **named).items) == 1


def test_asking_row_by_row_agrees_with_the_list(city: City):
    for to, area in (("works", "tv/one/"), ("works", "tv/two/"), ("parks", "tv/one/")):
        city.dispatched(to, area_path=area)
    city.start()
    everything = queries.open_items(SYSTEM, whose="all").items
    for name in city.viewers:
        viewer = getattr(city, name)
        narrowed = replace(
            viewer, grants=tuple(replace(grant, area_path="tv/one/") for grant in viewer.grants), account_id=-1
        )
        for who in (viewer, narrowed):
            listed = {item.uid for item in queries.open_items(who, whose="all").items}
            assert listed == {item.uid for item in everything if may_act(who, item)}


def test_finished_work_is_listed_latest_first(city: City):
    done = [city.dispatched(subject=f"event:{n}").open_items[0] for n in range(3)]
    for item in done:
        actions.complete_item(item.uid, outcome="done", by=city.wang)
    page = queries.done_items(city.wang, limit=2)
    assert [item.subject for item in page.items] == ["event:2", "event:1"]
    assert [item.subject for item in queries.done_items(city.wang, after=page.after).items] == ["event:0"]
    assert queries.done_items(city.wu).items == ()


def test_an_inbox_costs_one_statement_answered_from_an_index(city: City):
    city.dispatched()
    queries.used_permissions()
    with CaptureQueriesContext(connection) as asked:
        assert queries.open_items(city.wang, whose="department").items
    assert len(asked) == 1
    if connection.vendor == "sqlite":
        rows = WorkItem.objects.filter(ended_at=None, assignee_id=1).order_by("order_at", "id")[:50]
        assert "flow_item_mine" in rows.explain()
        assert "TEMP B-TREE" not in rows.explain()
        done = WorkItem.objects.filter(ended_by_id=1).order_by("-ended_at", "-id")[:50]
        assert "flow_item_done" in done.explain()


def test_a_step_costs_eight_statements_besides_the_deed(city: City):
    item = city.dispatched(variables={"urgency": 2, "needs_check": True}).open_items[0]
    with CaptureQueriesContext(connection) as asked:
        actions.complete_item(item.uid, outcome="done", by=city.wang)
    statements = [q["sql"].split(" ", 2) for q in asked if q["sql"].split()[0] in {"SELECT", "INSERT", "UPDATE"}]
    own = [words for words in statements if "flow_" in " ".join(words)]
    assert len(own) <= 8
    assert len(statements) <= 11
