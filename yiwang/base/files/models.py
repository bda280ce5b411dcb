"""Stored files: what they are and to what they belong. Private: others call `files.actions` and `files.queries`."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from yiwang.kernel.clock import now
from yiwang.kernel.ids import new_uid


class StoredFile(models.Model):
    """One file as somebody sent it; equal contents share the bytes on disk (named by their SHA-256)."""

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    subject = models.CharField(max_length=120, blank=True, default="")
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    suffix = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    has_thumbnail = models.BooleanField(default=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=now)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["subject", "id"], name="file_subject")]

    def __str__(self) -> str:
        return f"{self.uid} {self.media_type}"
