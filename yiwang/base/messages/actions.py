"""Writes to the outbox: announce (inside an action's transaction), mark as fetched, retry, drop, purge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from yiwang.base.messages.models import DEAD, DONE, PENDING, Delivery, Message
from yiwang.base.messages.queries import Pending, letter_of
from yiwang.base.messages.registry import kept_s, pulling, subscribers
from yiwang.base.prepared import insert
from yiwang.kernel import clock
from yiwang.kernel.ids import new_uid


@dataclass(frozen=True)
class Announcement:
    """A message to be: topic, version of its payload's shape, what it is about, ids and codes."""

    topic: str
    version: int
    subject: str
    payload: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not self.subject or len(self.subject) > 200 or not self.topic or len(self.topic) > 100:
            raise ValueError("a message needs a topic and a subject that fit their columns")


def announce(topic: str, *, version: int, subject: str, payload: Mapping[str, Any]) -> None:
    """Announce one message in the caller's transaction (`deed.announce` is the usual way)."""
    announce_all([Announcement(topic, version, subject, payload)])


def announce_all(announcements: Sequence[Announcement]) -> None:
    """Insert messages and deliveries: at most two INSERT statements. RuntimeError outside a transaction."""
    if not announcements:
        return
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a message is announced in the transaction of its cause")
    at = clock.now()
    messages = [
        Message(uid=new_uid(), topic=a.topic, version=a.version, subject=a.subject, payload=dict(a.payload), at=at)
        for a in announcements
    ]
    insert(messages)
    deliveries = [
        Delivery(message=m, subscriber=name, subject=m.subject, next_at=at)
        for m in messages
        for name in subscribers(m.topic)
    ]
    insert(deliveries)


def hold_pending(subscriber: str, limit: int = 500) -> list[Pending]:
    """What waits for a fetching subscriber, in order, held against its other processes until the transaction ends.

    Mark what was acted on as done in the same transaction: then each letter has its effect once.
    """
    rows = Delivery.objects.filter(subscriber=subscriber, state=PENDING).select_related("message").order_by("id")
    held = rows.select_for_update(skip_locked=True, of=("self",))[:limit]
    return [Pending(d.pk, letter_of(d.message)) for d in held]


def mark_done(ids: Iterable[int]) -> int:
    """Mark fetched deliveries as done; returns how many were still pending."""
    return Delivery.objects.filter(id__in=list(ids), state=PENDING).update(state=DONE, error="")


def drop_untaken() -> int:
    """Drop what fetching subscribers have left lying longer than they asked to keep it; returns how many."""
    n = 0
    for name in pulling():
        span = kept_s(name)
        if span is not None:
            before = clock.now() - timedelta(seconds=span)
            n += Delivery.objects.filter(subscriber=name, state=PENDING, next_at__lt=before).delete()[0]
    return n


def retry_dead(ids: Iterable[int]) -> int:
    """Give dead deliveries all their attempts again; they come after what their subject has received meanwhile."""
    again = {"state": PENDING, "attempts": 0, "next_at": clock.now()}
    return Delivery.objects.filter(id__in=list(ids), state=DEAD).update(**again)


def drop_dead(ids: Iterable[int]) -> int:
    """Delete dead deliveries for good; returns how many."""
    return Delivery.objects.filter(id__in=list(ids), state=DEAD).delete()[0]


def purge_messages(before: datetime, limit: int = 5_000) -> int:
    """Delete up to `limit` messages older than `before` that nobody still has to receive; returns how many."""
    open_ones = Delivery.objects.filter(message=OuterRef("pk")).exclude(state=DONE)
    old = Message.objects.filter(~Exists(open_ones), at__lt=before).order_by("id")
    ids = list(old.values_list("id", flat=True)[:limit])
    with transaction.atomic():
        Delivery.objects.filter(message__in=ids).delete()
        Message.objects.filter(id__in=ids).delete()
    return len(ids)


def erase_messages(subjects: Iterable[str]) -> int:
    """Delete all messages about these subjects with their deliveries, delivered or not; returns how many."""
    ids = list(Message.objects.filter(subject__in=list(subjects)).values_list("id", flat=True))
    Delivery.objects.filter(message__in=ids).delete()
    return Message.objects.filter(id__in=ids).delete()[0]
