"""Phone numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.codes import phone
from yiwang.kernel.errors import Invalid


@pytest.mark.parametrize(
    "written",
    [
        *("13812345678", "138 1234 5678", "138-1234-5678", "+86 13812345678", "+86-138-1234-5678", "8613812345678"),
        *("0086 138 1234 5678", "013812345678", "１３８１２３４５６７８", "手机：13812345678", "(+86)13812345678"),
        *("1381234-5678", "138\u200b1234\u200b5678", "tel: 13812345678"),
    ],
)
def test_a_mobile_number_is_one_number_however_written(written: str) -> None:
    found = phone.parse(written)
    assert (found.number, found.kind, found.extension) == ("13812345678", "mobile", "")
    assert (found.shown, found.international) == ("138 1234 5678", "+8613812345678")


@pytest.mark.parametrize(
    ("written", "number", "area", "extension"),
    [
        ("0571-88888888", "057188888888", "0571", ""),
        ("（0571）8888 8888", "057188888888", "0571", ""),
        ("05718888888", "05718888888", "0571", ""),
        ("+86 571 8888 8888", "057188888888", "0571", ""),
        ("+86 10 8888 8888", "01088888888", "010", ""),
        ("021-68888888-102", "02168888888", "021", "102"),
        ("021—68888888转102", "02168888888", "021", "102"),
        ("021 68888888 分机 102", "02168888888", "021", "102"),
        ("0571-8888888-1", "05718888888", "0571", "1"),
    ],
)
def test_landlines_have_an_area_code_and_perhaps_an_extension(
    written: str, number: str, area: str, extension: str
) -> None:
    found = phone.parse(written)
    assert (found.kind, found.number, found.area_code, found.extension) == ("landline", number, area, extension)


def test_a_landline_is_shown_with_dashes() -> None:
    assert phone.parse("02168888888转102").shown == "021-68888888-102"
    assert phone.parse("02168888888").international == "+862168888888"


@pytest.mark.parametrize("number", ["110", "119", "120", "122", "12345", "12315", "12110", "10086", "95588", "96123"])
def test_public_short_numbers_are_known_and_never_masked(number: str) -> None:
    assert phone.parse(number).kind == "short"
    assert phone.masked(number) == number
    assert phone.parse(number).international is None


@pytest.mark.parametrize("written", ["400-123-4567", "4001234567", "+86 400 123 4567", "4001234-567"])
def test_service_numbers(written: str) -> None:
    found = phone.parse(written)
    assert (found.kind, found.number, found.shown) == ("service", "4001234567", "400-123-4567")


@pytest.mark.parametrize(
    ("written", "number"), [("+852 2345 6789", "+85223456789"), ("001 410 555 0123", "+14105550123")]
)
def test_numbers_abroad_keep_their_country_code(written: str, number: str) -> None:
    found = phone.parse(written)
    assert (found.kind, found.number, found.international) == ("abroad", number, number)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        ("+86", "missing"),
        ("不知道", "digits only"),
        ("138123456", "A mobile number has 11 digits, not 9"),
        ("138123456789", "A mobile number has 11 digits, not 12"),
        ("12812345678", "No mobile number begins with 12"),
        ("88888888", "area code is missing"),
        ("0571-8888", "no landline number"),
        ("010-18888888", "no landline number"),
        ("+12", "country code"),
        ("+1 234567890123456", "country code"),
        ("55", "neither a mobile number"),
        ("13812345678转12", "Only landlines have extensions"),
    ],
)
def test_a_wrong_number_says_why(text: str, reason: str) -> None:
    assert reason in str(phone.problem(text))
    with pytest.raises(Invalid):
        phone.parse(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("138 1234 5678", "138****5678"),
        ("0571-88888888-102", "0571-******88"),
        ("+852 2345 6789", "+85*****6789"),
        ("88888888", "******88"),
        ("5", "*"),
        ("", ""),
    ],
)
def test_private_numbers_are_masked(text: str, masked: str) -> None:
    assert phone.masked(text) == masked


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086", "86", "+86 ", "0"]))
def test_every_mobile_number_is_accepted_with_and_without_country_code(number: str, prefix: str) -> None:
    assert phone.parse(prefix + number).number == number


@given(
    st.from_regex(r"0([3-9][0-9]{2}[2-8][0-9]{6,7}|10[2-8][0-9]{7}|2[0-9][2-8][0-9]{7})(-[0-9]{1,6})?", fullmatch=True)
)
def test_normalised_landlines_are_read_back_alike(written: str) -> None:
    found = phone.parse(written)
    assert phone.parse(phone.normalise(written)) == phone.parse(found.shown) == found


@given(st.text("0123456789+-() 转x电话abc", max_size=20))
def test_any_text_gets_an_answer_and_masking_hides_most(text: str) -> None:
    if phone.problem(text) is None:
        found = phone.parse(text)
        if found.kind in ("mobile", "landline", "abroad"):
            assert found.number not in phone.masked(text)
    else:
        with pytest.raises(Invalid):
            phone.parse(text)
