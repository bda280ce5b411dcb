"""The outbox: a message and one delivery per subscriber are committed together with the action that caused them."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

PENDING, DONE, DEAD = "pending", "done", "dead"


class Message(models.Model):
    """Something that happened; the payload holds ids and codes, no personal data."""

    uid = models.UUIDField(unique=True)
    topic = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=200)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject"], name="outbox_message_subject")]

    def __str__(self) -> str:
        return f"{self.topic} {self.subject}"


class Delivery(models.Model):
    """What one subscriber has yet to do, has done, or could not do with a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=100)
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default=PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    error = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            # Only what is open is indexed: the millions of done rows cost nothing.
            models.Index(
                fields=["subscriber", "subject", "id"], name="outbox_delivery_order", condition=Q(state=PENDING)
            ),
            models.Index(fields=["id"], name="outbox_delivery_open", condition=Q(state=PENDING)),
            models.Index(fields=["id"], name="outbox_delivery_dead", condition=Q(state=DEAD)),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.state}"
