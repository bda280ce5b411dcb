"""The command line: what a person types, what comes back, which status."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from yiwang.base.people.models import Account
from yiwang.kernel.scenes import new_scene
from yiwang.web.cli import language_of_terminal
from yiwang.web.cli.running import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenes(settings, tmp_path) -> Path:
    settings.SCENES = tmp_path / "scenes"
    settings.HOME = tmp_path / "home"
    return settings.SCENES


def test_a_new_scene_passes_its_check_and_is_installed_and_removed(scenes, capsys):
    assert run(["scene", "new", "flooding"]) == 0
    assert run(["scene", "check"]) == 0
    assert run(["scene", "install", "flooding"]) == 0
    assert run(["scene", "install", "flooding"]) == 0
    assert run(["scene", "list"]) == 0
    assert run(["scene", "remove", "flooding", "--reason", "only a trial"]) == 0
    assert run(["scene", "upgrade", "flooding"]) == 1
    shown = capsys.readouterr()
    assert shown.out.count("flooding") >= 5


def test_problems_stand_at_file_and_line(scenes, capsys, monkeypatch):
    folder = new_scene("flooding", scenes)
    with (folder / "scene.yaml").open("a") as file:
        file.write("colour: blue\n")
    n_lines = len((folder / "scene.yaml").read_text().splitlines())
    monkeypatch.chdir(folder)
    assert run(["scene", "check", "flooding"]) == 1
    assert f"scene.yaml:{n_lines}: " in capsys.readouterr().out
    assert run(["scene", "install", "flooding"]) == 1


def test_an_account_gets_a_password_shown_once_and_a_token(capsys):
    assert run(["account", "create", "li", "--name", "李雷"]) == 0
    password = re.search(r"[0-9a-f]{4}(-[0-9a-f]{4}){3}", capsys.readouterr().out)
    assert password is not None
    assert Account.objects.get(username="li").check_password(password.group())
    assert run(["account", "token", "li", "--title", "export", "--days", "3"]) == 0
    assert "yw_" in capsys.readouterr().out
    assert run(["account", "list", "--text", "li"]) == 0
    assert "李雷" in capsys.readouterr().out
    assert run(["account", "disable", "li", "--reason", "left"]) == 0
    assert not Account.objects.get(username="li").is_active


def test_what_goes_wrong_is_one_line_and_a_status(capsys):
    assert run(["account", "create", "x", "--name", "X"]) == 1
    assert "username" in capsys.readouterr().err
    assert run(["account", "token", "nobody"]) == 1
    assert run(["account", "bogus"]) == 2
    assert run(["--help"]) == 0


def test_markup_in_a_name_is_shown_as_it_is(capsys):
    run(["account", "create", "li", "--name", "[red]Li[/red] [/x]"])
    run(["account", "list"])
    assert "[red]Li[/red] [/x]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "YIWANG_LANGUAGE": "en"}, "en"),
        ({}, "en"),
    ],
)
def test_the_terminal_says_the_language(monkeypatch, variables, language):
    for name in ("YIWANG_LANGUAGE", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language_of_terminal() == language


def test_the_module_runs_by_itself(tmp_path):
    environ = {**os.environ, "YIWANG_HOME": str(tmp_path), "YIWANG_LANGUAGE": "en"}
    command = [sys.executable, "-m", "yiwang.web.cli"]
    shown = subprocess.run([*command, "scene", "--help"], env=environ, capture_output=True, text=True, check=True)
    assert all(word in shown.stdout for word in ("new", "check", "list", "install", "upgrade", "remove", "test"))
    early = subprocess.run([*command, "account", "list"], env=environ, capture_output=True, text=True, check=False)
    assert early.returncode == 1
    assert "not set up yet" in early.stderr
    assert "Traceback" not in early.stderr
