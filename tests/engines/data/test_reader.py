"""The reader: every encoding and dialect gives the same rows, and nothing bad stops a load or is lost."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from yiwang.engines.data.reader import BadRow, Limits, Row, detect_encoding, open_rows, sniff
from yiwang.kernel.errors import Invalid, NotFound

MOMENT = datetime(2019, 2, 28, 9, 5)  # noqa: DTZ001 - cells have no zone
TABLE = "留言编号,留言主题,留言时间\n1,路灯不亮,2019/2/28 9:05\n2,占道经营,2019/3/1 10:00\n"


def put(folder: Path, content: bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def rows_of(path: Path, **options: object) -> tuple[list[Row], list[BadRow]]:
    found = list(open_rows(path, **options))  # type: ignore[arg-type]
    return [r for r in found if isinstance(r, Row)], [r for r in found if isinstance(r, BadRow)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_encoding_separator_and_line_end_gives_the_same_rows(
    tmp_path: Path, encoding: str, delimiter: str, line_end: str
) -> None:
    text = TABLE.replace(",", delimiter).replace("\n", line_end)
    good, bad = rows_of(put(tmp_path, text.encode(encoding)))
    assert bad == []
    assert [row.values["留言主题"] for row in good] == ["路灯不亮", "占道经营"]
    assert list(good[0].values) == ["留言编号", "留言主题", "留言时间"]
    assert [row.line for row in good] == [2, 3]


def test_chinese_that_begins_late_in_a_file_still_decides_the_encoding(tmp_path: Path) -> None:
    plain = "id,text\n" + "".join(f"{n},nothing special here\n" for n in range(120_000))
    assert len(plain) > 2 * 1024 * 1024
    for encoding in ("gb18030", "utf-8"):
        path = put(tmp_path, plain.encode() + "7,路灯\n".encode(encoding), f"{encoding}.csv")
        assert detect_encoding(path) == encoding
        good, _bad = rows_of(path)
        assert good[-1].values["text"] == "路灯"


def test_titles_above_the_header_and_names_given_twice(tmp_path: Path) -> None:
    text = "2019年留言汇总表,,\n打印日期:2019-03-01,,\n编号,地址,地址,\n1,甲,乙,\n2,丙,丁,\n"
    good, bad = rows_of(put(tmp_path, text.encode()))
    assert bad == []
    assert [row.values for row in good] == [
        {"编号": "1", "地址": "甲", "地址 (2)": "乙"},
        {"编号": "2", "地址": "丙", "地址 (2)": "丁"},
    ]
    assert good[0].line == 4


def test_ragged_rows_are_rejected_with_line_and_reason_and_the_rest_is_read(tmp_path: Path) -> None:
    good, bad = rows_of(put(tmp_path, b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n\n10,11,12,\n13,14,15\n"))
    assert [row.values["a"] for row in good] == ["1", "10", "13"]
    assert [(row.line, str(row.reason), row.raw) for row in bad] == [
        (3, "The row has 2 cells, the header 3.", "4,5"),
        (4, "The row has 4 cells, the header 3.", "6,7,8,9"),
    ]


def test_a_quote_that_never_closes_costs_its_own_row_only(tmp_path: Path) -> None:
    lines = ["a,b", *(f"{n},text {n}" for n in range(5000)), '5000,"open', *(f"{n},text" for n in range(5001, 9000))]
    good, bad = rows_of(put(tmp_path, "\n".join(lines).encode()))
    assert len(good) == 8999
    assert [(row.line, str(row.reason)) for row in bad] == [(5002, "A quote is opened and never closed.")]
    assert good[5000].line == 5003


def test_an_open_quote_that_meets_another_costs_its_own_row_only(tmp_path: Path) -> None:
    good, bad = rows_of(put(tmp_path, b'a,b\n1,"open\n2,x\n3,"y"\n4,"say ""hi""\n there"\n5,"in "the" middle"\n6,z\n'))
    assert [row.values["a"] for row in good] == ["2", "3", "4", "6"]
    assert good[2].values["b"] == 'say "hi"\n there'
    assert [row.line for row in bad] == [2, 7]
    assert "doubled" in str(bad[1].reason)


def test_nul_bytes_and_undecodable_bytes_are_rejected_and_shown(tmp_path: Path) -> None:
    content = "a,b\n1,路灯\n".encode() + b"2,x\0y\n" + b"3,\xff\xfe!\n" + "4,井盖\n".encode()
    good, bad = rows_of(put(tmp_path, content))
    assert [row.values["a"] for row in good] == ["1", "4"]
    assert [(row.line, row.raw) for row in bad] == [(3, "2,x\\x00y"), (4, "3,\\xff\\xfe!")]
    assert "NUL" in str(bad[0].reason)
    assert str(bad[1].reason) == "Some bytes are not UTF-8."


def test_a_few_bad_bytes_do_not_turn_utf8_into_gb18030(tmp_path: Path) -> None:
    text = "".join(f"{n},市民反映路灯不亮已经三天\n" for n in range(200))
    path = put(tmp_path, b"a,b\n" + text.encode() + b"9,\xe8\xb7\n")
    assert detect_encoding(path) == "utf-8"
    good, bad = rows_of(path)
    assert (len(good), len(bad)) == (200, 1)


def test_rows_too_long_and_endless_lines_are_rejected_within_bounded_memory(tmp_path: Path) -> None:
    content = b"a,b\n1,x\n2," + b"y" * 50_000 + b"\n3,z\n"
    good, bad = rows_of(put(tmp_path, content), limits=Limits(max_row_chars=10_000))
    assert [row.values["a"] for row in good] == ["1", "3"]
    assert "longer than 10000" in str(bad[0].reason) and len(bad[0].raw) == 10_000


def test_json_lines_and_arrays_keep_types_and_reject_what_is_no_object(tmp_path: Path) -> None:
    objects = [{"id": 1, "name": "路灯", "tags": ["a"], "x": 1.5}, {"id": 2, "name": None}, {"id": 3, "name": "{[,"}]
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in objects)
    for encoding in ("utf-8", "gb18030", "utf-16"):
        good, bad = rows_of(put(tmp_path, lines.encode(encoding), "a.jsonl"))
        assert ([row.values for row in good], bad) == (objects, [])
    for indent in (None, 2):
        good, bad = rows_of(put(tmp_path, json.dumps(objects, ensure_ascii=False, indent=indent).encode(), "a.json"))
        assert ([row.values for row in good], bad) == (objects, [])
    broken = (
        '{"id": 1}\n{"id": NaN}\n[1]\n{"id": 2} {"id": 3}\n{"id": "\\u0000"}\n' + "[" * 200_000 + "\n" + '{"id": 4}\n'
    )
    good, bad = rows_of(put(tmp_path, broken.encode(), "b.jsonl"))
    assert [row.values["id"] for row in good] == [1, 4]
    assert [row.line for row in bad] == [2, 3, 4, 5, 6]


def test_a_broken_object_in_an_array_costs_itself_only(tmp_path: Path) -> None:
    text = '[\n{"id": 1},\n{"id": oops},\n{"id": 3}\n]'
    good, bad = rows_of(put(tmp_path, text.encode(), "a.json"))
    assert [row.values["id"] for row in good] == [1, 3]
    assert [row.line for row in bad] == [3]


def test_a_json_array_larger_than_one_block_is_streamed(tmp_path: Path) -> None:
    objects = [{"id": n, "text": "字" * 50} for n in range(8_000)]
    good, bad = rows_of(put(tmp_path, json.dumps(objects, ensure_ascii=False).encode(), "a.json"))
    assert [row.values for row in good] == objects
    assert bad == []


def make_workbook(path: Path) -> Path:
    book = Workbook()
    book.active.title = "说明"
    sheet = book.create_sheet("数据")
    for row in (["汇总表"], ["编号", "时间", "金额"], [1, MOMENT, 1.5], [], [2, None, 3, "extra"]):
        sheet.append(row)
    book.save(path)
    return path


def test_workbooks_give_typed_cells_of_the_first_filled_sheet(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx")
    good, bad = rows_of(path)
    assert [(row.line, row.values) for row in good] == [(3, {"编号": 1, "时间": MOMENT, "金额": 1.5})]
    assert [row.line for row in bad] == [5]
    facts = sniff(path)
    assert (facts.kind, facts.sheet, facts.sheets, facts.header_line) == ("xlsx", "数据", ("说明", "数据"), 2)
    with pytest.raises(Invalid, match="no sheet"):
        open_rows(path, sheet="别的")


def zip_bomb(path: Path, *, lying: bool) -> Path:
    with zipfile.ZipFile(make_workbook(path)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet9.xml", "w", force_zip64=False) as member:
            for _ in range(60):
                member.write(b"0" * 1024 * 1024)
    content = bytearray(buffer.getvalue())
    if lying:  # the directory says 1,000 bytes
        true = struct.pack("<I", 60 * 1024 * 1024)
        while (at := content.find(true)) >= 0:
            content[at : at + 4] = struct.pack("<I", 1_000)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("lying", [False, True])
def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_opened(tmp_path: Path, lying: bool) -> None:
    path = zip_bomb(tmp_path / "bomb.xlsx", lying=lying)
    assert path.stat().st_size < 100_000
    with pytest.raises(Invalid, match="unpacks to far more"):
        open_rows(path, limits=Limits(max_unpacked=50 * 1024**2))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not a table"),
        (b"PK\x03\x04 broken", "archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        open_rows(put(tmp_path, content))


def test_files_too_large_too_wide_or_absent_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="too large"):
        open_rows(put(tmp_path, TABLE.encode()), limits=Limits(max_bytes=10))
    with pytest.raises(Invalid, match="columns"):
        open_rows(put(tmp_path, b",".join(b"c%d" % n for n in range(50)) + b"\n"), limits=Limits(max_columns=10))
    with pytest.raises(NotFound):
        open_rows(tmp_path / "nothing.csv")


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_but_never_fail_otherwise(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = put(tmp_path_factory.mktemp("any"), content)
    try:
        found = list(open_rows(path))
    except Invalid:
        return
    assert all(isinstance(row, Row | BadRow) for row in found)


@settings(max_examples=60, deadline=None)
@given(
    table=st.lists(
        st.lists(st.text("路灯a1 ,;\"'\t|", min_size=0, max_size=8), min_size=3, max_size=3), min_size=1, max_size=30
    ),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_what_a_csv_writer_wrote_comes_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], encoding: str
) -> None:
    import csv

    path = tmp_path_factory.mktemp("any") / "file.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([["编号", "内容甲", "内容乙"], *table])
    good, bad = rows_of(path)
    assert bad == []
    assert [list(row.values.values()) for row in good] == table


def test_real_files_are_read_without_a_reject(shared_data: Callable[[str], Path]) -> None:
    for name, expected in {
        "requests311/baltimore_311_10000.csv": 10_000,
        "requests311/nyc_311_2018_1000.csv": 1_000,
        "services/gd_service_items.jsonl": 1_700,
        "poi/shanghai_hospital.csv": 7_513,
        "air/PRSA_Data_Aotizhongxin_20130301-20170228.csv": 35_064,
    }.items():
        good, bad = rows_of(shared_data(name))
        assert (len(good), len(bad)) == (expected, 0), name
