"""Installations of their own, for tests that run the programme as processes: made once, copied for each that asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = [sys.executable, "-m", "yiwang.web.cli"]
OF_TESTS = ("YIWANG_TEST", "YIWANG_TALLY", "PYTEST", "DJANGO_", "DATABASE_URL", "YIWANG_HOME", "YIWANG_SECRET_KEY")
"""What a test run sets in its environment; the processes of an installation know nothing of it."""
SET_UP = """
import django
django.setup()
from pathlib import Path
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from yiwang.base.access import SYSTEM
from yiwang.base.organisation.actions import ensure_roles
from yiwang.base.scenes.actions import install_scene
from yiwang.demo.accounts import make_first_accounts
ensure_roles(by=SYSTEM)
install_scene(Path("scenes/city_events"), by=SYSTEM)
make_first_accounts()
"""
"""Tables, the sample city's scene and one account a role in one process: no ground, no history."""


class Installations:
    """Makes installations of the sample city; on SQLite each is a copy of the first."""

    def __init__(self, pattern: Path) -> None:
        self.pattern = pattern

    def make(self, home: Path, database: str = "") -> dict[str, str]:
        """Set one up in `home`, on SQLite unless an empty database is named; the environment of its processes."""
        if database:
            env = environment(home) | {"DATABASE_URL": database}
            told([sys.executable, "-c", SET_UP], env | {"DJANGO_SETTINGS_MODULE": "yiwang.web.settings"})
            return env
        if not self.pattern.exists():
            env = environment(self.pattern) | {"DJANGO_SETTINGS_MODULE": "yiwang.web.settings"}
            told([sys.executable, "-c", SET_UP], env)
        shutil.copytree(self.pattern, home)
        return environment(home)


def environment(home: Path) -> dict[str, str]:
    """What a process of an installation in `home` finds in its environment, English and wide."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_TESTS)}
    return kept | {"YIWANG_HOME": str(home), "YIWANG_LANGUAGE": "en", "COLUMNS": "160", "NO_COLOR": "1"}


def told(command: Sequence[str], env: dict[str, str]) -> str:
    """Run a command to its good end; returns what it printed."""
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout
