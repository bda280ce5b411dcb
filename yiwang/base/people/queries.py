"""Reads of accounts. Records out, never model rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from yiwang.base.access import Viewer, require
from yiwang.base.people.models import Account, ApiToken
from yiwang.base.personal.sealed import blind
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_


@dataclass(frozen=True)
class AccountView:
    """What may be shown of an account without unmasking anything."""

    id: int
    uid: UUID
    kind: str
    username: str
    display_name: str
    language: str
    is_active: bool


@dataclass(frozen=True)
class TokenView:
    """One API token: its beginning, never the token."""

    uid: UUID
    title: str
    prefix: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_on: date | None


def account(viewer: Viewer, uid: UUID) -> AccountView:
    """One account: one's own, or any with `accounts.manage`. NotFound if there is none."""
    row = Account.objects.filter(uid=uid).first()
    if row is None:
        raise NotFound(N_("There is no such account."))
    if viewer.account_id != row.pk:
        require(viewer, "accounts.manage")
    return account_view(row)


def account_named(viewer: Viewer, username: str) -> AccountView:
    """The account with this user name, as `account`."""
    row = Account.objects.filter(username=username).only("uid").first()
    if row is None:
        raise NotFound(N_("There is no such account."))
    return account(viewer, row.uid)


def accounts(
    viewer: Viewer, *, kind: str | None = None, text: str = "", after: str = "", limit: int = 50
) -> list[AccountView]:
    """Accounts by user name after `after` (keyset page), optionally of one kind and with `text` in a name."""
    require(viewer, "accounts.manage")
    rows = Account.objects.filter(username__gt=after) if after else Account.objects.all()
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(display_name__icontains=text))
    return [account_view(row) for row in rows.order_by("username")[:limit]]


def personal(viewer: Viewer, uid: UUID) -> dict[str, str]:
    """The personal facts of an account, masked; "" where there is none."""
    account(viewer, uid)
    row = Account.objects.get(uid=uid)
    facts = {"real_name": row.real_name, "phone": row.phone, "citizen_id": row.citizen_id}
    return {name: str(value or "") for name, value in (facts | {"credit_code": row.credit_code}).items()}


def accounts_with(viewer: Viewer, field: str, value: str) -> list[AccountView]:
    """Accounts whose `phone`, `citizen_id`, `credit_code` or `real_name` is exactly this, by the blind index."""
    require(viewer, "accounts.manage")
    kind = Account._meta.get_field(field).kind  # type: ignore[union-attr]  # KeyError and such: a programmer's fault
    return [account_view(row) for row in Account.objects.filter(**{f"{field}_index": blind(kind, value)})]


def display_names(account_ids: Iterable[int]) -> dict[int, str]:
    """The names to show for these account ids, in one query."""
    return dict(Account.objects.filter(pk__in=set(account_ids)).values_list("pk", "display_name"))


def account_of_identity(issuer: str, sub: str) -> Account | None:
    """The active account an outside identity signs in as, or None."""
    if not issuer or not sub:
        return None
    return Account.objects.filter(oidc_issuer=issuer, oidc_sub=sub, is_active=True).first()


def account_for_sign_in(uid: UUID) -> Account:
    """The active account with this uid, to make a viewer of (stream process, tests). NotFound otherwise."""
    row = Account.objects.filter(uid=uid, is_active=True).first()
    if row is None:
        raise NotFound(N_("There is no such account."))
    return row


def active_ids(uids: Iterable[UUID]) -> dict[UUID, int]:
    """The ids of active accounts by uid, for bulk writes. NotFound when one of them is not there."""
    wanted, found = list(uids), dict[UUID, int]()
    for start in range(0, len(wanted), 500):
        rows = Account.objects.filter(uid__in=wanted[start : start + 500], is_active=True)
        found |= dict(rows.values_list("uid", "pk"))
    if len(found) < len(set(wanted)):
        raise NotFound(N_("There is no such account."))
    return found


def tokens(viewer: Viewer, uid: UUID) -> list[TokenView]:
    """The API tokens of an account (own, or with `accounts.manage`), newest first."""
    owner = account(viewer, uid)
    return [
        TokenView(t.uid, t.title, t.prefix, t.created_at, t.expires_at, t.revoked_at, t.used_on)
        for t in ApiToken.objects.filter(account_id=owner.id).order_by("-id")
    ]


def account_view(row: Account) -> AccountView:
    """A model row as a record (for this package and for sign-in, which holds the row)."""
    return AccountView(row.pk, row.uid, row.kind, row.username, row.display_name, row.language, row.is_active)
