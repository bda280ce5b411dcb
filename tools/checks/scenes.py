"""Every scene in `scenes/` passes `yiwang scene check`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tools.checks.asking import answers

TITLE = "scenes (yiwang scene check)"


def run(root: Path) -> list[str]:
    """All problems of all scenes, as the command line tells them."""
    folders = sorted(path.parent.relative_to(root) for path in (root / "scenes").glob("*/scene.yaml"))
    if not folders:
        return ["scenes: there is none to check"]
    with tempfile.TemporaryDirectory() as home:
        env = {"YIWANG_HOME": home, "YIWANG_LANGUAGE": "en", "DATABASE_URL": ""}
        return answers(root, "yiwang.web.cli", "scene", "check", *map(str, folders), env=env)
