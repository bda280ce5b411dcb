"""Delivers the outbox: each handler's effect and its mark commit together, in order per subscriber and subject.

A batch is one transaction. It locks deliveries that are the first open one of their (subscriber, subject) — so two
workers never hold the same queue — runs each handler in a savepoint, and marks the done ones with one UPDATE. A worker
killed in the middle loses the whole transaction and the batch is repeated: effects in the database happen once.
What a handler does outside the database may happen again; it passes the letter's `uid` as idempotency key.

A failed delivery waits (2, 4, 8 … s, at most an hour) and holds up only its own subscriber and subject; after
`MOST_ATTEMPTS` it is dead, its subject goes on, and a person retries or drops it.
"""

from __future__ import annotations

import logging
import time
import traceback
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Min, QuerySet

from yiwang.base.messages.models import DEAD, DONE, PENDING, Delivery
from yiwang.base.messages.queries import letter_of
from yiwang.base.messages.registry import handler_of, known_names, pulling
from yiwang.kernel import clock
from yiwang.kernel.errors import Failure

MOST_ATTEMPTS = 10
LONGEST_WAIT_S = 3600
BATCH = 100
BATCH_S = 0.25  # a batch holds SQLite's only write lock: keep it short
WINDOW = 1_000
"""How many of the oldest open deliveries are looked at first: whatever waits behind them costs nothing."""

log = logging.getLogger("yiwang.messages")


def deliver_pending(limit: int = 1_000) -> int:
    """Deliver what is due, at most about `limit`; returns how many deliveries were done. Any number of workers."""
    done = 0
    while done < limit:
        window = _window()
        if window == 0:
            break
        tried, succeeded = _deliver_batch(min(BATCH, limit - done), window)
        done += succeeded
        if not tried:
            break
    return done


def _window() -> int | None:
    """Where something is due: among the oldest, else (they wait for another try) anywhere, None; 0 for nowhere.

    Plain reads: an idle worker takes no write lock.
    """
    if _due(WINDOW).exists():
        return WINDOW
    return None if _due(None).exists() else 0


def _due(window: int | None) -> QuerySet[Delivery]:
    """Open deliveries that are due and first in their (subscriber, subject), among the `window` oldest or all.

    The first of a queue among the oldest is the first of all: whatever comes before it is older still.
    """
    names = [name for name in known_names() if name not in pulling()]
    waiting = Delivery.objects.filter(state=PENDING, subscriber__in=names)
    seen = waiting
    if window is not None:
        seen = Delivery.objects.filter(id__in=waiting.order_by("id").values("id")[:window])
    # Not "there is no earlier one": PostgreSQL without fresh statistics answers that by comparing all with all.
    first = seen.order_by().values("subscriber", "subject").annotate(first=Min("id")).values("first")
    return waiting.filter(next_at__lte=clock.now(), id__in=first)


def _deliver_batch(size: int, window: int | None) -> tuple[int, int]:
    """One transaction; returns (deliveries tried, deliveries done)."""
    stop_at = time.monotonic() + BATCH_S
    done: list[int] = []
    failed: list[Delivery] = []
    with transaction.atomic():
        for queue in _locked_queues(size, window):
            for delivery in queue:
                if not _handle(delivery):
                    failed.append(delivery)
                    break  # order: what follows waits for this one
                done.append(delivery.pk)
                if time.monotonic() > stop_at:
                    break
            if time.monotonic() > stop_at:
                break
        Delivery.objects.filter(id__in=done).update(state=DONE, error="")
        if failed:
            Delivery.objects.bulk_update(failed, ["state", "attempts", "next_at", "error"])
    return len(done) + len(failed), len(done)


def _locked_queues(size: int, window: int | None) -> list[list[Delivery]]:
    """Lock first deliveries and add what follows each, in order; about `size` deliveries in two queries.

    Whoever holds the first open delivery of a (subscriber, subject) owns its queue: others only ever lock first ones.
    """
    heads = _due(window).select_related("message").select_for_update(skip_locked=True, of=("self",))
    queues = {(d.subscriber, d.subject): [d] for d in heads.order_by("id")[:size]}
    if not queues or len(queues) >= size:
        return list(queues.values())
    begin = min(queue[0].pk for queue in queues.values())
    rows = Delivery.objects.filter(state=PENDING, id__gt=begin, subject__in={subject for _, subject in queues})
    now = clock.now()
    closed: set[tuple[str, str]] = set()
    for delivery in rows.select_related("message").order_by("id")[:size]:
        key = (delivery.subscriber, delivery.subject)
        queue = queues.get(key)
        if queue is None or delivery.pk <= queue[0].pk or key in closed:
            continue
        if delivery.next_at > now:
            closed.add(key)
        else:
            queue.append(delivery)
    return list(queues.values())


def _handle(delivery: Delivery) -> bool:
    """Run the handler in a savepoint; on failure set when to try again, or that it is dead."""
    handler = handler_of(delivery.subscriber, delivery.message.topic)
    if handler is None:
        return True  # the subscriber no longer wants this topic
    try:
        with transaction.atomic():
            handler(letter_of(delivery.message))
    except Exception as error:
        log.exception("%s failed on %s", delivery.subscriber, delivery.message)
        delivery.attempts += 1
        delivery.error = place_of(error)
        delivery.next_at = clock.now() + timedelta(seconds=wait_s(delivery.attempts))
        if delivery.attempts >= MOST_ATTEMPTS:
            delivery.state = DEAD
        return False
    return True


def wait_s(attempts: int, first_s: float = 2, longest_s: float = LONGEST_WAIT_S) -> float:
    """Seconds to wait after the n-th failed attempt: doubling from `first_s`, at most `longest_s`."""
    return float(min(longest_s, first_s * 2 ** min(attempts - 1, 30)))


def place_of(error: BaseException) -> str:
    """What failed and where, without values: database messages quote rows, which may be personal."""
    said = f": {error.text.msgid}" if isinstance(error, Failure) else ""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    return f"{type(error).__name__}{said} ({where})"[:2000]
