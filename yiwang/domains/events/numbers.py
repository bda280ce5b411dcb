"""Readable numbers of events and reports: the node's code, a letter, the id — `YW-E00001234`.

Made from the id instead of a counter, so that no two writers wait for one row; a check digit (ISO 7064 MOD 11,10)
catches what is misheard on the telephone.
"""

from __future__ import annotations

import re

from django.conf import settings

_FORM = re.compile(r"^([A-Z0-9]{1,8})-?([ER])(\d{2,12})$")


def check_digit(digits: str) -> str:
    """The ISO 7064 MOD 11,10 digit of a string of digits."""
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)


def event_number(pk: int) -> str:
    """The number of the event with this id, such as `YW-E000012348`."""
    return _number("E", pk)


def report_number(pk: int) -> str:
    """The number of the report with this id."""
    return _number("R", pk)


def event_id(number: str) -> int | None:
    """The id behind an event number, None when it is none of this node's or its check digit is wrong."""
    return _id(number, "E")


def report_id(number: str) -> int | None:
    """The id behind a report number, None when it is none of this node's or its check digit is wrong."""
    return _id(number, "R")


def _number(letter: str, pk: int) -> str:
    digits = f"{pk:08d}"
    return f"{settings.NODE}-{letter}{digits}{check_digit(digits)}"


def _id(number: str, letter: str) -> int | None:
    found = _FORM.match(number.strip().upper().replace(" ", ""))
    if not found or found[1] != settings.NODE or found[2] != letter:
        return None
    digits, check = found[3][:-1], found[3][-1]
    return int(digits) if digits and check_digit(digits) == check else None
