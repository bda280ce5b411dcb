"""Sign-in by an outside identity provider (OpenID Connect), switched on by the environment.

| variable | what |
|---|---|
| `YIWANG_OIDC_ISSUER` | the provider's issuer, exactly as in its tokens; switches the whole thing on |
| `YIWANG_OIDC_CLIENT_ID`, `YIWANG_OIDC_CLIENT_SECRET` | what the provider gave us |
| `YIWANG_OIDC_AUTHORIZE_URL`, `YIWANG_OIDC_TOKEN_URL`, `YIWANG_OIDC_JWKS_URL` | the provider's endpoints |
| `YIWANG_OIDC_ALGORITHM` | how it signs, default RS256 |

An account is found by issuer and subject alone (`people.actions.link_identity`), never by a mail address or a name,
and none is created. The library leaves issuer and audience of the token unchecked: both are checked here.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jwt
import requests
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from yiwang.base.organisation.queries import viewer_of
from yiwang.base.people.queries import account_of_identity
from yiwang.base.people.signin import note_sign_in

if TYPE_CHECKING:
    from yiwang.base.people.models import Account

LOGGER = logging.getLogger(__name__)


class OutsideIdentity(OIDCAuthenticationBackend):  # type: ignore[misc]
    """Finds the account linked to a token's issuer and subject."""

    def authenticate(self, request: HttpRequest | None, **kwargs: Any) -> Account | None:
        """The account a callback signs in as; None, with the cause in the log, for anything that is not right."""
        try:
            found: Account | None = super().authenticate(request, **kwargs)
        except (SuspiciousOperation, jwt.PyJWTError, requests.RequestException, KeyError, ValueError) as error:
            LOGGER.warning("outside sign-in refused: %s: %s", type(error).__name__, error)
            return None
        return found

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """The claims of a token whose signature, nonce, issuer and audience are right. SuspiciousOperation else."""
        claims: dict[str, Any] = super().verify_token(token, **kwargs)
        issuer = self.get_settings("OIDC_OP_ISSUER")
        if claims.get("iss") != issuer:
            raise SuspiciousOperation("the token is from another issuer")
        audience = claims.get("aud")
        meant = audience if isinstance(audience, list) else [audience]
        if self.OIDC_RP_CLIENT_ID not in meant:
            raise SuspiciousOperation("the token is for another client")
        if len(meant) > 1 and claims.get("azp") != self.OIDC_RP_CLIENT_ID:
            raise SuspiciousOperation("the token was given to another client")
        return claims

    def get_or_create_user(self, access_token: str, id_token: str, payload: Mapping[str, Any]) -> Account | None:
        """The account linked to the token's identity, or None; what else the provider tells is not asked for."""
        account = account_of_identity(str(payload["iss"]), str(payload.get("sub", "")))
        if account is not None:
            note_sign_in(account, by=viewer_of(account), means="oidc")
        return account

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session; None once it is closed (the library would not look)."""
        found: Account | None = ModelBackend().get_user(user_id)
        return found
