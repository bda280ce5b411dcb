"""Models and migrations agree: `makemigrations` would have nothing to write."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tools.checks.asking import answers

TITLE = "migrations up to date"


def run(root: Path) -> list[str]:
    """The changes of models that no migration holds yet."""
    with tempfile.TemporaryDirectory() as home:
        env = {"YIWANG_HOME": home, "DJANGO_SETTINGS_MODULE": "yiwang.web.settings", "DATABASE_URL": ""}
        return answers(root, "django", "makemigrations", "--check", "--dry-run", "--no-color", env=env)
