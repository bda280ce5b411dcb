"""Exports of other systems: taken in whatever their form, safe to repeat, with every unusable row kept and told."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.db import connection

from yiwang.base.access import SYSTEM
from yiwang.base.audit import queries as audit
from yiwang.domains.events import actions, queries, search
from yiwang.domains.events.importing.guessing import guess_event_mapping
from yiwang.domains.events.importing.running import Imported, import_events
from yiwang.domains.events.models import Event, EventEntry, ImportBatch, Report
from yiwang.domains.events.numbers import event_number
from yiwang.engines.data import queries as data
from yiwang.engines.data.mapping import FieldRule, MappingSpec, load_mapping
from yiwang.kernel.errors import Invalid, NotAllowed

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "scenes" / "city_events" / "sample" / "reports_12345.csv"
GCJ02 = FieldRule(constant="gcj02")
N_SAMPLE, N_OPEN = 342, 29

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def sample() -> Rows:
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def as_cell(column: str, text: str) -> Any:
    """What a person's workbook would hold: real times and numbers, and nothing where nothing is."""
    if text and column in ("留言时间", "办结时间"):
        return datetime.fromisoformat(text)
    if text and column in ("经度", "纬度", "联系电话"):
        return float(text)
    return text or None


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """`written(rows, "name.csv", encoding="gb18030")` is a file of these rows."""

    def write(rows: Sequence[dict[str, str]], name: str = "export.csv", *, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        if path.suffix == ".xlsx":
            book = openpyxl.Workbook()
            sheet = book.active
            assert sheet is not None
            sheet.append(list(rows[0]))
            for row in rows:
                sheet.append([as_cell(column, text) for column, text in row.items()])
            book.save(path)
            return path
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def mapping_for(path: Path, city: Any) -> MappingSpec:
    """The guessed mapping, told that the coordinates are GCJ-02."""
    mapping = guess_event_mapping(path, city.place)[1].mapping
    return mapping.model_copy(update={"fields": {**mapping.fields, "coordinates": GCJ02}})


def take_in(path: Path, city: Any, **options: Any) -> Imported:
    return import_events(path, mapping_for(path, city), jurisdiction=city.place, by=SYSTEM, **options)


def imported(external_id: str) -> Event:
    return Report.objects.select_related("event").get(external_id=external_id).event


def everything() -> dict[str, int]:
    """The number of rows of every table."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_a_hotline_export_becomes_events_on_their_course(city: Any, sample: Rows) -> None:
    # when the export of a 12345 hotline is taken in
    done = take_in(SAMPLE, city)
    # then all of it is there, what is open is dispatched, what is closed keeps its time
    assert (done.n_in, done.n_new, done.n_open, done.n_rejected) == (N_SAMPLE, N_SAMPLE, N_OPEN, 0)
    closed = imported(sample[0]["留言编号"])
    assert (closed.status, closed.flow_instance) == ("closed", None)
    assert closed.occurred_at == datetime(2026, 10, 20, 1, 11, 14, tzinfo=UTC)
    assert closed.closed_at == datetime(2026, 10, 20, 10, 10, tzinfo=UTC)
    assert closed.satisfaction == 1
    opened = next(r for r in sample if r["办理情况"] == "处理中")
    event = imported(opened["留言编号"])
    assert event.status == "dispatched"
    assert event.department is not None
    assert event.due_at is not None
    # and its place is the grid's, in WGS-84
    exact = Event.objects.filter(place_quality="exact")
    assert exact.count() > 200
    assert exact.exclude(grid_code="").count() == exact.count()
    row = next(r for r in sample if r["经度"] and imported(r["留言编号"]).place_quality == "exact")
    assert imported(row["留言编号"]).lon != pytest.approx(float(row["经度"]), abs=1e-4)
    assert imported(row["留言编号"]).lon == pytest.approx(float(row["经度"]), abs=0.01)
    # and words of it are found
    assert search.matching(Event.objects.all(), sample[1]["留言主题"]).filter(pk=imported(sample[1]["留言编号"]).pk)
    # and the batch is told once in the audit
    assert [e.action for e in audit.entries(SYSTEM, action="events.import_chunk")] == ["events.import_chunk"]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("old.csv", "gb18030"), ("excel.csv", "utf-16"), ("marked.csv", "utf-8-sig"), ("book.xlsx", "")],
)
def test_the_form_of_the_file_makes_no_difference(
    city: Any, sample: Rows, written: Callable[..., Path], name: str, encoding: str
) -> None:
    # given the same export as another program would save it
    path = written(sample, name, encoding=encoding)
    # when both are taken in
    first = take_in(SAMPLE, city)
    again = take_in(path, city)
    # then the second holds the very same rows
    assert first.n_new == N_SAMPLE
    assert (again.n_in, again.n_new, again.n_changed, again.n_same) == (N_SAMPLE, 0, 0, N_SAMPLE)


def test_the_same_file_again_adds_nothing(city: Any) -> None:
    take_in(SAMPLE, city)
    before = everything()
    done = take_in(SAMPLE, city)
    after = everything()
    assert done.n_same == N_SAMPLE
    told_of_the_run = {"events.ImportBatch", "data.Run", "audit.Entry", "outbox.Message", "outbox.Delivery"}
    assert {k: v for k, v in after.items() if k not in told_of_the_run} == {
        k: v for k, v in before.items() if k not in told_of_the_run
    }


def test_the_same_id_of_another_system_is_another_matter(city: Any) -> None:
    take_in(SAMPLE, city)
    assert take_in(SAMPLE, city, source_name="district hotline").n_new == N_SAMPLE


def test_a_dry_run_writes_nothing_and_counts_the_same(city: Any) -> None:
    before = everything()
    tried = take_in(SAMPLE, city, is_dry=True)
    assert everything() == before
    done = take_in(SAMPLE, city)
    assert (tried.n_new, tried.n_open, tried.n_placeholders) == (done.n_new, done.n_open, done.n_placeholders)


def test_a_changed_row_updates_its_event_and_is_told(city: Any, sample: Rows, written: Callable[..., Path]) -> None:
    # given an export in which one text has changed since, one case was closed and one opened again
    take_in(SAMPLE, city)
    waiting = next(n for n, r in enumerate(sample) if r["办理情况"] == "处理中")
    rows = [dict(row) for row in sample]
    rows[0] |= {"留言主题": "幼儿园退费了", "留言详情": "幼儿园已经退费了，谢谢"}
    rows[1] |= {"办理情况": "处理中", "办结时间": ""}
    rows[waiting] |= {"办理情况": "已办结", "办结时间": "2026-11-19 10:00:00"}
    # when it is taken in
    done = take_in(written(rows), city)
    # then three events changed and the rest stayed
    assert (done.n_new, done.n_changed, done.n_same) == (0, 3, N_SAMPLE - 3)
    changed = imported(rows[0]["留言编号"])
    assert changed.title == "幼儿园退费了"
    assert search.matching(Event.objects.all(), "已经退费").get() == changed
    line = EventEntry.objects.get(event=changed, kind="changed_at_source")
    assert line.data["changes"]["title"] == [sample[0]["留言主题"], "幼儿园退费了"]
    # and the one opened again is on its course, the closed one's course has ended
    again = imported(rows[1]["留言编号"])
    assert (again.status, again.closed_at) == ("dispatched", None)
    assert again.flow_instance is not None
    ended = imported(rows[waiting]["留言编号"])
    assert (ended.status, ended.closed_at) == ("closed", datetime(2026, 11, 19, 2, 0, tzinfo=UTC))
    with pytest.raises(Exception, match="moved on"):
        actions.accept_event(ended.uid, by=SYSTEM)
    # and the third time nothing has changed any more
    assert take_in(written(rows), city).n_same == N_SAMPLE


def test_bad_rows_are_kept_with_line_and_reason(city: Any, sample: Rows, written: Callable[..., Path]) -> None:
    # given an export with a broken row of each sort
    rows = [dict(row) for row in sample[:20]]
    rows[2]["留言时间"] = "昨天下午"
    rows[4]["二级标签"] = "外星人"
    rows[6]["留言编号"] = ""
    rows[8]["办结时间"] = "2020-01-01 00:00"
    rows[10]["经度"] = "东经118度"
    path = written(rows)
    with path.open("a", encoding="utf-8") as file:
        file.write("只,有,三列\n")
    # when it is taken in by the mapping of sound exports
    done = import_events(path, mapping_for(SAMPLE, city), jurisdiction=city.place, by=SYSTEM)
    # then the others are stored and each bad one is told with its line and why
    assert (done.n_in, done.n_new, done.n_rejected) == (21, 15, 6)
    batch = ImportBatch.objects.get()
    assert batch.run is not None
    kept = data.rejects(SYSTEM, batch.run).rows
    assert [(r.line, r.reasons[0].field) for r in kept][:5] == [
        (4, "occurred_at"),
        (6, "category"),
        (8, "external_id"),
        (10, "closed_at"),
        (12, "lon"),
    ]
    assert "外星人" in str(kept[1].reasons[0].text)
    assert kept[5].line == 22
    assert data.run(SYSTEM, batch.run).counts.n_rejected == 6


def test_points_are_judged_before_they_are_used(city: Any, sample: Rows, written: Callable[..., Path]) -> None:
    # given rows with a sound point, the same swapped, one far outside, fillers, and none
    rows = [dict(row) for row in sample[:5]]
    points = [("118.952", "29.63"), ("29.63", "118.952"), ("-76.6", "39.3"), ("0", "0"), ("", "")]
    for row, (lon, lat) in zip(rows, points, strict=True):
        row["经度"], row["纬度"] = lon, lat
    rows[1]["纬度"] = "80.0"  # what is no latitude at all is refused when read; this one lies nowhere
    mapping = mapping_for(SAMPLE, city)
    fields = {name: rule for name, rule in mapping.fields.items() if name != "coordinates"}
    # when they are taken in
    import_events(written(rows), mapping.model_copy(update={"fields": fields}), jurisdiction=city.place, by=SYSTEM)
    # then only the sound one is on the map, and each tells how well its place is known
    found = [imported(row["留言编号"]) for row in rows]
    assert [event.place_quality for event in found] == ["exact", "outside", "outside", "placeholder", "none"]
    assert [event.lon for event in found] == [118.952, None, None, None, None]
    assert found[0].grid_code.startswith("yx010101G")
    # and where no point is, the area named in the row stands
    assert found[4].area is not None
    assert found[4].area.title["zh-Hans"] == rows[4]["街道"]


def test_a_row_without_a_point_is_placed_by_its_address(city: Any, sample: Rows, written: Callable[..., Path]) -> None:
    from yiwang.engines.place.actions import NewAddress, put_addresses

    parts = {"road": "翠竹路", "number": "9"}
    put_addresses("yunxi", [NewAddress("临湖区湖滨街道翠竹路9号", "door", 118.952, 29.63, parts=parts)], by=SYSTEM)
    rows = [dict(row) for row in sample[:3]]
    column = mapping_for(SAMPLE, city).fields["address"].column
    for row, words in zip(rows, ("湖滨街道翠竹路9号", "湖滨街道某处", "湖滨街道翠竹路9号"), strict=True):
        row |= {"经度": "", "纬度": "", "街道": "湖滨街道", column: words}
    rows[2]["街道"] = "望湖街道"  # says another street than its address: one of the two is wrong
    import_events(written(rows), mapping_for(SAMPLE, city), jurisdiction=city.place, by=SYSTEM)
    found = [imported(row["留言编号"]) for row in rows]
    assert [(event.lon, event.place_quality) for event in found] == [
        (118.952, "address"),
        (None, "none"),
        (None, "none"),
    ]
    assert found[0].grid_code.startswith("yx010101G")


def test_who_reported_is_sealed(city: Any, sample: Rows) -> None:
    take_in(SAMPLE, city)
    report = Report.objects.get(external_id=sample[0]["留言编号"])
    phone = sample[0]["联系电话"]
    assert report.reporter_phone is not None
    assert report.reporter_phone.open() == phone
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label in ("events", "audit", "messages", "flow"):
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
                assert not any(phone in str(row) for row in cursor.fetchall()), model


def test_an_imported_open_event_is_worked_to_the_end(city: Any, sample: Rows) -> None:
    take_in(SAMPLE, city)
    row = next(r for r in sample if r["办理情况"] == "处理中")
    event = imported(row["留言编号"])
    assert event.department is not None
    handler = city.viewer(_handler_of(event.department.code))
    actions.accept_event(event.uid, by=handler)
    actions.handle_event(event.uid, by=handler, result="已处理")
    actions.verify_event(event.uid, by=city.viewer("verifier"), is_passed=True)
    assert actions.close_event(event.uid, by=city.viewer("dispatcher")).status == "closed"
    told = [line.kind for line in queries.story(SYSTEM, event_number(event.pk))]
    assert told == ["imported", "dispatched", "accepted", "handled", "verified", "closed"]
    # and what was closed here is not opened by the old row coming again
    assert take_in(SAMPLE, city).n_same == N_SAMPLE
    event.refresh_from_db()
    assert event.status == "closed"


def _handler_of(department: str) -> str:
    """The handler's post: those of streets are named by the street alone."""
    return f"handler_{department.removeprefix('street_')}"


def test_importing_needs_the_right(city: Any) -> None:
    with pytest.raises(NotAllowed):
        import_events(
            SAMPLE, mapping_for(SAMPLE, city), jurisdiction=city.place, by=city.viewer("handler_roads"), is_dry=True
        )


def test_a_mapping_that_does_not_fit_is_refused_whole(city: Any) -> None:
    before = everything()
    mapping = MappingSpec.model_validate({"target": "event", "fields": {"external_id": {"column": "工单号"}}})
    with pytest.raises(Invalid) as refused:
        import_events(SAMPLE, mapping, jurisdiction=city.place, by=SYSTEM)
    assert set(refused.value.fields) == {"external_id", "occurred_at"}
    assert everything() == before


def test_an_import_that_breaks_off_says_so(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_options: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("yiwang.domains.events.importing.storing.search.index_events", fail)
    with pytest.raises(OSError, match="disk full"):
        take_in(SAMPLE, city)
    assert Event.objects.count() == 0
    batch = ImportBatch.objects.get()
    assert batch.run is not None
    assert data.run(SYSTEM, batch.run).state == "failed"


def test_the_mapping_of_the_guide_takes_the_sample_in(city: Any, tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(guide.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    done = import_events(SAMPLE, load_mapping(path), jurisdiction=city.place, by=SYSTEM)
    assert (done.n_new, done.n_open, done.n_rejected) == (N_SAMPLE, N_OPEN, 0)
