"""Versions, the scene part, and the page that says what is asked."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests.engines.form.makers import FORM, GOOD, form_spec
from yiwang.base.access import SYSTEM, Viewer
from yiwang.engines.form import actions, queries
from yiwang.kernel import schemas
from yiwang.kernel.conditions import condition
from yiwang.kernel.errors import NotAllowed, NotFound, ProblemsFound
from yiwang.kernel.scenes import check_scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_schemas():
    with schemas.kept_apart():
        yield


def test_a_changed_form_is_a_new_version_and_the_old_one_stays():
    assert actions.publish_form("road", form_spec(), by=SYSTEM) == 1
    assert actions.publish_form("road", form_spec(), by=SYSTEM) == 1
    assert actions.publish_form("road", form_spec(FORM.replace("maximum: 90", "maximum: 30")), by=SYSTEM) == 2
    assert queries.form_version("road").version == 2
    assert queries.form_named("road@1").spec.properties["days"]["maximum"] == 90
    assert [one.name for one in queries.forms()] == ["road@2"]
    with pytest.raises(NotFound):
        queries.form_named("road@3")


def test_answers_take_part_in_conditions_under_the_versions_name():
    actions.publish_form("road", form_spec(), by=SYSTEM)
    queries.form_version("road")
    rule = condition("days > 7", schemas.get("form:road@1"))
    assert rule.holds({"days": 10}) is True


def test_only_those_who_manage_scenes_publish():
    with pytest.raises(NotAllowed):
        actions.publish_form("road", form_spec(), by=Viewer(1, None, "X", "official"))
    with pytest.raises(ProblemsFound):
        actions.publish_form("road", form_spec(FORM.replace("widget: address", "widget: boolean")), by=SYSTEM)


def test_a_form_is_complete_without_scripts():
    actions.publish_form("road", form_spec(), by=SYSTEM)
    made = queries.class_of(queries.form_version("road"), language="zh-hans")
    html = render_to_string("form/fields.html", {"form": made()})
    for part in ("申请人类型", "个人", 'type="date"', 'type="datetime-local"', 'type="file"', "data-map-point"):
        assert part in html
    assert 'name="credit_code"' in html  # folded away by scripts only
    assert "style=" not in html
    assert 'data-form-branches="/forms/road/1/branches"' in html
    refused = made({"name": "x"})
    html = render_to_string("form/fields.html", {"form": refused})
    assert 'aria-invalid="true"' in html


def test_the_page_says_what_is_asked_for_the_answers_so_far():
    actions.publish_form("road", form_spec(), by=SYSTEM)
    told = Client().post("/forms/road/1/branches", GOOD).json()
    assert "credit_code" in told["shown"]
    assert "citizen_id" not in told["shown"]
    assert "traffic_plan" in told["required"]
    person = Client().post("/forms/road/1/branches", {"applicant": "person"}).json()
    assert "citizen_id" in person["shown"]
    assert Client().post("/forms/road/9/branches", {}).status_code == 404
    assert Client().get("/forms/road/1/branches").status_code == 405


def test_mistakes_in_a_scene_are_told_with_their_line(tmp_path):
    from yiwang.kernel.scenes import new_scene

    new_scene("trial", tmp_path / "trial")
    folder = tmp_path / "trial" / "forms"
    folder.mkdir()
    (folder / "road.yaml").write_text(FORM.replace("show_if: lanes >= 2", "show_if: lane >= 2"), encoding="utf-8")
    lines = [str(one) for one in check_scene(tmp_path / "trial")]
    line = FORM.splitlines().index("      show_if: lanes >= 2") + 1
    assert any(f"road.yaml:{line}:" in one for one in lines), lines
