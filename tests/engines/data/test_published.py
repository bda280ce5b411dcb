"""Published datasets reach the lake completely, also when the database commits out of order; erasing reaches it too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection, connections

from yiwang.base.access import SYSTEM
from yiwang.base.erasure.registry import Person
from yiwang.base.personal.sealed import blind
from yiwang.engines.data import actions, exporting, queries
from yiwang.engines.data.erasers import age_rejects, erase_person_data
from yiwang.engines.data.jobs import erase_from_lake
from yiwang.engines.data.lake import current_version, pin_version, scan, write
from yiwang.engines.data.lake.tidying import tidy
from yiwang.engines.data.models import Dataset, Export, Pin, Reject
from yiwang.engines.data.published import Changes, PublishedDataset, changed_page, forget_published, publish
from yiwang.engines.data.records import Counts, Reason, RejectedRow
from yiwang.engines.data.specs import DatasetSpec
from yiwang.kernel import clock
from yiwang.kernel.ids import new_uid
from yiwang.kernel.text import Text

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = {"zh-Hans": "表", "en": "Table"}
AT = datetime(2026, 5, 4, 12, tzinfo=UTC)


def spec(kind: str = "published", **more: Any) -> DatasetSpec:
    columns = {
        "id": {"type": "integer", "title": TITLE},
        "n": {"type": "integer", "title": TITLE},
        "phone": {"type": "string", "title": TITLE, "level": "L3", "mask": "phone"},
    }
    data = {"title": TITLE, "key": ("id",), "columns": columns, "source": {"kind": kind}, **more}
    return DatasetSpec.model_validate(data)


class Operational:
    """A domain's table: rows appear when they are committed, whatever time they carry."""

    def __init__(self) -> None:
        self.name = f"things_{new_uid().hex[-8:]}"
        self.rows: dict[int, tuple[datetime, int, str | None]] = {}
        self.gone: list[dict[str, Any]] = []
        self.asked: list[datetime | None] = []

    def changes(self, since: datetime | None, after: Any, limit: int) -> Changes:
        self.asked.append(since)
        found = sorted((at, key) for key, (at, _n, _phone) in self.rows.items() if since is None or at >= since)
        if after is not None:
            found = [each for each in found if each > (datetime.fromisoformat(after[0]), after[1])]
        page = found[:limit]
        rows = [{"id": key, "n": self.rows[key][1], "phone": self.rows[key][2]} for _at, key in page]
        more = [page[-1][0].isoformat(), page[-1][1]] if len(found) > limit else None
        return Changes(rows, more, self.gone)

    def lake(self) -> dict[int, int]:
        return {row["id"]: row["n"] for row in scan(self.name).to_pylist()}


@pytest.fixture
def things() -> Iterator[Operational]:
    made = Operational()
    publish(PublishedDataset(made.name, spec(), made.changes))
    yield made
    forget_published(made.name)


def test_changes_are_exported_in_pages_and_the_lag_is_known(things: Operational, monkeypatch: Any) -> None:
    monkeypatch.setattr(exporting, "PAGE", 3)
    with clock.frozen(AT):
        things.rows = {n: (AT - timedelta(hours=1), n * 10, None) for n in range(8)}
        assert exporting.export_published(things.name) == {things.name: 8}
        assert things.lake() == {n: n * 10 for n in range(8)}
        version = current_version(things.name)
        assert exporting.export_published(things.name) == {things.name: 0}
        clock.shift(20)
        things.rows[3] = (clock.now(), 99, None)
        clock.shift(10)
        exporting.export_published(things.name)
        assert things.lake()[3] == 99
        assert current_version(things.name) == (version or 0) + 1  # the empty round wrote nothing
        clock.shift(25)
        lag = {each.dataset: each.lag_s for each in queries.exports()}[things.name]
        assert lag is not None and 25 <= lag < 27


def test_a_row_that_commits_late_with_an_early_time_is_not_missed(things: Operational) -> None:
    with clock.frozen(AT):
        things.rows = {1: (AT, 1, None)}
        clock.shift(30)
        exporting.export_published(things.name)
        things.rows[2] = (AT + timedelta(seconds=2), 2, None)  # its transaction was open while the round ran
        clock.shift(30)
        exporting.export_published(things.name)
        assert things.lake() == {1: 1, 2: 2}
        version = current_version(things.name)
        clock.shift(30)
        exporting.export_published(things.name)
        assert current_version(things.name) == version  # seen again, unchanged, not written


def test_an_open_transaction_holds_the_horizon_back(postgres: None) -> None:
    before = clock.now()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT now()")
            began = cursor.fetchone()[0]
        assert abs((exporting.horizon() - began).total_seconds()) < 0.001
        assert exporting.horizon() >= before - timedelta(seconds=5)
        with other.cursor() as cursor:
            cursor.execute("COMMIT")
        assert exporting.horizon() > began
    finally:
        other.close()


