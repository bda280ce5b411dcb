"""Citizen identity numbers, GB 11643-1999: eighteen characters, the last a MOD 11-2 check (GB/T 17710).

Division 6, birth date 8, sequence 3 (odd for men), check 1. The first generation had fifteen digits: year of birth in
two, no check; they are read as 19xx (sequences 996 to 999 belonged to people then over a hundred, so 18xx) and
upgraded. The check finds every single wrong digit and every exchange of two neighbours. 81, 82 and 83 are residence
permits of people from 香港, 澳门 and 台湾, which follow the same standard. Divisions change, so only the province is
checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from yiwang.kernel import clock
from yiwang.kernel.codes.division import PROVINCES
from yiwang.kernel.codes.writing import compact, is_digits, stars
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

_WEIGHTS = tuple(pow(2, 17 - n, 11) for n in range(17))
_CHECKS = "10X98765432"
_ISSUERS = PROVINCES | {"83"}
_OLDEST_YEAR = 1850


@dataclass(frozen=True)
class CitizenId:
    """A well-formed number of eighteen characters."""

    code: str

    @property
    def division_code(self) -> str:
        """The six digits of the county of first registration."""
        return self.code[:6]

    @property
    def birth_on(self) -> date:
        """The date of birth."""
        return date(int(self.code[6:10]), int(self.code[10:12]), int(self.code[12:14]))

    @property
    def sex(self) -> Literal["male", "female"]:
        """By the sequence number: odd male, even female."""
        return "male" if int(self.code[16]) % 2 else "female"

    def age_on(self, day: date) -> int:
        """Completed years (周岁) on a day; one born on 29 February completes a year on 1 March of other years."""
        born = self.birth_on
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def check_character(body: str) -> str:
    """The eighteenth character for seventeen digits."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11]


def normalise(text: str) -> str:
    """Half-width, capital X, without blanks; a number of fifteen digits becomes one of eighteen characters."""
    code = compact(text)
    if len(code) == 15 and is_digits(code):
        body = code[:6] + ("18" if code[12:] >= "996" else "19") + code[6:]
        return body + check_character(body)
    return code


def problem(text: str) -> Text | None:
    """Why the text is no citizen identity number, or None."""
    code = normalise(text)
    if not code:
        return Text(N_("The citizen identity number is missing."))
    if len(code) != 18:
        return Text(
            N_("A citizen identity number has 18 characters (15 in its old form), not %(n)s."), {"n": len(code)}
        )
    if not is_digits(code[:17]) or code[17] not in _CHECKS:
        return Text(N_("A citizen identity number has 17 digits, then a digit or X."))
    if code[:2] not in _ISSUERS:
        return Text(N_("No province has the code %(code)s."), {"code": code[:2]})
    try:
        born = CitizenId(code).birth_on
    except ValueError:
        return Text(N_("%(digits)s is no date of birth."), {"digits": code[6:14]})
    if born.year < _OLDEST_YEAR:
        return Text(N_("Nobody born in %(year)s has such a number."), {"year": born.year})
    if born > clock.today("Asia/Shanghai"):
        return Text(N_("The date of birth %(day)s lies in the future."), {"day": born.isoformat()})
    if code[14:17] == "000":
        return Text(N_("The sequence number 000 is never given."))
    if check_character(code[:17]) != code[17]:
        return Text(N_("The last character of the identity number is wrong; probably a slip of the pen."))
    return None


def parse(text: str) -> CitizenId:
    """The number and its parts; `Invalid` with the reason."""
    if wrong := problem(text):
        raise Invalid(wrong)
    return CitizenId(normalise(text))


def masked(text: str) -> str:
    """First four and last three characters, the rest starred, so that neither county nor birthday shows."""
    return stars(normalise(text), 4, 3)
