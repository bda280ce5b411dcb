"""What README and docs name exists: files behind links, commands, options, settings; both READMEs say the same."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
import typer.main
from PIL import Image

from yiwang.web.cli.running import app

ROOT = Path(__file__).resolve().parents[2]
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
PAGES = sorted([*READMES, *(ROOT / "docs").rglob("*.md"), *(ROOT / "scenes").glob("*/README.md")])
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|[ `/])yiwang ((?:[a-z]+ ?)+[^`#|\n]*)")
START = re.compile(r"python3 start\.py((?: [a-z_-]+(?![a-z_/-]))*)")
SETTING = re.compile(r"\b(YIWANG_[A-Z_]+[A-Z]|DATABASE_URL)\b")
LARGEST_PICTURE = 300_000
OF_DEVELOPERS = {"YIWANG_CHROMIUM", "YIWANG_SHARED", "YIWANG_TALLY"}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchor(heading: str) -> str:
    """A heading's anchor as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def headings(path: Path) -> list[tuple[int, str]]:
    """Level and words of each heading."""
    text = FENCE.sub("", path.read_text("utf-8"))
    return [(len(marks), words) for marks, words in re.findall(r"^(#+) (.+)$", text, re.MULTILINE)]


def links(path: Path) -> list[str]:
    return [one or other for one, other in LINK.findall(FENCE.sub("", path.read_text("utf-8")))]


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_links_lead_to_something_here(page: Path) -> None:
    broken = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, part = link.partition("#")
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or (part and part not in {anchor(words) for _level, words in headings(there)}):
            broken.append(link)
    assert broken == []


@cache
def commands() -> click.Group:
    found = typer.main.get_command(app)
    assert hasattr(found, "commands")
    return found  # type: ignore[return-value]


def called(text: str) -> Iterator[list[str]]:
    """The words of each `yiwang …` in a text."""
    for found in COMMAND.findall(text):
        for one in found.split(" && "):
            yield one.strip().removeprefix(".venv/bin/yiwang ").split()


def problem(words: list[str]) -> str | None:
    """What is wrong with the words of a command line, None when such a command with such options exists."""
    at = commands()
    while words and hasattr(at, "commands"):
        if words[0] not in at.commands:
            return f"there is no command {words[0]!r}"
        at, words = at.commands[words[0]], words[1:]
    options = {name for one in at.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}
    missing = [word for word in words if word.startswith("-") and word.partition("=")[0] not in options]
    return f"there is no option {missing}" if missing else None


@pytest.mark.parametrize("page", [*PAGES, *UNITS], ids=short)
def test_commands_and_their_options_exist(page: Path) -> None:
    found = {" ".join(words): problem(words) for words in called(page.read_text("utf-8"))}
    assert {line: wrong for line, wrong in found.items() if wrong} == {}


