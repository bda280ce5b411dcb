"""What a verb leaves behind: one audit entry, one message, and in the flow's own tables nothing personal."""

from __future__ import annotations

from django.apps import apps

from tests.engines.flow.conftest import City
from yiwang.base.access import SYSTEM
from yiwang.base.audit.models import Entry
from yiwang.base.jobs.registry import declared_schedules, kind_of
from yiwang.base.messages.models import Message
from yiwang.engines.flow import actions, queries
from yiwang.engines.flow.actions.wording import reword_cases
from yiwang.kernel.errors import Conflict


def test_a_verb_is_one_deed_on_the_subject_with_one_message(city: City):
    handle = city.dispatched(subject="event:77", variables={"urgency": 2, "needs_check": True}).open_items[0]
    before = Entry.objects.count(), Message.objects.count()
    actions.complete_item(handle.uid, outcome="done", reason="all well", by=city.wang)
    assert (Entry.objects.count(), Message.objects.count()) == (before[0] + 1, before[1] + 1)
    entry, message = Entry.objects.latest("id"), Message.objects.latest("id")
    assert (entry.action, entry.subject, entry.area_path) == ("flow.complete_item", "event:77", "tv/one/")
    assert (entry.actor_id, entry.reason) == (city.wang.account_id, "all well")
    assert (message.topic, message.subject) == ("flow.moved", "event:77")
    assert message.payload["verb"] == "complete"
    assert [each["node"] for each in message.payload["opened"]] == ["verify"]


def test_a_refused_verb_leaves_nothing(city: City):
    handle = city.dispatched().open_items[0]
    actions.complete_item(handle.uid, outcome="done", by=city.wang)
    before = Entry.objects.count(), Message.objects.count(), len(queries.instance_log(SYSTEM, handle.instance_uid))
    for _ in range(3):
        try:
            actions.complete_item(handle.uid, outcome="done", by=city.wang)
        except Conflict:
            continue
    after = Entry.objects.count(), Message.objects.count(), len(queries.instance_log(SYSTEM, handle.instance_uid))
    assert after == before


def test_reasons_and_undeclared_facts_stay_out_of_the_flows_tables(city: City):
    handle = city.dispatched(variables={"urgency": 2, "caller": "Li Lei 13800000000"}).open_items[0]
    again = actions.return_item(handle.uid, reason="Li Lei moved away", by=city.wang).open_items[0]
    actions.complete_item(again.uid, outcome="rejected", reason="ask Li Lei", by=city.dora)
    for model in apps.get_app_config("flow").get_models():
        for row in model._default_manager.values():
            assert "Li Lei" not in str(row), model.__name__


def test_a_corrected_title_replaces_the_old_one(city: City):
    moved = city.dispatched(title="Li Lei complains")
    reword_cases(moved.subject, title="YW-1", reword=lambda text: text.replace("Li Lei", "—"), by=SYSTEM)
    assert queries.open_items(city.wang, whose="department").items[0].subject_title == "YW-1"


def test_the_scheduler_looks_for_due_clocks():
    assert kind_of("flow.tell_due_clocks")
    assert [rule.every_s for rule in declared_schedules() if rule.job == "flow.tell_due_clocks"] == [30]
