"""Organisation codes, GB 11714-1997: eight digits or letters and a check character.

The check is MOD 11 with weights 3 7 9 10 5 8 4 2 over the values 0-9, A=10 … Z=35; 10 is written X, 11 is written 0.
Since 2015 the code lives on inside the unified social credit code (characters 9 to 17).
"""

from __future__ import annotations

from yiwang.kernel.codes.writing import compact, stars
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def check_character(body: str) -> str:
    """The ninth character for eight digits or capital letters."""
    remainder = 11 - sum(weight * _VALUES[c] for weight, c in zip(_WEIGHTS, body, strict=True)) % 11
    return "X" if remainder == 10 else "0" if remainder == 11 else str(remainder)


def normalise(text: str) -> str:
    """Capital letters and digits without the customary dash."""
    return compact(text)


def problem(text: str) -> Text | None:
    """Why the text is no organisation code, or None."""
    code = normalise(text)
    if not code:
        return Text(N_("The organisation code is missing."))
    if len(code) != 9:
        return Text(N_("An organisation code has 9 characters, not %(n)s."), {"n": len(code)})
    if any(c not in _VALUES for c in code[:8]) or code[8] not in "0123456789X":
        return Text(N_("An organisation code has digits and capital letters, and ends with a digit or X."))
    if check_character(code[:8]) != code[8]:
        return Text(N_("The check character of the organisation code is wrong; probably a slip of the pen."))
    return None


def parse(text: str) -> str:
    """The code of nine characters; `Invalid` with the reason."""
    if wrong := problem(text):
        raise Invalid(wrong)
    return normalise(text)


def masked(text: str) -> str:
    """First two and last two characters, the rest starred."""
    return stars(normalise(text), 2, 2)
