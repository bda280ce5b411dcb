"""Decision tables: what they decide, what they do not know, and what is refused when they are read."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from yiwang.kernel.conditions import BOOLEAN, DATE, FLOAT, INTEGER, STRING, Schema
from yiwang.kernel.errors import Problems
from yiwang.kernel.specs import build_spec, parse_yaml
from yiwang.kernel.tables import (
    AmbiguousDecision,
    DecisionTable,
    TableError,
    TableSpec,
    build_table,
    check_table,
    table_from_sheet,
)

EVENT = Schema(
    "event",
    {"category": STRING, "urgent": BOOLEAN, "n_reports": INTEGER, "found_on": DATE, "depth": FLOAT, "street": STRING},
)

DISPATCH = """
hit: first
inputs:
  category: category
  reports: {value: n_reports, title: {zh-Hans: 上报次数, en: Reports}}
outputs:
  department: {type: STRING, title: {zh-Hans: 承办部门, en: Department}}
  days: INTEGER
rows:
  - when: {category: "LIKE '02%'", reports: ">= 3"}
    then: {department: water, days: 1}
    note: many reports of flooding
  - when: {category: "LIKE '02%'"}
    then: {department: water, days: 3}
  - when: "urgent AND street IS NOT NULL"
    then: {department: street_office, days: "=least(n_reports, 2)"}
default: {department: centre, days: 7}
"""


def spec_of(text: str) -> TableSpec:
    problems = Problems()
    document = parse_yaml(text, Path("table.yaml"), problems)
    assert document is not None
    spec = build_spec(document, TableSpec, problems)
    assert spec is not None, list(map(str, problems))
    return spec


def table(text: str = DISPATCH) -> DecisionTable:
    return build_table(spec_of(text), EVENT)


def small(rows: str, hit: str = "first", extra: str = "") -> str:
    inputs = "{n: n_reports, category: category, found_on: found_on, urgent: urgent, depth: depth}"
    return f"hit: {hit}\ninputs: {inputs}\noutputs: {{days: INTEGER}}\nrows:\n{rows}\n{extra}"


def flaws(text: str) -> list[str]:
    problems = Problems()
    document = parse_yaml(text, Path("table.yaml"), problems)
    assert document is not None
    spec = build_spec(document, TableSpec, problems)
    if spec is not None:
        check_table(spec, EVENT, document, problems)
    return [str(problem) for problem in problems]


def test_the_first_row_that_holds_decides_and_says_why() -> None:
    decision = table().decide({"category": "0201", "n_reports": 5})
    assert decision.outputs == {"department": "water", "days": 1}
    assert decision.row_numbers == (1,)
    assert decision.is_certain
    assert decision.reasons[0].note == "many reports of flooding"
    seen = {leaf.text: dict(leaf.seen) for leaf in decision.reasons[0].explanation.leaves()}
    assert seen == {"category LIKE '02%'": {"category": "0201"}, "n_reports >= 3": {"n_reports": 5}}


def test_no_row_gives_the_default() -> None:
    decision = table().decide({"category": "0301", "n_reports": 1, "urgent": False})
    assert decision.outputs == {"department": "centre", "days": 7}
    assert decision.is_default
    assert decision.row_numbers == ()


def test_without_default_nothing_is_given() -> None:
    decision = table(small("  - {when: {n: 1}, then: {days: 1}}")).decide({"n_reports": 2})
    assert decision.outputs == {}
    assert not decision.is_default


def test_an_unknown_input_is_reported_and_makes_the_decision_uncertain() -> None:
    decision = table().decide({"category": "0201"})
    assert decision.outputs == {"department": "water", "days": 3}
    assert decision.unknown_rows == (1,)
    assert decision.unknown_fields == {"n_reports"}
    assert not decision.is_certain


def test_an_unknown_row_after_the_first_hit_does_not_matter() -> None:
    decision = table().decide({"category": "0201", "n_reports": 1})  # row 3 would be unknown
    assert decision.is_certain


def test_an_output_may_be_an_expression_and_its_missing_field_is_reported() -> None:
    known = table().decide({"category": "9", "urgent": True, "street": "x", "n_reports": 5})
    assert known.outputs == {"department": "street_office", "days": 2}
    unknown = table().decide({"category": "9", "urgent": True, "street": "x"})
    assert unknown.outputs["days"] is None
    assert unknown.unknown_fields == {"n_reports"}


def test_unique_names_the_rows_that_clash() -> None:
    unique = table(small("  - {when: {n: '> 1'}, then: {days: 1}}\n  - {when: {n: '> 5'}, then: {days: 2}}", "unique"))
    assert unique.decide({"n_reports": 3}).outputs == {"days": 1}
    with pytest.raises(AmbiguousDecision, match="rows 1, 2") as raised:
        unique.decide({"n_reports": 6})
    assert raised.value.row_numbers == (1, 2)


def test_unique_is_uncertain_while_another_row_may_hold() -> None:
    rows = "  - {when: {n: '> 1'}, then: {days: 1}}\n  - {when: {depth: '> 5'}, then: {days: 2}}"
    decision = table(small(rows, "unique")).decide({"n_reports": 3})
    assert decision.outputs == {"days": 1}
    assert (decision.unknown_rows, decision.unknown_fields) == ((2,), {"depth"})


def test_collect_gives_all_rows_in_order() -> None:
    rows = "  - {when: {n: '> 1'}, then: {days: 1}}\n  - {when: {n: 9}, then: {days: 8}}\n  - {then: {days: 2}}"
    decision = table(small(rows, "collect")).decide({"n_reports": 3})
    assert decision.outputs == {"days": (1, 2)}
    assert decision.row_numbers == (1, 3)


@pytest.mark.parametrize(
    ("cell", "record", "held"),
    [
        ("n: 5", {"n_reports": 5}, True),
        ("n: '5'", {"n_reports": 5}, True),
        ("n: 5..7", {"n_reports": 7}, True),
        ("n: 5..7", {"n_reports": 8}, False),
        ("n: 1 | 3", {"n_reports": 3}, True),
        ("n: [1, 3]", {"n_reports": 2}, False),
        ("n: '-'", {}, True),
        ("n: ''", {}, True),
        ("n: '!= 4'", {"n_reports": 4}, False),
        ("n: IS NULL", {}, True),
        ("n: BETWEEN 1 AND 2", {"n_reports": 2}, True),
        ("category: flooded road", {"category": "flooded road"}, True),
        ("category: In progress", {"category": "In progress"}, True),
        ("category: it's", {"category": "it's"}, True),
        ("category: \"'-'\"", {"category": "-"}, True),
        ("category: a | b", {"category": "b"}, True),
        ("category: NOT LIKE '02%'", {"category": "0301"}, True),
        ("category: \"IN ('a', 'b')\"", {"category": "c"}, False),
        ("found_on: '2026-05-01'", {"found_on": date(2026, 5, 1)}, True),
        ("found_on: 2026-05-01 .. 2026-05-31", {"found_on": date(2026, 5, 31)}, True),
        ("found_on: \"> '2026-05-01'\"", {"found_on": date(2026, 5, 1)}, False),
        ("urgent: true", {"urgent": True}, True),
        ("urgent: IS NOT TRUE", {}, True),
        ("depth: 0.5..1.5", {"depth": 0.75}, True),
        ("depth: 2", {"depth": 2.0}, True),
    ],
)
def test_a_cell_says_what_it_looks_like(cell: str, record: dict[str, Any], held: bool) -> None:
    made = table(small(f"  - {{when: {{{cell}}}, then: {{days: 1}}}}"))
    assert bool(made.decide(record).row_numbers) is held


def test_all_flaws_are_told_at_their_lines() -> None:
    text = """hit: first
