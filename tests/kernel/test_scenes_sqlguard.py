"""A scene's SQL reads declared tables with listed functions, and nothing else."""

from __future__ import annotations

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from yiwang.kernel.sqlguard import ALLOWED, ALLOWED_UNTYPED, guard_select


def told(sql: str) -> list[str]:
    return [f"{p.line}: {p.text}" for p in guard_select(sql, ("events", "lake.areas"), parameters=("area",))]


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "select a, count(*) filter (where b > 1) from Events group by 1",
        "from events",
        "with late as (select * from events) select * from late",
        "with recursive r as (select 1 as n union all select n + 1 from r where n < 9) select * from r",
        "select * from lake.areas where code = $area",
        "select strftime(a, '%Y'), date_trunc('month', a), list_contains(l, 1), quantile_cont(x, 0.5) from events",
        "select row_number() over (partition by b order by c) from events qualify 1 = 1",
        "select * from range(10), generate_series(1, 2), unnest([1, 2])",
        "(select a from events) union all (select 2)",
        "select list_transform(l, x -> x + 1), [x for x in l], {'a': 1}, x[1], a ->> 'b' from events",
        "select * from events pivot (sum(a) for b in (1, 2))",
    ],
)
def test_reading_declared_tables_is_allowed(sql: str) -> None:
    assert told(sql) == []


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("", "exactly one SELECT"),
        ("select 1; select 2", "exactly one SELECT"),
        ("insert into events values (1)", "exactly one SELECT"),
        ("delete from events", "exactly one SELECT"),
        ("create table x as select 1", "exactly one SELECT"),
        ("copy events to 'x'", "exactly one SELECT"),
        ("attach 'x.db'", "exactly one SELECT"),
        ("install httpfs", "exactly one SELECT"),
        ("set threads = 1", "exactly one SELECT"),
        ("call pragma_version()", "exactly one SELECT"),
        ("explain analyze select 1", "exactly one SELECT"),
        ("selec 1", "not SQL"),
        ("select 'open", "not SQL"),
        ("select (" * 3000 + "1" + ")" * 3000, "nested too deeply"),
        ("with x as (insert into events values (1) returning *) select * from x", "INSERT is not allowed"),
        ("select * into copied from events", "INTO is not allowed"),
        ("select * from events for update", "LOCK is not allowed"),
        ("select * from read_csv('/etc/passwd')", "“read_csv” is not allowed"),
        ("select * from read_text('x')", "“read_text” is not allowed"),
        ("select * from glob('*')", "“glob” is not allowed"),
        ("select * from query('select 1')", "“query” is not allowed"),
        ("select * from duckdb_settings()", "“duckdb_settings” is not allowed"),
        ("select getenv('HOME')", "“getenv” is not allowed"),
        ("select 'x'.read_text()", "“read_text” is not allowed"),
        ("select now()", "“now” is not allowed"),
        ("select current_date", "“current_date” is not allowed"),
        ("select random()", "is not allowed"),
        ("select columns('.*') from events", "“columns” is not allowed"),
        ("select * from events using sample 10", "“tablesample” is not allowed"),
        ("select * from '/data/people.parquet'", "is not declared"),
        ("select * from 'http://example.org/x.csv'", "is not declared"),
        ("select * from areas", "“areas” is not declared"),
        ("select * from other.events", "“other.events” is not declared"),
        ("select * from information_schema.tables", "is not declared"),
        ("select * from events where exists (select 1 from people)", "“people” is not declared"),
        ("select * from events positional join people", "“people” is not declared"),
        ("select * from (pivot people on a using sum(b))", "“people” is not declared"),
        ("select * from (describe people)", "“people” is not declared"),
        ("table people", "“people” is not declared"),
        ("select ? from events", "is not declared"),
        ("select $other from events", "“other” is not declared"),
    ],
)
def test_anything_else_is_refused(sql: str, words: str) -> None:
    found = told(sql)
    assert any(words in each for each in found), found


@pytest.mark.parametrize(
    "sql",
    [
        "select (with people as (select 1) select count(*) from people), (select count(*) from people)",
        "with people as (select * from people) select * from people",
        "with a as (select * from people), people as (select 1) select * from a",
        "select * from (with people as (select 1) select * from people) x, people",
    ],
)
def test_a_with_name_hides_a_table_only_where_sql_lets_it(sql: str) -> None:
    assert told(sql) == ["1: the table “people” is not declared"]


@pytest.mark.parametrize(
    "sql",
    [
        "select 1 /* /* */ from people -- */",
        "select E'\\' from people --' from events",
        "select '\\' from people --' from events",
        "select $$ ' $$ from events, people --'",
        "select $x$ from people $x$ from events",
        'select "a"" from people --" from events',
        "select 1 -- x\r from people",
        "select 1 from events --\u2028, people",
        "select `a` from events, people",
        "select 1 /*! from people */ from events",
        "select N'a' from events",
    ],
)
def test_no_quoting_or_comment_lets_duckdb_see_a_table_that_the_guard_does_not(sql: str) -> None:
    connection = duckdb.connect()
    connection.execute("create table events (a varchar)")
    connection.execute("create table people (a varchar)")
    assert told(sql) or "people" not in connection.get_table_names(sql)


def test_every_problem_is_told_with_its_line() -> None:
    sql = "select now(),\n  getenv('x')\nfrom events\njoin people\n  using (id)\n"
    assert [each.split(":")[0] for each in told(sql)] == ["1", "2", "4"]


def test_the_lists_name_functions_that_exist_and_no_duckdb_function_that_reads_files_or_settings() -> None:
    assert [name for name in ALLOWED if not hasattr(exp, name)] == []
    rows = duckdb.connect().execute("select distinct function_name from duckdb_functions()").fetchall()
    functions = {str(row[0]) for row in rows}
    assert functions >= ALLOWED_UNTYPED
    risky = ("read_", "file", "glob", "duckdb_", "pragma", "scan", "getenv", "setting", "current_", "random", "write")
    allowed = {"parse_filename"}  # takes text apart, opens nothing
    for name in sorted(functions - allowed):
        if any(word in name for word in risky) and name.isidentifier():
            for call in (f"select {name}('a')", f"select * from {name}('a')", f"select {name}()"):
                try:
                    sqlglot.parse_one(call, dialect="duckdb")
                except sqlglot.errors.ParseError:
                    continue
                assert told(call), call
