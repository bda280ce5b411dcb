"""All checks run, whatever one of them says; generated files are compared and written."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tools import checking
from tools.generated import Generator, stale, write

ROOT = Path(__file__).resolve().parents[2]


def broken(root: Path) -> list[str]:
    raise RuntimeError("no disk")


@pytest.fixture
def three_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that is content, one that complains and one that breaks."""
    for name, run in {"good": lambda root: [], "bad": lambda root: ["a.py:3: wrong"], "broken": broken}.items():
        module = ModuleType(name)
        module.__dict__.update(TITLE=f"the {name} one", run=run)
        monkeypatch.setitem(sys.modules, f"tools.checks.{name}", module)
    monkeypatch.setattr(checking, "CHECKS", ("broken", "bad", "good"))


@pytest.mark.usefixtures("three_checks")
def test_every_check_is_told_even_when_one_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    assert checking.main([]) == 1

    told = capsys.readouterr().out
    assert "ok    the good one" in told
    assert "FAIL  the bad one" in told
    assert "a.py:3: wrong" in told
    assert "RuntimeError: no disk" in told
    assert "1 of 3 checks passed" in told


@pytest.mark.usefixtures("three_checks")
def test_checks_can_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert checking.main(["good"]) == 0
    assert checking.main(["nonsense"]) == 2
    assert "unknown check: nonsense; there are broken, bad, good" in capsys.readouterr().out


def test_every_check_module_is_listed() -> None:
    modules = {path.stem for path in (ROOT / "tools" / "checks").glob("*.py")} - {"__init__", "asking"}

    assert modules == set(checking.CHECKS)


def test_stale_generated_files_are_told_then_written(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/old.json").write_text("{}")
    (tmp_path / "docs/a.json").write_text("before")
    generators = (Generator("papers", "docs/*.json", lambda: {"docs/a.json": "now", "docs/b.json": "new"}),)

    assert [line.split(":")[0] for line in stale(tmp_path, generators)] == [
        "docs/old.json",
        "docs/a.json",
        "docs/b.json",
    ]
    assert write(tmp_path, generators) == ["removed docs/old.json", "wrote docs/a.json", "wrote docs/b.json"]
    assert stale(tmp_path, generators) == []


def test_tests_never_see_the_data_of_an_installation() -> None:
    home = Path(os.environ["YIWANG_HOME"])

    assert ROOT not in home.parents
    assert "yiwang-test-" in str(home)
