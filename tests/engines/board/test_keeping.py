"""Answers kept for a moment: shared, made once, never older than what made somebody ask."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from yiwang.engines.board.keeping import SETTLED, after_message, kept
from yiwang.kernel import clock
from yiwang.kernel.ids import new_uid

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_an_answer_is_kept_until_something_newer_is_asked_for():
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    with clock.frozen(NOON):
        assert kept("x", 60, make) == kept("x", 60, make) == 1
        assert kept("x", 60, make, not_before=NOON) == 1
        clock.shift(5)
        assert kept("x", 60, make, not_before=NOON) == 1
        assert kept("x", 60, make, not_before=NOON + timedelta(seconds=4)) == 2
        assert kept("y", 60, make) == 3


def test_many_at_once_make_one():
    made: list[int] = []

    def slow() -> int:
        made.append(1)
        time.sleep(0.1)
        return 7

    threads = [threading.Thread(target=kept, args=("slow", 60, slow)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_a_messages_uid_tells_its_time_and_no_future_is_believed():
    before = clock.now()
    told = after_message(str(new_uid()))
    assert told is not None
    assert before - timedelta(milliseconds=2) <= told <= clock.now()
    with clock.frozen(clock.now() + timedelta(hours=1)):
        later = after_message(str(new_uid()))
        assert later is not None
        assert later <= clock.now()
    with clock.frozen(clock.now() - timedelta(hours=1)):
        assert after_message(str(new_uid())) == clock.now()  # a uid of the future
    assert after_message("") is None
    assert after_message("00000000-0000-4000-8000-000000000000") is None
    assert SETTLED.total_seconds() < 0.5  # the browser gathers for half a second
