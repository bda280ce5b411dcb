"""The keys of personal data: a ring of data keys (the current one seals, older ones still open) and the index key.

By default a file `personal.json` under `settings.KEYS`, made on first use. Or the environment: `YIWANG_PERSONAL_KEY`
holds base64 secrets of 32 bytes or more, comma separated, the current one first; `YIWANG_PERSONAL_CIPHER` the cipher's
name; `YIWANG_PERSONAL_INDEX_KEY` the index secret (default: derived from the last secret, so it survives rotation).
The index key is not rotated: every stored index depends on it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ImproperlyConfigured

from yiwang.base.keys import keys_folder, replace_secret, secret_file
from yiwang.base.personal.ciphers import cipher, cipher_names

RING = "personal.json"


@dataclass(frozen=True)
class DataKey:
    """A key and the cipher it is for."""

    id: str
    cipher: str
    key: bytes


@dataclass(frozen=True)
class KeyRing:
    """All data keys by id, the id of the current one, and the index key."""

    current: str
    keys: dict[str, DataKey]
    index_key: bytes


def ring() -> KeyRing:
    """The installation's ring; a file changed by another process is read again."""
    given = os.environ.get("YIWANG_PERSONAL_KEY", "")
    if given:
        name = os.environ.get("YIWANG_PERSONAL_CIPHER", "aes-gcm")
        return _from_environment(given, name, os.environ.get("YIWANG_PERSONAL_INDEX_KEY", ""))
    path = keys_folder() / RING
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        secret_file(RING, lambda: _as_json("k1", [_fresh("k1", "aes-gcm")], secrets.token_bytes(32)))
        stamp = path.stat().st_mtime_ns
    return _from_file(str(path.parent), stamp)


def add_key(cipher_name: str = "aes-gcm") -> str:
    """Make a fresh current key in the file ring and return its id; afterwards `rotation.rotate` re-encrypts.

    Raises ImproperlyConfigured when the keys come from the environment, ValueError for an unknown cipher.
    """
    if os.environ.get("YIWANG_PERSONAL_KEY"):
        raise ImproperlyConfigured("the keys of personal data come from YIWANG_PERSONAL_KEY: put a new secret first")
    old = ring()
    key_id = f"k{max(int(k[1:]) for k in old.keys) + 1}"
    fresh = _fresh(key_id, cipher_name)
    replace_secret(RING, _as_json(key_id, [*old.keys.values(), fresh], old.index_key))
    return key_id


def drop_key(key_id: str) -> None:
    """Take a key that nothing is sealed with any more out of the file ring. ValueError for the current one."""
    old = ring()
    if key_id == old.current:
        raise ValueError("the current key stays")
    replace_secret(RING, _as_json(old.current, [k for k in old.keys.values() if k.id != key_id], old.index_key))


def _fresh(key_id: str, cipher_name: str) -> DataKey:
    return DataKey(key_id, cipher_name, secrets.token_bytes(cipher(cipher_name).key_bytes))


def _as_json(current: str, keys: list[DataKey], index_key: bytes) -> bytes:
    held = {k.id: {"cipher": k.cipher, "key": base64.b64encode(k.key).decode()} for k in keys}
    ring = {"current": current, "keys": held, "index": base64.b64encode(index_key).decode()}
    return json.dumps(ring, indent=1).encode()


@lru_cache(maxsize=8)
def _from_file(folder: str, stamp: int) -> KeyRing:
    read = json.loads(secret_file(RING, lambda: b"{}"))
    keys = {i: DataKey(i, k["cipher"], base64.b64decode(k["key"])) for i, k in read["keys"].items()}
    return KeyRing(read["current"], keys, base64.b64decode(read["index"]))


@lru_cache(maxsize=8)
def _from_environment(given: str, cipher_name: str, index_given: str) -> KeyRing:
    masters = [_secret(text) for text in given.split(",")]
    keys: dict[str, DataKey] = {}
    for master in masters:
        for name in cipher_names():
            key_id = _id(master, name)
            keys[key_id] = DataKey(key_id, name, _derive(master, f"data {name}", cipher(name).key_bytes))
    cipher(cipher_name)  # refuse an unknown name before anything is written with it
    index_key = _secret(index_given) if index_given else _derive(masters[-1], "index", 32)
    return KeyRing(_id(masters[0], cipher_name), keys, index_key)


def _secret(text: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        secret = b""
    if len(secret) < 32:
        raise ImproperlyConfigured("YIWANG_PERSONAL_KEY needs base64 secrets of at least 32 bytes")
    return secret


def _id(master: bytes, cipher_name: str) -> str:
    return "e" + hashlib.sha256(b"yiwang key id" + cipher_name.encode() + master).hexdigest()[:10]


def _derive(master: bytes, use: str, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, None, f"yiwang personal {use}".encode()).derive(master)
