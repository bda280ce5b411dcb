"""The scene shown in docs/scenes.md is a scene."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema

from tests.kernel.scene_parts import write
from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes import Runner, load_scene, only_runners, write_schemas
from yiwang.kernel.specs import parse_yaml

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "scenes.md"


def test_the_scene_in_the_guide_passes_its_check(tmp_path: Path) -> None:
    blocks = re.findall(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)
    files = dict(blocks)
    assert {"scene.yaml", "README.md", "locale/en.yaml", "checks/numbers.yaml", "sample/reports.csv"} <= files.keys()
    write(tmp_path / "street_lamps", files)
    with only_runners(Runner("metric", lambda context, spec: 1)):
        scene = load_scene(tmp_path / "street_lamps", [])
    assert len(scene.expectations) == 2


def test_the_generated_schemas_accept_the_scene_in_the_guide_and_refuse_unknown_keys(tmp_path: Path) -> None:
    files = dict(re.findall(r"^`([\w./-]+)`\n\n```yaml\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S))
    write_schemas(tmp_path, [])
    for place, schema in (("scene.yaml", "scene"), ("locale/en.yaml", "texts"), ("checks/numbers.yaml", "checks")):
        checker = jsonschema.Draft202012Validator(json.loads((tmp_path / f"{schema}.json").read_text("utf-8")))
        document = parse_yaml(files[place], Path(place), Problems())
        assert document is not None
        assert [str(error) for error in checker.iter_errors(document.data)] == []
        assert list(checker.iter_errors({**document.data, "Colour": {}})) != []
