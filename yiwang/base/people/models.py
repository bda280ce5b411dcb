"""Accounts: everybody and everything that signs in (officials, citizens, companies, services), and their API tokens.

Private to the package: others call `people.actions` and `people.queries`. Username and display name are plain
because lists are sorted and searched by them; everything that identifies a person is a `PersonalField`.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from yiwang.base.personal.fields import PersonalField, PersonalModel
from yiwang.kernel.clock import now
from yiwang.kernel.ids import new_uid


class AccountKind(models.TextChoices):
    """Who an account stands for."""

    OFFICIAL = "official"
    CITIZEN = "citizen"
    COMPANY = "company"
    SERVICE = "service"


class AccountManager(BaseUserManager["Account"]):
    """Look-up by natural key for Django's sign-in; accounts are made by `people.actions.create_account`."""


class Account(PersonalModel, AbstractBaseUser):
    """One who signs in. `access_version` changes with every change of rights, which empties cached viewers."""

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    kind = models.CharField(max_length=8, choices=AccountKind.choices)
    username = models.CharField(max_length=150, unique=True)
    display_name = models.CharField(max_length=150)
    real_name = PersonalField("name")
    phone = PersonalField("phone")
    citizen_id = PersonalField("citizen_id")
    credit_code = PersonalField("credit_code")
    language = models.CharField(max_length=16, default="zh-hans")
    preferences = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    access_version = models.PositiveIntegerField(default=1)
    oidc_issuer = models.CharField(max_length=255, blank=True, default="")
    oidc_sub = models.CharField(max_length=255, blank=True, default="")
    created_at = models.DateTimeField(default=now)

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(kind__in=AccountKind.values), name="account_kind_known"),
            models.UniqueConstraint(
                fields=["oidc_issuer", "oidc_sub"], condition=~models.Q(oidc_sub=""), name="account_oidc_identity"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "username"], name="account_kind")]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """The name shown beside an act."""
        return self.display_name

    def get_short_name(self) -> str:
        """The name shown in the page's head."""
        return self.display_name


class ApiToken(models.Model):
    """A bearer token of the outside API; only its SHA-256 is kept (the token itself is 32 random bytes)."""

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    title = models.CharField(max_length=150)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.prefix}… {self.title}"


class SignInCount(models.Model):
    """Attempts to sign in within one window, counted by a keyed digest of user name and address (neither is kept)."""

    key = models.CharField(max_length=40, unique=True)
    n_attempts = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.n_attempts}"
