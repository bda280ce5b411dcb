"""The language of conditions by example: what holds, what is unknown, what is explained, what is refused and where."""

import re
import time
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from yiwang.kernel import schemas
from yiwang.kernel.conditions import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    FLOAT,
    INTEGER,
    STRING,
    Condition,
    ConditionError,
    RecordError,
    Schema,
    condition,
    expression,
    list_of,
)
from yiwang.kernel.conditions.functions import NAMES
from yiwang.kernel.errors import Conflict, NotFound

EVENT = Schema(
    "event",
    {
        "category": STRING,
        "title": STRING,
        "n": INTEGER,
        "depth": FLOAT,
        "fee": DECIMAL,
        "found_on": DATE,
        "at": DATETIME,
        "urgent": BOOLEAN,
        "tags": list_of(STRING),
        "codes": list_of(INTEGER),
    },
)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "conditions.md"


def made(text: str) -> Condition:
    return condition(text, EVENT)


def value(text: str, **record: Any) -> Any:
    return expression(text, EVENT).value(record)


@pytest.mark.parametrize(
    ("text", "record", "outcome"),
    [
        ("n > 3", {"n": 4}, True),
        ("n > 3", {"n": 3}, False),
        ("n > 3", {}, None),
        ("NOT n > 3", {}, None),
        ("n > 3 OR urgent", {"urgent": True}, True),
        ("n > 3 OR urgent", {"urgent": False}, None),
        ("n > 3 AND urgent", {"urgent": False}, False),
        ("n > 3 AND urgent", {"urgent": True}, None),
        ("n IN (1, 2)", {"n": 2}, True),
        ("n IN (1, nullif(n, n))", {"n": 2}, None),
        ("n NOT IN (1, nullif(n, n))", {"n": 1}, False),
        ("n BETWEEN 1 AND length(title)", {"n": 0}, False),
        ("n BETWEEN 1 AND length(title)", {"n": 5}, None),
        ("n IS NULL", {}, True),
        ("(n / 0) IS NULL", {"n": 1}, True),
        ("(n > 3) IS UNKNOWN", {}, True),
        ("(n > 3) IS NOT TRUE", {}, True),
        ("category LIKE '02%'", {"category": "0201"}, True),
        ("title LIKE '_水'", {"title": "积水"}, True),
        ("title LIKE '_'", {"title": "😀"}, True),
        ("title LIKE 'A%'", {"title": "abc"}, False),
        ("title LIKE '100!%' ESCAPE '!'", {"title": "100%"}, True),
        ("title LIKE '100!%' ESCAPE '!'", {"title": "1000"}, False),
        ("title LIKE 'a%b'", {"title": "a\nb"}, True),
        ("found_on < '2026-05-01'", {"found_on": date(2026, 4, 30)}, True),
        ("found_on + INTERVAL 1 MONTH = DATE '2026-02-28'", {"found_on": date(2026, 1, 31)}, True),
        ("at >= TIMESTAMP '2026-05-01 08:00:00+08:00'", {"at": datetime(2026, 5, 1, tzinfo=UTC)}, True),
        ("fee = 0.3", {"fee": Decimal("0.1") + Decimal("0.2")}, True),
        ("fee * 3 = 1", {"fee": Decimal("0.333333")}, False),
        ("depth / n > 1", {"depth": 1.0, "n": 0}, None),
        ("n + 1 > 0", {"n": 2**63 - 1}, None),
        ("depth > 0", {"depth": float("nan")}, None),
        ("depth < 5", {"depth": float("-inf")}, None),
        ("CASE WHEN n > 1 THEN urgent ELSE TRUE END", {"n": 1}, True),
        ("CASE n WHEN 1 THEN TRUE WHEN 2 THEN FALSE END", {"n": 3}, None),
        ("list_contains(tags, 'a')", {"tags": ["a", None]}, True),
        ("list_contains(tags, 'b')", {"tags": ["a", None]}, None),
        ("list_contains(tags, 'b')", {"tags": []}, False),
        ("list_contains_any(tags, 'a', 'b')", {"tags": ("b",)}, True),
        ("list_contains_all(tags, 'a', 'b')", {"tags": {"b"}}, False),
        ("list_contains_any(codes, 1, 5)", {"codes": [5]}, True),
        ("- n = -3", {"n": 3}, True),
        ('"n" = 1 -- a remark', {"n": 1}, True),
    ],
)
def test_a_condition_holds_does_not_hold_or_is_unknown(text: str, record: dict[str, Any], outcome: bool | None) -> None:
    assert made(text).holds(record) is outcome


