"""Citizen identity numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.code_makers import citizen_check, citizen_ids
from yiwang.kernel import clock
from yiwang.kernel.codes import citizen_id
from yiwang.kernel.errors import Invalid

STANDARDS_EXAMPLE = "11010519491231002X"  # printed in GB 11643-1999, annex


def test_the_standards_own_example_is_taken_apart() -> None:
    found = citizen_id.parse(STANDARDS_EXAMPLE)
    assert (found.division_code, found.birth_on, found.sex) == ("110105", date(1949, 12, 31), "female")
    assert citizen_id.parse("440524188001010014").sex == "male"


@pytest.mark.parametrize(
    "written", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_ways_of_writing_do_not_matter(written: str) -> None:
    assert citizen_id.normalise(written) == STANDARDS_EXAMPLE
    assert citizen_id.problem(written) is None


def test_the_old_form_of_fifteen_digits_is_upgraded() -> None:
    assert citizen_id.normalise("110105491231002") == STANDARDS_EXAMPLE
    assert citizen_id.parse("110105801231996").birth_on == date(1880, 12, 31)


def test_residents_from_hong_kong_macao_and_taiwan_have_numbers_too() -> None:
    for division in ("810000", "820000", "830000"):
        body = division + "19900101001"
        assert citizen_id.problem(body + citizen_check(body)) is None


def with_check(body: str) -> str:
    return body + citizen_check(body)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        ("  ", "missing"),
        ("1101051949123100", "not 16"),
        ("11010519491231002Y", "17 digits, then a digit or X"),
        ("1101051949123100X2", "17 digits, then a digit or X"),
        ("1101051949123100٢X", "17 digits"),
        (with_check("16010519491231002"), "No province has the code 16"),
        (with_check("11010519490230002"), "19490230 is no date of birth"),
        (with_check("11010519491301002"), "19491301 is no date of birth"),
        (with_check("11010519230229002"), "19230229 is no date of birth"),
        (with_check("11010518201231002"), "1820"),
        (with_check("11010519491231000"), "000"),
        ("110105194912310021", "last character"),
        ("110105490230002", "19490230 is no date of birth"),
    ],
)
def test_a_wrong_number_says_why(text: str, reason: str) -> None:
    found = citizen_id.problem(text)
    assert found is not None and reason in str(found)
    with pytest.raises(Invalid) as refused:
        citizen_id.parse(text)
    assert refused.value.text == found


def test_nobody_is_born_tomorrow() -> None:
    tomorrow = with_check("11010520260302001")
    with clock.frozen(datetime(2026, 3, 1, 15, 59, tzinfo=UTC)):  # still the 1st in Beijing
        assert "2026-03-02 lies in the future" in str(citizen_id.problem(tomorrow))
    with clock.frozen(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)):
        assert citizen_id.problem(tomorrow) is None


def test_age_counts_completed_years() -> None:
    person = citizen_id.parse(with_check("11010520000229001"))
    assert [person.age_on(day) for day in (date(2018, 2, 28), date(2018, 3, 1), date(2020, 2, 29))] == [17, 18, 20]


def test_a_masked_number_shows_neither_county_nor_birthday() -> None:
    assert citizen_id.masked(STANDARDS_EXAMPLE) == "1101***********02X"
    assert citizen_id.masked("110105") == "******"


@given(citizen_ids())
def test_every_valid_number_is_accepted_and_taken_apart(code: str) -> None:
    found = citizen_id.parse(code)
    assert found.code == code
    assert found.birth_on.strftime("%Y%m%d") == code[6:14]
    assert (found.sex == "male") == (int(code[16]) % 2 == 1)


@given(citizen_ids(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_single_wrong_character_is_found(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assert (citizen_id.problem(wrong) is None) == (other == code[place])


@given(citizen_ids(), st.integers(0, 16))
def test_every_exchange_of_neighbours_is_found(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (citizen_id.problem(wrong) is None) == (wrong == code)


@given(citizen_ids().filter(lambda code: code[6:8] == "19" and code[14:17] < "996"))
def test_old_forms_become_the_same_number(code: str) -> None:
    assert citizen_id.normalise(code[:6] + code[8:17]) == code


@given(st.text(max_size=24))
def test_any_text_gets_an_answer_and_normalising_twice_changes_nothing(text: str) -> None:
    once = citizen_id.normalise(text)
    assert citizen_id.normalise(once) == once
    assert citizen_id.problem(text) == citizen_id.problem(once)
    assert len(citizen_id.masked(text)) == len(once)
