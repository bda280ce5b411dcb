"""Writes to accounts: create, disable, passwords, language, API tokens, outside identities."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models

from yiwang.base.access import SYSTEM, Viewer, require
from yiwang.base.deeds import deed
from yiwang.base.people.models import Account, AccountKind, ApiToken
from yiwang.base.people.queries import AccountView, account_view
from yiwang.base.personal.actions import unmask
from yiwang.base.prepared import Given, Prepared
from yiwang.kernel import codes
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound
from yiwang.kernel.text import N_, Text

MANAGE = "accounts.manage"
UNMASK = "accounts.unmask"
PERSONAL = ("real_name", "phone", "citizen_id", "credit_code")
CHECKS = {
    "phone": codes.phone.problem,
    "citizen_id": codes.citizen_id.problem,
    "credit_code": codes.credit_code.problem,
}
USERNAME = re.compile(r"[\w.@+-]{2,150}")
BATCH = 500
TOKEN_MARK = "yw_"  # noqa: S105 - what every token starts with, so that scanners find leaked ones


def create_account(
    username: str,
    *,
    display_name: str,
    kind: str = AccountKind.OFFICIAL,
    password: str | None = None,
    language: str = "zh-hans",
    by: Viewer,
) -> AccountView:
    """Create one who can sign in; without a password only by an outside identity or after `set_password`.

    Invalid, with the field named, for a taken or unfit user name, an unknown kind or a weak password.
    """
    require(by, MANAGE)
    _check_new(username, display_name, kind)
    account = Account(username=username, display_name=display_name, kind=kind, language=language)
    if password is None:
        account.set_unusable_password()
    else:
        _set_checked_password(account, password)
    with deed("people.create_account", by=by, subject=f"account:{account.uid}") as d:
        account.save()
        d.note(kind=str(kind))
    return account_view(account)


def create_officials(names: Mapping[str, str], *, by: Viewer) -> dict[str, UUID]:
    """Create many officials at once, display name by user name, none with a password; existing ones stay as they are.

    One transaction and one audit entry that counts them. Returns the uid of every one named. Invalid, naming the first
    few, for unfit user names or names: then nothing is written.
    """
    require(by, MANAGE, department_path="", area_path="")
    wrong = [
        name for name, shown in names.items() if not USERNAME.fullmatch(name) or not 1 <= len(shown.strip()) <= 150
    ]
    if wrong:
        raise Invalid(N_("These accounts cannot be created like this: %(names)s"), names=", ".join(wrong[:5]))
    with deed("people.create_officials", by=by, subject="accounts") as d:
        known = _uids_of(names)
        fresh = [
            Account(username=name, display_name=shown, kind=AccountKind.OFFICIAL, password=make_password(None))
            for name, shown in names.items()
            if name not in known
        ]
        Account.objects.bulk_create(fresh, BATCH)
        d.note(new=len(fresh), known=len(known))
    return known | {account.username: account.uid for account in fresh}


def _uids_of(usernames: Iterable[str]) -> dict[str, UUID]:
    wanted, found = list(usernames), dict[str, UUID]()
    for start in range(0, len(wanted), BATCH):
        rows = Account.objects.filter(username__in=wanted[start : start + BATCH])
        found |= dict(rows.values_list("username", "uid"))
    return found


def _check_new(username: str, display_name: str, kind: str) -> None:
    fields: dict[str, list[Text]] = {}
    if not USERNAME.fullmatch(username):
        fields["username"] = [Text(N_("A user name has 2 to 150 letters, digits or . @ + - _"))]
    elif Account.objects.filter(username=username).exists():
        fields["username"] = [Text(N_("This user name is taken."))]
    if not 1 <= len(display_name.strip()) <= 150:
        fields["display_name"] = [Text(N_("A name has 1 to 150 characters."))]
    if kind not in AccountKind.values:
        fields["kind"] = [Text(N_("There is no such kind of account."))]
    if fields:
        raise Invalid(N_("The account cannot be created like this."), fields=fields)


def _set_checked_password(account: Account, password: str) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid(
            N_("This password is too weak."), fields={"password": [Text("%(m)s", {"m": m}) for m in error.messages]}
        ) from None
    account.set_password(password)


def disable_account(uid: UUID, *, reason: str, by: Viewer) -> None:
    """Close an account and end its tokens. Needs the whole installation's `accounts.manage`."""
    require(by, MANAGE, department_path="", area_path="")
    with deed("people.disable_account", by=by, subject=f"account:{uid}", reason=reason):
        account = _held(uid)
        account.is_active = False
        account.access_version = fresh_version()
        account.save(update_fields=["is_active", "access_version"])
        account.tokens.filter(revoked_at=None).update(revoked_at=now())


