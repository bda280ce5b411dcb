"""Asking for work, and what a person does with work that failed: retry or drop (audited, permission `jobs.manage`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast

from yiwang.base.access import Viewer, register_permission, require
from yiwang.base.deeds import deed
from yiwang.base.jobs.models import DEAD, DONE, READY, Job
from yiwang.base.jobs.registry import kind_of
from yiwang.base.messages import actions as letters
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict, NotFound
from yiwang.kernel.ids import new_uid
from yiwang.kernel.text import N_

MANAGE = register_permission("jobs.manage", N_("Retry or drop failed jobs and messages")).code


def enqueue(
    name: str, *, key: str | None = None, at: datetime | None = None, priority: int = 0, **arguments: Any
) -> UUID | None:
    """Ask for the job `name`, now or from `at` on, in the caller's transaction: it appears with its commit.

    With a `key` there is at most one waiting job of that name and key: None is returned when one waits already (a
    running one does not count, since it may have read the state before the change; the two never run at once).
    Raises LookupError for an unknown name, ValueError for a key that is too long.
    """
    kind_of(name)
    if key is not None and len(key) > 200:
        raise ValueError("the key of a job has at most 200 characters")
    now = clock.now()
    asked = Job(
        uid=new_uid(), name=name, key=key, arguments=arguments, priority=priority, run_at=at or now, asked_at=now
    )
    if key is None:
        asked.save(force_insert=True)
        return asked.uid
    Job.objects.bulk_create([asked], ignore_conflicts=True)
    return asked.uid if Job.objects.filter(uid=asked.uid).exists() else None


def retry_job(uid: UUID, *, by: Viewer, reason: str = "") -> None:
    """Let a dead job run again with all its attempts. NotFound, NotAllowed, Conflict (one with its key waits)."""
    require(by, MANAGE)
    with deed("jobs.retry_job", by=by, subject=f"job:{uid}", reason=reason) as d:
        dead = _dead_job(uid)
        twin = Job.objects.filter(name=OuterRef("name"), key=OuterRef("key"), state=READY)
        again = Job.objects.filter(Q(key__isnull=True) | ~Exists(twin), pk=dead.pk, state=DEAD)
        if not again.update(state=READY, attempts=0, run_at=clock.now(), ended_at=None):
            raise Conflict(N_("The same job waits already."))
        d.note(job=dead.name)


def drop_job(uid: UUID, *, by: Viewer, reason: str) -> None:
    """Give a dead job up for good. Raises NotFound, NotAllowed."""
    require(by, MANAGE)
    with deed("jobs.drop_job", by=by, subject=f"job:{uid}", reason=reason) as d:
        dead = _dead_job(uid)
        Job.objects.filter(pk=dead.pk).update(state=DONE)
        d.note(job=dead.name, error=dead.error)


def retry_letters(ids: Iterable[int], *, by: Viewer, reason: str = "") -> int:
    """Deliver dead letters again; returns how many. Raises NotAllowed."""
    require(by, MANAGE)
    with deed("messages.retry_letters", by=by, subject="messages:dead", reason=reason) as d:
        wanted = list(ids)
        d.note(deliveries=wanted)
        return letters.retry_dead(wanted)


def drop_letters(ids: Iterable[int], *, by: Viewer, reason: str) -> int:
    """Give dead letters up for good; returns how many. Raises NotAllowed."""
    require(by, MANAGE)
    with deed("messages.drop_letters", by=by, subject="messages:dead", reason=reason) as d:
        wanted = list(ids)
        d.note(deliveries=wanted)
        return letters.drop_dead(wanted)


def purge_jobs(before: datetime, limit: int = 5_000) -> int:
    """Delete up to `limit` jobs that ended well before `before`; returns how many."""
    ids = Job.objects.filter(state=DONE, ended_at__lt=before).values_list("id", flat=True)[:limit]
    return Job.objects.filter(id__in=list(ids)).delete()[0]


def erase_jobs(mentioning: Iterable[str]) -> int:
    """Delete ended jobs whose key or arguments contain one of these texts (uids); returns how many."""
    rows = Job.objects.filter(state__in=(DONE, DEAD)).annotate(text=Cast("arguments", TextField()))
    found = Q(pk__in=())
    for text in mentioning:
        found |= Q(key__contains=text) | Q(text__contains=text)
    return rows.filter(found).delete()[0]


def _dead_job(uid: UUID) -> Job:
    found = Job.objects.filter(uid=uid, state=DEAD).first()
    if found is None:
        raise NotFound(N_("There is no failed job with this id."))
    return found
