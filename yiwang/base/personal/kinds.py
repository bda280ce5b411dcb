"""Kinds of personal data: how a value is made comparable (for the blind index) and how it is masked.

Normalising is this package's own, on purpose: stored indexes depend on it, so it must never change with validation
rules elsewhere. Masks follow the habits of Chinese government pages: 王*, 138****1234, 110***********1234.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

STREET = re.compile(r"^.*?(?:街道|[区县旗镇乡])")


@dataclass(frozen=True)
class Kind:
    """One kind: `normalise` makes equal what means the same; `mask` hides what identifies (of a normalised value)."""

    code: str
    normalise: Callable[[str], str]
    mask: Callable[[str], str]


def clean(value: str) -> str:
    """NFKC, without control characters, runs of spaces as one."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", value) if c.isspace() or unicodedata.category(c) != "Cc")
    return " ".join(plain.split())


def _bare(value: str) -> str:
    return re.sub(r"[\s\-‐-―]", "", clean(value)).upper()


def _phone(value: str) -> str:
    digits = re.sub(r"\D", "", clean(value))
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) - len(prefix) == 11 and digits[len(prefix)] == "1":
            return digits[len(prefix) :]
    return digits


def _ends(first: int, last: int) -> Callable[[str], str]:
    """Keep `first` and `last` characters; of a value too short for that, keep a quarter at each end."""

    def mask(value: str) -> str:
        head, tail = (first, last) if len(value) > first + last else (len(value) // 4, len(value) // 4)
        return value[:head] + "*" * (len(value) - head - tail) + value[len(value) - tail :]

    return mask


def _mask_name(value: str) -> str:
    return " ".join(word[0] + "*" * max(1, len(word) - 1) for word in value.split())


def _mask_address(value: str) -> str:
    found = STREET.match(value)
    kept = found.group() if found else value[: min(6, len(value) // 3)]
    return kept + "****"


def _mask_email(value: str) -> str:
    user, _, host = value.partition("@")
    return f"{user[:1]}***@{host}" if host else "***"


def _mask_all(value: str) -> str:
    return "****"


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("name", lambda v: clean(v).casefold(), _mask_name),
        Kind("phone", _phone, _ends(3, 4)),
        Kind("citizen_id", _bare, _ends(3, 4)),
        Kind("credit_code", _bare, _ends(4, 4)),
        Kind("bank_account", _bare, _ends(4, 4)),
        Kind("plate", _bare, _ends(2, 2)),
        Kind("address", lambda v: _bare(v).casefold(), _mask_address),
        Kind("email", lambda v: clean(v).casefold(), _mask_email),
        Kind("text", lambda v: clean(v).casefold(), _mask_all),
    )
}


def kind_of(code: str) -> Kind:
    """The kind with this code. Raises ValueError when there is none."""
    try:
        return KINDS[code]
    except KeyError:
        raise ValueError(f"unknown kind of personal data: {code}") from None


def masked(kind: str, value: str) -> str:
    """The value with what identifies hidden; "" stays ""."""
    shown = clean(value)
    if kind in {"phone", "citizen_id", "credit_code", "bank_account", "plate"}:
        shown = kind_of(kind).normalise(shown)
    return kind_of(kind).mask(shown) if shown else ""