def test_a_killed_round_goes_on_where_it_was(things: Operational, monkeypatch: Any) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    things.rows = {n: (AT, n, None) for n in range(6)}
    whole, calls = things.changes, iter(range(100))

    def failing(since: Any, after: Any, limit: int) -> Changes:
        if next(calls) == 2:
            raise OSError("killed")
        return whole(since, after, limit)

    forget_published(things.name)
    publish(PublishedDataset(things.name, spec(), failing))
    with pytest.raises(OSError, match="killed"):
        exporting.export_published(things.name)
    assert things.lake() == {0: 0, 1: 1, 2: 2, 3: 3}
    row = Export.objects.get(dataset=things.name)
    assert row.complete_until is None and row.error == "OSError"
    assert exporting.export_published(things.name) == {things.name: 2}
    assert things.lake() == {n: n for n in range(6)}


def test_rows_that_are_gone_leave_the_lake(things: Operational) -> None:
    things.rows = {1: (AT, 1, None), 2: (AT, 2, None)}
    exporting.export_published(things.name)
    del things.rows[2]
    things.gone = [{"id": 2}]
    exporting.export_published(things.name)
    assert things.lake() == {1: 1}


def test_a_description_that_changed_is_a_new_version_with_its_columns(things: Operational) -> None:
    things.rows = {1: (AT, 1, None)}
    exporting.export_published(things.name)
    wider = spec().model_dump(mode="json")
    wider["columns"]["extra"] = {"type": "string", "title": TITLE}
    forget_published(things.name)
    publish(PublishedDataset(things.name, DatasetSpec.model_validate(wider), things.changes))
    things.rows[1] = (AT, 1, "13812345678")
    exporting.export_published(things.name)
    assert queries.dataset(SYSTEM, things.name).version == 2
    assert scan(things.name).to_pylist() == [{"id": 1, "n": 1, "phone": "13812345678", "extra": None}]


def test_model_rows_are_paged_by_time_and_key_without_gaps() -> None:
    with clock.frozen(AT):
        for n in range(7):
            Dataset.objects.create(name=f"d{n}", changed_at=AT + timedelta(seconds=n // 3))
    rows = Dataset.objects.filter(name__startswith="d")
    seen: list[str] = []
    after = None
    while True:
        page, after = changed_page(rows, AT, after, 2)
        seen += [row.name for row in page]
        if after is None:
            break
    assert seen == [f"d{n}" for n in range(7)]
    assert [row.name for row in changed_page(rows, AT + timedelta(seconds=2), None, 9)[0]] == ["d6"]


def bytes_under(folder: Any) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def person(phone: str) -> Person:
    return Person((), (), {"phone": blind("phone", phone)}, True, SYSTEM, "asked for", new_uid())


def test_an_erased_person_is_nowhere_in_the_lake_not_even_in_older_versions(settings: Any, things: Operational) -> None:
    name, phone, other = f"file_{new_uid().hex[-8:]}", "13812345678", "13987654321"
    actions.put_dataset(name, spec("file"), by=SYSTEM)
    write(name, pa.table({"id": [1, 2], "n": [1, 2], "phone": [phone, other]}), mode="upsert")
    write(name, pa.table({"id": [1], "n": [5], "phone": [phone]}), mode="upsert")
    pin_version(name, 1, "an appeal")
    things.rows = {1: (AT, 1, phone), 2: (AT, 2, other)}
    exporting.export_published(things.name)
    run = actions.open_run(name, by=SYSTEM)
    actions.add_rejects(
        run.uid, [RejectedRow(3, (Reason(Text("“%(value)s” is odd.", {"value": phone})),), f"x,{phone}")]
    )
    assert phone.encode() in bytes_under(settings.LAKE)

    things.rows[1] = (clock.now(), 1, None)  # the domain blanks its own row
    assert erase_person_data(person(phone)) == 1
    erase_from_lake(blinds={"phone": blind("phone", phone)})

    assert {row["id"]: (row["n"], row["phone"]) for row in scan(name).to_pylist()} == {1: (5, None), 2: (2, other)}
    left = b"".join(bytes_under(settings.LAKE / each) for each in (name, things.name))
    assert phone.encode() not in left and other.encode() in left
    assert not Pin.objects.filter(dataset=name).exists()
    shown = queries.rejects(SYSTEM, run.uid).rows[0]
    assert (str(shown.reasons[0].text), shown.raw) == ("The row was erased.", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reasons FROM data_reject")
        assert phone not in str(cursor.fetchall())


def test_rejects_age_out_with_their_runs() -> None:
    with clock.frozen(AT):
        for name in ("old", "kept"):
            run = actions.open_run(name, by=SYSTEM)
            actions.add_rejects(run.uid, [RejectedRow(1, (Reason(Text("x")),), "13812345678")])
            actions.close_run(run.uid, Counts(), by=SYSTEM)
    assert age_rejects("old", AT + timedelta(days=1), 100) == 1
    assert Reject.objects.count() == 1
    assert age_rejects("*", AT - timedelta(days=1), 100) == 0


def test_tidying_joins_small_files_and_keeps_content_and_pinned_versions(settings: Any) -> None:
    name = f"t_{new_uid().hex[-8:]}"
    for n in range(20):
        write(name, pa.table({"id": [n]}), mode="append")
    pin_version(name, 5, "a snapshot")
    assert len(list((settings.LAKE / name).glob("*.parquet"))) == 20
    with clock.frozen(clock.now() + timedelta(days=1)):
        tidy(name)
    assert sorted(scan(name).column("id").to_pylist()) == list(range(20))
    assert sorted(scan(name, version=5).column("id").to_pylist()) == list(range(5))
