"""Messages arrive once, in order, also when handlers fail or the worker is killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests.base.child import start_child
from yiwang.base.access import SYSTEM
from yiwang.base.audit.models import Entry
from yiwang.base.deeds import deed
from yiwang.base.messages import delivering
from yiwang.base.messages.actions import announce, drop_dead, drop_untaken, mark_done, purge_messages, retry_dead
from yiwang.base.messages.delivering import MOST_ATTEMPTS, deliver_pending, wait_s
from yiwang.base.messages.models import Delivery, Message
from yiwang.base.messages.queries import backlog, dead_letters, pending_for
from yiwang.base.messages.registry import Handler, Letter, subscribe, unsubscribe
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict

Subscribe = Callable[..., None]


@pytest.fixture
def listen() -> Iterator[Subscribe]:
    names: list[str] = []

    def add(topic: str, handler: Handler | None, name: str = "test.listener") -> None:
        subscribe(topic, name, handler)
        names.append(name)

    yield add
    for name in names:
        unsubscribe(name)


def say(*subjects: str, topic: str = "test.said") -> None:
    with transaction.atomic():
        for number, subject in enumerate(subjects):
            announce(topic, version=1, subject=subject, payload={"number": number})


@pytest.mark.django_db
def test_a_handler_hears_each_message_once_and_in_order(listen: Subscribe) -> None:
    heard: list[Letter] = []
    listen("test.*", heard.append)
    say("a", "b", "a", "a")
    say("x", topic="other.said")
    assert deliver_pending() == 4
    assert deliver_pending() == 0
    assert [x.payload["number"] for x in heard if x.subject == "a"] == [0, 2, 3]
    assert len({x.uid for x in heard}) == 4


@pytest.mark.django_db(transaction=True)
def test_a_message_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction of its cause"):
        announce("test.said", version=1, subject="a", payload={})


@pytest.mark.django_db
def test_a_failure_holds_up_its_own_subject_only_and_leaves_nothing_behind(listen: Subscribe) -> None:
    heard: list[tuple[str, int]] = []
    broken = True

    def handler(letter: Letter) -> None:
        with deed("test.react", by=SYSTEM, subject=letter.subject):
            pass
        if letter.subject == "a" and broken:
            raise Conflict("Not now, %(who)s.", who="王小明")
        heard.append((letter.subject, letter.payload["number"]))

    listen("test.*", handler)
    with clock.frozen(clock.now()):
        say("a", "b", "a")
        assert deliver_pending() == 1
        assert heard == [("b", 1)]
        assert Entry.objects.filter(subject="a").count() == 0
        error = Delivery.objects.get(attempts=1).error
        assert "Conflict: Not now" in error
        assert "王小明" not in error
        broken = False
        assert deliver_pending() == 0  # not due yet, and what follows waits for it
        clock.shift(3)
        assert deliver_pending() == 2
    assert heard == [("b", 1), ("a", 0), ("a", 2)]


@pytest.mark.django_db
def test_what_waits_for_another_try_hides_nothing_behind_it(listen: Subscribe, monkeypatch: pytest.MonkeyPatch) -> None:
    # given more letters that wait than a worker looks at first
    monkeypatch.setattr(delivering, "WINDOW", 2)
    heard: list[tuple[str, int]] = []

    def handler(letter: Letter) -> None:
        if letter.subject == "broken":
            raise Conflict("Not now.")
        heard.append((letter.subject, letter.payload["number"]))

    listen("test.*", handler)
    with clock.frozen(clock.now()):
        say("broken", "broken", "broken", "a", "b", "a")
        # when it delivers, then those behind them arrive, in order
        assert deliver_pending() == 3
    assert [n for subject, n in heard if subject == "a"] == [3, 5] and ("b", 4) in heard


@pytest.mark.django_db
def test_waits_double_up_to_an_hour() -> None:
    assert [wait_s(n) for n in (1, 2, 3, 4)] == [2, 4, 8, 16]
    assert wait_s(40) == 3600


@pytest.mark.django_db
def test_poison_ends_as_a_dead_letter_that_can_be_retried_or_dropped(listen: Subscribe) -> None:
    heard: list[int] = []

    def handler(letter: Letter) -> None:
        if letter.payload["number"] == 0 and not heard:
            raise ValueError("手机 13812345678")
        heard.append(letter.payload["number"])

    listen("test.*", handler)
    with clock.frozen(clock.now()):
        say("a", "a")
        for _ in range(MOST_ATTEMPTS):
            assert not heard
            deliver_pending()
            clock.shift(3601)
        deliver_pending()
        assert heard == [1]  # the subject goes on without it
        letter = dead_letters()[0]
        assert (letter.attempts, letter.subscriber, letter.subject) == (MOST_ATTEMPTS, "test.listener", "a")
        assert letter.error.startswith("ValueError (test_delivering.py")
        assert "138" not in letter.error
        assert retry_dead([letter.id]) == 1
        assert deliver_pending() == 1
        assert heard == [1, 0]
    Delivery.objects.update(state="dead")
    assert drop_dead([d.id for d in dead_letters()]) == 2


@pytest.mark.django_db
def test_a_fetching_subscriber_takes_and_marks(listen: Subscribe) -> None:
    listen("test.*", None, "test.stream")
    say("a", "b")
    assert deliver_pending() == 0
    found = pending_for("test.stream")
    assert [p.letter.subject for p in found] == ["a", "b"]
    assert backlog()[0].n_pending == 2
    assert mark_done([found[0].id]) == 1
    assert [p.letter.subject for p in pending_for("test.stream")] == ["b"]


@pytest.mark.django_db
def test_what_a_fetching_subscriber_does_not_take_in_time_is_dropped() -> None:
    subscribe("test.*", "test.live", keep_s=60)
    subscribe("test.*", "test.exact")
    try:
        with clock.frozen(clock.now()):
            say("a")
            assert drop_untaken() == 0
            clock.shift(61)
            assert drop_untaken() == 1
        assert pending_for("test.live") == []
        assert len(pending_for("test.exact")) == 1
    finally:
        unsubscribe("test.live")
        unsubscribe("test.exact")


@pytest.mark.django_db
def test_a_batch_takes_few_queries(listen: Subscribe) -> None:
    listen("test.*", lambda letter: None)
    say(*[f"s{n % 30}" for n in range(90)])
    with CaptureQueriesContext(connection) as queries:
        assert deliver_pending() == 90
    plain = [q for q in queries if "SAVEPOINT" not in q["sql"]]
    assert len(plain) <= 8


@pytest.mark.django_db
def test_old_messages_go_once_everybody_has_them(listen: Subscribe) -> None:
    listen("test.*", lambda letter: None)
    listen("test.*", None, "test.stream")
    say("a", "b")
    deliver_pending()
    mark_done([pending_for("test.stream")[0].id])
    assert purge_messages(clock.now() - timedelta(days=1)) == 0
    assert purge_messages(clock.now() + timedelta(days=1)) == 1
    assert [m.subject for m in Message.objects.all()] == ["b"]


@pytest.mark.django_db
def test_a_name_has_one_handler_for_a_topic(listen: Subscribe) -> None:
    listen("test.said", print)
    listen("test.said", print)
    with pytest.raises(ValueError, match="already listens"):
        subscribe("test.said", "test.listener", repr)


@pytest.mark.django_db(transaction=True)
def test_several_workers_keep_the_order_and_deliver_once(listen: Subscribe) -> None:
    heard: list[tuple[str, int]] = []
    lock = threading.Lock()

    def handler(letter: Letter) -> None:
        time.sleep(0.001)
        with lock:
            heard.append((letter.subject, letter.payload["number"]))

    listen("test.*", handler)
    say(*[f"s{n % 20}" for n in range(300)])

    def work() -> None:
        try:
            while Delivery.objects.filter(state="pending").exists():
                deliver_pending(20)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert len(heard) == 300
    for subject in {s for s, _ in heard}:
        numbers = [n for s, n in heard if s == subject]
        assert numbers == sorted(numbers)


CHILD = """
import sys, time
from yiwang.base.access import SYSTEM
from yiwang.base.deeds import deed
from yiwang.base.messages.delivering import deliver_pending
from yiwang.base.messages.registry import subscribe
def handler(letter):
    with deed("test.react", by=SYSTEM, subject=f"effect:{letter.uid}"):
        print("handled", flush=True)
        time.sleep(0.01)
subscribe("test.*", "test.listener", handler)
print("ready", flush=True)
while deliver_pending(): pass
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_is_repeated_with_every_effect_once(
    listen: Subscribe, size: Callable[[int, int], int]
) -> None:
    n = size(60, 1_000)
    listen("test.*", lambda letter: None)
    say(*[f"s{i % 7}" for i in range(n)])
    kills = 0
    while Delivery.objects.filter(state="pending").exists():
        child = start_child(CHILD)
        assert child.stdout is not None
        handled = sum(1 for _ in take(child.stdout, 8 + 23 * kills))
        if kills < 3 and handled:
            child.kill()  # SIGKILL in the middle of a batch
            kills += 1
        child.communicate(timeout=60)
        connection.close()
    effects = list(Entry.objects.filter(action="test.react").values_list("subject", flat=True))
    assert kills == 3
    assert len(effects) == n
    assert set(effects) == {f"effect:{uid}" for uid in Message.objects.values_list("uid", flat=True)}


def take(lines: Any, n: int) -> Iterator[str]:
    for line in lines:
        if line.startswith("handled"):
            yield line
            n -= 1
        if n <= 0:
            return
