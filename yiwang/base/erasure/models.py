"""How long things are kept: one rule per target and name."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class RetentionRule(models.Model):
    """Things of `target` (and `name`, a dataset or case type) older than `keep_days` are removed every night."""

    target = models.CharField(max_length=50)
    name = models.CharField(max_length=100, blank=True)
    keep_days = models.PositiveIntegerField()
    last_run_at = models.DateTimeField(null=True)
    last_removed = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["target", "name"], name="erasure_rule_once")]

    def __str__(self) -> str:
        return f"{self.target} {self.name} {self.keep_days} d"
