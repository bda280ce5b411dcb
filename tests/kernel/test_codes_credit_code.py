"""Unified social credit codes and the organisation codes inside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.code_makers import CREDIT_ALPHABET, credit_check, credit_codes
from yiwang.kernel.codes import credit_code, organisation_code
from yiwang.kernel.errors import Invalid

PUBLISHED = ("9144030071526726XG", "91330100799655058B", "914403001922038216", "91110000802100433B")


@pytest.mark.parametrize("code", PUBLISHED)
def test_codes_of_well_known_companies_are_valid(code: str) -> None:
    assert credit_code.problem(code) is None


def test_a_code_is_taken_apart() -> None:
    found = credit_code.parse("9144 0300 7152 6726 xg")
    assert (found.authority, found.category, str(found.title)) == ("9", "91", "Enterprise")
    assert str(found.authority_title) == "Market regulation authority"
    assert (found.division_code, found.organisation_code) == ("440300", "71526726X")
    assert organisation_code.parse("71526726-X") == "71526726X"


def with_check(body: str) -> str:
    return body + credit_check(body)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        ("91440300715267", "18 characters, not 14"),
        ("9144O30071526726XG", "Character 5 is O, but I, O, S, V and Z are never used"),
        ("9144,30071526726XG", "Character 5, ,, is neither"),
        ("9144030071526726XH", "check character of the credit code"),
        (with_check("B144030071526726X"), "No registering authority has the character B"),
        (with_check("904403007152672 6X".replace(" ", "")), "category"),
        (with_check("91AA030071526726X"), "characters 3 to 8 are no division code: AA0300"),
        (with_check("91160300715267268"), "characters 3 to 8 are no division code: 160300"),
        (with_check("91440300715267261"), "check character of the organisation code"),
    ],
)
def test_a_wrong_code_says_why(text: str, reason: str) -> None:
    found = credit_code.problem(text)
    assert found is not None and reason in str(found)
    with pytest.raises(Invalid) as refused:
        credit_code.parse(text)
    assert refused.value.text == found


def test_central_authorities_register_under_100000() -> None:
    assert credit_code.problem(with_check("12100000" + "71526726X")) is None


def test_a_category_added_by_a_later_notice_is_no_error() -> None:
    assert str(credit_code.parse(with_check("54440300" + "71526726X")).title) == "Other organisation"


def test_masking_shows_the_ends() -> None:
    assert credit_code.masked("9144030071526726XG") == "9144**********26XG"
    assert organisation_code.masked("71526726X") == "71*****6X"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        ("7152672", "not 7"),
        ("7152672%X", "digits and capital letters"),
        ("71526726Y", "ends with a digit or X"),
        ("715267261", "check character"),
    ],
)
def test_a_wrong_organisation_code_says_why(text: str, reason: str) -> None:
    assert reason in str(organisation_code.problem(text))
    with pytest.raises(Invalid):
        organisation_code.parse(text)


@given(credit_codes())
def test_every_valid_code_is_accepted(code: str) -> None:
    found = credit_code.parse(code)
    assert found.code == code
    assert organisation_code.problem(found.organisation_code) is None


@given(credit_codes(), st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET + "IOSVZ"))
def test_every_single_wrong_character_is_found(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assert (credit_code.problem(wrong) is None) == (other == code[place])


@given(credit_codes(), st.integers(0, 16))
def test_every_exchange_of_neighbours_is_found(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (credit_code.problem(wrong) is None) == (wrong == code)


@given(st.text(max_size=24))
def test_any_text_gets_an_answer_and_normalising_twice_changes_nothing(text: str) -> None:
    once = credit_code.normalise(text)
    assert credit_code.normalise(once) == once
    assert credit_code.problem(text) == credit_code.problem(once)
