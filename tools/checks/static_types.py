"""Types: mypy --strict over everything but tests, with the Django and pydantic plug-ins."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tools.checks.asking import answers

TITLE = "types (mypy --strict)"


def run(root: Path) -> list[str]:
    """What mypy complains of."""
    with tempfile.TemporaryDirectory() as home:  # the Django plug-in loads the settings, which want a data directory
        quiet = ("--no-error-summary", "--hide-error-context", "--show-traceback")
        return answers(root, "mypy", *quiet, env={"YIWANG_HOME": home})
