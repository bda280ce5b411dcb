"""Division codes: GB/T 2260 (six digits) extended by GB/T 10114 and the statistical system to twelve.

Parts: province 2, city 2, county 2, street or town 3, village or community 3; unused lower parts are zeros. (The
urban/rural class of the statistical yearbooks is a separate three digits and not part of the code.) A street may
hang under a city directly, its county part zero: 东莞 441900 003 000.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from yiwang.kernel.codes.writing import compact, is_digits
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

LENGTH = 12
_CUTS = ((0, 2), (2, 4), (4, 6), (6, 9), (9, 12))
_REGIONS = {"1": "12345", "2": "123", "3": "1234567", "4": "123456", "5": "01234", "6": "12345", "7": "1", "8": "12"}
PROVINCES = frozenset(region + each for region, provinces in _REGIONS.items() for each in provinces)
"""The first two digits in use (GB/T 2260): 31 provinces, autonomous regions and municipalities, 台湾, 香港, 澳门."""


class Level(IntEnum):
    """How deep a division lies, 1 province to 5 village or community."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    STREET = 4
    VILLAGE = 5


@dataclass(frozen=True)
class Division:
    """A well-formed division code of twelve digits."""

    code: str

    @property
    def parts(self) -> tuple[str, str, str, str, str]:
        """Province, city, county, street, village digits (2, 2, 2, 3, 3)."""
        a, b, c, d, e = (self.code[first:last] for first, last in _CUTS)
        return a, b, c, d, e

    @property
    def level(self) -> Level:
        """The level of the lowest part that is not zero."""
        return Level(max(n for n, part in enumerate(self.parts, 1) if int(part)))

    @property
    def parent(self) -> str | None:
        """The twelve-digit code of the division above; None for a province."""
        if self.level == Level.PROVINCE:
            return None
        return self.code[: _CUTS[self.level - 1][0]].ljust(LENGTH, "0")

    @property
    def ancestors(self) -> tuple[str, ...]:
        """The codes above, province first, without the division itself."""
        above: list[str] = []
        parent = self.parent
        while parent is not None:
            above.insert(0, parent)
            parent = Division(parent).parent
        return tuple(above)

    @property
    def short(self) -> str:
        """The code as people write it at its level: 2, 4, 6, 9 or 12 digits."""
        return self.code[: _CUTS[self.level - 1][1]]


def normalise(text: str) -> str:
    """Digits only, half-width; a code of 2, 4, 6 or 9 digits filled up with zeros to twelve."""
    code = compact(text)
    return code.ljust(LENGTH, "0") if is_digits(code) and len(code) in (2, 4, 6, 9) else code


def problem(text: str) -> Text | None:
    """Why the text is no division code, or None."""
    code = normalise(text)
    if not code:
        return Text(N_("The division code is missing."))
    if not is_digits(code):
        return Text(N_("A division code has digits only."))
    if len(code) != LENGTH:
        return Text(N_("A division code has 12 digits (or 2, 4, 6 or 9), not %(n)s."), {"n": len(code)})
    if code[:2] not in PROVINCES:
        return Text(N_("No province has the code %(code)s."), {"code": code[:2]})
    return None


def parse(text: str) -> Division:
    """The division code; `Invalid` with the reason."""
    if wrong := problem(text):
        raise Invalid(wrong)
    return Division(normalise(text))


def masked(text: str) -> str:
    """The code down to the county, what lies below starred (a village can point at a person)."""
    code = normalise(text)
    return code[:6] + "*" * max(0, len(code) - 6)
