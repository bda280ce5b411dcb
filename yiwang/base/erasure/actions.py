"""Erase a person; set and apply retention rules. All audited, with keys and counts only, never what was erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from yiwang.base.access import SYSTEM, Viewer, register_permission, require
from yiwang.base.deeds import deed
from yiwang.base.erasure.models import RetentionRule
from yiwang.base.erasure.registry import Person, agers, erasers
from yiwang.base.erasure.specs import RetentionSpec
from yiwang.base.erasure.traces import erase_audit
from yiwang.base.jobs.actions import enqueue
from yiwang.base.people.erasing import account_id_of, accounts_with, blinds_of, is_private
from yiwang.kernel import clock
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.text import N_, Text

ERASE = register_permission("erasure.manage", N_("Erase persons and set how long data is kept")).code
BATCH = 1_000


@dataclass(frozen=True)
class Report:
    """What an erasure removed: counts by eraser, and the uid of its audit entry. Shown to the person on request."""

    uid: UUID
    erased: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many things were erased."""
        return sum(self.erased.values())


def erase_person(
    *, account: UUID | None = None, blind: Mapping[str, str] | None = None, by: Viewer, reason: str
) -> Report:
    """Erase everything that identifies a person, named by an account or by blind indexes (kind → index), or both.

    All erasers run in one transaction, and the audit's own texts about the person go last; a job then cleans what
    the database left in its files (see `storage`). Other people's acts stay, pointing at an empty account.
    Raises NotAllowed, Invalid without a reason, NotFound when neither leads to anybody, RuntimeError inside another
    transaction. `reason` must not contain personal data: it is kept.
    """
    require(by, ERASE, department_path="", area_path="")
    if len(reason.strip()) < 2:
        said = Text(N_("Say why this person is erased, without personal data; the reason is kept."))
        raise Invalid(said, fields={"reason": [said]})
    with (
        transaction.atomic(durable=True),
        deed("erasure.erase_person", by=by, subject="person", reason=reason.strip()) as d,
    ):
        person = _found(account, blind or {}, by=by, reason=reason.strip(), deed_uid=d.uid)
        counts = {name: erase(person) for name, erase in erasers().items()}
        audit = erase_audit(person)
        counts["audit"] = audit.n
        d.note(accounts=[str(uid) for uid in person.account_uids], erased=counts, erased_payloads=audit.note())
        d.announce("person.erased", version=1, subject=f"deed:{d.uid}", payload={"erased": counts})
        enqueue("erasure.clean_storage", key="clean")
    return Report(d.uid, counts)


def _found(account: UUID | None, blinds: Mapping[str, str], *, by: Viewer, reason: str, deed_uid: UUID) -> Person:
    uids = set(accounts_with(dict(blinds)))
    known = dict(blinds)
    if account is not None:
        if account_id_of(account) is None:
            raise NotFound(N_("There is no such account."))
        uids.add(account)
        known = blinds_of(account) | known
    elif not known:
        raise NotFound(N_("Nobody is named to be erased."))
    ordered = tuple(sorted(uids))
    ids = tuple(i for i in map(account_id_of, ordered) if i is not None)
    subjects = frozenset(f"account:{x}" for x in (*ordered, *ids))
    private = all(is_private(uid) for uid in ordered)
    return Person(ids, ordered, known, private, by, reason, deed_uid, subjects)


def set_retention(spec: RetentionSpec, *, by: Viewer, reason: str = "") -> None:
    """Set how long things are kept. Raises Invalid for a target nobody ages, NotAllowed."""
    require(by, ERASE, department_path="", area_path="")
    if spec.target not in agers():
        raise Invalid(N_("Nothing called “%(target)s” can be kept for a time."), target=spec.target)
    with deed("erasure.set_retention", by=by, subject=f"retention:{spec.target}:{spec.name}", reason=reason) as d:
        values = {"keep_days": spec.keep_days}
        RetentionRule.objects.update_or_create(target=spec.target, name=spec.name, defaults=values)
        d.note(keep_days=spec.keep_days)


def remove_retention(target: str, name: str, *, by: Viewer, reason: str) -> None:
    """Keep things for ever again. Raises NotFound, NotAllowed."""
    require(by, ERASE, department_path="", area_path="")
    with deed("erasure.remove_retention", by=by, subject=f"retention:{target}:{name}", reason=reason):
        if not RetentionRule.objects.filter(target=target, name=name).delete()[0]:
            raise NotFound(N_("There is no such rule."))


def apply_retention() -> dict[str, int]:
    """Remove what is past its time, in batches of 1,000, one deed per rule that removed anything; counts by rule."""
    removed: dict[str, int] = {}
    for rule in RetentionRule.objects.order_by("target", "name"):
        age = agers().get(rule.target)
        if age is None:
            continue  # its package is not installed any more
        now = clock.now()
        before, n = now - timedelta(days=rule.keep_days), 0
        while True:
            with transaction.atomic():
                one = age(rule.name, before, BATCH)
            n += one
            if one < BATCH:
                break
        RetentionRule.objects.filter(pk=rule.pk).update(last_run_at=now, last_removed=n)
        if n:
            with deed("erasure.apply_retention", by=SYSTEM, subject=f"retention:{rule.target}:{rule.name}") as d:
                d.note(removed=n, before=before)
            removed[f"{rule.target}:{rule.name}".rstrip(":")] = n
    return removed
