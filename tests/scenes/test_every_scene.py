"""Every scene of the tree meets its own expectations: `yiwang scene test`, in a data directory of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from yiwang.web.cli.scenes import SCRATCH

pytestmark = pytest.mark.xdist_group("scenes")

ROOT = Path(__file__).resolve().parents[2]
SCENES = sorted(path.parent.name for path in (ROOT / "scenes").glob("*/scene.yaml"))
OURS_ALONE = {"DATABASE_URL", "YIWANG_TEST_POSTGRES", "PYTEST_VERSION", "PYTEST_CURRENT_TEST"}


@pytest.mark.parametrize("scene", SCENES)
def test_scene_meets_its_expectations(scene: str, tmp_path: Path) -> None:
    env = {key: value for key, value in os.environ.items() if key not in OURS_ALONE}
    env |= {"YIWANG_HOME": str(tmp_path), "YIWANG_LANGUAGE": "en", "NO_COLOR": "1", "COLUMNS": "160"}
    if scene != SCENES[0]:
        env[SCRATCH] = str(tmp_path)  # the home is a scratch one already; once it makes one itself, by another process

    done = subprocess.run(
        [sys.executable, "-m", "yiwang.web.cli", "scene", "test", scene],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
