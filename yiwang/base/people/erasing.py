"""Takes a person out of an account: what remains is a closed row with its uid, so that what others did stays whole."""

from __future__ import annotations

from uuid import UUID

from yiwang.base.access import Viewer
from yiwang.base.deeds import deed
from yiwang.base.people.actions import PERSONAL, fresh_version
from yiwang.base.people.models import Account, ApiToken
from yiwang.base.personal.sealed import blind


def account_id_of(uid: UUID) -> int | None:
    """The key of the account with this uid, None when there is none."""
    return Account.objects.filter(uid=uid).values_list("id", flat=True).first()


def accounts_with(blinds: dict[str, str]) -> list[UUID]:
    """Accounts that carry one of these blind indexes (kind → index)."""
    found: set[UUID] = set()
    for kind, index in blinds.items():
        for field in PERSONAL:
            if Account._meta.get_field(field).kind == kind:  # type: ignore[union-attr]
                found |= set(Account.objects.filter(**{f"{field}_index": index}).values_list("uid", flat=True))
    return sorted(found)


def blinds_of(uid: UUID) -> dict[str, str]:
    """The blind indexes of an account's personal facts except the name, which others share: kind → index."""
    account = Account.objects.filter(uid=uid).first()
    if account is None:
        return {}
    facts = [getattr(account, field) for field in PERSONAL if field != "real_name"]
    return {fact.kind: blind(fact.kind, fact.open()) for fact in facts if fact is not None}


def is_private(uid: UUID) -> bool:
    """True for citizens and companies, whose own words in the audit are erased; officials answer for theirs."""
    return Account.objects.filter(uid=uid, kind__in=("citizen", "company")).exists()


def erase_account(uid: UUID, *, reason: str, by: Viewer) -> int:
    """Empty and close the account, end its tokens and outside identity; returns how many rows were touched."""
    account = Account.objects.filter(uid=uid).first()
    if account is None:
        return 0
    with deed("people.erase_account", by=by, subject=f"account:{uid}", reason=reason):
        for field in PERSONAL:
            setattr(account, field, None)
        account.username = f"erased-{uid.hex}"
        account.display_name = "—"
        account.oidc_issuer = account.oidc_sub = ""
        account.preferences = {}
        account.is_active = False
        account.access_version = fresh_version()
        account.set_unusable_password()
        account.save()
        tokens, _ = ApiToken.objects.filter(account=account).delete()
    return 1 + tokens
