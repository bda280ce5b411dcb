"""Each check of `start.py check` finds what it is for, and leaves the innocent alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import tree
from tools.checks import clock, leaks, licences, locks, privacy, shape
from tools.checks.asking import answers

Plant = Callable[[str, str], Path]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """`plant("yiwang/a.py", text)` writes a file into an empty project and returns the project."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        tree.files.cache_clear()
        tree.syntax.cache_clear()
        privacy.ranks.cache_clear()
        return tmp_path

    return write


def test_shape_finds_long_functions_missing_docstrings_and_drawers(plant: Plant) -> None:
    body = "\n".join(f"    x{n} = {n}" for n in range(61))
    plant("yiwang/long.py", f'"""Module."""\n\n\ndef many() -> None:\n    """Does."""\n{body}\n')
    plant("yiwang/bare.py", "def open_one() -> None:\n    pass\n")
    root = plant("yiwang/web/utils.py", '"""Drawer."""\n')

    found = shape.run(root)

    assert "yiwang/long.py:4: many has 63 lines, at most 60" in found
    assert "yiwang/bare.py:1: the module has no docstring" in found
    assert "yiwang/bare.py:1: open_one has no docstring" in found
    assert "yiwang/web/utils.py: rename it after what it holds" in found


def test_shape_limits_modules_scripts_and_the_median(plant: Plant) -> None:
    plant("yiwang/big.py", '"""Big."""\n' + "x = 1\n" * 600)
    plant("assets/static/map.js", "let a;\n" * 200)
    plant("assets/vendor/lib.js", "let a;\n" * 900)
    root = plant("scenes/flood/code.py", '"""No."""\n')

    found = shape.run(root)

    assert "yiwang/big.py: 601 lines, at most 600" in found
    assert "the median module has 601 lines, at most 150" in found
    assert "assets/static/map.js: 200 lines, fewer than 200 allowed" in found
    assert "scenes/flood/code.py: a scene holds no Python" in found
    assert not any("vendor" in complaint for complaint in found)


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime\nx = datetime.now()",
        "import datetime\nx = datetime.datetime.utcnow()",
        "from datetime import date as day\nx = day.today()",
        "from django.utils import timezone\nx = timezone.now()",
        "from django.utils.timezone import now\nx = now()",
        "import time\nx = time.time()",
        "from time import time\nx = time()",
        "from django.db import models\nx = models.DateTimeField(auto_now_add=True)",
        "from django.db.models.functions import Now\nx = Now()",
    ],
)
def test_another_now_is_found(plant: Plant, code: str) -> None:
    assert len(clock.run(plant("yiwang/base/late.py", code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "import time\nx = time.monotonic() + time.perf_counter()",
        "from yiwang.kernel import clock\nx = clock.now()",
        "from yiwang.kernel.clock import now\nx = now()",
        "import time\nx = time.gmtime(5)",
    ],
)
def test_durations_and_our_own_clock_are_fine(plant: Plant, code: str) -> None:
    assert clock.run(plant("yiwang/base/good.py", code)) == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("-----BEGIN " + "PRIVATE KEY-----", "a private key"),
        ("token = 'gh" + "p_" + "a1" * 18 + "'", "a GitHub token"),
        ("DATABASE = 'postgres://city:" + "hunter22@db.example.org/x'", "a password in an address"),
        ("password = '" + "tianmen-2026'", "a password written down"),
        ("see https://py" + "pi.org/project/x", "package host"),
        ("HOST = '192.168" + ".4.7'", "private address"),
        ("http://data.city" + ".internal/api", "private address"),
    ],
)
def test_leaks_are_found(line: str, what: str) -> None:
    assert [what in told for _, told in leaks.finds(f"fine\n{line}\n")] == [True]


@pytest.mark.parametrize(
    "line",
    [
        "HOST = '127.0.0.1'",
        "example 192.0.2.10 and https://example.org/x",
        "DATABASE_URL=postgres://root@127.0.0.1:5432/test",
        "PASSWORD = settings.password",
        "version 10.0.1",
    ],
)
def test_loopback_and_documentation_addresses_are_fine(line: str) -> None:
    assert list(leaks.finds(line)) == []


def test_tests_may_make_up_passwords_but_no_keys() -> None:
    assert list(leaks.finds("password='" + "correct-horse'", is_test=True)) == []
    assert list(leaks.finds("-----BEGIN RSA " + "PRIVATE KEY-----", is_test=True))


