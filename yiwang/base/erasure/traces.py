"""What the audit itself says about a person, and what else the packages below hold, brought under one word each."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Q

from yiwang.base.access import SYSTEM
from yiwang.base.audit.actions import ErasedPayloads, erase_payloads, has_payloads
from yiwang.base.deeds import deed
from yiwang.base.erasure.registry import Person


def erase_audit(person: Person) -> ErasedPayloads:
    """Erase payloads and reasons of entries about the person's own things, and of what a private person did.

    Deeds of officials keep theirs, they answer for them, except where an eraser found the person's own words there
    (`Person.audit_uids`). The chain stays valid.
    """
    about = Q(subject__in=person.subjects) | Q(uid__in=person.audit_uids)
    if person.is_private and person.account_ids:
        about |= Q(actor_id__in=person.account_ids)
    return erase_payloads(about, recorded_in=person.deed_uid)


def age_audit(name: str, before: datetime, limit: int) -> int:
    """Erase payloads and reasons of audit entries older than `before`; the entries and their chain stay."""
    old = Q(at__lt=before)
    if not has_payloads(old):
        return 0
    with deed("erasure.erase_old_payloads", by=SYSTEM, subject="retention:audit") as d:
        erased = erase_payloads(old, recorded_in=d.uid, limit=limit)
        d.note(erased_payloads=erased.note(), before=before)
    return erased.n


def erase_sessions(person: Person) -> int:
    """End every session of the person: a session can hold what was typed into a form."""
    wanted = {str(i) for i in person.account_ids}
    keys = [s.session_key for s in Session.objects.iterator() if s.get_decoded().get("_auth_user_id") in wanted]
    return Session.objects.filter(session_key__in=keys).delete()[0] if wanted else 0
