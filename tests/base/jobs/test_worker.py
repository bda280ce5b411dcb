"""The worker process: schedules turn once among many workers, and a killed worker loses and doubles nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from datetime import time as day_time
from typing import Any

import pytest
from django.db import connection, connections

from tests.base.child import start_child
from yiwang.base.access import SYSTEM
from yiwang.base.audit.models import Entry
from yiwang.base.deeds import deed
from yiwang.base.jobs.actions import enqueue
from yiwang.base.jobs.models import Job, Schedule
from yiwang.base.jobs.queries import schedules
from yiwang.base.jobs.registry import declared_schedules, forget, job, schedule
from yiwang.base.jobs.schedules import edit_schedule, next_turn, run_due_schedules, sync_schedules
from yiwang.base.jobs.worker import run_worker
from yiwang.base.messages.models import Delivery
from yiwang.base.messages.registry import subscribe, unsubscribe
from yiwang.kernel import clock
from yiwang.kernel.errors import NotFound


@pytest.fixture
def hourly() -> Iterator[None]:
    job("test.turn")(lambda: None)
    schedule("test.turn", job="test.turn", every_s=3600)
    yield
    forget("test.turn")


def waiting() -> int:
    return Job.objects.filter(name="test.turn", state="ready").count()


@pytest.mark.django_db
def test_a_schedule_asks_for_its_job_once_a_turn_and_makes_up_missed_turns_by_one(hourly: None) -> None:
    with clock.frozen(datetime(2026, 5, 1, 8, tzinfo=UTC)):
        sync_schedules()
        run_due_schedules()
        assert waiting() == 0
        clock.shift(3600)
        run_due_schedules()
        run_due_schedules()
        assert waiting() == 1
        Job.objects.filter(name="test.turn").update(state="done")
        clock.shift(10 * 3600)
        run_due_schedules()
        run_due_schedules()
        assert waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_one_of_many_workers_takes_a_turn(hourly: None) -> None:
    sync_schedules()
    Schedule.objects.exclude(name="test.turn").delete()
    Schedule.objects.update(next_at=clock.now())
    taken: list[int] = []

    def worker() -> None:
        try:
            taken.append(run_due_schedules())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(taken) == 1
    assert waiting() == 1


@pytest.mark.django_db
def test_what_a_person_edited_outlives_a_new_declaration(hourly: None) -> None:
    sync_schedules()
    schedule("test.turn", job="test.turn", every_s=60)
    sync_schedules()
    assert Schedule.objects.get(name="test.turn").every_s == 60
    edit_schedule("test.turn", by=SYSTEM, is_active=True, daily_at=day_time(2, 30), reason="nights only")
    sync_schedules()
    row = next(s for s in schedules(SYSTEM) if s["name"] == "test.turn")
    assert (row["every_s"], row["daily_at"], row["is_edited"]) == (None, day_time(2, 30), True)
    edit_schedule("test.turn", by=SYSTEM, is_active=False)
    Schedule.objects.update(next_at=clock.now())
    run_due_schedules()
    assert waiting() == 0
    with pytest.raises(NotFound):
        edit_schedule("test.none", by=SYSTEM, is_active=True)


@pytest.mark.parametrize(
    ("after", "zone", "turn"),
    [
        ("2026-05-01T18:29:59+00:00", "Asia/Shanghai", "2026-05-01T18:30:00+00:00"),
        ("2026-05-01T18:30:00+00:00", "Asia/Shanghai", "2026-05-02T18:30:00+00:00"),
        ("2026-03-08T05:00:00+00:00", "America/New_York", "2026-03-08T07:30:00+00:00"),  # 02:30 does not exist
        ("2026-03-08T08:00:00+00:00", "America/New_York", "2026-03-09T06:30:00+00:00"),
    ],
)
def test_daily_turns_follow_the_local_clock(after: str, zone: str, turn: str) -> None:
    found = next_turn(datetime.fromisoformat(after), None, day_time(2, 30), zone)
    assert found == datetime.fromisoformat(turn)


@pytest.mark.parametrize("rule", [{}, {"every_s": 5, "daily_at": day_time(1)}, {"every_s": 0}])
def test_a_schedule_has_one_rule(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either every_s or daily_at"):
        schedule("test.x", job="test.turn", **rule)
    assert "test.x" not in {s.name for s in declared_schedules()}


@pytest.mark.django_db(transaction=True)
def test_a_worker_runs_jobs_delivers_messages_and_seals_until_told_to_stop() -> None:
    done, heard = threading.Event(), threading.Event()
    job("test.note")(done.set)
    subscribe("test.said", "test.listener", lambda letter: heard.set())
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(stop,))
    try:
        with deed("test.say", by=SYSTEM) as d:
            d.announce("test.said", version=1, subject="a", payload={})
            enqueue("test.note")
        worker.start()
        assert done.wait(10)
        assert heard.wait(10)
    finally:
        stop.set()
        worker.join(20)
        forget("test.note")
        unsubscribe("test.listener")
    assert not worker.is_alive()
    assert not Entry.objects.filter(number__isnull=True).exists()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


CHILD = """
import sys, threading, time
from yiwang.base.access import SYSTEM
from yiwang.base.deeds import deed
from yiwang.base.jobs.registry import job
from yiwang.base.jobs.running import running
from yiwang.base.jobs.worker import run_worker
@job("test.effect", lease_s=1.5, atomic=True)
def effect(n):
    with deed("test.effect", by=SYSTEM, subject=f"job:{running().uid}"):
        print("working", flush=True)
        time.sleep(0.02)
run_worker(threading.Event())
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_jobs_of_a_killed_worker_are_done_again_with_every_effect_once(size: Callable[[int, int], int]) -> None:
    n = size(40, 400)
    job("test.effect")(print)  # only so that it can be asked for here
    try:
        uids = {enqueue("test.effect", key=str(i), n=i) for i in range(n)}
    finally:
        forget("test.effect")
    for kill_after in (3, 11, None):
        child = start_child(CHILD)
        assert child.stdout is not None
        if kill_after is None:
            wait_until(lambda: not Job.objects.exclude(state="done").filter(name="test.effect").exists())
        else:
            for _ in range(kill_after):
                assert child.stdout.readline() == "working\n"
        child.kill()  # SIGKILL, in the middle of a job
        child.communicate(timeout=30)
        connection.close()
    effects = list(Entry.objects.filter(action="test.effect").values_list("subject", flat=True))
    assert len(effects) == n
    assert set(effects) == {f"job:{uid}" for uid in uids}
    # Those whose attempt was cut off were run again; which ones depends on the moment of the kill.
    assert Job.objects.filter(attempts__gte=2).count() <= 2


def wait_until(is_so: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.1)
