"""Phone numbers as people in China write them.

Known: mobile numbers (11 digits, 13 to 19), landlines with area code and extension, 400 and 800 numbers, public short
numbers (110, 12345, 10086, 95xxx, 96xxx), numbers abroad with +. Source: the numbering plan 电信网编号计划 (工信部,
2017). The prefixes given to operators change every year, so 13 to 19 is all that is asked of a mobile number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from yiwang.kernel.codes.writing import half_width, is_digits, stars
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

Kind = Literal["mobile", "landline", "service", "short", "abroad"]

_EXTENSION = re.compile(r"(?:\s*(?:转接?|分机|ext\.?|x|#)\s*[:：]?\s*|(?<=\d{7})-)(\d{1,6})\s*$", re.IGNORECASE)
_LABEL = re.compile(r"^(?:联系)?(?:电话|手机|固话|座机|tel|phone|mobile)(?:号码?)?\s*[:.]?\s*", re.IGNORECASE)
_CHINA = re.compile(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$))0?")
_WITHOUT_ZERO = re.compile(r"(?:10|2\d|(?![48]00)[3-9]\d{2})[2-9]\d{6,7}")
_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("mobile", re.compile(r"1[3-9]\d{9}")),
    ("service", re.compile(r"[48]00\d{7}")),
    ("landline", re.compile(r"(?P<area>010|02\d)(?P<rest>[2-9]\d{7})")),
    ("landline", re.compile(r"(?P<area>0[3-9]\d{2})(?P<rest>[2-9]\d{6,7})")),
    ("short", re.compile(r"11[0-9]|12[0-2]|100\d{2}|12\d{3}|9[56]\d{3,6}")),
    ("abroad", re.compile(r"\+(?!86)[1-9]\d{6,14}")),
)


@dataclass(frozen=True)
class Phone:
    """A well-formed phone number.

    `number` is as dialled within China (landlines with area code, numbers abroad with +), `area_code` the landline's
    with its 0, `extension` digits or "".
    """

    number: str
    kind: Kind
    area_code: str = ""
    extension: str = ""

    @property
    def shown(self) -> str:
        """As people write it: 138 1234 5678, 0571-88888888-102, 400-123-4567."""
        n = self.number
        if self.kind == "mobile":
            return f"{n[:3]} {n[3:7]} {n[7:]}"
        if self.kind == "service":
            return f"{n[:3]}-{n[3:6]}-{n[6:]}"
        parts = [self.area_code, n.removeprefix(self.area_code), self.extension]
        return "-".join(part for part in parts if part)

    @property
    def international(self) -> str | None:
        """With country code (E.164), for messages and links; None for numbers only dialled within China."""
        if self.kind == "abroad":
            return self.number
        return "+86" + self.number.removeprefix("0") if self.kind in ("mobile", "landline") else None


def normalise(text: str) -> str:
    """Digits as dialled within China; +86, a leading 0 before a mobile number, blanks and dashes taken away.

    An extension is kept behind a dash. What is no number at all comes back without blanks.
    """
    number, extension = _split(text)
    return f"{number}-{extension}" if extension else number


def problem(text: str) -> Text | None:
    """Why the text is no phone number, or None."""
    number, extension = _split(text)
    if not number:
        return Text(N_("The phone number is missing."))
    if not is_digits(number.removeprefix("+")):
        return Text(N_("A phone number has digits only."))
    kind, _ = _form(number)
    if kind is None:
        return _reason(number)
    if extension and kind not in ("landline", "service"):
        return Text(N_("Only landlines have extensions."))
    return None


def parse(text: str) -> Phone:
    """The number and its parts; `Invalid` with the reason."""
    if wrong := problem(text):
        raise Invalid(wrong)
    number, extension = _split(text)
    kind, area = _form(number)
    assert kind is not None
    return Phone(number, kind, area, extension)


def masked(text: str) -> str:
    """138****5678 for mobiles, area code and last two digits of landlines; public numbers stay as they are."""
    number, _ = _split(text)
    kind, area = _form(number)
    if kind in ("short", "service"):
        return number
    if kind == "landline":
        return f"{area}-{stars(number.removeprefix(area), 0, 2)}"
    return stars(number, 3, 4) if len(number) >= 10 else stars(number, 0, 2)


def _split(text: str) -> tuple[str, str]:
    """The number as dialled within China, and its extension or ""."""
    plain = _LABEL.sub("", half_width(text))
    whole = _dialled(plain)
    found = _EXTENSION.search(plain)
    if not found:
        return whole, ""
    number = _dialled(plain[: found.start()])
    is_one_number = _form(whole)[0] is not None and _form(number)[0] is None  # 1381234-5678
    return (whole, "") if is_one_number else (number, found[1])


def _dialled(plain: str) -> str:
    number = re.sub(r"[\s\-().·_/]", "", plain)
    bare = _CHINA.sub("", number)
    if bare != number and _WITHOUT_ZERO.fullmatch(bare):
        return "0" + bare  # +86 10 8888 8888: the area code's 0 is not written behind the country code
    if re.fullmatch(r"01[3-9]\d{9}", bare):
        return bare[1:]  # the 0 once dialled before mobiles of another city
    return "+" + bare[2:] if re.match(r"00[1-9]", bare) else bare


def _form(number: str) -> tuple[Kind | None, str]:
    for kind, pattern in _FORMS:
        if match := pattern.fullmatch(number):
            return kind, match.groupdict().get("area") or ""
    return None, ""


def _reason(number: str) -> Text:
    if number.startswith("+"):
        return Text(N_("A number abroad has a country code and 7 to 15 digits in all."))
    if number[0] == "1" and len(number) > 5:
        if len(number) != 11:
            return Text(N_("A mobile number has 11 digits, not %(n)s."), {"n": len(number)})
        return Text(N_("No mobile number begins with %(digits)s."), {"digits": number[:2]})
    if number[0] == "0":
        return Text(N_("This is no landline number: area code (such as 010 or 0571), then 7 or 8 digits."))
    if len(number) in (7, 8) and number[0] in "23456789":
        return Text(N_("The area code is missing, such as 010 or 0571."))
    return Text(N_("This is neither a mobile number, a landline with area code, nor a public number."))
