"""Writers never queue behind the audit, and no committed entry is ever passed over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from yiwang.base.access import SYSTEM
from yiwang.base.audit import sealer
from yiwang.base.audit.models import Entry, Seal
from yiwang.base.audit.sealer import seal_entries
from yiwang.base.audit.verifier import verify_chain
from yiwang.base.deeds import deed
from yiwang.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)


def act(number: int = 0) -> None:
    with deed("test.change_thing", by=SYSTEM, subject=f"thing:{number}") as d:
        d.note(number=number)


def in_thread(work: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_more_than_one_batch_is_sealed_and_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "BATCH", 50)
    for number in range(105):
        act(number)
    assert seal_entries() == 105
    assert Seal.objects.count() == 4
    assert verify_chain().is_sound
    assert seal_entries() == 0


def test_a_long_deed_holds_up_neither_other_writers_nor_the_sealer(postgres: None) -> None:
    entered, release = threading.Event(), threading.Event()

    def slow() -> None:
        with deed("test.slow", by=SYSTEM, subject="slow"):
            Entry.objects.filter(pk=0).update(reason="")  # the transaction has begun in earnest
            entered.set()
            release.wait(20)

    holder = in_thread(slow)
    assert entered.wait(10)
    begun = time.monotonic()
    writers = [in_thread(lambda n=n: [act(n) for _ in range(25)] and None) for n in range(8)]  # type: ignore[misc]
    for writer in writers:
        writer.join(20)
    assert time.monotonic() - begun < 15
    assert seal_entries() == 200
    release.set()
    holder.join(20)
    assert seal_entries() == 1
    assert verify_chain().is_sound


def test_an_entry_with_a_lower_key_that_commits_later_is_sealed_all_the_same(postgres: None) -> None:
    inserted, release = threading.Event(), threading.Event()

    def late() -> None:
        from django.db import transaction

        with transaction.atomic():
            act(1)  # its key is taken now, its commit comes last
            inserted.set()
            release.wait(20)

    holder = in_thread(late)
    assert inserted.wait(10)
    act(2)
    assert seal_entries() == 1
    release.set()
    holder.join(20)
    assert seal_entries() == 1
    first, second = Entry.objects.order_by("number").values_list("id", flat=True)
    assert second < first
    assert verify_chain().is_sound


def test_eight_writers_and_two_sealers_at_once_lose_and_double_nothing() -> None:
    stop = threading.Event()

    def sealing() -> None:
        while not stop.is_set():
            seal_entries()
            time.sleep(0.01)

    sealers = [in_thread(sealing) for _ in range(2)]
    writers = [in_thread(lambda n=n: [act(n) for _ in range(20)] and None) for n in range(8)]  # type: ignore[misc]
    for writer in writers:
        writer.join(60)
    stop.set()
    for thread in sealers:
        thread.join(60)
    seal_entries()
    found = verify_chain()
    assert found.is_sound, found.findings
    assert (found.n_entries, found.n_unsealed) == (160, 0)


def test_only_one_sealer_works_at_a_time(postgres: None) -> None:
    act()
    seal_entries()
    act()
    locked, release = threading.Event(), threading.Event()

    def hold() -> None:
        from django.db import transaction

        with transaction.atomic():
            Seal.objects.select_for_update().get(number_to=0)
            locked.set()
            release.wait(20)

    holder = in_thread(hold)
    assert locked.wait(10)
    assert seal_entries() == 0
    release.set()
    holder.join(20)
    assert seal_entries() == 1


def test_times_come_from_the_kernel_clock() -> None:
    at = datetime(2026, 5, 1, 8, 30, 0, 123456, tzinfo=UTC)
    with clock.frozen(at):
        act()
        seal_entries()
    assert Entry.objects.get().at == at
    assert Seal.objects.latest("number_to").at == at
    assert connection.vendor in {"sqlite", "postgresql"}
    assert verify_chain().is_sound
