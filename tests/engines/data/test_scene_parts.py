"""Datasets and mappings of a scene: everything wrong is told at its line; installing puts them in force; files load."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from yiwang.base.access import SYSTEM
from yiwang.engines.data import queries
from yiwang.engines.data.lake import scan
from yiwang.engines.data.loading import load_file
from yiwang.engines.data.parts import DATASETS, MAPPINGS
from yiwang.kernel import schemas
from yiwang.kernel.conditions import condition
from yiwang.kernel.errors import Invalid
from yiwang.kernel.ids import new_uid
from yiwang.kernel.scenes import (
    check_scene,
    install_parts,
    load_scene,
    new_scene,
    registered_parts,
    remove_parts,
    upgrade_parts,
)

pytestmark = pytest.mark.django_db(transaction=True)
PARTS = [part for part in registered_parts() if part.name in (DATASETS, MAPPINGS)]

GAUGES = """
title: {zh-Hans: 雨量站, en: Rain gauges}
key: [code]
columns:
  code: {type: string, title: {zh-Hans: 站码, en: Code}}
  amount: {type: decimal, title: {zh-Hans: 雨量, en: Amount}, unit: mm}
  phone: {type: string, title: {zh-Hans: 电话, en: Phone}, level: L3, mask: phone}
  read_at: {type: datetime, title: {zh-Hans: 时间, en: Time}}
source: {kind: file, mapping: gauges_sheet}
checks:
  - {name: amount_possible, severity: error, condition: "amount >= 0", title: {zh-Hans: 雨量非负, en: Not negative}}
"""
SHEET = """
target: NAME
time_zone: Asia/Shanghai
fields:
  code: {column: 站码}
  amount: {column: 雨量}
  phone: {column: 电话}
  read_at: {column: 时间, formats: ["%Y/%m/%d %H:%M"]}
