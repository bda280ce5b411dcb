"""Specs read from YAML and CSV: every error at its line in plain words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import jsonschema
import pytest
from pydantic import Field, model_validator

from yiwang.kernel.errors import Problems
from yiwang.kernel.specs import (
    Day,
    Id,
    Spec,
    SpecError,
    TimeZoneName,
    TitleField,
    build_spec,
    json_schema,
    parse_rows,
    parse_yaml,
    read_row_specs,
    read_spec,
)
from yiwang.kernel.text import N_


class UserStep(Spec):
    kind: Literal["user"]
    name: Id
    title: TitleField


class Gateway(Spec):
    kind: Literal["gateway"]
    name: Id
    ways: tuple[str, ...] = Field(min_length=2)


class Limit(Spec):
    days: int = Field(ge=1)


class Flow(Spec):
    name: Id
    title: TitleField
    steps: tuple[Annotated[UserStep | Gateway, Field(discriminator="kind")], ...] = ()
    limit: int | Limit | None = None
    zone: TimeZoneName = "Asia/Shanghai"
    off: dict[Day, str] = {}
    from_: str | None = Field(default=None, alias="from")
    is_open: bool = False

    @model_validator(mode="after")
    def _names_differ(self) -> Flow:
        names = [step.name for step in self.steps]
        for n, name in enumerate(names):
            if name in names[:n]:
                raise SpecError(N_("two steps are named “%(name)s”"), at=("steps", n, "name"), name=name)
        return self


GOOD = """\
name: dispatch
title: {zh-Hans: 分拨, en: Dispatch}
steps:
  - kind: user
    name: take
    title: {zh-Hans: 受理, en: Take}
off:
  2026-02-17: 春节