def enable_account(uid: UUID, *, reason: str, by: Viewer) -> None:
    """Open a closed account again; its tokens stay ended."""
    require(by, MANAGE, department_path="", area_path="")
    with deed("people.enable_account", by=by, subject=f"account:{uid}", reason=reason):
        account = _held(uid)
        account.is_active = True
        account.access_version = fresh_version()
        account.save(update_fields=["is_active", "access_version"])


def set_password(uid: UUID, *, password: str, current: str | None = None, by: Viewer) -> None:
    """Change a password: one's own with the current one, anybody's with the whole installation's `accounts.manage`.

    Every other session of the account ends. Invalid for a wrong current or a weak new password.
    """
    account = _held(uid)
    if by.account_id == account.pk:
        if not account.check_password(current or ""):
            raise Invalid(
                N_("The current password is not right."),
                fields={"current": [Text(N_("The current password is not right."))]},
            )
    else:
        require(by, MANAGE, department_path="", area_path="")
    _set_checked_password(account, password)
    with deed("people.set_password", by=by, subject=f"account:{uid}"):
        account.save(update_fields=["password"])


def make_password_once(username: str, *, by: Viewer) -> str | None:
    """Give an account without a password a random one and return it to be shown once; None when it has one."""
    require(by, MANAGE, department_path="", area_path="")
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise NotFound(N_("There is no such account."))
    if account.has_usable_password():
        return None
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    account.set_password(password)
    with deed("people.make_password_once", by=by, subject=f"account:{account.uid}"):
        account.save(update_fields=["password"])
    return password


def set_language(uid: UUID, *, language: str, by: Viewer) -> None:
    """Keep the language an account reads in; Invalid for one the installation does not speak."""
    if language not in dict(settings.LANGUAGES):
        raise Invalid(N_("The pages do not come in this language."))
    account = _held(uid)
    if by.account_id != account.pk:
        require(by, MANAGE, department_path="", area_path="")
    if account.language != language:
        with deed("people.set_language", by=by, subject=f"account:{uid}"):
            Account.objects.filter(pk=account.pk).update(language=language)


def set_personal(uid: UUID, *, by: Viewer, **values: str) -> None:
    """Set personal facts of an account (`real_name`, `phone`, `citizen_id`, `credit_code`; "" clears one).

    One's own, or with the whole installation's `accounts.manage`. Invalid, naming every field that is wrong.
    """
    account = _held(uid)
    if by.account_id != account.pk:
        require(by, MANAGE, department_path="", area_path="")
    if unknown := set(values) - set(PERSONAL):
        raise TypeError(f"not personal facts of an account: {sorted(unknown)}")
    fields: dict[str, list[Text]] = {}
    for name, value in values.items():
        problem = CHECKS[name](value) if value and name in CHECKS else None
        if problem is not None:
            fields[name] = [problem]
    if fields:
        raise Invalid(N_("These details are not right."), fields=fields)
    with deed("people.set_personal", by=by, subject=f"account:{uid}") as d:
        for name, value in values.items():
            setattr(account, name, value or None)
        account.save(update_fields=list(values))
        d.note(fields=sorted(values))


