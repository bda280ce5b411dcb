"""`Sealed`: an encrypted value that shows itself masked, and the blind index that finds it.

Stored text: `v1.<key id>.<base64url of what the cipher made>`; the kind is authenticated with it.
"""

from __future__ import annotations

import base64
import hmac

from yiwang.base.personal.ciphers import BrokenCiphertext, cipher
from yiwang.base.personal.keyring import ring
from yiwang.base.personal.kinds import clean, kind_of, masked

VERSION = "v1"
INDEX_LENGTH = 32


class Sealed:
    """A personal value: `str()` is masked, `repr()` says nothing; only this package's `unmask` shows it to people."""

    __slots__ = ("index", "kind", "token")

    def __init__(self, kind: str, token: str, index: str | None = None) -> None:
        self.kind = kind
        self.token = token
        self.index = index
        """Blind index when just sealed from plain text; None when read from the database."""

    @classmethod
    def of(cls, kind: str, plain: str) -> Sealed:
        """Seal a plain text (cleaned of control characters and needless spaces) under the current key."""
        text = clean(plain)
        keys = ring()
        key = keys.keys[keys.current]
        made = cipher(key.cipher).seal(key.key, text.encode(), _context(kind, key.id))
        token = f"{VERSION}.{key.id}.{base64.urlsafe_b64encode(made).decode()}"
        return cls(kind, token, blind(kind, text))

    def open(self) -> str:
        """The plain text, for code that must compute with it; never for a page. Raises BrokenCiphertext."""
        version, _, rest = self.token.partition(".")
        key_id, _, body = rest.partition(".")
        key = ring().keys.get(key_id)
        if version != VERSION or key is None:
            raise BrokenCiphertext("personal data is sealed with a key this installation does not have")
        try:
            made = base64.urlsafe_b64decode(body)
        except ValueError as error:
            raise BrokenCiphertext("personal data does not open") from error
        return cipher(key.cipher).open(key.key, made, _context(self.kind, key_id)).decode()

    def __str__(self) -> str:
        return masked(self.kind, self.open())

    def __repr__(self) -> str:
        return f"<Sealed {self.kind}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self.kind == other.kind and self.open() == other.open()

    def __hash__(self) -> int:
        return hash((self.kind, blind(self.kind, self.open())))

    def __copy__(self) -> Sealed:
        return self

    def __deepcopy__(self, memo: object) -> Sealed:
        return self


def blind(kind: str, value: str) -> str:
    """Keyed index of a value for equality look-up: 32 hex digits of HMAC-SHA256 over kind and normalised value."""
    text = f"{kind}\x00{kind_of(kind).normalise(value)}"
    return hmac.digest(ring().index_key, text.encode(), "sha256").hex()[:INDEX_LENGTH]


def _context(kind: str, key_id: str) -> bytes:
    return f"yiwang {VERSION} {key_id} {kind}".encode()
