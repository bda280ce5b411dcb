"""The scene shown in docs/scenes.md is a scene."""

from __future__ import annotations

import re
from pathlib import Path

from tests.kernel.scene_parts import write
from yiwang.kernel.scenes import Runner, load_scene, only_runners

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "scenes.md"


def test_the_scene_in_the_guide_passes_its_check(tmp_path: Path) -> None:
    blocks = re.findall(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)
    files = dict(blocks)
    assert {"scene.yaml", "README.md", "locale/en.yaml", "checks/numbers.yaml", "sample/reports.csv"} <= files.keys()
    write(tmp_path / "street_lamps", files)
    with only_runners(Runner("metric", lambda context, spec: 1)):
        scene = load_scene(tmp_path / "street_lamps", [])
    assert len(scene.expectations) == 2
