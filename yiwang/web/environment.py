"""Reads what an installation's environment says: database, secrets, switches."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

SQLITE_START = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY"


def flag(name: str) -> bool:
    """True when the variable is set to 1, true, yes or on."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def secret_key(keys: Path) -> str:
    """The installation's Django secret: from `YIWANG_SECRET_KEY`, else made once and kept for the owner only."""
    given = os.environ.get("YIWANG_SECRET_KEY")
    if given:
        return given
    path = keys / "django.key"
    try:
        return path.read_text()
    except FileNotFoundError:
        pass
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = keys / f"django.key.{os.getpid()}"
    fresh.write_text(secrets.token_urlsafe(50))
    fresh.chmod(0o600)
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)  # atomic: the first of several processes wins
    fresh.unlink()
    return path.read_text()


def database(home: Path) -> dict[str, Any]:
    """Django's settings for `DATABASE_URL` (postgres://…), else SQLite with WAL and immediate transactions.

    `YIWANG_TEST_POSTGRES` takes its place while pytest runs; `YIWANG_TEST_DB_SUFFIX` keeps parallel test runs apart.
    """
    suffix = os.environ.get("YIWANG_TEST_DB_SUFFIX", "")
    url = os.environ.get("DATABASE_URL", "")
    if "PYTEST_VERSION" in os.environ:
        url = os.environ.get("YIWANG_TEST_POSTGRES", "")
    if url:
        return postgres(url, suffix)
    home.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "yiwang.web.sqlite",
        "NAME": home / "yiwang.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_START},
        "TEST": {"NAME": home / f"test{suffix}.sqlite3"},
    }


def postgres(url: str, suffix: str = "") -> dict[str, Any]:
    """Django's settings for a `postgres://user:password@host:port/name?option=value` address."""
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {k: v[0] for k, v in parse_qs(parts.query).items()},
        "TEST": {"NAME": f"yiwang_test{suffix}"},
    }


def stream_source() -> list[str]:
    """Origins browsers may open `/stream` on besides our own: the embedded mode serves it on the next port."""
    url = os.environ.get("YIWANG_STREAM_URL", "")
    if url.startswith("/"):
        return []
    if url:
        parts = urlsplit(url)
        return [f"{parts.scheme}://{parts.netloc}"]
    port = int(os.environ.get("YIWANG_PORT", "8000")) + 1
    return [f"http://127.0.0.1:{port}", f"http://localhost:{port}"]


def oidc(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Settings of the outside sign-in (see `signin/oidc.py`); {} unless `YIWANG_OIDC_ISSUER` is set. KeyError says
    which of its variables is missing."""
    issuer = environ.get("YIWANG_OIDC_ISSUER", "")
    if not issuer:
        return {}
    return {
        "OIDC_OP_ISSUER": issuer,
        "OIDC_RP_CLIENT_ID": environ["YIWANG_OIDC_CLIENT_ID"],
        "OIDC_RP_CLIENT_SECRET": environ["YIWANG_OIDC_CLIENT_SECRET"],
        "OIDC_OP_AUTHORIZATION_ENDPOINT": environ["YIWANG_OIDC_AUTHORIZE_URL"],
        "OIDC_OP_TOKEN_ENDPOINT": environ["YIWANG_OIDC_TOKEN_URL"],
        "OIDC_OP_JWKS_ENDPOINT": environ["YIWANG_OIDC_JWKS_URL"],
        "OIDC_OP_USER_ENDPOINT": "",  # the signed token says enough; the library only wants the name to exist
        "OIDC_RP_SIGN_ALGO": environ.get("YIWANG_OIDC_ALGORITHM", "RS256"),
        "OIDC_RP_SCOPES": "openid",
        "OIDC_USE_PKCE": True,
        "OIDC_CREATE_USER": False,
        "OIDC_TIMEOUT": 10,
        "LOGIN_REDIRECT_URL_FAILURE": "/sign-in?refused=1",
        "AUTHENTICATION_BACKENDS": [
            "django.contrib.auth.backends.ModelBackend",
            "yiwang.web.signin.oidc.OutsideIdentity",
        ],
    }
