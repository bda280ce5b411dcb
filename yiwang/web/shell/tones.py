"""Which colour a code has: statuses of events and work, urgency, clocks, message levels. Packages may add theirs."""

from __future__ import annotations

from collections.abc import Mapping

TONES = ("neutral", "info", "success", "warning", "danger", "special")

_tones: dict[str, str] = {
    # events and work items
    "draft": "neutral",
    "new": "special",
    "received": "special",
    "reported": "special",
    "accepted": "info",
    "located": "info",
    "dispatched": "info",
    "assigned": "info",
    "claimed": "info",
    "open": "info",
    "ready": "info",
    "active": "info",
    "handling": "info",
    "handled": "special",
    "verifying": "special",
    "closing": "special",
    "verified": "success",
    "closed": "success",
    "done": "success",
    "evaluated": "success",
    "returned": "warning",
    "reopened": "warning",
    "arbitration": "warning",
    "held": "neutral",
    "merged": "neutral",
    "withdrawn": "neutral",
    "cancelled": "neutral",
    "rejected": "danger",
    "failed": "danger",
    # urgency
    "low": "neutral",
    "normal": "info",
    "urgent": "warning",
    "critical": "danger",
    # clocks
    "on_time": "success",
    "overdue": "danger",
    "met": "success",
    "missed": "danger",
    # levels of Django's messages
    "debug": "neutral",
    "error": "danger",
} | {name: name for name in TONES}


def register_tones(tones: Mapping[str, str]) -> None:
    """Add or replace codes; ValueError for a tone that has no colours."""
    unknown = sorted(set(tones.values()) - set(TONES))
    if unknown:
        raise ValueError(f"no such tone: {', '.join(unknown)}")
    _tones.update(tones)


def tone_of(code: str) -> str:
    """The tone of a code, `neutral` when nobody named one."""
    return _tones.get(code, "neutral")
