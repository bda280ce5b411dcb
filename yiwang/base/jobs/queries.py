"""Reads of the jobs: failed ones for a person to judge, the backlog for health checks, the schedules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min

from yiwang.base.access import Viewer, require
from yiwang.base.jobs.actions import MANAGE
from yiwang.base.jobs.models import DEAD, READY, RUNNING, Job, Schedule
from yiwang.base.messages.queries import DeadLetter
from yiwang.base.messages.queries import dead_letters as letters
from yiwang.kernel.clock import now


@dataclass(frozen=True)
class JobRecord:
    """One job as pages show it; `error` says what and where, without values."""

    uid: UUID
    name: str
    key: str | None
    arguments: dict[str, Any]
    state: str
    attempts: int
    run_at: datetime
    asked_at: datetime
    ended_at: datetime | None
    error: str


def dead_jobs(viewer: Viewer, *, after: datetime | None = None, limit: int = 50) -> list[JobRecord]:
    """Failed jobs, latest first; `after` is `ended_at` of the last one seen. Raises NotAllowed."""
    require(viewer, MANAGE)
    rows = Job.objects.filter(state=DEAD).order_by("-ended_at")
    if after is not None:
        rows = rows.filter(ended_at__lt=after)
    return [_record(j) for j in rows[:limit]]


def dead_letters(viewer: Viewer, *, after: int | None = None, limit: int = 50) -> list[DeadLetter]:
    """Messages that could not be delivered, latest first. Raises NotAllowed."""
    require(viewer, MANAGE)
    return letters(after=after, limit=limit)


def job(uid: UUID) -> JobRecord | None:
    """One job by its uid."""
    found = Job.objects.filter(uid=uid).first()
    return _record(found) if found else None


def job_backlog() -> dict[str, tuple[int, datetime]]:
    """For health checks: state → (how many, since when), of jobs that wait, run or are dead."""
    rows = Job.objects.filter(state__in=(READY, RUNNING, DEAD)).values("state")
    return {r["state"]: (r["n"], r["since"]) for r in rows.annotate(n=Count("id"), since=Min("asked_at"))}


def is_waiting(name: str, key: str) -> bool:
    """Whether a job of this name and key waits or runs."""
    return Job.objects.filter(name=name, key=key, state__in=(READY, RUNNING)).exists()


def waiting_jobs() -> tuple[int, datetime | None]:
    """For health checks: how many jobs are due and not begun, and since when the oldest of them is due."""
    due = Job.objects.filter(state=READY, run_at__lte=now())
    return due.count(), due.order_by("run_at").values_list("run_at", flat=True).first()


def schedules(viewer: Viewer) -> list[dict[str, Any]]:
    """All schedules with their next and last time. Raises NotAllowed."""
    require(viewer, MANAGE)
    columns = ("name", "job", "every_s", "daily_at", "zone", "next_at", "last_at", "is_active", "is_edited")
    return list(Schedule.objects.order_by("name").values(*columns))


def _record(j: Job) -> JobRecord:
    return JobRecord(j.uid, j.name, j.key, j.arguments, j.state, j.attempts, j.run_at, j.asked_at, j.ended_at, j.error)