def test_commands_that_do_not_exist_are_found() -> None:
    assert [problem(words) for words in called("`yiwang scene instal x` and `.venv/bin/yiwang up --prot 1`")] == [
        "there is no command 'instal'",
        "there is no option ['--prot']",
    ]


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_start_py_knows_what_the_docs_tell_it_to_do(page: Path) -> None:
    told = subprocess.run([sys.executable, "start.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    known = set(re.findall(r"start\.py ([a-z]+)", told.stdout)) | set(re.findall(r"--[a-z]+", told.stdout))
    checks = {path.stem for path in (ROOT / "tools" / "checks").glob("*.py")}
    benches = {path.stem for path in (ROOT / "bench").glob("*.py")}
    named = {word for words in START.findall(page.read_text("utf-8")) for word in words.split()}
    assert named - known - checks - benches == set()


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = READMES
    assert [level for level, _words in headings(english)] == [level for level, _words in headings(chinese)]
    assert headings(english)[0] == headings(chinese)[0]

    def plain(path: Path) -> list[str]:
        return [re.sub(r"\.(?:en|zh)(?=\.webp)|README(?:\.zh)?\.md$", "", link) for link in links(path)]

    def code(path: Path) -> list[str]:
        lines = re.findall(r"^    (.+)$", path.read_text("utf-8"), re.MULTILINE)
        return [line.partition(" #")[0].rstrip() for line in lines]

    assert plain(english) == plain(chinese)
    assert code(english) == code(chinese)


def test_pictures_are_small_and_all_shown_in_both_languages() -> None:
    for path in (ROOT / "docs" / "pictures").iterdir():
        assert path.stat().st_size <= LARGEST_PICTURE, path.name
        with Image.open(path) as picture:
            assert picture.format == "WEBP"
        name, language, _kind = path.name.split(".")
        assert (path.parent / f"{name}.{'en' if language == 'zh' else 'zh'}.webp").exists()


def table(text: str) -> dict[str, tuple[str, str]]:
    """Variable → (what, default) of every table row that begins with one."""
    rows = re.findall(r"^\| `([A-Z_]+(?:…)?)` \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    return {name: (what, default) for name, what, default in rows}


def test_settings_are_told_as_the_code_reads_them() -> None:
    guide = (ROOT / "docs" / "running.md").read_text("utf-8")
    docstring = (ROOT / "yiwang" / "web" / "settings.py").read_text("utf-8").split('"""')[1]
    assert table(guide) == table(docstring)

    read: set[str] = set()
    for path in (ROOT / "yiwang").rglob("*.py"):
        read |= set(re.findall(r"(?:environ(?:\.get)?[\[(]|flag\()\"(YIWANG_[A-Z_]+|DATABASE_URL)\"", path.read_text()))
    read = {name for name in read if "_TEST_" not in name} - OF_DEVELOPERS
    told = set(SETTING.findall(guide))
    assert (sorted(read - told), sorted(told - read)) == ([], [])


def test_example_settings_are_known() -> None:
    lines = (ROOT / "deploy" / "yiwang.env").read_text("utf-8").splitlines()
    names = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert names <= set(SETTING.findall((ROOT / "docs" / "running.md").read_text("utf-8")))


def test_services_have_what_they_need_and_ask_no_other_host() -> None:
    for path in UNITS:
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str  # type: ignore[assignment, method-assign]
        unit.read(path)
        assert unit["Unit"]["Description"].startswith("Yiwang: ")
        if path.suffix == ".service":
            assert unit["Service"]["ExecStart"].startswith("/opt/yiwang/.venv/bin/yiwang ")
            assert unit["Service"]["User"] == "yiwang"
            assert unit["Service"]["EnvironmentFile"] == "/etc/yiwang.env"
        else:
            assert path.with_suffix(".service") in UNITS


def test_nginx_passes_on_to_our_own_ports_only() -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    assert set(re.findall(r"proxy_pass (\S+);", text)) == {"http://127.0.0.1:8000", "http://127.0.0.1:8001"}
    assert text.count("{") == text.count("}")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert [line for line in lines if not line.endswith((";", "{", "}"))] == []


def test_behind_tls_the_proxy_is_believed_and_without_it_nobody() -> None:
    question = (
        "import django; django.setup()\n"
        "from django.test import RequestFactory\n"
        "request = RequestFactory().get('/', headers={'host': 'testserver', 'x-forwarded-proto': 'https'})\n"
        "print(request.is_secure(), request.build_absolute_uri('/follow/'))"
    )
    for https, answer in (("1", "True https://testserver/follow/"), ("0", "False http://testserver/follow/")):
        env = {**os.environ, "YIWANG_HTTPS": https, "YIWANG_HOSTS": "testserver"}
        env |= {"DJANGO_SETTINGS_MODULE": "yiwang.web.settings"}
        told = subprocess.run([sys.executable, "-c", question], cwd=ROOT, env=env, capture_output=True, text=True)
        assert told.stdout.strip() == answer, told.stderr
