"""Reads of the retention rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yiwang.base.access import Viewer, require
from yiwang.base.erasure.actions import ERASE
from yiwang.base.erasure.models import RetentionRule


@dataclass(frozen=True)
class RetentionRecord:
    """One rule, when it last ran and how much it removed then."""

    target: str
    name: str
    keep_days: int
    last_run_at: datetime | None
    last_removed: int


def retention_rules(viewer: Viewer) -> list[RetentionRecord]:
    """All rules by target and name. Raises NotAllowed."""
    require(viewer, ERASE)
    rows = RetentionRule.objects.order_by("target", "name")
    return [RetentionRecord(r.target, r.name, r.keep_days, r.last_run_at, r.last_removed) for r in rows]
