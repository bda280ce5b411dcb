"""The arithmetic of the audit: digests, row marks, chain links and signatures; nothing here touches the database.

* digest = SHA-256(salt ‖ canonical [reason, payload]); payload, reason and salt may later be erased together.
* mac    = HMAC-SHA256(row key, canonical fields of the row); the row key is a file, not in the database.
* hash n = SHA-256(canonical [hash n-1, n, fields, digest, mac]).
* a head is signed with Ed25519 (RFC 8032); the private key is a file, the public ones lie beside it as `*.pub`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.serializers.json import DjangoJSONEncoder

from yiwang.base.keys import keys_folder, replace_secret, secret_file

SIGNING_KEY = "audit-sealing.key"
ROW_KEY = "audit-rows.key"
FIELDS = ("uid", "at", "action", "actor_id", "actor_uid", "actor_kind", "subject", "area_path")


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces; times, decimals and uids as text. NaN and infinities are refused."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, cls=DjangoJSONEncoder
    )


def digest_of(salt: bytes, reason: str, payload: str) -> bytes:
    """32 bytes that fix reason and payload without revealing them once the salt is gone."""
    return hashlib.sha256(salt + canonical([reason, payload]).encode()).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value


def mac_of(row: Mapping[str, Any], digest: bytes) -> bytes:
    """32 bytes only this installation can compute for the row's fields (`FIELDS`) and digest."""
    text = canonical([*(_plain(row[f]) for f in FIELDS), bytes(digest).hex()])
    return hmac.digest(_row_key(str(keys_folder())), text.encode(), "sha256")


def link(previous: bytes, number: int, row: Mapping[str, Any]) -> bytes:
    """Hash of the row at `number`, given the hash before it; row has `FIELDS`, `digest` and `mac`."""
    body = [bytes(previous).hex(), number, *(_plain(row[f]) for f in FIELDS)]
    body += [bytes(row["digest"]).hex(), bytes(row["mac"]).hex()]
    return hashlib.sha256(canonical(body).encode()).digest()


def new_salt() -> bytes:
    """16 random bytes."""
    return secrets.token_bytes(16)


def head_text(chain: UUID, number_from: int, number_to: int, head_hash: bytes, at: datetime) -> bytes:
    """What a seal signs."""
    return canonical([str(chain), number_from, number_to, bytes(head_hash).hex(), _plain(at)]).encode()


def sign(text: bytes) -> tuple[str, bytes]:
    """(key id, 64-byte signature) with the installation's sealing key, made on first use."""
    key, key_id = _signing_key(str(keys_folder()))
    return key_id, key.sign(text)


def is_signed(text: bytes, key_id: str, signature: bytes) -> bool:
    """True when one of the public keys trusted here has this id and made the signature."""
    path = keys_folder() / f"audit-{Path(key_id).name}.pub"
    if not path.is_file():
        return False
    try:
        Ed25519PublicKey.from_public_bytes(path.read_bytes()).verify(bytes(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=4)
def _row_key(folder: str) -> bytes:
    return secret_file(ROW_KEY, lambda: secrets.token_bytes(32))


@lru_cache(maxsize=4)
def _signing_key(folder: str) -> tuple[Ed25519PrivateKey, str]:
    raw = secret_file(SIGNING_KEY, lambda: Ed25519PrivateKey.generate().private_bytes_raw())
    key = Ed25519PrivateKey.from_private_bytes(raw)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key_id = hashlib.sha256(public).hexdigest()[:16]
    if not (Path(folder) / f"audit-{key_id}.pub").exists():
        replace_secret(f"audit-{key_id}.pub", public)
    return key, key_id