@pytest.mark.parametrize(
    ("text", "record", "result"),
    [
        ("lower(title)", {"title": "ABCÄЖＡ"}, "abcäжａ"),
        ("upper(title)", {"title": "straße"}, "STRAßE"),
        ("trim(title)", {"title": "　 积水\t\n"}, "积水"),
        ("length(title)", {"title": "积水😀"}, 3),
        ("substr(title, 2, 1)", {"title": "积水😀"}, "水"),
        ("substr(title, 0)", {"title": "积水"}, None),
        ("replace(title, '水', '')", {"title": "积水"}, "积"),
        ("concat(title, '-', category)", {"title": "a", "category": "b"}, "a-b"),
        ("title || category", {"title": "a"}, None),
        ("coalesce(title, category, 'x')", {}, "x"),
        ("nullif(n, 0)", {"n": 0}, None),
        ("least(n, 3)", {"n": 5}, 3),
        ("greatest(n, 3)", {}, None),
        ("round(fee, 1)", {"fee": Decimal("2.25")}, Decimal("2.3")),
        ("round(depth, 2)", {"depth": 2.675}, Decimal("2.68")),
        ("round(depth)", {"depth": -2.5}, -3.0),
        ("floor(fee)", {"fee": Decimal("-1.5")}, Decimal(-2)),
        ("n / 2", {"n": 7}, 3.5),
        ("n % 3", {"n": -7}, -1),
        ("abs(n)", {"n": -(2**63)}, None),
        ("CAST(fee AS INTEGER)", {"fee": Decimal("-2.9")}, -2),
        ("CAST(title AS INTEGER)", {"title": "1 2"}, None),
        ("CAST(title AS DATE)", {"title": "2026-02-29"}, None),
        ("CAST(at AS DATE)", {"at": datetime(2026, 5, 1, 7, tzinfo=timezone(timedelta(hours=8)))}, date(2026, 4, 30)),
        ("weekday(found_on)", {"found_on": date(2026, 5, 3)}, 7),
        ("days_between(found_on, DATE '2026-05-10')", {"found_on": date(2026, 5, 1)}, 9),
        ("years_between(found_on, DATE '2026-02-28')", {"found_on": date(2008, 2, 29)}, 17),
        ("hours_between(at, TIMESTAMP '2026-05-01 01:59:59')", {"at": datetime(2026, 5, 1, tzinfo=UTC)}, 1),
        ("add_days(found_on, 1)", {"found_on": date(9999, 12, 31)}, None),
        ("add_minutes(at, n)", {"at": datetime(2026, 5, 1), "n": 90}, datetime(2026, 5, 1, 1, 30, tzinfo=UTC)),  # noqa: DTZ001
    ],
)
def test_functions_give_what_the_reference_says(text: str, record: dict[str, Any], result: Any) -> None:
    assert value(text, **record) == result


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("n IN (SELECT 1)", (1, 14), "a subquery cannot be used in a condition"),
        ("EXISTS (SELECT 1)", (1, 16), "a subquery cannot be used in a condition"),
        ("SELECT n", (1, 8), "a subquery cannot be used in a condition"),
        ("urgent AND foo(n)", (1, 12), "there is no function foo"),
        ("n = 1; DROP TABLE x", (1, 6), "one expression only: nothing may follow a semicolon"),
        ("flor(n) = 1", (1, 1), "there is no function flor; did you mean floor?"),
        ("read_csv('/etc/passwd') = 1", (1, 1), "there is no function read_csv"),
        ("read_text('/etc/passwd') = 'x'", (1, 1), "there is no function read_text"),
        ("getenv('HOME') = 'x'", (1, 1), "there is no function getenv"),
        ("urgent AND\n  categroy = 'x'", (2, 3), "there is no field categroy in event; did you mean category?"),
        ("N = 1", (1, 1), "there is no field N in event; did you mean n?"),
        ("event.n = 1", (1, 1), "write the field's plain name, without anything before a dot"),
        ("n = 'x'", (1, 5), "STRING does not go with INTEGER"),
        ("urgent AND n", (1, 12), "must be BOOLEAN, not INTEGER"),
        ("n", (1, 1), "must be BOOLEAN, not INTEGER"),
        ("title + 1 > 2", (1, 1), "must be a number, not STRING"),
        ("n > DATE '2026-01-01'", (1, 10), "DATE does not go with INTEGER"),
        ("at > found_on", (1, 6), "DATE does not go with DATETIME"),
        ("lower(n) = 'x'", (1, 1), "lower does not take (INTEGER); write lower(STRING)"),
        ("found_on = '2026-13-01'", (1, 12), "'2026-13-01' is not a date such as '2026-05-01'"),
        ("urgent > FALSE", (1, 1), "BOOLEAN has no order"),
        ("tags = tags", (1, 1), "a list is not compared: use list_contains"),
        ("n IN tags", (1, 1), "IN needs a list in brackets; for a field with a list use list_contains"),
        ("n IN ()", (1, 1), "the list after IN is empty"),
        ("n = NULL", (1, 1), "nothing equals NULL: write IS NULL or IS NOT NULL"),
        ("n IN (1, NULL)", (1, 1), "nothing equals NULL: write IS NULL or IS NOT NULL"),
        ("count(*) > 1", (1, 1), "count works on many rows; a condition looks at one record"),
        ("sum(n) > 1", (1, 1), "sum works on many rows; a condition looks at one record"),
        ("sum(n) OVER () > 1", (1, 1), "a window (OVER) cannot be used in a condition"),
        ("list_contains(tags, x -> x)", (1, 21), "a lambda cannot be used in a condition"),
        ("CAST(n AS BLOB) = 1", (1, 6), "CAST to VARBINARY is not allowed"),
        ("CAST(n AS DECIMAL(10, 2)) = 1", (1, 6), "CAST to DECIMAL(10, 2) is not allowed"),
        ("CAST(urgent AS INTEGER) = 1", (1, 6), "CAST from BOOLEAN to INTEGER is not allowed"),
        ("n = ?", (1, 5), "parameters cannot be used in a condition"),
        ("n = :x", (1, 5), "parameters cannot be used in a condition"),
        ("n = @x", (1, 5), "parameters cannot be used in a condition"),
        ("n = $1", (1, 5), "parameters cannot be used in a condition"),
        ("title ILIKE 'x'", (1, 1), "ILIKE is not available: write lower(…) LIKE '…'"),
        ("title LIKE category", (1, 1), "the pattern after LIKE must be a text in quotation marks"),
        ("title LIKE 'a!b' ESCAPE '!'", (1, 12), "the escape character stands only before %, _ or itself"),
        ("round(fee, n) > 1", (1, 12), "must be a whole number from 0 to 6"),
        ("found_on + n > DATE '2026-01-01'", (1, 1),
         "dates are not numbers: use add_days, days_between and the like, or + INTERVAL"),
        ("found_on + INTERVAL 1 HOUR = found_on", (1, 1),
         "add_hours does not take (DATE, INTEGER); write add_hours(DATETIME, INTEGER)"),
        ("n = 99999999999999999999", (1, 5), "99999999999999999999 is too large"),
        ("n = 1 n", (1, 7), "not understood here"),
        ("(n = 1", (1, 6), "not understood here: is a bracket not closed?"),
        ("title = 'x", (1, 11), "cannot be read: is a quotation mark not closed?"),
        ("n & 1 = 1", (1, 1), "BitwiseAnd is not part of the language of conditions"),
        ("", (1, 1), "is empty"),
    ],
)  # fmt: skip
def test_what_is_not_the_language_is_refused_at_its_place(text: str, place: tuple[int, int], message: str) -> None:
    with pytest.raises(ConditionError) as raised:
        made(text)
    assert ((raised.value.line, raised.value.column), str(raised.value.message)) == (place, message)
    assert str(raised.value) == f"line {place[0]}, column {place[1]}: {message}"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "n = 1" + ")" * 5_000,
        "NOT " * 4_000 + "urgent",
        "- " * 4_000 + "n = 1",
        " + ".join(["n"] * 3_000) + " = 1",
        "abs(" * 3_000 + "n" + ")" * 3_000 + " = 1",
        "CASE WHEN urgent THEN " * 800 + "urgent" + " END" * 800,
        "n = 1" + " " * 30_000,
    ],
)
def test_too_much_is_refused_quickly(text: str) -> None:
    began = time.process_time()
    with pytest.raises(ConditionError, match=r"nested too deeply|longer than"):
        made(text)
    assert time.process_time() - began < 2


