"""Claims one job at a time under a lease, runs it, and writes how it ended — only while the lease is still its own."""

from __future__ import annotations

import contextvars
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q

from yiwang.base.jobs.models import DEAD, DONE, READY, RUNNING, Job
from yiwang.base.jobs.registry import JobKind, kind_of, known_jobs
from yiwang.base.messages.delivering import place_of, wait_s
from yiwang.kernel import clock

log = logging.getLogger("yiwang.jobs")


@dataclass(frozen=True)
class Running:
    """The job under way: `uid` is the same in every attempt, hence an idempotency key; `attempt` counts from 1."""

    uid: UUID
    name: str
    key: str | None
    attempt: int


class LeaseLost(Exception):
    """Another worker has taken the job over: this attempt must leave nothing."""


_running: ContextVar[Running | None] = ContextVar("yiwang_running_job", default=None)


def running() -> Running | None:
    """The job this code runs in, None outside of one."""
    return _running.get()


def run_one(worker: str) -> bool:
    """Claim the next due job and run it to its end or failure; False when nothing is due."""
    claimed = _claim(worker)
    if claimed is None:
        return False
    kind = kind_of(claimed.name)
    token = _running.set(Running(claimed.uid, claimed.name, claimed.key, claimed.attempts))
    try:
        with _heartbeat(claimed, kind.lease_s):
            _work(claimed, kind)
    except LeaseLost:
        log.warning("%s %s was taken over by another worker", claimed.name, claimed.uid)
    except Exception as error:
        log.exception("%s %s failed (attempt %s)", claimed.name, claimed.uid, claimed.attempts)
        _fail(claimed, error, retries=kind.retries, first_wait_s=kind.first_wait_s)
    finally:
        _running.reset(token)
    return True


def _work(claimed: Job, kind: JobKind) -> None:
    if kind.is_atomic:
        with transaction.atomic():
            kind.work(**claimed.arguments)
            _finish(claimed, kind)
    else:
        kind.work(**claimed.arguments)
        _finish(claimed, kind)


def _claim(worker: str) -> Job | None:
    """Take the next due job, or one whose worker let its lease run out. Several workers never take the same."""
    if not _due().exists():  # a plain read: an idle worker takes no write lock
        return None
    with transaction.atomic():
        found: Job | None = (
            _due().select_for_update(skip_locked=True, of=("self",)).order_by("-priority", "run_at", "id").first()
        )
        if found is None:
            return None
        kind = kind_of(found.name)
        if found.attempts > kind.retries:  # only an expired lease comes here: its worker died each time
            _end(found, DEAD, found.error or f"its worker ({found.worker}) was lost {found.attempts} times")
            return None
        found.state, found.worker, found.attempts = RUNNING, worker, found.attempts + 1
        found.lease_until = clock.now() + timedelta(seconds=kind.lease_s)
        found.save(update_fields=["state", "worker", "attempts", "lease_until"])
    return found


def _due() -> Any:
    """Jobs to claim; names this process does not know wait for a worker of another release that does."""
    now = clock.now()
    twin = Job.objects.filter(name=OuterRef("name"), key=OuterRef("key"), state=RUNNING, lease_until__gt=now)
    waiting = Q(state=READY, run_at__lte=now) & ~Exists(twin)
    return Job.objects.filter(name__in=known_jobs()).filter(waiting | Q(state=RUNNING, lease_until__lte=now))


def _mine(claimed: Job) -> Any:
    """The row, if this very attempt still holds it."""
    return Job.objects.filter(pk=claimed.pk, state=RUNNING, worker=claimed.worker, attempts=claimed.attempts)


def _finish(claimed: Job, kind: JobKind) -> None:
    done: dict[str, Any] = {"state": DONE, "ended_at": clock.now(), "lease_until": None, "error": ""}
    if kind.forgets:
        done["arguments"] = {}
    if not _mine(claimed).update(**done):
        raise LeaseLost


def _fail(claimed: Job, error: Exception, *, retries: int, first_wait_s: float) -> None:
    """Wait and try again, or give up after the last attempt."""
    if claimed.attempts > retries:
        _end(claimed, DEAD, place_of(error))
        return
    run_at = clock.now() + timedelta(seconds=wait_s(claimed.attempts, first_wait_s))
    try:
        with transaction.atomic():
            _mine(claimed).update(state=READY, run_at=run_at, lease_until=None, error=place_of(error))
    except IntegrityError:
        # One with the same key was asked for meanwhile: it does this one's work too.
        _end(claimed, DONE, f"done by a later one after {place_of(error)}")


def _end(claimed: Job, state: str, error: str) -> None:
    _mine(claimed).update(state=state, ended_at=clock.now(), lease_until=None, error=error)


@contextmanager
def _heartbeat(claimed: Job, lease_s: float) -> Iterator[None]:
    """Renew the lease three times per its length while the block runs, on a connection of the thread's own."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(lease_s / 3):
                until = clock.now() + timedelta(seconds=lease_s)
                try:
                    if not _mine(claimed).update(lease_until=until):
                        return
                except DatabaseError:  # SQLite is busy, or the server restarts: the next beat may succeed
                    log.warning("could not renew the lease of %s", claimed.uid, exc_info=True)
                    connection.close()
        finally:
            connection.close()

    context = contextvars.copy_context()  # with a clock frozen by a test
    thread = threading.Thread(target=context.run, args=(beat,), name=f"lease {claimed.name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(lease_s)
