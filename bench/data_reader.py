"""How fast departments' files are read and mapped: rows a second by encoding and kind.

Run by `start.py bench`, or `python -m bench.data_reader`. The rows are made here: 12 columns as in a 12345 export.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

from bench.report import append_result
from yiwang.engines.data.mapping import Mapper, TargetField, guess_mapping
from yiwang.engines.data.reader import Row, open_rows, sniff

ROWS = 200_000
SHEET_ROWS = 30_000
HEADER = [
    *("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "一级标签"),
    *("二级标签", "诉求类型", "联系电话", "地址", "经度", "纬度"),
]
FIELDS = (
    TargetField("external_id", required=True),
    TargetField("title"),
    TargetField("text"),
    TargetField("category", joins=True),
    TargetField("occurred_at", "datetime"),
    TargetField("reporter_phone", "phone"),
    TargetField("address"),
    TargetField("lon", "lon"),
    TargetField("lat", "lat"),
)


def made_row(n: int) -> list[str]:
    """One row as an export would have it."""
    when = f"2020/1/{n % 28 + 1} {n % 24}:{n % 60:02}:{n % 60:02}"
    text = "小区门口路灯不亮已经三天，晚上出行不便，请尽快处理。" * 2
    place = [f"书院路{n % 300}号", f"112.{n % 10**6:06}", f"28.{n % 10**6:06}"]
    return [str(n), f"A{n:08}", "路灯不亮", when, text, "城乡建设", "安全生产", "投诉", f"138{n:08}", *place]


def timed(work: Callable[[], int], expected: int) -> float:
    """Rows a second of the better of two runs, each of which must give all rows."""
    best = 0.0
    for _ in range(2):
        begun = time.perf_counter()
        n = work()
        assert n == expected, n
        best = max(best, n / (time.perf_counter() - begun))
    return best


def counted(path: Path) -> int:
    """Read a file to its end."""
    return sum(1 for row in open_rows(path) if isinstance(row, Row))


def main() -> None:
    """Make the files, read them, write the figures."""
    rows: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        lines = [",".join(HEADER), *(",".join(made_row(n)) for n in range(ROWS))]
        text = "\n".join(lines) + "\n"
        plain = text.translate({code: "abcdefghij"[code % 10] for code in range(0x4E00, 0x9FFF)})
        files = {"CSV, plain ASCII": (plain, "utf-8"), "CSV, Chinese, UTF-8": (text, "utf-8")}
        files |= {f"CSV, Chinese, {code}": (text, code) for code in ("GB18030", "UTF-16")}
        for title, (content, code) in files.items():
            path = Path(folder) / "file.csv"
            path.write_text(content, encoding=code)
            rows.append((f"read {title}", f"{timed(lambda p=path: counted(p), ROWS):,.0f} rows/s", f"{ROWS:,} × 12"))  # type: ignore[misc]
        path = Path(folder) / "file.jsonl"
        objects = (json.dumps(dict(zip(HEADER, made_row(n), strict=True)), ensure_ascii=False) for n in range(ROWS))
        path.write_text("\n".join(objects), encoding="utf-8")
        rows.append(("read JSON lines", f"{timed(lambda: counted(path), ROWS):,.0f} rows/s", f"{ROWS:,} × 12"))
        rows.append(
            (
                "read XLSX",
                f"{timed(lambda: counted(workbook(Path(folder))), SHEET_ROWS):,.0f} rows/s",
                f"{SHEET_ROWS:,} × 12",
            )
        )
        csv_path = Path(folder) / "mapped.csv"
        csv_path.write_text(text, encoding="gb18030")
        mapper = Mapper(guess_mapping(sniff(csv_path), None, FIELDS).mapping, FIELDS, time_zone="Asia/Shanghai")
        sound = (mapper.apply(row.values) for row in open_rows(csv_path) if isinstance(row, Row))
        begun = time.perf_counter()
        assert sum(1 for mapped in sound if not mapped.problems) == ROWS
        speed = ROWS / (time.perf_counter() - begun)
        rows.append(("read and map to 9 typed fields", f"{speed:,.0f} rows/s", "GB18030, one process"))
    append_result("Reading departments' files", rows)


def workbook(folder: Path) -> Path:
    """A workbook of `SHEET_ROWS` rows, made once."""
    path = folder / "file.xlsx"
    if not path.exists():
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(HEADER)
        for n in range(SHEET_ROWS):
            sheet.append(made_row(n))
        book.save(path)
    return path


if __name__ == "__main__":
    main()