def test_a_long_chain_of_or_is_no_depth() -> None:
    text = " OR ".join(f"n = {number}" for number in range(1_500))
    assert made(text).holds({"n": 1_499}) is True


def test_a_cruel_like_pattern_takes_no_exponential_time() -> None:
    cruel = made("title LIKE '%a%a%a%a%a%a%a%a%a%a%a%ab'")
    began = time.process_time()
    assert cruel.holds({"title": "a" * 5_000}) is False
    assert time.process_time() - began < 1


def test_explain_tells_every_leaf_with_what_it_saw_and_whether_it_was_needed() -> None:
    told = made("category LIKE '02%' AND (n > 3 OR depth / n >= 1.5) AND NOT urgent").explain(
        {"category": "0301", "n": 2, "urgent": None}
    )
    assert (told.kind, told.outcome) == ("all", False)
    assert [(leaf.text, leaf.outcome, dict(leaf.seen), leaf.is_needed) for leaf in told.leaves()] == [
        ("category LIKE '02%'", False, {"category": "0301"}, True),
        ("n > 3", False, {"n": 2}, False),
        ("depth / n >= 1.5", None, {"depth": None, "n": 2}, False),
        ("urgent", None, {"urgent": None}, False),
    ]
    assert str(told).splitlines()[0] == "[FALSE] category LIKE '02%' AND (n > 3 OR depth / n >= 1.5) AND NOT urgent"
    assert str(told).splitlines()[4] == "    · [?] depth / n >= 1.5  (depth: ?, n: 2)"