from: hotline
"""


def problems_of(text: str) -> list[str]:
    problems = Problems()
    document = parse_yaml(text, Path("flow.yaml"), problems)
    if document is not None:
        build_spec(document, Flow, problems)
    return [str(p) for p in problems]


def test_a_good_file_becomes_a_frozen_spec(tmp_path: Path) -> None:
    file = tmp_path / "dispatch.yaml"
    file.write_text(GOOD, encoding="utf-8")
    problems = Problems()
    flow = read_spec(file, Flow, problems)
    assert not problems
    assert flow is not None
    assert flow.off == {date(2026, 2, 17): "春节"}
    assert flow.from_ == "hotline"
    with pytest.raises(ValueError, match="frozen"):
        flow.name = "x"  # type: ignore[misc]


def test_every_error_is_told_at_its_line_in_plain_words() -> None:
    assert problems_of(
        "name: Foo-1\n"
        "title: {zh-Hans: 分拨}\n"
        "steps:\n"
        "  - kind: user\n"
        "    titel: x\n"
        "  - kind: gatewai\n"
        "  - kind: gateway\n"
        "    name: g\n"
        "    ways: [330106000000]\n"
        "limit: {days: 0}\n"
        "zone: Mars/Phobos\n"
        "off:\n"
        "  2026-02-30: x\n"
        "is_open: yes\n"
        "from: 5\n"
        "colour: red\n"
    ) == [
        "flow.yaml:1: “Foo-1” is no identifier: a lower-case letter, then letters, digits or _, at most 60",
        "flow.yaml:2: the translation into en is missing",
        "flow.yaml:4: “name” is missing",
        "flow.yaml:4: “title” is missing",
        "flow.yaml:5: unknown key “titel”; did you mean “title”?",
        "flow.yaml:6: “gatewai” is not one of: user, gateway",
        "flow.yaml:9: text expected, but this is the number 330106000000 (put text in quotes)",
        "flow.yaml:9: must have at least 2 entries",
        "flow.yaml:10: must be at least 1",
        "flow.yaml:11: “Mars/Phobos” is no time zone such as Asia/Shanghai",
        "flow.yaml:13: “2026-02-30” is no day; write it as 2026-01-31",
        "flow.yaml:14: true or false expected, but this is the text “yes”",
        "flow.yaml:15: text expected, but this is the number 5 (put text in quotes)",
        "flow.yaml:16: unknown key “colour”; known here: name, title, steps, limit, zone, off, from, is_open",
    ]


def test_an_error_of_the_whole_points_at_the_part_it_names() -> None:
    doubled = GOOD.replace("off:", "  - kind: gateway\n    name: take\n    ways: [a, b]\noff:")
    assert problems_of(doubled) == ["flow.yaml:8: two steps are named “take”"]


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("x", "a whole number expected, but this is the text “x”"),
        ("{dayz: 3}", "unknown key “dayz”; did you mean “days”?"),
        ("[1]", "a whole number expected, but this is a list"),
    ],
)
def test_of_alternatives_only_the_likeliest_is_told(limit: str, words: str) -> None:
    told = problems_of(GOOD + f"limit: {limit}\n")
    assert f"flow.yaml:10: {words}" in told
    assert len(told) <= 2


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("内涝", "needs both languages"),
        ("{zh-Hans: 内涝}", "the translation into en is missing"),
        ("{zh-Hans: 内涝, en: ''}", "the translation into en is empty"),
        ("{zh-Hans: 内涝, en: 5}", "text expected"),
        ("{zh-Hans: 内涝, en: Flooding, english: x}", "“english” is no language code"),
        ("{}", "the translation into zh-Hans, en is missing"),
    ],
)
def test_a_title_needs_both_languages(title: str, words: str) -> None:
    (problem,) = problems_of(f"name: a\ntitle: {title}\n")
    assert problem.startswith("flow.yaml:2: ")
    assert words in problem


def test_unknown_keys_below_named_entries_are_compared_with_the_keys_known_there() -> None:
    class Book(Spec):
        limits: dict[Id, Limit]

    problems = Problems()
    document = parse_yaml("limits:\n  roads: {days: 3}\n  lamps:\n    day: 3\n", Path("b.yaml"), problems)
    assert document is not None
    assert build_spec(document, Book, problems) is None
    assert [str(p) for p in problems] == [
        "b.yaml:3: “days” is missing",
        "b.yaml:4: unknown key “day”; did you mean “days”?",
    ]


def test_a_file_that_is_no_mapping_is_told_so() -> None:
    assert problems_of("- a\n") == ["flow.yaml:1: keys and values expected, but this is a list"]
    assert problems_of("title:\n") == [
        "flow.yaml:1: “name” is missing",
        "flow.yaml:1: needs both languages: {zh-Hans: …, en: …}",
    ]


def test_the_json_schema_accepts_what_the_spec_accepts() -> None:
    schema = json_schema(Flow)
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    document = parse_yaml(GOOD, Path("flow.yaml"), Problems())
    assert document is not None
    assert list(check.iter_errors(document.data)) == []
    assert list(check.iter_errors({**document.data, "colour": 1})) != []
    assert list(check.iter_errors({**document.data, "title": {"en": "Dispatch"}})) != []


class Responsibility(Spec):
    category: Id
    department: str
    days: int = Field(default=5, ge=1)
    since: Day | None = None


def test_rows_of_a_csv_are_read_by_their_fields_types(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text(
        'category,department,days,since\n\nroads,"交通局,\n一科",3,2026-01-01\nlamps,城管局,,\n', "utf-8-sig"
    )
    problems = Problems()
    rows = read_row_specs(file, Responsibility, problems)
    assert not problems
    assert [(line, row.days, row.since) for line, row in rows] == [(3, 3, date(2026, 1, 1)), (5, 5, None)]


def test_every_faulty_row_is_told_with_its_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text("category,department,days,dayz\nRoads,x,0,\nroads,,x,\nroads,x\n", "utf-8")
    problems = Problems()
    assert read_row_specs(file, Responsibility, problems) == []
    assert [str(p).removeprefix(f"{file}:") for p in problems] == [
        "1: unknown key “dayz”; did you mean “days”?",
        "2: category: “Roads” is no identifier: a lower-case letter, then letters, digits or _, at most 60",
        "2: days: must be at least 1",
        "3: department: “department” is missing",
        "3: days: a whole number expected, but this is the text “x”",
        "4: 2 cells, but the header has 4",
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 0, "empty"),
        ("a,a\n", 1, "“a” stands there twice"),
        ("a,\n", 1, "column 2 has no name"),
        ("b\n", 1, "the column “a” is missing"),
        ('a\n"x\n', 2, "this is not CSV"),
    ],
)
def test_a_broken_table_is_told_at_its_line(text: str, line: int, words: str) -> None:
    problems = Problems()
    parse_rows(text, Path("r.csv"), problems, required=["a"] if words != "empty" else [])
    assert any(p.line == line and words in str(p) for p in problems), [str(p) for p in problems]
