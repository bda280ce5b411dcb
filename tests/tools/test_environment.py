"""The environment is filled once per lock file, and left alone after."""

from __future__ import annotations

import gzip
import json
import os
import sys
from pathlib import Path

import pytest

from tools import browser_libraries, environment
from tools.show import Stop, run, step


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with lock files and an environment that only looks like one."""
    (tmp_path / "requirements.lock").write_text("Some_Thing==1.0 ; python_version > '3' \\\n  --hash=sha256:0\n")
    (tmp_path / "requirements-dev.lock").write_text("some-thing==1.0\npytest==9\n")
    (tmp_path / ".venv").mkdir()
    return tmp_path


def stamp(project: Path, *locks: str) -> None:
    stamps = {lock: environment.digest(project / lock) for lock in locks}
    (project / ".venv" / environment.STAMPS).write_text(json.dumps(stamps))


def test_pins_are_read_with_plain_names(project: Path) -> None:
    assert environment.pins(project / "requirements.lock") == {"some-thing": "1.0"}


def test_a_lock_is_installed_again_only_when_it_changed(project: Path) -> None:
    assert not environment._installed(project, environment.LOCK)

    stamp(project, environment.LOCK)
    assert environment._installed(project, environment.LOCK)

    (project / "requirements.lock").write_text("some-thing==1.1\n")
    assert not environment._installed(project, environment.LOCK)


def test_the_developers_lock_counts_for_the_smaller_one_that_it_contains(project: Path) -> None:
    stamp(project, environment.DEV_LOCK)
    assert environment._installed(project, environment.LOCK)

    (project / "requirements.lock").write_text("other==3\n")
    assert not environment._installed(project, environment.LOCK)


@pytest.mark.parametrize(
    ("writes", "named", "kept_in"), [(False, None, ".venv/compiled"), (True, None, None), (False, "/else", "/else")]
)
def test_compiled_code_is_kept_where_no_source_stands(
    project: Path, monkeypatch: pytest.MonkeyPatch, writes: bool, named: str | None, kept_in: str | None
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", not writes)
    monkeypatch.setattr("sys.pycache_prefix", named)
    monkeypatch.setattr("os.environ", {} if writes else {"PYTHONDONTWRITEBYTECODE": "1"})

    environment.keep_compiled(project)

    assert sys.pycache_prefix == (kept_in and str(project / kept_in))
    assert sys.dont_write_bytecode == (named is not None)
    assert ("PYTHONDONTWRITEBYTECODE" in os.environ) == (named is not None)
    assert os.environ.get("PYTHONPYCACHEPREFIX") == (None if named else sys.pycache_prefix)


def test_a_failing_command_tells_its_last_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Stop, match="no such wheel"), step("Packages") as doing:
        run(["sh", "-c", "echo no such wheel; exit 4"], doing, cwd=tmp_path)

    assert "✗ Packages" in capsys.readouterr().out


def test_missing_venv_names_the_line_that_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": "linuxmint", "ID_LIKE": "ubuntu debian"})

    with pytest.raises(Stop, match=r"sudo apt install python3\.\d+-venv"):
        environment.prepare(tmp_path, environment.LOCK)


def test_source_map_lines_are_dropped_from_browser_libraries(tmp_path: Path) -> None:
    for package, names in browser_libraries.TAKEN.items():
        for name in names:
            path = tmp_path / "node_modules" / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("let a=1;\n//# sourceMappingURL=a.js.map\n")

    browser_libraries._copy(tmp_path / "node_modules", tmp_path / "vendor")

    assert (tmp_path / "vendor/htmx.org/htmx.min.js").read_text() == "let a=1;\n"
    assert gzip.decompress((tmp_path / "vendor/htmx.org/htmx.min.js.gz").read_bytes()) == b"let a=1;\n"
    assert (tmp_path / "vendor/maplibre-gl/maplibre-gl-worker.mjs").exists()
    assert (tmp_path / "vendor/echarts/NOTICE").exists()
