"""The lake: upserts by key, added columns, older versions, and each write exactly once."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from django.db import transaction

from yiwang.base.access import SYSTEM
from yiwang.engines.data import actions
from yiwang.engines.data.lake import current_version, open_lake, recover, scan, write
from yiwang.engines.data.lake.staging import staged_path
from yiwang.engines.data.models import Write
from yiwang.engines.data.specs import DatasetSpec
from yiwang.kernel.errors import Invalid, NotFound, Unavailable
from yiwang.kernel.ids import new_uid

pytestmark = pytest.mark.django_db(transaction=True)


def named(name: str) -> str:
    """A name no other test has used: the lake is not rolled back."""
    return f"{name}_{new_uid().hex[-8:]}"


def rows(**columns: Any) -> pa.Table:
    return pa.table(columns)


def content(dataset: str, **options: Any) -> list[dict[str, Any]]:
    return sorted(scan(dataset, **options).to_pylist(), key=lambda row: str(row))


def make_spec() -> DatasetSpec:
    title = {"zh-Hans": "测站", "en": "Gauges"}
    kinds = {"code": "string", "at": "datetime", "amount": "decimal", "is_open": "boolean", "built_on": "date"}
    columns: dict[str, Any] = {name: {"type": kind, "title": title} for name, kind in kinds.items()}
    columns["phone"] = {"type": "string", "title": title, "level": "L3", "mask": "phone"}
    columns["place"] = {"type": "wkb", "title": title}
    return DatasetSpec.model_validate({"title": title, "key": ("code",), "columns": columns})


def test_rows_are_appended_upserted_deleted_and_replaced() -> None:
    name = named("t")
    write(name, rows(id=[1, 2], v=["a", "b"]), mode="append")
    done = write(name, rows(id=[2, 3, 3, 1], v=["B", "x", "c", "a"]), mode="upsert", key=["id"])
    assert (done.n_new, done.n_changed, done.n_same) == (1, 1, 1)
    assert content(name) == [{"id": 1, "v": "a"}, {"id": 2, "v": "B"}, {"id": 3, "v": "c"}]
    gone = write(name, rows(id=[1, 9]), mode="delete", key=["id"])
    assert gone.n_gone == 1
    assert content(name) == [{"id": 2, "v": "B"}, {"id": 3, "v": "c"}]
    write(name, rows(id=[7], v=["z"]), mode="replace")
    assert content(name) == [{"id": 7, "v": "z"}]


def test_unchanged_rows_make_no_new_version() -> None:
    name = named("t")
    first = write(name, rows(id=[1, 2], v=["a", None]), mode="upsert", key=["id"])
    again = write(name, rows(id=[1, 2], v=["a", None]), mode="upsert", key=["id"])
    assert (again.version, again.n_same) == (first.version, 2)


def test_columns_that_are_not_given_keep_what_they_have() -> None:
    name = named("t")
    write(name, rows(id=[1], v=["a"], w=[1.5]), mode="append")
    done = write(name, rows(id=[1, 2], w=[2.5, 3.5]), mode="upsert", key=["id"])
    assert (done.n_new, done.n_changed) == (1, 1)
    assert content(name) == [{"id": 1, "v": "a", "w": 2.5}, {"id": 2, "v": None, "w": 3.5}]
    again = write(name, rows(id=[1, 2], w=[2.5, 3.5]), mode="upsert", key=["id"])
    assert (again.n_same, again.version) == (2, done.version)


def test_older_versions_stay_readable_and_columns_may_be_added() -> None:
    name = named("t")
    first = write(name, rows(id=[1]), mode="append")
    write(name, rows(id=[2], v=["new"]), mode="append")
    write(name, rows(id=[1], v=[None]), mode="upsert", key=["id"])
    assert content(name) == [{"id": 1, "v": None}, {"id": 2, "v": "new"}]
    assert content(name, version=first.version) == [{"id": 1}]
    assert content(name, columns=["v"]) == [{"v": "new"}, {"v": None}]
    with pytest.raises(Invalid):
        scan(name, version=99)


def test_a_table_whose_files_all_lack_a_column_and_an_empty_table_are_read() -> None:
    name = named("t")
    write(name, rows(id=[1], v=["a"]), mode="append")
    write(name, pa.table({"id": pa.array([], pa.int64()), "w": pa.array([], pa.float64())}), mode="append")
    assert content(name) == [{"id": 1, "v": "a", "w": None}]
    write(name, rows(id=[1]), mode="delete", key=["id"])
    assert scan(name).num_rows == 0 and scan(name).column_names == ["id", "v", "w"]


def test_a_described_dataset_is_empty_before_its_first_write_and_takes_its_columns_only() -> None:
    name = named("gauges")
    with pytest.raises(NotFound):
        scan(name)
    actions.put_dataset(name, make_spec(), by=SYSTEM)
    assert scan(name).num_rows == 0
    at = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
    row = {"code": "甲1", "at": at, "amount": Decimal("1.25"), "is_open": True, "place": b"\x01\x01"}
    write(name, pa.Table.from_pylist([row]), mode="upsert")
    found = content(name)[0]
    assert found == {**row, "at": at.replace(tzinfo=None), "built_on": None, "phone": None}
    with pytest.raises(Invalid, match="no column"):
        write(name, rows(code=["x"], other=[1]), mode="append")
    with pytest.raises(Invalid, match="do not fit"):
        write(name, rows(code=["x"], amount=["much"]), mode="append")
    with pytest.raises(Invalid, match="key column"):
        write(name, pa.table({"code": pa.array([None], pa.string())}), mode="upsert")


def test_sensitive_values_never_stand_in_the_tables_log(settings: Any) -> None:
    name = named("gauges")
    actions.put_dataset(name, make_spec(), by=SYSTEM)
    write(name, rows(code=["a", "b"], phone=["13812345678", "13912345678"]), mode="upsert")
    write(name, rows(code=["a"]), mode="delete")
    log = "".join(p.read_text() for p in (settings.LAKE / name / "_delta_log").glob("*.json"))
    assert "numRecords" in log and "1381234" not in log and "1391234" not in log


def test_a_repeated_write_of_the_same_batch_is_made_once() -> None:
    name = named("t")
    first = write(name, rows(id=[1]), mode="append", once="batch 1")
    assert write(name, rows(id=[1]), mode="append", once="batch 1") == first
    assert content(name) == [{"id": 1}]


def test_a_write_inside_a_transaction_is_refused_and_leaves_nothing() -> None:
    name = named("t")
    with transaction.atomic(), pytest.raises(RuntimeError):
        write(name, rows(id=[1]), mode="append")
    assert not Write.objects.exists() and current_version(name) is None


@pytest.mark.parametrize("mode", ["append", "upsert", "replace"])
def test_a_write_whose_intent_was_not_closed_is_not_taken_twice(mode: Any) -> None:
    name = named("t")
    write(name, rows(id=[1]), mode="append")
    done = write(name, rows(id=[2, 3]), mode=mode, key=["id"])
    before = content(name)
    intent = Write.objects.latest("id")
    Write.objects.filter(pk=intent.pk).update(state="open", version=None, n_new=0)  # as kill -9 would have left it
    from yiwang.engines.data.lake.staging import stage

    stage(name, intent.uid, rows(id=[2, 3]))
    assert recover(name) == 1
    intent.refresh_from_db()
    assert (intent.state, intent.version, intent.n_new) == ("done", done.version, 2)
    assert content(name) == before
    assert not staged_path(name, intent.uid).exists()


def test_an_intent_that_never_reached_the_table_is_carried_out_by_whoever_comes_next() -> None:
    from yiwang.engines.data.lake.staging import stage
    from yiwang.kernel.clock import now

    name = named("t")
    write(name, rows(id=[1]), mode="append")
    left = Write.objects.create(dataset=name, mode="append", n_rows=1, asked_at=now())
    stage(name, left.uid, rows(id=[2]))
    write(name, rows(id=[3]), mode="append")
    assert [row["id"] for row in content(name)] == [1, 2, 3]
    assert list(Write.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_a_database_restored_from_before_does_not_reuse_numbers_of_the_table() -> None:
    name = named("t")
    for n in range(3):
        write(name, rows(id=[n]), mode="append")
    Write.objects.filter(dataset=name, number__gt=1).delete()
    write(name, rows(id=[9]), mode="append")
    assert [row["id"] for row in content(name)] == [0, 1, 2, 9]


def test_a_changed_type_fails_that_write_only() -> None:
    name = named("t")
    write(name, rows(id=[1], v=["a"]), mode="append")
    with pytest.raises(Unavailable, match="in the table"):
        write(name, rows(id=[2], v=[5]), mode="append")
    write(name, rows(id=[3], v=["c"]), mode="append")
    assert [row["id"] for row in content(name)] == [1, 3]


def test_a_session_sees_its_tables_and_no_other_file(tmp_path: Any) -> None:
    import duckdb

    name, other = named("t"), named("t")
    write(name, rows(id=[1]), mode="append")
    write(other, rows(id=[2]), mode="append")
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with open_lake({name: None}) as lake:
        assert lake.table(f"SELECT count(*) AS n FROM {name}").to_pylist() == [{"n": 1}]
        for attempt in (
            f"SELECT * FROM read_csv('{secret}')",
            f"SELECT * FROM '{secret}'",
            f"SELECT * FROM {other}",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
            "SET enable_external_access = true",
            f"ATTACH '{tmp_path / 'x.db'}'",
            "SELECT * FROM rows",
        ):
            with pytest.raises(duckdb.Error):
                lake.table(attempt)
