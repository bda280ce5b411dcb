"""How people write codes: full-width digits, blanks and dashes between groups, invisible characters from copying."""

from __future__ import annotations

import re
import unicodedata

_BETWEEN = re.compile(r"[\s\-‐-―−_.·•'\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_DASHES = re.compile(r"[‐-―−]")


def compact(text: str) -> str:
    """Half-width, upper-case, without blanks, dashes, dots and invisible characters between groups."""
    while (plain := _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()) != text:
        text = plain  # capital letters and lost blanks can make new pairs to compose, so until nothing changes
    return plain


def half_width(text: str) -> str:
    """Half-width, with plain dashes, without invisible characters and blanks at the ends."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    return "".join(c for c in plain if unicodedata.category(c) != "Cf").strip()


def is_digits(text: str) -> bool:
    """Whether the text is ASCII digits only and not empty (`str.isdigit` also takes ², ٣ and ⑦)."""
    return text.isascii() and text.isdecimal()


def stars(text: str, first: int, last: int) -> str:
    """The text with all but its first and last characters starred; all of it when that would leave nothing hidden."""
    if len(text) <= first + last:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]