"""


@pytest.fixture
def name() -> str:
    return f"gauges_{new_uid().hex[-8:]}"


@pytest.fixture
def folder(tmp_path: Path, name: str) -> Path:
    made = tmp_path / f"rain_{name[-8:]}"
    new_scene(made.name, tmp_path)
    (made / "data" / "mappings").mkdir(parents=True)
    (made / "data" / f"{name}.yaml").write_text(GAUGES, encoding="utf-8")
    (made / "data" / "mappings" / "gauges_sheet.yaml").write_text(SHEET.replace("NAME", name), encoding="utf-8")
    return made


def context(folder: Path) -> Any:
    return SimpleNamespace(by=SYSTEM, scene=load_scene(folder), jurisdiction=None)


def test_a_sound_scene_is_installed_upgraded_and_removed(folder: Path, name: str) -> None:
    install_parts(context(folder), PARTS)
    install_parts(context(folder), PARTS)
    assert queries.dataset(SYSTEM, name).version == 1
    assert condition("amount > 5", schemas.get(f"dataset:{name}@1")).holds({"amount": 6, "code": "a"}) is True

    file = folder / "data" / f"{name}.yaml"
    file.write_text(
        GAUGES.replace("checks:", "  built_on: {type: date, title: {zh-Hans: 日, en: D}}\nchecks:").replace(
            "source: {kind: file, mapping: gauges_sheet}\n", ""
        ),
        encoding="utf-8",
    )
    upgrade_parts(context(folder), "0.1.0", PARTS)
    assert queries.dataset(SYSTEM, name).version == 2
    assert "built_on" not in queries.dataset_schema(name, 1).fields
    assert "built_on" in queries.dataset_schema(name).fields

    remove_parts(context(folder), PARTS)
    assert name not in [each.name for each in queries.datasets(SYSTEM)]
    assert not queries.dataset(SYSTEM, name).is_active


def test_everything_wrong_is_told_at_its_line(folder: Path, name: str) -> None:
    wrong = GAUGES.replace("amount >= 0", "amuont >= 0").replace("key: [code]", "key: [code, read_on]")
    (folder / "data" / f"{name}.yaml").write_text(wrong, encoding="utf-8")
    (folder / "data" / "other.yaml").write_text(
        GAUGES.replace("amount >= 0", "amuont >= 0").replace(
            "source: {kind: file, mapping: gauges_sheet}",
            "source: {kind: sql, sql: other, reads: [nothing]}\nscope: {permission: no.such}",
        ),
        encoding="utf-8",
    )
    (folder / "data" / "other.sql").write_text("SELECT *\nFROM elsewhere", encoding="utf-8")
    mapping = SHEET.replace("NAME", "other").replace("  code:", "  kode:")
    (folder / "data" / "mappings" / "gauges_sheet.yaml").write_text(mapping, encoding="utf-8")
    told = [str(problem).removeprefix(str(folder)) for problem in check_scene(folder)]

    def said(file: str, line: int, words: str) -> bool:
        return any(each.startswith(f"/data/{file}:{line}: ") and words in each for each in told)

    assert said(f"{name}.yaml", 3, "read_on"), told
    assert said("other.yaml", 12, "amuont"), told
    assert said("other.yaml", 9, "nothing"), told
    assert said("other.yaml", 10, "no.such"), told
    assert said("other.sql", 2, "elsewhere"), told
    assert said("mappings/gauges_sheet.yaml", 5, "kode"), told
    assert any("required field “code”" in each for each in told), told


def test_a_file_is_loaded_with_rejects_and_again_changes_nothing(folder: Path, name: str, tmp_path: Path) -> None:
    where = context(folder)
    install_parts(where, PARTS)
    mapping = where.scene.of(MAPPINGS)["gauges_sheet"].spec
    good = ["a,1.5,13812345678,2026/5/4 8:00", "e,3,,2026/5/4 9:30"]
    lines = ["站码,雨量,电话,时间", good[0], "b,-1,,2026/5/4 8:00", "c,much,,", "d,2,x", good[1]]
    text = "\n".join(lines)
    path = tmp_path / "delivery.csv"
    path.write_bytes(text.encode("gb18030"))
    run = load_file(name, path, by=SYSTEM, mapping=mapping)
    assert (run.state, run.counts.n_in, run.counts.n_new, run.counts.n_rejected) == ("done", 5, 2, 3)
    rows = sorted(scan(name).to_pylist(), key=lambda row: row["code"])
    assert [(row["code"], float(row["amount"]), row["read_at"].hour) for row in rows] == [("a", 1.5, 0), ("e", 3.0, 1)]
    reasons = {row.line: str(row.reasons[0].text) for row in queries.rejects(SYSTEM, run.uid).rows}
    assert reasons == {
        3: "The check “amount_possible” failed.",
        4: "“much” is no number.",
        5: "The row has 3 cells, the header 4.",
    }
    same = load_file(name, path, by=SYSTEM, mapping=mapping)
    assert (same.counts.n_new, same.counts.n_changed, same.counts.n_same) == (0, 0, 2)
    elsewhere = mapping.model_copy(update={"time_zone": "Asia/Urumqi"})
    moved = load_file(name, path, by=SYSTEM, mapping=elsewhere)
    assert (moved.counts.n_new, moved.counts.n_changed, moved.counts.n_same) == (0, 2, 0)
    assert [each.number for each in queries.runs_of_file(SYSTEM, name, run.digest)] == [3, 2, 1]


def test_a_load_that_cannot_be_read_is_kept_as_failed(folder: Path, name: str, tmp_path: Path) -> None:
    install_parts(context(folder), PARTS)
    path = tmp_path / "page.xls"
    path.write_text("<html>no table</html>")
    with pytest.raises(Invalid, match="web page"):
        load_file(name, path, by=SYSTEM)
    run = queries.runs(SYSTEM, dataset=name).rows[0]
    assert run.state == "failed" and "web page" in str(run.error)


def test_a_file_without_a_mapping_is_understood_by_the_titles_of_the_columns(
    folder: Path, name: str, tmp_path: Path
) -> None:
    install_parts(context(folder), PARTS)
    path = tmp_path / "delivery.csv"
    path.write_text("雨量,站码\n1.5,a\n2,b\n", encoding="utf-8")
    assert load_file(name, path, by=SYSTEM).counts.n_new == 2
    path.write_text("站码,电话\na,13812345678\n", encoding="utf-8")
    assert load_file(name, path, by=SYSTEM).counts.n_changed == 1
    rows = {row["code"]: (row["amount"], row["phone"]) for row in scan(name).to_pylist()}
    assert rows == {"a": (Decimal("1.5"), "13812345678"), "b": (Decimal("2"), None)}
