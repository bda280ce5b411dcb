"""Reads of the audit: entries a reader may see, and how far sealing has come."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yiwang.base.access import Viewer, require, scope
from yiwang.base.audit.models import Entry

PERMISSION = "audit.view"


@dataclass(frozen=True)
class EntryRecord:
    """One entry; `payload` and `reason` are empty after erasure, `number` is None until sealed."""

    uid: UUID
    at: datetime
    action: str
    actor_id: int | None
    actor_uid: UUID | None
    actor_kind: str
    subject: str
    area_path: str
    reason: str
    payload: dict[str, Any]
    is_erased: bool
    number: int | None


def entries(
    viewer: Viewer,
    *,
    subject: str | None = None,
    action: str | None = None,
    since: datetime | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[EntryRecord]:
    """Newest entries first, at most 500, within the areas where the reader holds `audit.view`.

    `after` is the uid of the last entry already seen (keyset page). Raises NotAllowed without the permission.
    """
    require(viewer, PERMISSION)
    found = Entry.objects.filter(scope(viewer, PERMISSION, department=None))
    if subject is not None:
        found = found.filter(subject=subject)
    if action is not None:
        found = found.filter(action=action)
    if since is not None:
        found = found.filter(at__gte=since)
    if after is not None:
        found = found.filter(uid__lt=after)
    return [_record(e) for e in found.order_by("-uid")[: min(limit, 500)]]


def unsealed() -> tuple[int, datetime | None]:
    """How many committed entries wait for the sealer, and when the oldest was made (for health checks)."""
    waiting = Entry.objects.filter(number__isnull=True)
    oldest = waiting.order_by("at").values_list("at", flat=True).first()
    return waiting.count(), oldest


def entries_about(subject: str) -> list[tuple[UUID, str, str]]:
    """For erasers: uid, reason, and payload in plain characters, of every entry about a subject not erased yet."""
    rows = Entry.objects.filter(subject=subject, payload__isnull=False).values_list("uid", "reason", "payload")
    return [(uid, reason, _plain(payload)) for uid, reason, payload in rows]


def _plain(payload: str | None) -> str:
    return json.dumps(json.loads(payload), ensure_ascii=False) if payload else ""


def _record(e: Entry) -> EntryRecord:
    return EntryRecord(
        uid=e.uid,
        at=e.at,
        action=e.action,
        actor_id=e.actor_id,
        actor_uid=e.actor_uid,
        actor_kind=e.actor_kind,
        subject=e.subject,
        area_path=e.area_path,
        reason=e.reason,
        payload=json.loads(e.payload) if e.payload is not None else {},
        is_erased=e.payload is None,
        number=e.number,
    )
