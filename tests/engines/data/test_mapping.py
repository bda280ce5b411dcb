"""Mappings: guessed from real exports with reasons, applied with every problem named, saved as people write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.engines.data.mapping import (
    FieldRule,
    Mapper,
    MappingSpec,
    TargetField,
    apply_mapping,
    guess_mapping,
    load_mapping,
    mapping_text,
    save_mapping,
    table_of,
)
from yiwang.engines.data.mapping.content import best_formats, coordinate_placeholders
from yiwang.engines.data.mapping.dates import USUAL_FORMATS, DateFormat
from yiwang.engines.data.reader import Row, open_rows, sniff
from yiwang.kernel.errors import Invalid, ProblemsFound

FIELDS = (
    TargetField("external_id", required=True),
    TargetField("title", max_length=120),
    TargetField("text"),
    TargetField("category", required=True, joins=True),
    TargetField("matter_kind"),
    TargetField("occurred_at", "datetime", required=True),
    TargetField("due_at", "datetime"),
    TargetField("closed_at", "datetime"),
    TargetField("status"),
    TargetField("department"),
    TargetField("address"),
    TargetField("lon", "lon"),
    TargetField("lat", "lat"),
    TargetField("reporter_phone", "phone"),
)

HOTLINE = """留言编号,留言用户,留言主题,留言时间,留言详情,一级标签,二级标签,诉求类型,联系电话,地址,经度,纬度
24,A00074011,A市西湖建筑集团占道施工,2020/1/6 12:09:38,便道,城乡建设,安全生产,投诉,13812345678,文源路,112.9388,28.2282
37,U0008473,大厦烂尾,2020/1/4 11:17:46,主干道,城乡建设,安全生产,求助,0731-88886666,书院路,112.9812,28.1941
83,A00063999,违规收停车费,2019/12/30 17:06:14,尊敬的领导,城乡建设,物业管理,投诉,13912345678,南街,112.9901,28.2011
"""


def test_a_chinese_hotline_spreadsheet_is_understood_by_its_column_names(tmp_path: Path) -> None:
    path = tmp_path / "12345.csv"
    path.write_bytes(HOTLINE.encode("gb18030"))
    guess = guess_mapping(sniff(path), None, FIELDS, time_zone="Asia/Shanghai")
    assert {name: rule.sources for name, rule in guess.mapping.fields.items()} == {
        "external_id": ("留言编号",),
        "title": ("留言主题",),
        "text": ("留言详情",),
        "category": ("一级标签", "二级标签"),
        "matter_kind": ("诉求类型",),
        "occurred_at": ("留言时间",),
        "address": ("地址",),
        "lon": ("经度",),
        "lat": ("纬度",),
        "reporter_phone": ("联系电话",),
    }
    assert guess.unused == ("留言用户",) and guess.missing == ()
    row = next(row for row in open_rows(path) if isinstance(row, Row))
    values, problems = apply_mapping(guess.mapping, row.values, FIELDS)
    assert problems == []
    assert values["category"] == "城乡建设 / 安全生产"
    assert values["occurred_at"] == datetime(2020, 1, 6, 4, 9, 38, tzinfo=UTC)
    assert values["lon"] == 112.9388


def test_baltimore_is_understood_with_its_placeholder_coordinates(shared_data: Callable[[str], Path]) -> None:
    path = shared_data("requests311/baltimore_311_10000.csv")
    guess = guess_mapping(sniff(path), None, FIELDS, time_zone="America/New_York")
    rules = guess.mapping.fields
    assert {name: rule.column for name, rule in rules.items() if name != "text"} == {
        "external_id": "SRRecordID",
        "category": "SRType",
        "occurred_at": "CreatedDate",
        "due_at": "DueDate",
        "closed_at": "CloseDate",
        "status": "SRStatus",
        "department": "Agency",
        "address": "Address",
        "lon": "Longitude",
        "lat": "Latitude",
    }
    assert rules["occurred_at"].formats == ("%m/%d/%Y %I:%M:%S %p",)
    mapper = Mapper(guess.mapping, FIELDS)
    mapped = [mapper.apply(row.values) for row in open_rows(path) if isinstance(row, Row)]
    assert sum(1 for each in mapped if {"lon", "lat"} <= set(each.placeholders)) == 885
    assert [problem for each in mapped for problem in each.problems] == []
    dated = [m.values for m in mapped if m.values["due_at"] and m.values["closed_at"]]
    assert (len(dated), sum(v["closed_at"] > v["due_at"] for v in dated)) == (9555, 1567)


def test_new_york_is_understood(shared_data: Callable[[str], Path]) -> None:
    guess = guess_mapping(sniff(shared_data("requests311/nyc_311_2018_1000.csv")), None, FIELDS)
    found = {name: rule.column for name, rule in guess.mapping.fields.items()}
    assert found["external_id"] == "Unique Key"
    assert found["category"] == "Complaint Type"
    assert found["text"] == "Descriptor"
    assert found["occurred_at"] == "Created Date"
    assert (found["lon"], found["lat"]) == ("Longitude", "Latitude")


def test_columns_without_a_telling_name_are_found_by_their_content(tmp_path: Path) -> None:
    lines = [f"R{n:04},2019-03-{n % 28 + 1:02} 08:00,121.4{n:04}1,31.2{n:04}1,138{n:08},x" for n in range(40)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["c1,c2,c3,c4,c5,c6", *lines]), encoding="utf-8")
    fields = [f for f in FIELDS if f.name in ("external_id", "occurred_at", "lon", "lat", "reporter_phone")]
    guess = guess_mapping(sniff(path), None, fields)
    assert {name: rule.column for name, rule in guess.mapping.fields.items()} == {
        "external_id": "c1",
        "occurred_at": "c2",
        "lon": "c3",
        "lat": "c4",
        "reporter_phone": "c5",
    }
    assert "longitudes" in str(guess.reasons["lon"][0])


def test_a_column_of_the_right_name_and_wrong_content_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,时间\n1,昨天\n2,今天\n3,上周\n", encoding="utf-8")
    guess = guess_mapping(sniff(path), None, FIELDS)
    assert "occurred_at" not in guess.mapping.fields
    assert set(guess.missing) == {"category", "occurred_at"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("04/12/2018 11:11:26 AM", datetime(2018, 4, 12, 11, 11, 26, tzinfo=UTC)),
        ("04/12/2018 12:00:00 AM", datetime(2018, 4, 12, tzinfo=UTC)),
        ("2019/2/28 9:05", datetime(2019, 2, 28, 9, 5, tzinfo=UTC)),
        ("2018年3月5日", datetime(2018, 3, 5, tzinfo=UTC)),
        ("2018年3月5日 14时30分", datetime(2018, 3, 5, 14, 30, tzinfo=UTC)),
        ("２０１８-03-05", datetime(2018, 3, 5, tzinfo=UTC)),
        ("20180305", datetime(2018, 3, 5, tzinfo=UTC)),
        ("2018-03-05T10:00:00+08:00", datetime(2018, 3, 5, 2, tzinfo=UTC)),
        (date(2018, 3, 5), datetime(2018, 3, 5, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_the_forms_departments_write(written: Any, meant: datetime) -> None:
    mapping = MappingSpec(target="event", fields={"at": FieldRule(column="t")})
    values, problems = apply_mapping(mapping, {"t": written}, [TargetField("at", "datetime")])
    assert (values["at"], problems) == (meant, [])


def test_spreadsheet_serial_numbers_are_days_since_1899() -> None:
    rule = FieldRule(column="t", formats=("excel",))
    values, _ = apply_mapping(
        MappingSpec(target="event", fields={"at": rule}, time_zone="Asia/Shanghai"),
        {"t": 43524.378472222},
        [TargetField("at", "datetime")],
    )
    assert values["at"] == datetime(2019, 2, 28, 1, 5, tzinfo=UTC)
    assert best_formats(["43524.37", "43525", "43600.5"]) == ("excel",)


def test_day_and_month_are_told_apart_by_the_day_no_month_can_have() -> None:
    assert best_formats(["04/12/2018", "25/12/2018"]) == ("%d/%m/%Y",)
    assert best_formats(["04/12/2018", "12/25/2018"]) == ("%m/%d/%Y",)


@given(
    at=st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31)),  # noqa: DTZ001
    pattern=st.sampled_from([f for f in USUAL_FORMATS if f != "iso"]),
)
def test_every_form_reads_what_strftime_writes(at: datetime, pattern: str) -> None:
    text = at.strftime(pattern)
    if "%p" in pattern and "年" in pattern:
        text = text.replace("AM", "上午").replace("PM", "下午")
    read = DateFormat(pattern).read(text)
    assert read is not None
    assert read.strftime(pattern) == at.strftime(pattern)


def test_values_are_converted_and_each_problem_names_field_and_column() -> None:
    fields = [
        TargetField("n", "integer"),
        TargetField("money", "decimal"),
        TargetField("ok", "boolean"),
        TargetField("state", required=True),
        TargetField("lat", "lat"),
        TargetField("name", max_length=3),
        TargetField("phone", "phone"),
        TargetField("source"),
    ]
    mapping = MappingSpec(
        target="event",
        placeholders=("无",),
        fields={
            "n": FieldRule(column="数量"),
            "money": FieldRule(column="金额"),
            "ok": FieldRule(column="是否"),
            "state": FieldRule(column="状态", lookup={"已办结": "closed", "办理中": "open"}),
            "lat": FieldRule(column="纬度", placeholders=("0",)),
            "name": FieldRule(column="名称"),
            "phone": FieldRule(column="电话"),
            "source": FieldRule(constant="import"),
        },
    )
    mapper = Mapper(mapping, fields)
    good = {
        "数量": "１２",
        "金额": "¥1,234.50",
        "是否": "是",
        "状态": " 已办结 ",
        "纬度": "0.000",
        "名称": "无",
        "电话": "",
    }
    mapped = mapper.apply(good)
    assert mapped.problems == []
    assert mapped.placeholders == ["lat", "name"]
    assert mapped.values == {
        "n": 12,
        "money": Decimal("1234.50"),
        "ok": True,
        "state": "closed",
        "lat": None,
        "name": None,
        "phone": None,
        "source": "import",
    }
    wrong = {
        "数量": "1.5",
        "金额": "abc",
        "是否": "也许",
        "状态": "?",
        "纬度": "91",
        "名称": "很长的名称",
        "电话": "12",
    }
    problems = {p.field: str(p.text) for p in mapper.apply(wrong).problems}
    assert set(problems) == {"n", "money", "ok", "state", "lat", "name", "phone"}
    assert problems["n"] == "“1.5” is no whole number."
    assert [str(p.text) for p in mapper.apply({**good, "状态": ""}).problems] == ["The value is missing."]


def test_long_numbers_a_spreadsheet_has_rounded_are_rejected() -> None:
    mapping = MappingSpec(target="event", fields={"id": FieldRule(column="证号")})
    _, problems = apply_mapping(mapping, {"证号": 1.10105194912310e17}, [TargetField("id")])
    assert "last digits" in str(problems[0].text)


def test_a_mapping_that_does_not_fit_is_refused_with_everything_wrong_at_once() -> None:
    mapping = MappingSpec(target="event", fields={"nonsense": FieldRule(column="a"), "title": FieldRule(column="b")})
    with pytest.raises(Invalid) as failed:
        Mapper(mapping, FIELDS, columns=["a"])
    assert set(failed.value.fields) == {"nonsense", "title", "external_id", "category", "occurred_at"}


def test_a_mapping_is_saved_as_people_write_it_and_read_back(tmp_path: Path) -> None:
    rule = FieldRule(columns=("一级标签", "二级标签"), separator=" / ")
    mapping = MappingSpec(
        target="event",
        time_zone="Asia/Shanghai",
        fields={
            "category": rule,
            "occurred_at": FieldRule(column="时间", formats=("%Y/%m/%d %H:%M",)),
            "status": FieldRule(column="状态", lookup={"是": "closed", "1": "open"}, otherwise="empty"),
            "lon": FieldRule(column="经度", placeholders=("0", "-77")),
        },
    )
    path = tmp_path / "hotline.yaml"
    save_mapping(mapping, path)
    assert load_mapping(path) == mapping
    assert "category: {columns: [一级标签, 二级标签], separator: ' / '}" in mapping_text(mapping)
    assert table_of(mapping, FIELDS)[0] == ("category", "一级标签 / 二级标签", "")


def test_a_faulty_mapping_file_tells_each_line(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(
        'target: event\nfields:\n  a: {colum: x}\n  b: {column: x, constant: 1}\n  c: {column: t, formats: ["%Q"]}\n'
    )
    with pytest.raises(ProblemsFound) as failed:
        load_mapping(path)
    lines = str(failed.value).splitlines()
    assert any(":3: " in line and "column" in line for line in lines)
    assert any(":4: " in line and "exactly one" in line for line in lines)
    assert any(":5: " in line and "%Q" in line for line in lines)


def test_exact_coordinates_are_no_placeholders() -> None:
    exact = [f"39.{n:06}" for n in range(281_000, 281_200)]
    assert coordinate_placeholders(exact) == ()
    assert coordinate_placeholders([*exact, *["39"] * 20, "0.0"]) == ("39", "0.0")
    assert coordinate_placeholders(["1", "2", "3"]) == ()
