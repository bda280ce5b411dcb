"""Reads of the outbox: what a fetching subscriber has yet to take, dead letters, and how far delivery lags."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min

from yiwang.base.messages.models import DEAD, PENDING, Delivery, Message
from yiwang.base.messages.registry import Letter


@dataclass(frozen=True)
class Pending:
    """A delivery a subscriber fetches: pass `id` to `mark_done`."""

    id: int
    letter: Letter


@dataclass(frozen=True)
class DeadLetter:
    """A delivery that failed for good; `error` says what and where, without values."""

    id: int
    subscriber: str
    topic: str
    subject: str
    message_uid: UUID
    at: datetime
    attempts: int
    error: str


@dataclass(frozen=True)
class Backlog:
    """How much one subscriber still has to receive, and since when."""

    subscriber: str
    n_pending: int
    oldest_at: datetime


def letter_of(message: Message) -> Letter:
    """The message as handlers see it."""
    return Letter(message.uid, message.topic, message.version, message.subject, message.payload, message.at)


def pending_for(subscriber: str, limit: int = 500) -> list[Pending]:
    """What a fetching subscriber has not marked done yet, in order; found by state, never by "id after"."""
    rows = Delivery.objects.filter(subscriber=subscriber, state=PENDING).select_related("message").order_by("id")
    return [Pending(d.pk, letter_of(d.message)) for d in rows[:limit]]


def dead_letters(*, after: int | None = None, limit: int = 50) -> list[DeadLetter]:
    """Dead letters, newest first; `after` is the id of the last one seen. Callers check the permission."""
    rows = Delivery.objects.filter(state=DEAD).select_related("message").order_by("-id")
    if after is not None:
        rows = rows.filter(id__lt=after)
    return [
        DeadLetter(d.pk, d.subscriber, d.message.topic, d.subject, d.message.uid, d.message.at, d.attempts, d.error)
        for d in rows[:limit]
    ]


def backlog() -> list[Backlog]:
    """For health checks: what waits for each subscriber."""
    rows = Delivery.objects.filter(state=PENDING).values("subscriber")
    found = rows.annotate(n=Count("id"), oldest=Min("message__at")).order_by("subscriber")
    return [Backlog(r["subscriber"], r["n"], r["oldest"]) for r in found]
