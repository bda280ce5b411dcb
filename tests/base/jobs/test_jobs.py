"""Work asked for is done: after the commit, once per key, again after failures, by one of many workers."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from yiwang.base.access import SYSTEM, Grant, Viewer
from yiwang.base.audit.models import Entry
from yiwang.base.audit.queries import entries
from yiwang.base.deeds import deed
from yiwang.base.jobs.actions import drop_job, drop_letters, enqueue, purge_jobs, retry_job, retry_letters
from yiwang.base.jobs.models import Job
from yiwang.base.jobs.queries import dead_jobs, dead_letters, job_backlog
from yiwang.base.jobs.queries import job as job_record
from yiwang.base.jobs.registry import forget, job
from yiwang.base.jobs.running import run_one, running
from yiwang.base.messages.models import Delivery
from yiwang.base.messages.registry import subscribe, unsubscribe
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict, NotAllowed, NotFound

Declare = Callable[..., None]


@pytest.fixture
def declare() -> Iterator[Declare]:
    names: list[str] = []

    def add(name: str, work: Callable[..., None], **rules: Any) -> None:
        job(name, **rules)(work)
        names.append(name)

    yield add
    for name in names:
        forget(name)


def run_all(worker: str = "w") -> int:
    n = 0
    while run_one(worker):
        n += 1
    return n


@pytest.mark.django_db
def test_a_job_runs_once_with_its_arguments(declare: Declare) -> None:
    seen: list[Any] = []
    declare("test.note", lambda **said: seen.append((said, running())))
    uid = enqueue("test.note", a=1, b="二")
    assert uid is not None
    assert run_all() == 1
    said, under_way = seen[0]
    assert said == {"a": 1, "b": "二"}
    assert (under_way.uid, under_way.attempt) == (uid, 1)
    assert running() is None
    record = job_record(uid)
    assert record is not None and record.state == "done"


@pytest.mark.django_db
def test_a_job_appears_only_with_the_commit_of_its_cause(declare: Declare) -> None:
    declare("test.note", lambda: None)
    with pytest.raises(ZeroDivisionError), deed("test.ask", by=SYSTEM):
        enqueue("test.note")
        raise ZeroDivisionError
    assert run_all() == 0


@pytest.mark.django_db
def test_a_key_waits_only_once(declare: Declare) -> None:
    seen: list[int] = []
    declare("test.note", lambda n: seen.append(n))
    assert enqueue("test.note", key="k", n=1) is not None
    assert enqueue("test.note", key="k", n=2) is None
    assert enqueue("test.note", key="other", n=3) is not None
    run_all()
    assert seen == [1, 3]
    assert enqueue("test.note", key="k", n=4) is not None  # the first is done, so a new one may wait


@pytest.mark.django_db
def test_a_job_asked_for_while_its_twin_runs_waits_for_it(declare: Declare) -> None:
    order: list[str] = []

    def work(n: int) -> None:
        order.append(f"begin {n}")
        if n == 1:
            assert enqueue("test.note", key="k", n=2) is not None
            assert not run_one("other")  # the twin is held back while this one runs
        order.append(f"end {n}")

    declare("test.note", work)
    enqueue("test.note", key="k", n=1)
    run_all()
    assert order == ["begin 1", "end 1", "begin 2", "end 2"]


@pytest.mark.django_db
def test_a_later_job_and_priorities_keep_their_time_and_order(declare: Declare) -> None:
    seen: list[str] = []
    declare("test.note", lambda n: seen.append(n))
    with clock.frozen(clock.now()):
        enqueue("test.note", at=clock.now() + timedelta(minutes=5), n="late")
        enqueue("test.note", n="plain")
        enqueue("test.note", priority=5, n="urgent")
        run_all()
        assert seen == ["urgent", "plain"]
        clock.shift(301)
        run_all()
    assert seen == ["urgent", "plain", "late"]


@pytest.mark.django_db
def test_a_failing_job_is_repeated_after_growing_waits_and_then_dead(declare: Declare) -> None:
    attempts: list[int] = []

    def work() -> None:
        attempts.append(len(attempts))
        with deed("test.half", by=SYSTEM):
            raise ValueError("手机 13812345678")

    declare("test.fail", work, retries=2, first_wait_s=10)
    with clock.frozen(clock.now()):
        uid = enqueue("test.fail")
        assert uid is not None
        assert run_all() == 1
        clock.shift(9)
        assert run_all() == 0
        clock.shift(2)
        assert run_all() == 1
        clock.shift(21)
        assert run_all() == 1
        clock.shift(99_999)
        assert run_all() == 0
    dead = dead_jobs(SYSTEM)
    assert [(d.uid, d.attempts) for d in dead] == [(uid, 3)]
    assert dead[0].error.startswith("ValueError (")
    assert "138" not in dead[0].error
    assert set(job_backlog()) == {"dead"}
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_failed_job_whose_key_was_asked_for_again_gives_way(declare: Declare) -> None:
    def work(n: int) -> None:
        if n == 1:
            enqueue("test.note", key="k", n=2)
            raise ValueError

    declare("test.note", work)
    enqueue("test.note", key="k", n=1)
    assert run_all() == 2
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.django_db
def test_a_dead_job_is_retried_or_dropped_by_somebody_allowed_and_it_is_logged(declare: Declare) -> None:
    declare("test.fail", lambda: 1 / 0, retries=0)  # type: ignore[arg-type,return-value]
    enqueue("test.fail", key="k")
    run_all()
    uid = dead_jobs(SYSTEM)[0].uid
    nobody = Viewer(1, uuid.uuid4(), "N", "official", (Grant("events.view", "", ""),))
    keeper = Viewer(2, uuid.uuid4(), "K", "official", (Grant("jobs.manage", "", ""),))
    with pytest.raises(NotAllowed):
        dead_jobs(nobody)
    with pytest.raises(NotAllowed):
        retry_job(uid, by=nobody)
    retry_job(uid, by=keeper)
    assert run_all() == 1
    enqueue("test.fail", key="k")
    with pytest.raises(Conflict):
        retry_job(uid, by=keeper)
    drop_job(uid, by=keeper, reason="obsolete")
    with pytest.raises(NotFound):
        retry_job(uid, by=keeper)
    assert [e.action for e in entries(SYSTEM)] == ["jobs.drop_job", "jobs.retry_job"]


@pytest.mark.django_db
def test_dead_letters_are_retried_or_dropped_with_a_log_entry() -> None:
    subscribe("test.said", "test.listener", print)
    try:
        with deed("test.say", by=SYSTEM) as d:
            d.announce("test.said", version=1, subject="a", payload={})
            d.announce("test.said", version=1, subject="b", payload={})
        Delivery.objects.update(state="dead")
        first, second = dead_letters(SYSTEM)
        assert retry_letters([first.id], by=SYSTEM) == 1
        assert drop_letters([second.id], by=SYSTEM, reason="useless") == 1
        assert [e.payload["deliveries"] for e in entries(SYSTEM)[:2]] == [[second.id], [first.id]]
    finally:
        unsubscribe("test.listener")


@pytest.mark.django_db
def test_an_unknown_name_is_refused_and_one_from_another_release_waits() -> None:
    with pytest.raises(LookupError):
        enqueue("test.nobody")
    now = clock.now()
    Job.objects.create(uid=uuid.uuid4(), name="test.newer", arguments={}, run_at=now, asked_at=now)
    assert run_all() == 0


@pytest.mark.django_db
def test_finished_jobs_are_tidied_away(declare: Declare) -> None:
    declare("test.note", lambda: None)
    enqueue("test.note")
    run_all()
    assert purge_jobs(clock.now() - timedelta(days=1)) == 0
    assert purge_jobs(clock.now() + timedelta(seconds=1)) == 1


@pytest.mark.django_db
def test_a_job_whose_lease_ran_out_is_taken_over_by_another_worker(declare: Declare) -> None:
    attempts: list[int] = []

    def work() -> None:
        under_way = running()
        assert under_way is not None
        attempts.append(under_way.attempt)
        if under_way.attempt == 1:
            clock.shift(61)  # it slept through its lease
            assert run_one("quick")

    declare("test.slow", work, lease_s=60)
    with clock.frozen(clock.now()):
        uid = enqueue("test.slow")
        assert uid is not None
        run_one("slow")
    record = job_record(uid)
    assert record is not None
    assert (record.state, record.attempts, attempts) == ("done", 2, [1, 2])


@pytest.mark.django_db
def test_an_atomic_job_that_lost_its_lease_leaves_nothing(declare: Declare) -> None:
    def work() -> None:
        with deed("test.effect", by=SYSTEM):
            Job.objects.update(worker="quick", attempts=2)  # as if taken over

    declare("test.slow", work, atomic=True)
    enqueue("test.slow")
    run_one("slow")
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_each_time_is_dead_in_the_end(declare: Declare) -> None:
    declare("test.poison", lambda: None, retries=1, lease_s=60)
    with clock.frozen(clock.now()):
        enqueue("test.poison")
        Job.objects.update(state="running", attempts=2, worker="gone", lease_until=clock.now())
        run_all()
    assert "was lost 2 times" in dead_jobs(SYSTEM)[0].error


@pytest.mark.django_db(transaction=True)
def test_a_long_job_keeps_its_lease(declare: Declare) -> None:
    stolen: list[bool] = []

    def work() -> None:
        for _ in range(12):
            time.sleep(0.1)
            stolen.append(run_one("thief"))

    declare("test.long", work, lease_s=0.6)
    enqueue("test.long")
    assert run_one("honest")
    assert not any(stolen)
    assert Job.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_never_run_the_same_job(declare: Declare) -> None:
    seen: list[int] = []
    lock = threading.Lock()

    def work(n: int) -> None:
        with lock:
            seen.append(n)

    declare("test.note", work)
    with transaction.atomic():
        for n in range(60):
            enqueue("test.note", n=n)

    def worker(name: str) -> None:
        try:
            while Job.objects.filter(state="ready").exists():
                run_one(name)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(seen) == list(range(60))
