"""Ciphers for personal columns, as plug-ins: AES-256-GCM by default, SM4 (GB/T 32907) where national rules ask for it.

Each is authenticated: an altered ciphertext, or one moved to a column of another kind, does not open.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Protocol

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher as Symmetric
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC

NONCE = 12
TAG = 16


class BrokenCiphertext(ValueError):
    """The stored text was altered, or belongs to another key or kind."""


class Cipher(Protocol):
    """An authenticated cipher: `seal` and `open` are inverse for the same key and context."""

    name: str
    key_bytes: int

    def seal(self, key: bytes, plain: bytes, context: bytes) -> bytes:
        """Encrypt under a fresh random nonce, which is part of the result."""

    def open(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        """Decrypt. Raises BrokenCiphertext."""


class AesGcm:
    """AES-256-GCM: nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes)."""

    name = "aes-gcm"
    key_bytes = 32

    def seal(self, key: bytes, plain: bytes, context: bytes) -> bytes:
        """See `Cipher`."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(key).encrypt(nonce, plain, context)

    def open(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        """See `Cipher`."""
        try:
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], context)
        except (InvalidTag, ValueError) as error:
            raise BrokenCiphertext("personal data does not open") from error


class Sm4Gcm:
    """SM4-GCM: nonce (12 bytes) ‖ tag (16 bytes) ‖ ciphertext."""

    name = "sm4-gcm"
    key_bytes = 16

    def seal(self, key: bytes, plain: bytes, context: bytes) -> bytes:
        """See `Cipher`."""
        nonce = secrets.token_bytes(NONCE)
        work = Symmetric(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        work.authenticate_additional_data(context)
        body = work.update(plain) + work.finalize()
        return nonce + work.tag + body

    def open(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        """See `Cipher`."""
        nonce, tag, body = sealed[:NONCE], sealed[NONCE : NONCE + TAG], sealed[NONCE + TAG :]
        try:
            work = Symmetric(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
            work.authenticate_additional_data(context)
            return work.update(body) + work.finalize()
        except (InvalidTag, ValueError) as error:
            raise BrokenCiphertext("personal data does not open") from error


class Sm4CtrHmac:
    """SM4-CTR then HMAC-SM3 over context, nonce and ciphertext, for libraries without SM4-GCM; two separate keys."""

    name = "sm4-ctr+hmac"
    key_bytes = 16 + 32

    def seal(self, key: bytes, plain: bytes, context: bytes) -> bytes:
        """See `Cipher`."""
        nonce = secrets.token_bytes(16)
        work = Symmetric(algorithms.SM4(key[:16]), modes.CTR(nonce)).encryptor()
        body = nonce + work.update(plain) + work.finalize()
        return self._mark(key, body, context) + body

    def open(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        """See `Cipher`."""
        mark, body = sealed[:32], sealed[32:]
        if len(body) < 16 or not hmac.compare_digest(mark, self._mark(key, body, context)):
            raise BrokenCiphertext("personal data does not open")
        work = Symmetric(algorithms.SM4(key[:16]), modes.CTR(body[:16])).decryptor()
        return work.update(body[16:]) + work.finalize()

    def _mark(self, key: bytes, body: bytes, context: bytes) -> bytes:
        work = HMAC(key[16:], hashes.SM3())
        work.update(len(context).to_bytes(4, "big") + context + body)
        return work.finalize()


_registered: dict[str, Cipher] = {}


def register_cipher(cipher: Cipher) -> bool:
    """Offer a cipher by its name if this machine's OpenSSL can do it; returns whether it can."""
    try:
        key = secrets.token_bytes(cipher.key_bytes)
        works = cipher.open(key, cipher.seal(key, b"\x00", b""), b"") == b"\x00"
    except (UnsupportedAlgorithm, BrokenCiphertext):
        works = False
    if works:
        _registered[cipher.name] = cipher
    return works


def cipher(name: str) -> Cipher:
    """The cipher with this name. Raises ValueError when it is unknown or not available here."""
    if not _registered:
        for known in (AesGcm(), Sm4Gcm(), Sm4CtrHmac()):
            register_cipher(known)
    try:
        return _registered[name]
    except KeyError:
        raise ValueError(f"no such cipher here: {name}") from None


def cipher_names() -> list[str]:
    """Names of the ciphers available on this machine, the default first."""
    cipher("aes-gcm")
    return list(_registered)