def test_explain_of_a_case_shows_the_branch_taken() -> None:
    told = expression("CASE WHEN n > 5 THEN 'many' WHEN n > 1 THEN 'some' ELSE 'few' END", EVENT).explain({"n": 3})
    assert told.outcome == "some"
    assert [(part.text, part.is_needed) for part in told.parts] == [
        ("n > 5", True), ("'many'", False), ("n > 1", True), ("'some'", True), ("'few'", False)]  # fmt: skip


def test_explain_is_not_stopped_by_a_wrong_value_that_holds_never_looked_at() -> None:
    record = {"urgent": False, "n": "many"}
    assert made("urgent AND n > 1").holds(record) is False
    assert made("urgent AND n > 1").explain(record).outcome is False


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("n", "5"), ("n", True), ("n", 5.0), ("title", 5), ("urgent", 1), ("found_on", datetime(2026, 1, 1, tzinfo=UTC)),
     ("found_on", "2026-01-01"), ("at", date(2026, 1, 1)), ("tags", "a"), ("tags", [1]), ("fee", True), ("depth", "1")],
)  # fmt: skip
def test_a_value_of_a_wrong_type_is_an_error_not_unknown(name: str, wrong: Any) -> None:
    with pytest.raises(RecordError, match=f"field {name} must be"):
        made(f"{name if name != 'tags' else 'list_length(tags)'} IS NULL").holds({name: wrong})


def test_fields_and_canonical_text_are_known() -> None:
    one = made("n>3 and not title   is null AND found_on between '2026-01-01' and '2026-02-01'")
    assert one.fields == {"n", "title", "found_on"}
    assert one.text == "n > 3 AND title IS NOT NULL AND found_on BETWEEN DATE '2026-01-01' AND DATE '2026-02-01'"
    assert one == made(one.text)


def test_an_expression_is_widened_to_the_type_expected_or_refused() -> None:
    assert expression("n", EVENT, expect=FLOAT).value({"n": 3}) == 3.0
    assert expression("'2026-05-01'", EVENT, expect=DATE).value({}) == date(2026, 5, 1)
    with pytest.raises(ConditionError, match="must be INTEGER, not FLOAT"):
        expression("n / 2", EVENT, expect=INTEGER)


