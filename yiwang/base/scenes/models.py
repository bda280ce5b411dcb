"""Which scenes are installed. Private: others call `scenes.actions` and `scenes.queries`."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class State(models.TextChoices):
    """Removed scenes stay listed: what they brought may still be at work."""

    INSTALLED = "installed"
    REMOVED = "removed"


class InstalledScene(models.Model):
    """One scene as it was last installed; `digest` (SHA-256 over its files) tells whether the folder has changed."""

    name = models.CharField(max_length=60, unique=True)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    title = models.JSONField()
    maturity = models.CharField(max_length=10)
    requires = models.JSONField(default=dict)
    jurisdiction = models.ForeignKey("areas.Jurisdiction", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    installed_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="scene_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