inputs:
  category: categroy
  n: n_reports
outputs: {department: STRING, days: INTEGER}
rows:
  - when: {n: "> 'x'"}
    then: {department: 5, days: 1}
  - when: {speed: 1}
    then: {department: a, days: soon}
  - when: >-
      urgent AND
      depth = 'deep'
    then: {department: a, days: 1, colour: red}
  - when: {n: many}
    then: {department: a}
default: {department: a, days: "=depth"}
"""
    assert flaws(text) == [
        "table.yaml:3: column 1: there is no field categroy in event; did you mean category?",
        "table.yaml:7: > 'x': STRING does not go with INTEGER",
        "table.yaml:8: 5 is not STRING",
        "table.yaml:9: there is no input speed",
        "table.yaml:10: soon is not INTEGER",
        "table.yaml:12: column 20: STRING does not go with FLOAT",
        "table.yaml:14: there is no output colour",
        "table.yaml:15: many is not INTEGER",
        "table.yaml:16: the output days is missing",
        "table.yaml:17: column 1: must be INTEGER, not FLOAT",
    ]


def test_a_multi_line_condition_is_wrong_at_its_own_line() -> None:
    text = small("  - when: |-\n      urgent AND\n      depth = 'deep'\n    then: {days: 1}")
    assert flaws(text) == ["table.yaml:7: column 9: STRING does not go with FLOAT"]


@pytest.mark.parametrize(
    ("first", "second", "hit", "message"),
    [
        ("{then: {days: 1}}", "{when: {n: 1}, then: {days: 2}}", "first", "row 2 is never reached: row 1 comes first"),
        ("{when: {n: 1}, then: {days: 1}}", "{when: n_reports = 1, then: {days: 2}}", "first",
         "row 2 is never reached: row 1 comes first"),
        ("{when: {n: 1}, then: {days: 1}}", "{when: {n: 1}, then: {days: 2}}", "unique",
         "row 2 always clashes with row 1"),
        ("{when: {n: 1}, then: {days: 1}}", "{then: {days: 2}}", "unique",
         "row 2 holds always: write it as the default"),
    ],
)  # fmt: skip
def test_rows_that_make_no_sense_are_refused(first: str, second: str, hit: str, message: str) -> None:
    assert flaws(small(f"  - {first}\n  - {second}", hit)) == [f"table.yaml:6: {message}"]


def test_a_table_built_in_python_raises_with_all_its_flaws() -> None:
    with pytest.raises(TableError) as raised:
        build_table(TableSpec(outputs={"days": "INTEGER"}, rows=({"then": {"days": True}}, {"then": {}})), EVENT)
    assert [flaw.path for flaw in raised.value.flaws] == [("rows", 0, "then", "days"), ("rows", 1, "then")]


def test_a_table_without_outputs_is_refused() -> None:
    assert flaws("outputs: {}\n") == ["table.yaml:1: a decision table needs at least one output"]


FRAME = spec_of(DISPATCH.split("rows:")[0] + "default: {department: centre, days: 7}\n")


def test_a_sheet_gives_the_same_decisions_as_the_yaml() -> None:
    sheet = [
        ["承办部门", "days", "category", "上报次数", "when", "备注"],
        ["water", 1.0, "LIKE '02%'", ">= 3", None, "many"],
        [None, "", " ", None, None, None],
        ["water", "3", "LIKE '02%'", None, None, None],
        ["street_office", "=least(n_reports, 2)", None, None, "urgent AND street IS NOT NULL", None],
    ]
    problems = Problems()
    made = table_from_sheet(sheet, FRAME, EVENT, "table.xlsx", problems)
    assert not problems, list(map(str, problems))
    assert made is not None
    for record in (
        {"category": "0201", "n_reports": 5},
        {"category": "0201", "n_reports": 1},
        {"category": "0201"},
        {"category": "9", "urgent": True, "street": "x", "n_reports": 5},
        {"category": "9", "urgent": False},
    ):
        assert made.decide(record).outputs == table().decide(record).outputs
    assert made.decide({"category": "02", "n_reports": 5}).reasons[0].note == "many"


def test_numbers_in_a_text_column_of_a_sheet_are_text() -> None:
    problems = Problems()
    made = table_from_sheet(
        [["category", "department", "days"], [301.0, 12.0, 1]], FRAME, EVENT, "table.xlsx", problems
    )
    assert made is not None
    assert made.decide({"category": "301"}).outputs == {"department": "12", "days": 1}


def test_flaws_of_a_sheet_are_told_at_its_lines() -> None:
    problems = Problems()
    sheet = [["category", "department", "days"], [], ["x", "water", "soon"], ["y", "", 2]]
    assert table_from_sheet(sheet, FRAME, EVENT, "t.xlsx", problems) is None
    assert [str(one) for one in problems] == [
        "t.xlsx:3: soon is not INTEGER",
        "t.xlsx:4: the output department is missing",
    ]


def test_a_wrong_header_of_a_sheet_is_refused() -> None:
    problems = Problems()
    assert table_from_sheet([["category", "category", "colour"]], FRAME, EVENT, "t.xlsx", problems) is None
    assert sorted(str(one) for one in problems) == [
        "t.xlsx:1: the column “category” stands there twice",
        "t.xlsx:1: the column “colour” is neither an input nor an output",
        "t.xlsx:1: the output days is missing",
        "t.xlsx:1: the output department is missing",
    ]


def test_a_sheet_row_with_both_kinds_of_condition_is_refused() -> None:
    problems = Problems()
    sheet = [["category", "when", "department", "days"], ["a", "urgent", "x", 1]]
    assert table_from_sheet(sheet, FRAME, EVENT, "t.xlsx", problems) is None
    assert [str(one) for one in problems] == [
        "t.xlsx:2: a row has either a whole condition or tests by input, not both"
    ]


def test_a_first_table_is_an_expression_for_sql_with_the_same_outcome() -> None:
    made = table()
    sql = made.expression("department").sql()
    for record in ({"category": "0201", "n": 5}, {"category": "9", "n": 5}, {"category": None, "n": None}):
        row = "SELECT ?::VARCHAR category, ?::BIGINT n_reports, NULL::BOOLEAN urgent, NULL::VARCHAR street"
        got = duckdb.execute(f"SELECT {sql} FROM ({row})", [record["category"], record["n"]]).fetchone()
        decision = made.decide({"category": record["category"], "n_reports": record["n"]})
        assert got == (decision.outputs["department"],)
    assert made.fields == {"category", "n_reports", "urgent", "street"}
