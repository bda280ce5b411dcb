"""Mistakes in flow files, each found at its line, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engines.flow.conftest import COURSE, flow_spec
from yiwang.base.access import ANONYMOUS, SYSTEM, Viewer
from yiwang.engines.flow.actions import publish_definition
from yiwang.engines.flow.checks import check_flow
from yiwang.engines.flow.parts import check_flows, install_flows
from yiwang.engines.flow.specs import FlowSpec
from yiwang.kernel.errors import NotAllowed, Problems, ProblemsFound
from yiwang.kernel.scenes import Part, SceneDocument, check_scene

PART = Part(name="flows", folder="flows", spec=FlowSpec, order=40, check=check_flows)


def found(text: str) -> list[str]:
    """`line: message` of every problem of a flow."""
    spec, document = flow_spec(text)
    return [f"{document.line_of(path)}: {words}" for path, words in check_flow("course", spec)]


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_sound_flow_has_no_problems():
    assert found(COURSE) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("next: handle}\n      rejected", "next: hanlde}\n      rejected", "no node “hanlde”; did you mean “handle”?"),
        ("default: closed", "default: begin", "nothing leads back to the start"),
        ("same_as: handle", "same_as: closed", "“closed” is no step of a person"),
        ("not_by: handle", "not_by: nobody", "there is no node “nobody”"),
        ("{code: centre}", "{same_as: verify}", "“verify” never comes before this step"),
        ("urgency * 60", "urgency * sixty", "sixty"),
        ("urgency * 60", "department", "INTEGER"),
        ("when: needs_check", "when: urgency", "BOOLEAN"),
        ("    default: closed\n", "", "do not cover every case"),
        ("calendar: office", "calendar: holiday", "there is no calendar “holiday”: always, case, hotline, office"),
        ("permission: flow.dispatch", "permission: flow.dispach", "did you mean “flow.dispatch”?"),
        (
            "    clock: {min",
            "    withdraw: {permission: flow.dispach, next: verify}\n    clock: {min",
            "“flow.dispatch”?",
        ),
        ("    clock: {min", "    withdraw: {permission: flow.work, next: dispach}\n    clock: {min", "“dispatch”?"),
        ("urgency: integer", "last_outcome: integer", "a field every flow has"),
        ("default: false", "default: maybe", "not of the type boolean"),
        ("  rejected: {kind: end}\n", "  rejected: {kind: end}\n  lost: {kind: end}\n", "no road leads from the start"),
        ("next: closed}\n      failed", "next: verify}\n      failed", "no problem"),
    ],
)
def test_each_mistake_is_said(old: str, new: str, message: str):
    assert old in COURSE
    problems = found(COURSE.replace(old, new))
    if message == "no problem":
        assert problems == []
    else:
        assert any(message in each for each in problems), problems


def test_a_problem_stands_at_the_line_of_its_key():
    text = COURSE.replace("not_by: handle", "not_by: nobody").replace("calendar: office", "calendar: moon")
    lines = [int(each.split(":")[0]) for each in found(text)]
    assert lines == [line_of(text, "calendar: moon"), line_of(text, "not_by: nobody")]


def test_a_gateway_without_default_must_cover_every_value():
    closed = "routes: [{when: needs_check, next: verify}, {when: NOT needs_check, next: closed}]\n"
    covered = COURSE.replace("routes: [{when: needs_check, next: verify}]\n    default: closed\n", closed)
    assert found(covered) == []
    may_be_empty = covered.replace("needs_check: {type: boolean, default: false}", "needs_check: boolean")
    assert any("do not cover every case" in each for each in found(may_be_empty))
    by_outcome = covered.replace("when: needs_check,", "when: last_outcome = 'done',").replace(
        "when: NOT needs_check,", "when: last_outcome IS NULL OR last_outcome <> 'done',"
    )
    assert found(by_outcome) == []


def test_automatic_steps_may_not_run_in_a_circle():
    text = COURSE.replace("default: closed", "default: again") + (
        "  again: {kind: exclusive, routes: [{when: urgency > 1, next: check}], default: closed}\n"
    )
    assert sum("circle without a step for a person" in each for each in found(text)) == 2


def test_a_table_writes_declared_variables_of_its_types_only():
    text = COURSE.replace("begin: {kind: start, next: dispatch}", "begin: {kind: start, next: grade}") + (
        "  grade:\n"
        "    kind: table\n"
        "    table:\n"
        "      outputs: {urgency: STRING, grade: INTEGER}\n"
        "      rows: [{when: moon > 1, then: {urgency: high, grade: 1}}]\n"
        "    next: dispatch\n"
    )
    problems = found(text)
    assert [each.split(": ", 1)[1][:40] for each in problems][:2] == [
        "the variable is of the type INTEGER",
        "the flow declares no variable “grade”",
    ]
    assert any("moon" in each for each in problems)


def test_a_faulty_flow_is_never_published(db: None):
    with pytest.raises(ProblemsFound):
        publish_definition("course", flow_spec(COURSE.replace("not_by: handle", "not_by: x"))[0], by=SYSTEM)


def test_a_scene_reports_its_flows_by_file_and_line(tmp_path: Path):
    folder = tmp_path / "towers" / "flows"
    folder.mkdir(parents=True)
    (folder / "course.yaml").write_text(COURSE.replace("urgency * 60", "urgncy * 60"), encoding="utf-8")
    problems: Problems = check_scene(tmp_path / "towers", [PART])
    line = line_of(COURSE, "urgency * 60")
    assert any(f"flows/course.yaml:{line}:" in str(each) and "urgncy" in str(each) for each in problems)


def test_the_flow_in_the_handbook_is_sound():
    handbook = Path(__file__).parents[3] / "docs" / "flow.md"
    text = handbook.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    assert found(text) == []


def test_installing_a_scene_publishes_its_flows_once(db: None):
    @dataclass(frozen=True)
    class Context:
        by: Viewer = SYSTEM

    spec, document = flow_spec(COURSE)
    documents = {"course": SceneDocument("course", spec, document)}
    for _ in range(2):
        install_flows(Context(), documents)
    assert publish_definition("course", spec, by=SYSTEM) == 1


def test_publishing_needs_the_right_to_manage_scenes(db: None):
    with pytest.raises(NotAllowed):
        publish_definition("course", flow_spec(COURSE)[0], by=ANONYMOUS)
