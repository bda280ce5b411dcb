"""Makes valid codes for tests from the standards' tables, not from the code under test: checks are computed afresh."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

PROVINCES = (
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43"),
    *("44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82"),
)
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # the table printed in GB 11643
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # the table printed in GB 32100
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # the table printed in GB 11714


def citizen_check(body: str) -> str:
    for value, character in enumerate("0123456789X"):
        if (sum(w * int(d) for w, d in zip(CITIZEN_WEIGHTS, body, strict=True)) + value) % 11 == 1:
            return character
    raise AssertionError(body)


def organisation_check(body: str) -> str:
    values = [int(c, 36) for c in body]
    for value, character in enumerate("0123456789X"):
        if (sum(w * v for w, v in zip(ORGANISATION_WEIGHTS, values, strict=True)) + value) % 11 == 0:
            return character
    raise AssertionError(body)


def credit_check(body: str) -> str:
    for value, character in enumerate(CREDIT_ALPHABET):
        if (sum(w * CREDIT_ALPHABET.index(c) for w, c in zip(CREDIT_WEIGHTS, body, strict=True)) + value) % 31 == 0:
            return character
    raise AssertionError(body)


@st.composite
def citizen_ids(draw: st.DrawFn) -> str:
    """A valid citizen identity number."""
    division = draw(st.sampled_from(PROVINCES)) + f"{draw(st.integers(0, 9999)):04d}"
    born = draw(st.dates(date(1900, 1, 1), date(2024, 12, 31)))
    body = division + born.strftime("%Y%m%d") + f"{draw(st.integers(1, 999)):03d}"
    return body + citizen_check(body)


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    """A valid unified social credit code."""
    kind = draw(st.sampled_from(["11", "12", "51", "52", "53", "91", "92", "93", "A1", "N2", "Y1"]))
    division = draw(st.sampled_from(PROVINCES)) + f"{draw(st.integers(0, 9999)):04d}"
    organisation = draw(st.text(CREDIT_ALPHABET, min_size=8, max_size=8))
    body = kind + division + organisation + organisation_check(organisation)
    return body + credit_check(body)
