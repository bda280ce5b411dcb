"""Queries over datasets show each reader their own rows, masked, and can do nothing else."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from yiwang.base.access import SYSTEM, Grant, Viewer
from yiwang.engines.data import actions
from yiwang.engines.data.lake import QueryLimits, query, write
from yiwang.engines.data.specs import DatasetSpec
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound
from yiwang.kernel.ids import new_uid

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = {"zh-Hans": "表", "en": "Table"}


def viewer(*grants: tuple[str, str, str] | tuple[str, str, str, bool]) -> Viewer:
    return Viewer(None, None, "x", "official", tuple(Grant(*each) for each in grants))


@pytest.fixture
def cases() -> str:
    name = f"cases_{new_uid().hex[-8:]}"
    kinds: dict[str, dict[str, Any]] = {
        "id": {"type": "integer"},
        "department_path": {"type": "string"},
        "area_path": {"type": "string"},
        "phone": {"type": "string", "level": "L3", "mask": "phone"},
        "name": {"type": "string", "level": "L3", "mask": "name"},
        "secret": {"type": "integer", "level": "L4"},
    }
    columns = {column: {"title": TITLE, **kind} for column, kind in kinds.items()}
    scope = {"permission": "events.view", "department": "department_path", "area": "area_path"}
    spec = DatasetSpec.model_validate({"title": TITLE, "key": ("id",), "columns": columns, "scope": scope})
    actions.put_dataset(name, spec, by=SYSTEM)
    rows = pa.table(
        {
            "id": [1, 2, 3, 4],
            "department_path": ["c/water/", "c/roads/", "", "c/water/"],
            "area_path": ["33/1/", "33/1/", "33/1/", "33/2/"],
            "phone": ["13812345678", "139", None, "13912345678"],
            "name": ["张三丰", "李", None, "欧阳修"],
            "secret": [1, 2, 3, 4],
        }
    )
    write(name, rows, mode="upsert")
    return name


def ids(name: str, who: Viewer) -> list[int]:
    return [row["id"] for row in query(f"SELECT id FROM {name} ORDER BY id", [name], viewer=who).to_pylist()]


def test_one_single_grant_must_cover_a_row(cases: str) -> None:
    assert ids(cases, SYSTEM) == [1, 2, 3, 4]
    assert ids(cases, viewer(("events.view", "c/water/", ""))) == [1, 4]
    assert ids(cases, viewer(("events.view", "c/water/", "33/1/"), ("events.view", "c/roads/", "33/2/"))) == [1]
    assert ids(cases, viewer(("events.view", "", "33/1/"), ("events.dispatch", "", "33/1/"))) == [1, 2, 3]
    assert ids(cases, viewer(("events.view", "", "33/1/"))) == [1, 2]
    with pytest.raises(NotAllowed):
        ids(cases, viewer(("data.manage", "", "")))


def test_what_a_department_was_given_is_covered_wherever_it_lies(cases: str) -> None:
    home = (("events.view", "c/water/", "33/2/", True), ("events.dispatch", "c/water/", "33/2/", True))
    assert ids(cases, viewer(*home)) == [1, 4]  # and of what nobody has only what lies in its area


def test_sensitive_columns_are_masked_for_people_and_whole_for_the_platform(cases: str) -> None:
    sql = f"SELECT id, phone, name, secret FROM {cases} WHERE id IN (1, 2) ORDER BY id"
    everything = viewer(("events.view", "", ""), ("events.dispatch", "", ""))
    assert query(sql, [cases], viewer=everything).to_pylist() == [
        {"id": 1, "phone": "138****5678", "name": "张**", "secret": None},
        {"id": 2, "phone": "***", "name": "*", "secret": None},
    ]
    assert query(sql, [cases], viewer=SYSTEM).to_pylist()[0]["phone"] == "13812345678"
    hidden = f"SELECT id FROM {cases} WHERE phone = '13812345678'"
    assert query(hidden, [cases], viewer=everything).num_rows == 0  # a filter does not give away what is masked


def test_a_dataset_without_row_scope_is_open_to_those_who_manage_it() -> None:
    name = f"plain_{new_uid().hex[-8:]}"
    spec = DatasetSpec.model_validate(
        {"title": TITLE, "key": ("id",), "columns": {"id": {"type": "integer", "title": TITLE}}}
    )
    actions.put_dataset(name, spec, by=SYSTEM, area_path="33/")
    assert query(f"SELECT * FROM {name}", [name], viewer=viewer(("data.manage", "", "33/"))).num_rows == 0
    with pytest.raises(NotFound):
        query(f"SELECT * FROM {name}", [name], viewer=viewer(("data.manage", "", "44/")))


def test_parameters_are_values_and_versions_can_be_fixed(cases: str) -> None:
    write(cases, pa.table({"id": [1]}), mode="delete")
    sql = f"SELECT count(*) AS n FROM {cases} WHERE department_path = $path"
    assert query(sql, [cases], viewer=SYSTEM, params={"path": "c/water/"}).to_pylist() == [{"n": 1}]
    assert query(sql, {cases: 1}, viewer=SYSTEM, params={"path": "c/water/"}).to_pylist() == [{"n": 2}]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM other",
        "DROP TABLE {name}",
        "SELECT 1; SELECT 2",
        "SELECT * FROM {name} WHERE id = $undeclared",
        "SELECT nonsense FROM {name}",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM __all_{name}",
        "SELECT getenv('HOME')",
    ],
)
def test_what_a_query_may_not_do_is_said(cases: str, sql: str) -> None:
    with pytest.raises(Invalid):
        query(sql.format(name=cases), [cases], viewer=viewer(("events.view", "", "")))


def test_long_queries_and_large_results_are_stopped(cases: str) -> None:
    with pytest.raises(Invalid, match="more than 3 rows"):
        query(f"SELECT * FROM {cases}", [cases], viewer=SYSTEM, limits=QueryLimits(max_rows=3))
    slow = f"SELECT sum(hash(a.x + b.x)::DOUBLE) AS s FROM range(1000000) AS a(x), range(1000000) AS b(x), {cases}"
    with pytest.raises(Invalid, match="longer than"):
        query(slow, [cases], viewer=SYSTEM, limits=QueryLimits(seconds=0.5))


def test_whether_a_query_fails_tells_nothing_about_hidden_rows(cases: str) -> None:
    sql = f"SELECT count(*) AS n FROM {cases} WHERE CASE WHEN id = 4 THEN CAST(area_path AS INTEGER) ELSE 1 END = 1"
    hidden = viewer(("events.view", "c/water/", "33/1/"))
    assert query(sql, [cases], viewer=hidden).to_pylist() == [{"n": 1}]
    with pytest.raises(Invalid):
        query(sql, [cases], viewer=viewer(("events.view", "c/water/", "33/")))


def test_columns_are_found_however_a_query_names_them(cases: str) -> None:
    everything = viewer(("events.view", "", ""), ("events.dispatch", "", ""))
    for sql, n_columns in {
        f"SELECT * FROM {cases}": 6,
        f"SELECT c.* FROM {cases} AS c": 6,
        f'SELECT "ID", c.phone FROM {cases} c': 2,
        f"SELECT c FROM {cases} AS c": 1,
        f"SELECT 1 AS one FROM {cases}": 1,
        f"WITH a AS (SELECT id, name FROM {cases}) SELECT a.id FROM a JOIN {cases} AS b USING (id)": 1,
    }.items():
        found = query(sql, [cases], viewer=everything)
        assert (found.num_rows, found.num_columns) == (4, n_columns), sql
