"""Filling a form in: answers out, branches, refusals at the right place."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.engines.form.makers import GOOD, form_spec
from yiwang.engines.form.answers import answers, initial_of, spoken, uploads
from yiwang.engines.form.building import form_class
from yiwang.kernel.errors import Invalid

FORM = form_class(form_spec(), language="en", key="road", version=1)


def filled(**changes: Any) -> Any:
    """A form with good answers but for the changes; None leaves one out."""
    data = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return FORM(data)


def test_answers_come_out_typed_and_normalised():
    assert answers(filled()) == {
        "applicant": "company",
        "name": "云溪市政工程有限公司",
        "phone": "13800138000",
        "credit_code": "91350100M000100Y43",
        "starts_on": "2026-12-01",
        "meeting_at": "2026-11-28T01:30:00Z",
        "days": 10,
        "area": 12.5,
        "lanes": 2,
        "purposes": ["pipes", "event"],
        "traffic_plan": "夜间施工，占一条车道",
        "place": {"lon": 118.9452, "lat": 29.6377},
        "address": "湖滨街道一号",
        "agreed": True,
    }


def test_a_hidden_field_is_dropped_and_never_an_error():
    form = filled(applicant="person", credit_code="rubbish", citizen_id="11010519491231002X", lanes="1")
    told = answers(form)
    assert "credit_code" not in told  # required and wrong, but not asked of a person
    assert "traffic_plan" not in told
    assert told["citizen_id"] == "11010519491231002X"


def test_what_is_required_counts_where_it_is_shown():
    form = filled(credit_code=None, traffic_plan=None)
    assert not form.is_valid()
    assert set(form.errors) == {"credit_code", "traffic_plan"}
    assert filled(traffic_plan=None, days="7").is_valid()  # not longer than a week
    assert filled(traffic_plan=None, lanes=None).is_valid()  # unknown lanes: not shown


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("applicant", "martian", "not one of the available choices"),
        ("applicant", None, "Please answer this."),
        ("name", "云", "at least 2"),
        ("phone", "12345678901234567", ""),
        ("credit_code", "91350100M000100Y44", ""),
        ("starts_on", "2026-02-30", "valid date"),
        ("days", "0", "greater than or equal to 1"),
        ("days", "ten", "whole number"),
        ("area", "0", "More than 0."),
        ("area", "1.3", "Only multiples of 0.5."),
        ("lanes", "9", "not one of the available choices"),
        ("purposes", None, "Please answer this."),
        ("place", "29.6377, 118.9452", "swapped"),
        ("place", "by the river", "Write longitude and latitude"),
        ("place", "190, 91", "no such place"),
        ("agreed", None, "Please tick this."),
    ],
)
def test_a_wrong_answer_is_told_at_its_field(field: str, value: str | None, says: str):
    with translation.override("en"):
        form = filled(**{field: value})
        assert not form.is_valid()
        assert list(form.errors) == [field]
        assert says in str(form.errors[field])


def test_html_in_an_answer_stays_text():
    form = filled(name="<script>alert(1)</script>")
    assert form.is_valid()
    assert "<script>alert" not in str(form["name"])


def test_an_invalid_form_gives_no_answers():
    with pytest.raises(Invalid) as refused:
        answers(filled(days="1000"))
    assert list(refused.value.fields) == ["days"]


def test_stored_answers_fill_the_form_again():
    stored = answers(filled())
    form = FORM(initial=initial_of(stored))
    assert form["starts_on"].value() == "2026-12-01"
    assert form["place"].value() == "118.9452, 29.6377"
    assert 'value="2026-11-28T09:30"' in str(form["meeting_at"])
    assert form.shape().shown >= {"credit_code", "traffic_plan"}
    assert "citizen_id" not in form.shape().shown


def test_stored_answers_are_read_in_words_even_when_the_form_has_changed():
    words = dict(spoken(FORM, {**answers(filled()), "gone": "old answer"}))
    assert (words["Applicant"], words["Purposes"], words["Lanes"]) == ("A company", "Pipes, Event", "Two")
    assert words["gone"] == "old answer"


def photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, "PNG")
    return made.getvalue()


def test_files_are_judged_by_their_content():
    good = SimpleUploadedFile("a.png", photo(), "image/png")
    form = FORM(GOOD, {"photos": [good]})
    assert form.is_valid(), form.errors
    assert [one.name for one in uploads(form)["photos"]] == ["a.png"]
    bad = FORM(GOOD, {"photos": [SimpleUploadedFile("b.png", b"MZ\x90\x00 not a photo", "image/png")]})
    assert not bad.is_valid()
    assert "b.png" in str(bad.errors["photos"])


DATA = st.fixed_dictionaries(
    {},
    optional={
        name: st.sampled_from([GOOD[name], "", "x", "3", "person", "company", "-1", "2026-01-01"])
        for name in GOOD
        if name != "purposes"
    },
)


@settings(max_examples=150, deadline=None)
@given(DATA)
def test_whatever_is_sent_only_shown_fields_are_answered_or_wrong(data: dict[str, str]):
    form = FORM(data)
    form.is_valid()
    shown = form.shape().shown
    assert set(form.cleaned_data) <= shown
    assert set(form.errors) - {"__all__"} <= shown
