"""Notices to accounts. Private: others call `notices.actions` and `notices.queries`."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from yiwang.kernel.clock import now
from yiwang.kernel.ids import new_uid


class Notice(models.Model):
    """One line to one account, kept as message id and parameters so that it is read in the reader's language."""

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    msgid = models.TextField()
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True, default="")
    key = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "-id"], name="notice_list"),
            models.Index(fields=["account"], condition=models.Q(read_at=None), name="notice_unread"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "key"], condition=~models.Q(key=""), name="notice_once"),
        ]

    def __str__(self) -> str:
        return self.msgid
