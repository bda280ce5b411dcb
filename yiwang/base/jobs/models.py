"""Tables of the jobs: what shall be done (once, under a lease), and what comes back by the clock."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

READY, RUNNING, DONE, DEAD = "ready", "running", "done", "dead"


class Job(models.Model):
    """One piece of work; it appears with the commit of the action that asked for it. Arguments are ids and codes."""

    uid = models.UUIDField(unique=True)
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=200, null=True)
    arguments = models.JSONField(encoder=DjangoJSONEncoder)
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, default=READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_at = models.DateTimeField()
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, db_index=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "key"], condition=Q(state=READY), name="jobs_job_key_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-priority", "run_at", "id"], name="jobs_job_ready", condition=Q(state=READY)),
            models.Index(fields=["lease_until"], name="jobs_job_leased", condition=Q(state=RUNNING)),
            models.Index(fields=["id"], name="jobs_job_dead", condition=Q(state=DEAD)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class Schedule(models.Model):
    """A job that comes back: every so many seconds, or daily at a local time. Who locks the row asks for the job."""

    name = models.CharField(max_length=100, unique=True)
    job = models.CharField(max_length=100)
    arguments = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    every_s = models.PositiveIntegerField(null=True)
    daily_at = models.TimeField(null=True)
    zone = models.CharField(max_length=64, default="UTC")
    next_at = models.DateTimeField(db_index=True)
    is_active = models.BooleanField(default=True)
    is_edited = models.BooleanField(default=False)
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(every_s__gt=0, daily_at__isnull=True) | Q(every_s__isnull=True, daily_at__isnull=False),
                name="jobs_schedule_one_rule",
            ),
        ]

    def __str__(self) -> str:
        return self.name
