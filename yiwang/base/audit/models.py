"""Tables of the audit: entries that are only ever inserted, and the seals that chain them.

An entry is written by the action's own transaction without number or lock, so writers never queue behind the audit.
The sealer later gives it its place in the chain. `digest` is over salt, reason and payload, which may be erased;
`mac` is keyed (outside the database) over everything else, so a row nobody wrote through the platform is known at once.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One deed: who did what to what, where and why."""

    uid = models.UUIDField(unique=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=100, db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_uid = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=200)
    area_path = models.CharField(max_length=255, blank=True)
    reason = models.TextField(blank=True)
    # Text, not JSON: the digest is over these very characters, and jsonb rewrites numbers.
    payload = models.TextField(null=True)
    salt = models.BinaryField(max_length=16, null=True)
    digest = models.BinaryField(max_length=32)
    mac = models.BinaryField(max_length=32)
    erased_by = models.UUIDField(null=True)
    number = models.BigIntegerField(null=True, unique=True)
    hash = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "uid"], name="audit_entry_subject"),
            models.Index(fields=["id"], name="audit_entry_unsealed", condition=Q(number__isnull=True)),
            models.Index(fields=["erased_by"], name="audit_entry_erased", condition=Q(erased_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Seal(models.Model):
    """A signed head: entries `number_from`..`number_to` end in `head_hash`; `number_to` 0 begins a chain."""

    chain = models.UUIDField()
    number_from = models.BigIntegerField()
    number_to = models.BigIntegerField(unique=True)
    head_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number_from}-{self.number_to}"
