"""A form with mistakes is told all of them, each at its place."""

from __future__ import annotations

import pytest

from tests.engines.form.makers import FORM, form_spec
from yiwang.engines.form.branches import in_order
from yiwang.engines.form.checks import check_form


def told(old: str, new: str) -> list[tuple[str, str]]:
    assert old in FORM
    return [
        (".".join(map(str, path)), str(text)) for path, text in check_form("road", form_spec(FORM.replace(old, new)))
    ]


def test_a_sound_form_has_no_problem():
    assert check_form("road", form_spec()) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        (
            "days: {type: integer, minimum: 1",
            "days: {type: integre, minimum: 1",
            "schema.properties.days.type",
            "JSON Schema",
        ),
        ("    days: {type: integer, minimum: 1, maximum: 90}\n", "", "ui.fields.days", "no property “days”"),
        (
            "    address: {title: {zh-Hans: 地址, en: Address}, widget: address}\n",
            "",
            "schema.properties.address",
            "how this is asked",
        ),
        ("widget: address", "widget: boolean", "ui.fields.address.widget", "can be asked with"),
        ("en: A person}, company", "en: A person}, firm", "ui.fields.applicant.options", "no label"),
        ("required: [applicant", "required: [colour, applicant", "schema.required", "no property “colour”"),
        ("address, photos]", "address, photos, nobody]", "ui.groups.1.fields.10", "no field “nobody”"),
        ("show_if: lanes >= 2", "show_if: lane >= 2", "ui.fields.traffic_plan.show_if", "lane"),
        ("show_if: lanes >= 2", "show_if: lanes = 'two'", "ui.fields.traffic_plan.show_if", ""),
        ("show_if: lanes >= 2", "show_if: traffic_plan = 'x'", "ui.fields.traffic_plan.show_if", "itself"),
        ("type: object\n", "type: object\n  $ref: '#/x'\n", "schema", "references"),
    ],
)
def test_a_mistake_is_told_at_its_place(old: str, new: str, at: str, says: str):
    found = told(old, new)
    assert any(path == at and says in text for path, text in found), found


def test_fields_that_wait_for_each_other_are_told():
    text = FORM.replace(
        "widget: citizen_id, show_if: applicant = 'person'", "widget: citizen_id, show_if: credit_code = 'x'"
    )
    text = text.replace("show_if: applicant = 'company'", "show_if: citizen_id = 'x'")
    found = [str(told) for _, told in check_form("road", form_spec(text))]
    assert found == ["the fields wait for each other"] * 2


def test_a_field_is_decided_behind_those_it_needs():
    order = in_order(("a", "b", "c"), {"a": frozenset({"c"}), "c": frozenset({"b"})})
    assert order.index("b") < order.index("c") < order.index("a")
