"""Writes to the audit: insert an entry, erase payloads. Sealing is in `sealer`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yiwang.base.audit.actor import Actor
from yiwang.base.audit.models import Entry
from yiwang.base.audit.proof import canonical, digest_of, mac_of, new_salt
from yiwang.base.prepared import insert
from yiwang.kernel import clock
from yiwang.kernel.ids import new_uid


def insert_entry(
    action: str,
    *,
    by: Actor,
    subject: str = "",
    area_path: str = "",
    reason: str = "",
    payload: Mapping[str, Any] | None = None,
    uid: UUID | None = None,
) -> UUID:
    """Insert one entry (one INSERT, no lock) in the caller's transaction and return its uid.

    `payload` is JSON without personal data. Raises ValueError when it holds NaN or a text is too long for its column.
    """
    if len(action) > 100 or len(subject) > 200 or len(area_path) > 255:
        raise ValueError("action, subject or area path is too long for the audit")
    text, why, salt = canonical(payload or {}), reason.replace("\x00", ""), new_salt()
    row = {
        "uid": uid or new_uid(),
        "at": clock.now(),
        "action": action,
        "actor_id": by.account_id,
        "actor_uid": by.uid,
        "actor_kind": by.kind,
        "subject": subject,
        "area_path": area_path,
    }
    digest = digest_of(salt, why, text)
    insert([Entry(**row, reason=why, payload=text, salt=salt, digest=digest, mac=mac_of(row, digest))])
    return row["uid"]  # type: ignore[return-value]


@dataclass(frozen=True)
class ErasedPayloads:
    """What an erasing deed must note under `erased_payloads`, so that the erasure itself can be verified."""

    n: int
    digest: str

    def note(self) -> dict[str, Any]:
        """As JSON for the deed's notes."""
        return {"n": self.n, "digest": self.digest}


def uids_digest(uids: list[str]) -> str:
    """SHA-256 (hex) over sorted uids."""
    return hashlib.sha256("\n".join(sorted(uids)).encode()).hexdigest()


def _erasable(which: Q) -> QuerySet[Entry]:
    """Entries with a payload, save those that record an erasure."""
    recording = Entry.objects.filter(erased_by__isnull=False).values("erased_by").distinct()
    return Entry.objects.filter(which, payload__isnull=False).exclude(uid__in=recording)


def has_payloads(which: Q) -> bool:
    """True when `erase_payloads` would find something."""
    return _erasable(which).exists()


def erase_payloads(which: Q, *, recorded_in: UUID, limit: int | None = None) -> ErasedPayloads:
    """Erase payload, reason and salt of the entries (at most `limit`) that `which` selects; the chain stays valid.

    `recorded_in` is the uid of the deed that does it; that deed must note the result as `erased_payloads`.
    Entries that themselves record an erasure keep theirs. Raises RuntimeError when that deed has erased before.
    """
    if Entry.objects.filter(erased_by=recorded_in).exists():
        raise RuntimeError("one deed erases payloads once, so that its note covers all of them")
    pairs = list(_erasable(which).order_by("id").values_list("id", "uid")[:limit])
    for start in range(0, len(pairs), 500):
        ids = [i for i, _ in pairs[start : start + 500]]
        Entry.objects.filter(id__in=ids).update(payload=None, salt=None, reason="", erased_by=recorded_in)
    return ErasedPayloads(len(pairs), uids_digest([str(u) for _, u in pairs]))