def test_sql_selects_the_rows_that_hold_whatever_zone_or_width_the_columns_have() -> None:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(
        "CREATE TABLE t AS SELECT * FROM (VALUES"
        " (1::SMALLINT, TIMESTAMPTZ '2026-05-01 00:00:00+00', 1.5::FLOAT, ['a'], 2.5::DECIMAL(4, 1)),"
        " (2::SMALLINT, TIMESTAMPTZ '2026-05-01 12:00:00+00', 'nan'::FLOAT, [NULL], 3.5::DECIMAL(4, 1)))"
        ' v(n, "at", depth, tags, fee)'
    )
    one = made("at >= TIMESTAMP '2026-05-01 08:00:00+08:00' AND n * 40000 < 90000 AND fee * 1.1 > 2.7")
    assert connection.execute(f"SELECT n FROM t WHERE {one.sql()} ORDER BY n").fetchall() == [(1,), (2,)]
    unknown = made("list_contains(tags, 'b') OR depth > 2").sql()
    assert connection.execute(f"SELECT {unknown} FROM t ORDER BY n").fetchall() == [(False,), (None,)]


def test_spark_sql_uses_arithmetic_that_does_not_fail() -> None:
    assert made("n + 1 > 3").sql("spark") == "(try_add(CAST(`n` AS BIGINT), 1L) > 3L)"
    assert "try_divide(" in made("n / 2 > 3").sql("spark")
    assert made("title LIKE 'a\\b%'").sql("spark") == "(`title` LIKE 'a\\\\b%' ESCAPE '!')"


def test_text_cannot_break_out_of_its_quotation_marks_in_sql() -> None:
    nasty = "x' OR 1=1; -- \\' "
    one = made("title = '" + nasty.replace("'", "''") + "'")
    assert duckdb.execute(f"SELECT {one.sql()} FROM (SELECT ? AS title)", [nasty]).fetchone() == (True,)
    assert one.sql("spark") == "(`title` = 'x\\' OR 1=1; -- \\\\\\' ')"


@pytest.mark.parametrize(
    "fields",
    [{"a b": STRING}, {'a"b': STRING}, {"1a": STRING}, {"a": STRING, "A": STRING}, {"": STRING}],
)
def test_a_schema_refuses_names_the_databases_could_not_tell_apart(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="x"):
        Schema("x", fields)


def test_chinese_field_names_are_names() -> None:
    schema = Schema("dataset:x@1", {"街道": STRING})
    assert condition("街道 = '城关'", schema).holds({"街道": "城关"}) is True


def test_lists_of_numbers_without_exact_equality_do_not_exist() -> None:
    with pytest.raises(ValueError, match="FLOAT"):
        list_of(FLOAT)


def test_schemas_are_registered_once_and_found_by_name() -> None:
    with schemas.kept_apart():
        first = schemas.register(Schema("form:subsidy@3", {"age": INTEGER}))
        assert schemas.get("form:subsidy@3") is first
        schemas.register(Schema("form:subsidy@3", {"age": INTEGER}))
        with pytest.raises(Conflict):
            schemas.register(Schema("form:subsidy@3", {"age": STRING}), replace=True)
        schemas.register(Schema("live", {"a": STRING}))
        schemas.register(Schema("live", {"b": STRING}), replace=True)
        assert {"form:subsidy@3", "live"} <= set(schemas.names())
        schemas.forget("live")
        with pytest.raises(NotFound, match="did you mean form:subsidy@3"):
            schemas.get("form:subsidy@2")
    with pytest.raises(NotFound):
        schemas.get("form:subsidy@3")


def test_every_function_stands_in_the_reference() -> None:
    documented = set(re.findall(r"^\| `(\w+)\(", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == set(NAMES)


def test_every_example_of_the_reference_is_accepted() -> None:
    text = DOCS.read_text(encoding="utf-8")
    examples = [
        line for block in re.findall(r"```sql\n(.*?)```", text, re.DOTALL) for line in block.splitlines() if line
    ]
    assert len(examples) > 10
    for example in examples:
        expression(example, EVENT)
