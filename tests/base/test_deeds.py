"""A deed is one transaction, one audit entry and its messages; a deed inside another joins it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yiwang.base.access import SYSTEM, Grant, Viewer
from yiwang.base.audit.models import Entry
from yiwang.base.audit.queries import entries
from yiwang.base.deeds import deed
from yiwang.base.messages.actions import announce
from yiwang.base.messages.models import Delivery, Message
from yiwang.base.messages.registry import subscribe, unsubscribe
from yiwang.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def listeners() -> Iterator[None]:
    subscribe("test.*", "test.one")
    subscribe("*", "test.two")
    yield
    unsubscribe("test.one")
    unsubscribe("test.two")


def test_a_deed_leaves_one_entry_and_its_messages_in_three_inserts() -> None:
    with (
        CaptureQueriesContext(connection) as queries,
        deed("test.change_thing", by=SYSTEM, subject="thing:1", reason="tidy") as d,
    ):
        d.note(changes={"status": ["open", "closed"]})
        d.announce("test.changed", version=1, subject="1", payload={"uid": "1"})
        d.announce("test.counted", version=1, subject="1", payload={})
    assert sum(q["sql"].startswith("INSERT") for q in queries) == 3
    entry = entries(SYSTEM)[0]
    assert (entry.uid, entry.action, entry.subject, entry.reason) == (d.uid, "test.change_thing", "thing:1", "tidy")
    assert entry.payload == {"changes": {"status": ["open", "closed"]}}
    assert Message.objects.count() == 2
    assert Delivery.objects.count() == 4


def test_a_failed_deed_leaves_nothing() -> None:
    with pytest.raises(ZeroDivisionError), deed("test.change_thing", by=SYSTEM) as d:
        d.announce("test.changed", version=1, subject="1", payload={})
        raise ZeroDivisionError
    assert not Entry.objects.exists()
    assert not Message.objects.exists()


def test_a_deed_inside_another_becomes_its_step() -> None:
    with deed("test.outer", by=SYSTEM, subject="thing:1") as outer:
        outer.note(a=1)
        with deed("test.inner", by=SYSTEM, subject="part:2", reason="because") as inner:
            inner.note(b=2, action="not this")
            inner.announce("test.changed", version=1, subject="2", payload={})
    assert inner.uid == outer.uid
    step = {"action": "test.inner", "subject": "part:2", "reason": "because", "b": 2}
    assert entries(SYSTEM)[0].payload == {"a": 1, "steps": [step]}
    assert Message.objects.get().subject == "2"


def test_an_inner_deed_that_fails_leaves_nothing_when_the_outer_one_goes_on() -> None:
    with deed("test.outer", by=SYSTEM) as outer:
        outer.announce("test.changed", version=1, subject="outer", payload={})
        with pytest.raises(ZeroDivisionError), deed("test.inner", by=SYSTEM) as inner:
            inner.announce("test.changed", version=1, subject="inner", payload={})
            announce("test.direct", version=1, subject="inner", payload={})
            raise ZeroDivisionError
    assert entries(SYSTEM)[0].payload == {}
    assert [m.subject for m in Message.objects.all()] == ["outer"]


def test_nested_deeds_keep_the_budget_of_inserts() -> None:
    with CaptureQueriesContext(connection) as queries, deed("test.outer", by=SYSTEM):
        for number in range(5):
            with deed("test.inner", by=SYSTEM) as d:
                d.announce("test.changed", version=1, subject=str(number), payload={})
    assert sum(q["sql"].startswith("INSERT") for q in queries) == 3


def test_entries_are_read_newest_first_in_pages() -> None:
    uids = []
    for number in range(5):
        with deed("test.change_thing", by=SYSTEM, subject=f"thing:{number % 2}") as d:
            uids.append(d.uid)
    first = entries(SYSTEM, limit=2)
    assert [e.uid for e in first] == [uids[4], uids[3]]
    assert [e.uid for e in entries(SYSTEM, after=first[-1].uid, limit=9)] == [uids[2], uids[1], uids[0]]
    assert [e.uid for e in entries(SYSTEM, subject="thing:1")] == [uids[3], uids[1]]


def test_an_auditor_reads_only_the_areas_of_the_grant() -> None:
    for path in ("", "33/", "33/3301/", "44/"):
        with deed("test.change_thing", by=SYSTEM, area_path=path):
            pass
    auditor = viewer(Grant("audit.view", "", "33/"), Grant("events.view", "", ""))
    assert {e.area_path for e in entries(auditor)} == {"33/", "33/3301/"}
    assert len(entries(viewer(Grant("audit.view", "", "")))) == 4
    with pytest.raises(NotAllowed):
        entries(viewer(Grant("events.view", "", "")))


@pytest.mark.parametrize("reason", ["nul \x00 inside", "表情 😀 and \ud7ff"])
def test_any_text_survives_as_a_reason(reason: str) -> None:
    with deed("test.change_thing", by=SYSTEM, reason=reason) as d:
        d.note(text=reason)
    assert entries(SYSTEM)[0].reason == reason.replace("\x00", "")


@pytest.mark.parametrize("wrong", [{"topic": ""}, {"subject": ""}, {"subject": "x" * 201}])
def test_a_message_needs_topic_and_subject(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="topic and a subject"), deed("test.change_thing", by=SYSTEM) as d:
        d.announce(**({"topic": "test.x", "version": 1, "subject": "1", "payload": {}} | wrong))


def viewer(*grants: Grant) -> Viewer:
    return Viewer(1, uuid.uuid4(), "Auditor", "official", grants)
