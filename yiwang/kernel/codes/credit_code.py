"""Unified social credit codes, GB 32100-2015 with amendment 1: eighteen characters without I, O, S, V, Z.

Parts: registering authority 1, category 1, division of the authority 6, organisation code 9 (GB 11714, with its own
check), check character 1. Later notices add categories, so an unknown one is no error. The check is MOD 31 with
weights 3^(i-1) (GB/T 17710): every single wrong character and every exchange of two neighbours is found.
"""

from __future__ import annotations

from dataclasses import dataclass

from yiwang.kernel.codes import organisation_code
from yiwang.kernel.codes.division import PROVINCES
from yiwang.kernel.codes.writing import compact, is_digits, stars
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, n, 31) for n in range(17))

AUTHORITIES = {
    "1": N_("Staffing authority"),
    "2": N_("Foreign affairs authority"),
    "3": N_("Judicial administration authority"),
    "4": N_("Cultural authority"),
    "5": N_("Civil affairs authority"),
    "6": N_("Tourism authority"),
    "7": N_("Religious affairs authority"),
    "8": N_("Trade union federation"),
    "9": N_("Market regulation authority"),
    "A": N_("Military staffing authority"),
    "N": N_("Agricultural authority"),
    "Y": N_("Other registering authority"),
}
_OTHER = N_("Other organisation")
CATEGORIES = {
    "11": N_("State organ"),
    "12": N_("Public institution"),
    "13": N_("Mass organisation"),
    "21": N_("Foreign news bureau"),
    "31": N_("Law firm"),
    "32": N_("Notary office"),
    "33": N_("Grass-roots legal service"),
    "34": N_("Forensic institution"),
    "35": N_("Arbitration commission"),
    "41": N_("Foreign cultural centre"),
    "51": N_("Social association"),
    "52": N_("Private non-enterprise unit"),
    "53": N_("Foundation"),
    "61": N_("Foreign tourist office"),
    "62": N_("Tourist office of Hong Kong, Macao or Taiwan"),
    "71": N_("Place of worship"),
    "72": N_("Religious school"),
    "81": N_("Grass-roots trade union"),
    "91": N_("Enterprise"),
    "92": N_("Self-employed household"),
    "93": N_("Farmers' cooperative"),
    "A1": N_("Military institution"),
    "N1": N_("Collective economy of a group"),
    "N2": N_("Collective economy of a village"),
    "N3": N_("Collective economy of a township"),
    "Y1": _OTHER,
} | {f"{authority}9": _OTHER for authority in "12345678AN"}


@dataclass(frozen=True)
class CreditCode:
    """A well-formed unified social credit code and its parts."""

    code: str

    @property
    def authority(self) -> str:
        """The registering authority's character, a key of `AUTHORITIES`."""
        return self.code[0]

    @property
    def category(self) -> str:
        """Authority and category characters together, such as 91 for an enterprise."""
        return self.code[:2]

    @property
    def title(self) -> Text:
        """What kind of organisation it is."""
        return Text(CATEGORIES.get(self.category, _OTHER))

    @property
    def authority_title(self) -> Text:
        """Which kind of authority registered it."""
        return Text(AUTHORITIES[self.authority])

    @property
    def division_code(self) -> str:
        """The registering authority's division, six digits (100000 for the central ones)."""
        return self.code[2:8]

    @property
    def organisation_code(self) -> str:
        """The nine characters of GB 11714."""
        return self.code[8:17]


def check_character(body: str) -> str:
    """The eighteenth character for the seventeen before it."""
    total = sum(weight * _VALUES[c] for weight, c in zip(_WEIGHTS, body, strict=True))
    return ALPHABET[-total % 31]


def normalise(text: str) -> str:
    """Capital letters and digits, half-width, without blanks and dashes."""
    return compact(text)


def problem(text: str) -> Text | None:
    """Why the text is no unified social credit code, or None."""
    code = normalise(text)
    if not code:
        return Text(N_("The unified social credit code is missing."))
    if len(code) != 18:
        return Text(N_("A unified social credit code has 18 characters, not %(n)s."), {"n": len(code)})
    for place, character in enumerate(code, 1):
        if character in "IOSVZ":
            msgid = N_(
                "Character %(place)s is %(character)s, but I, O, S, V and Z are never used; 1, 0, 5 or 2 perhaps?"
            )
            return Text(msgid, {"place": place, "character": character})
        if character not in _VALUES:
            msgid = N_("Character %(place)s, %(character)s, is neither a digit nor a capital letter.")
            return Text(msgid, {"place": place, "character": character})
    return _wrong_part(code)


def parse(text: str) -> CreditCode:
    """The code and its parts; `Invalid` with the reason."""
    if wrong := problem(text):
        raise Invalid(wrong)
    return CreditCode(normalise(text))


def masked(text: str) -> str:
    """First four and last four characters, the rest starred."""
    return stars(normalise(text), 4, 4)


def _wrong_part(code: str) -> Text | None:
    if check_character(code[:17]) != code[17]:
        return Text(N_("The check character of the credit code is wrong; probably a slip of the pen."))
    if code[0] not in AUTHORITIES:
        return Text(N_("No registering authority has the character %(character)s."), {"character": code[0]})
    if code[1] not in "123456789":
        return Text(N_("The category, character 2, is a digit from 1 to 9."))
    division = code[2:8]
    if not is_digits(division) or (division != "100000" and division[:2] not in PROVINCES):
        return Text(N_("The characters 3 to 8 are no division code: %(code)s."), {"code": division})
    return organisation_code.problem(code[8:17])
