"""Boards in force. A board is only a view, so an older form of it is not kept. Private to the package."""

from __future__ import annotations

from django.db import models


class Board(models.Model):
    """One board of a jurisdiction; `body` is its spec as JSON."""

    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    scene = models.CharField(max_length=60)
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    is_active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "key"], name="board_key_once")]
