"""`start.py test` fails when a test fails and when none ran, and says what was left out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools import testing

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
[tool.pytest.ini_options]
addopts = "-p tools.pytest_yiwang -p no:django -p no:cacheprovider"
testpaths = ["tests"]
"""
GOOD = "def test_good():\n    assert True\n"


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project whose tests `tools.testing` runs."""
    (tmp_path / "pyproject.toml").write_text(CONFIG)
    (tmp_path / "tests").mkdir()
    monkeypatch.setattr(testing, "ROOT", tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("YIWANG_TEST_POSTGRES", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    for name in list(os.environ):
        if name.startswith("PYTEST_XDIST"):
            monkeypatch.delenv(name)
    return tmp_path / "tests"


def test_reasons_and_sums_are_told(suite: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (suite / "test_some.py").write_text(
        GOOD + "import pytest\n\ndef test_apart():\n    pytest.skip('no map here')\n"
        "\n@pytest.mark.skip(reason='no map here')\ndef test_apart_too():\n    pass\n"
    )

    code = testing.main(["-x"])

    lines = capfd.readouterr().out.splitlines()
    assert code == 0
    assert "left out: no map here (2 tests on SQLite)" in lines
    assert any("PostgreSQL" in line for line in lines if line.startswith("left out"))
    assert lines[-1] == "1 passed, 0 failed, 2 skipped"


def test_a_failure_fails(suite: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (suite / "test_some.py").write_text(GOOD + "\ndef test_bad():\n    assert False\n")

    assert testing.main(["-x"]) == 1
    told = capfd.readouterr().out
    assert "failed: tests/test_some.py::test_bad (SQLite)" in told
    assert told.splitlines()[-1] == "1 passed, 1 failed, 0 skipped"


def test_a_test_that_fails_twice_counts_once(suite: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (suite / "test_some.py").write_text(
        "import pytest\n\n@pytest.fixture\ndef torn():\n    yield\n    raise RuntimeError\n"
        "\ndef test_bad(torn):\n    assert False\n\ndef test_bad_after(torn):\n    pass\n"
    )

    assert testing.main(["-q"]) == 1
    assert capfd.readouterr().out.splitlines()[-1] == "0 passed, 2 failed, 0 skipped"


def test_a_module_that_does_not_import_fails(suite: Path) -> None:
    (suite / "test_some.py").write_text(GOOD)
    (suite / "test_broken.py").write_text("import no_such_module\n")

    assert testing.main([]) == 1


@pytest.mark.parametrize("content", ["", "import pytest\npytest.skip('not here', allow_module_level=True)\n"])
def test_no_test_at_all_fails(suite: Path, content: str) -> None:
    (suite / "test_none.py").write_text(content)

    assert testing.main([]) == 1


def test_both_databases_are_run(
    suite: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YIWANG_TEST_POSTGRES", "postgres://root@127.0.0.1:5432/test")
    (suite / "test_where.py").write_text(
        "import os\n\ndef test_where():\n    assert 'YIWANG_TEST_POSTGRES' in os.environ\n"
    )

    assert testing.main(["-x"]) == 1
    told = capfd.readouterr().out
    assert "SQLite: 0 passed, 1 failed" in told
    assert "PostgreSQL: 1 passed, 0 failed" in told


def test_nothing_is_left_out_of_both_passes() -> None:
    first, second = (testing.for_pytest([], again=again) for again in (False, True))

    assert not [one for one in first if one.startswith("--ignore")]
    left_out = [one.removeprefix("--ignore=") for one in second if one.startswith("--ignore")]
    assert left_out
    assert not [path for path in left_out if not (ROOT / path).exists()]
