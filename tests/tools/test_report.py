"""Figures are kept with what they were measured on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.report import append_result, machine


def test_the_machine_is_described() -> None:
    facts = machine()

    assert int(facts["cores"]) >= 1
    assert facts["memory"].endswith("GiB")
    assert "Python" in facts


def test_results_are_appended_as_tables(tmp_path: Path) -> None:
    to = tmp_path / "RESULTS.md"

    append_result("Import", [("rows/s", 2_400, "SQLite")], to=to)
    append_result("Locate", [("µs a point", 9.5)], note="500 grids", to=to)

    lines = to.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# Figures"
    assert [line for line in lines if line.startswith("## ")] == ["## Import", "## Locate"]
    assert "| rows/s | 2400 | SQLite |" in lines
    assert "| µs a point | 9.5 |  |" in lines
    assert "500 grids" in lines


def test_an_empty_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="rows"):
        append_result("Nothing", [], to=tmp_path / "RESULTS.md")