def unmask_personal(uid: UUID, field: str, *, purpose: str, by: Viewer) -> str:
    """One personal fact in full, for a purpose that the audit keeps; needs `accounts.unmask`. Not in a transaction."""
    if field not in PERSONAL:
        raise NotFound(N_("There is no such detail."))
    return unmask(_held(uid), field, by=by, purpose=purpose, permission=UNMASK, department_path="", area_path="")


def link_identity(uid: UUID, *, issuer: str, sub: str, by: Viewer) -> None:
    """Let an outside identity (OpenID Connect issuer + subject) sign in as this account. Invalid when it is taken."""
    require(by, MANAGE, department_path="", area_path="")
    if Account.objects.filter(oidc_issuer=issuer, oidc_sub=sub).exclude(uid=uid).exists():
        raise Invalid(N_("This identity already belongs to another account."))
    with deed("people.link_identity", by=by, subject=f"account:{uid}") as d:
        account = _held(uid)
        account.oidc_issuer, account.oidc_sub = issuer, sub
        account.save(update_fields=["oidc_issuer", "oidc_sub"])
        d.note(issuer=issuer)


def create_token(uid: UUID, *, title: str, expires_at: datetime | None = None, by: Viewer) -> str:
    """Make an API token for an account and return it, the only time it is known; only its SHA-256 is kept."""
    account = _held(uid)
    if by.account_id != account.pk:
        require(by, MANAGE, department_path="", area_path="")
    token = TOKEN_MARK + secrets.token_urlsafe(32)
    row = ApiToken(
        account=account, title=title[:150], prefix=token[:9], digest=token_digest(token), expires_at=expires_at
    )
    with deed("people.create_token", by=by, subject=f"account:{uid}") as d:
        row.save()
        d.note(token=str(row.uid))
    return token


def revoke_token(uid: UUID, *, by: Viewer) -> None:
    """End a token at once. NotFound if it is not there, NotAllowed for somebody else's without `accounts.manage`."""
    row = ApiToken.objects.filter(uid=uid).first()
    if row is None:
        raise NotFound(N_("There is no such token."))
    if by.account_id != row.account_id:
        require(by, MANAGE, department_path="", area_path="")
    with deed("people.revoke_token", by=by, subject=f"token:{uid}"):
        ApiToken.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=now())


_LIVING_TOKEN = Prepared(
    lambda: ApiToken.objects.select_related("account").filter(
        digest=Given("digest", models.CharField()), revoked_at=None
    )
)


def account_of_token(token: str) -> Account:
    """The active account a token stands for; notes the day of use. NotAllowed for an unknown or ended token."""
    row = _LIVING_TOKEN.first(digest=token_digest(token))
    at = now()
    if row is None or not row.account.is_active or (row.expires_at is not None and row.expires_at <= at):
        raise NotAllowed(N_("This API token is not known or no longer valid."))
    if row.used_on != at.date():
        ApiToken.objects.filter(pk=row.pk).update(used_on=at.date())
    return row.account


def token_digest(token: str) -> str:
    """What is kept of a token: its SHA-256 in hex (32 random bytes need no slow hash)."""
    return hashlib.sha256(token.encode()).hexdigest()


def fresh_version() -> int:
    """A new `access_version`: random, so that a rolled-back change can never be mistaken for a later one."""
    return 1 + secrets.randbelow(2**31 - 1)


def renew_access(account_ids: list[int]) -> None:
    """Empty the cached viewers of these accounts in every process; called by whoever changes their rights."""
    Account.objects.filter(pk__in=account_ids).update(access_version=fresh_version())


def ensure_account(username: str, *, display_name: str, kind: str = AccountKind.OFFICIAL, by: Viewer = SYSTEM) -> UUID:
    """The account with this user name, created without a password if there was none."""
    held = Account.objects.filter(username=username).first()
    return held.uid if held else create_account(username, display_name=display_name, kind=kind, by=by).uid


def _held(uid: UUID) -> Account:
    account = Account.objects.filter(uid=uid).first()
    if account is None:
        raise NotFound(N_("There is no such account."))
    return account