@pytest.mark.parametrize(
    ("package", "licence", "allowed"),
    [
        ("a", "MIT", True),
        ("a", "(MIT OR GPL-3.0-only)", True),
        ("a", "MIT AND GPL-3.0-only", False),
        ("a", "Apache-2.0 WITH LLVM-exception", True),
        ("a", "BSD-3-Clause AND (MIT OR AGPL-3.0)", True),
        ("a", "AGPL-3.0-only", False),
        ("a", "", False),
        ("a", "MPL-2.0", False),
        ("certifi", "MPL-2.0", True),
        ("psycopg", "LGPL-3.0-only", True),
        ("psycopg", "GPL-3.0-only", False),
    ],
)
def test_licences_are_judged_by_their_expression(package: str, licence: str, allowed: bool) -> None:
    assert licences.is_allowed(package, licence) is allowed


def test_an_unknown_browser_licence_fails(plant: Plant) -> None:
    packages = {"": {"name": "x"}, "node_modules/map": {"license": "MIT"}, "node_modules/odd": {}}
    root = plant("package-lock.json", json.dumps({"packages": packages}))

    assert licences.run(root) == ["package-lock.json: odd: licence unknown is not on the list"]


def test_locks_must_hold_what_the_project_asks_for(plant: Plant) -> None:
    plant("pyproject.toml", '[project]\ndependencies = ["alpha>=2", "beta"]\n[dependency-groups]\ndev = ["gamma"]\n')
    plant("requirements.lock", "alpha==1.0 \\\n    --hash=sha256:00\n")
    plant("requirements-dev.lock", "alpha==1.1 \\\n    --hash=sha256:00\nbeta==1\ngamma==1 --hash=sha256:00\n")
    plant("requirements-node.lock", "--index-url https://example.org\nnode==1 --hash=sha256:00\n")
    plant("package.json", '{"dependencies": {"map": "2"}}')
    root = plant(
        "package-lock.json",
        '{"packages": {"": {"dependencies": {"map": "1"}}, "node_modules/map": {"resolved": "https://example.org"}}}',
    )

    told = "\n".join(locks.run(root))

    assert "requirements.lock: has alpha 1.0, wanted is alpha>=2" in told
    assert "requirements.lock: lacks beta" in told
    assert "requirements-dev.lock: alpha is 1.1, requirements.lock has 1.0" in told
    assert "requirements-dev.lock: beta==1" not in told
    assert "requirements-dev.lock: beta has no hash" in told
    assert "requirements-node.lock: names a package source" in told
    assert "does not fit package.json" in told
    assert "no integrity hash" in told
    assert "names an address" in told


LAYERS = """
[importlinter:contract:base]
layers =
    people
    areas
[importlinter:contract:engines]
layers =
    flow
"""


def test_models_are_private_and_relations_point_down(plant: Plant) -> None:
    plant(".importlinter", LAYERS)
    plant("yiwang/base/areas/models.py", 'class Area:\n    up = models.ForeignKey("people.Account", on_delete=1)\n')
    plant("yiwang/base/people/models.py", 'class Account:\n    area = models.ForeignKey("areas.Area", on_delete=1)\n')
    plant("yiwang/base/people/actions.py", "from yiwang.base.people.models import Account\n")
    plant("yiwang/base/people/queries.py", "from yiwang.base.people.models import Account\n")
    plant("yiwang/engines/flow/models.py", 'x = models.ForeignKey("parties.Party", on_delete=1)\n')
    root = plant(
        "yiwang/engines/flow/run.py",
        "from yiwang.base.areas import models\n"
        "from yiwang.base.areas.models import Area\n"
        "import yiwang.base.areas.models\n"
        'x = apps.get_model("areas", "Area")\n',
    )

    found = privacy.run(root)

    assert [line.split(":")[0] for line in found].count("yiwang/engines/flow/run.py") == 4
    assert "yiwang/base/areas/models.py:2: relation to people.Account does not point down" in found
    assert "yiwang/engines/flow/models.py:1: relation to parties.Party: no such room in .importlinter" in found
    assert len(found) == 6


def test_another_program_that_fails_in_silence_still_complains(tmp_path: Path) -> None:
    (tmp_path / "silent.py").write_text("raise SystemExit(3)")
    (tmp_path / "broken.py").write_text("def f():\n    raise ValueError('deep')\nf()")
    (tmp_path / "good.py").write_text("print('fine')")

    assert answers(tmp_path, "silent") == ["silent  ended with code 3 and said nothing"]
    assert answers(tmp_path, "broken")[-1] == "ValueError: deep"
    assert answers(tmp_path, "good") == []


def test_annotations_may_name_the_account(plant: Plant) -> None:
    plant("yiwang/base/people/models.py", "class Account: ...\n")
    plant("yiwang/web/run.py", "from yiwang.base.people.models import Account\n")
    root = plant("yiwang/web/typed.py", "if TYPE_CHECKING:\n    from yiwang.base.people.models import Account\n")

    assert [line.split(":")[0] for line in privacy.run(root)] == ["yiwang/web/run.py"]
