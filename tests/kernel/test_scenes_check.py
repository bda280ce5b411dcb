"""Checking a scene: a good one passes, a bad one is told everything at once with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest

from tests.kernel.scene_parts import good_scene, parts, write
from yiwang.kernel.errors import Conflict, Invalid, Problems, ProblemsFound
from yiwang.kernel.scenes import (
    Runner,
    check_scene,
    load_scene,
    new_scene,
    only_parts,
    only_runners,
    stale_schemas,
    write_schemas,
)
from yiwang.kernel.specs import Refers, Spec


def told(folder: Path) -> list[str]:
    return [str(p).removeprefix(f"{folder}/") for p in check_scene(folder, parts())]


def test_a_good_scene_loads_with_everything_in_its_place(tmp_path: Path) -> None:
    scene = load_scene(good_scene(tmp_path), parts())
    assert scene.spec.jurisdiction is not None
    assert scene.spec.jurisdiction.root_area == "330100000000"
    assert [part.name for part in scene.parts] == ["categories", "forms", "flows", "queries"]
    assert list(scene.of("flows")) == ["pump"]
    assert scene.of("flows")["pump"].line_of(("steps", 1)) == 5
    assert list(scene.files["queries"]) == ["open.sql"]
    assert scene.texts["en"]["reply"] == "Received as {number}"
    assert list(scene.samples) == ["events.csv"]
    assert scene.names.known("category") == {"0101", "0102"}
    assert scene.of("nothing") == {}


def test_twenty_mistakes_in_different_files_are_told_at_once(tmp_path: Path) -> None:
    folder = good_scene(tmp_path)
    scene = (folder / "scene.yaml").read_text("utf-8")
    scene = scene.replace("name: flood", "name: flod").replace("1.0.0", "1.0").replace("Asia/Shanghai", "Asia/Shangai")
    scene = scene.replace("summary: {zh-Hans: 及时发现积水, en: Standing water found in time}", "summary: {en: Water}")
    write(
        folder,
        {
            "scene.yaml": scene + "maturty: beta\n",
            "rules/categories.csv": "code,title\n0101,积水\n0102\n0101,again\n",
            "rules/extra.yaml": "title: {zh-Hans: 多余, en: Extra}\n",
            "forms/report.yaml": "title: {zh-Hans: 上报, en: Report}\nfields:\n  depth_cm: numbr\ntitle: x\n",
            "forms/Other-Form.yaml": "title: {zh-Hans: 其他, en: Other}\nfields: {}\n",
            "flows/pump.yaml": (
                "title: {zh-Hans: 抽排, en: Pump}\n"
                "calendar: offfice\n"
                "category: '0109'\n"
                "steps:\n"
                "  - {kind: user, name: go, form: reprt, next: dome}\n"
                "  - {kind: end, name: done}\n"
                "  - {kind: end, name: done}\n"
                "  - {kind: user, name: 5}\n"
            ),
            "flows/broken.yaml": "title: {zh-Hans: 坏, en: Broken}\nsteps: [\n",
            "flows/run.py": "print('no')\n",
            "flows/old.yml": "title: x\n",
            "metrics/queries/open.yaml": "title: {zh-Hans: 在办, en: Open}\nreads: [events]\nof: [pumpe]\n",
            "metrics/queries/open.sql": "select count(*) as n\nfrom read_csv('/etc/passwd')\n",
            "metrics/queries/people.yaml": "title: {zh-Hans: 人, en: People}\nreads: [events]\n",
            "metrics/queries/people.sql": "select name\nfrom events\njoin accounts using (id)\n",
            "form/a.yaml": "title: x\n",
            "locale/en.yaml": "welcome: Hello\nreply: Received\n",
            "checks/numbers.yaml": "expectations:\n  - name: n\n    measure: metrc\n    of: open\n    equals: 1\n",
            "notes.txt": "?\n",
        },
    )
    (folder / "README.md").unlink()
    with only_runners(Runner("metric", lambda context, spec: 1, targets="queries")):
        found = told(folder)
    assert found == [
        "README.md:0: the file is missing",
        "checks/numbers.yaml:2: nobody measures “metrc”; known here: metric",
        "flows/broken.yaml:3: this is not YAML: did not find expected node content",
        "flows/old.yml:0: write the suffix as .yaml",
        "flows/pump.yaml:2: nothing named “offfice” in calendars; did you mean “office”?",
        "flows/pump.yaml:3: nothing named “0109” in category; did you mean “0101”?",
        "flows/pump.yaml:5: nothing named “reprt” in forms; did you mean “report”?",
        "flows/pump.yaml:5: nothing named “dome” in steps; did you mean “done”?",
        "flows/pump.yaml:7: “done” is already defined at pump.yaml:6",
        "flows/pump.yaml:8: text expected, but this is the number 5 (put text in quotes)",
        "flows/run.py:0: a scene holds no programs; what YAML cannot say belongs in an engine",
        "form:0: unknown folder “form”; did you mean “forms”?",
        "forms/Other-Form.yaml:0: “Other-Form” is no identifier: "
        "a lower-case letter, then letters, digits or _, at most 60",
        "forms/report.yaml:4: “title” stands here twice, first in line 1",
        "locale/en.yaml:2: the places to fill in differ from the Chinese text: number",
        "locale/zh-Hans.yaml:1: the text “welcome” (en.yaml:1) is missing here",
        "metrics/queries/open.sql:2: the function “read_csv” is not allowed",
        "metrics/queries/open.yaml:3: nothing named “pumpe” in flows; did you mean “pump”?",
        "metrics/queries/people.sql:3: the table “accounts” is not declared",
        "notes.txt:0: “notes.txt” does not belong in the scene's folder itself",
        "rules/categories.csv:3: 1 cells, but the header has 2",
        "rules/categories.csv:4: “0101” is already defined at categories.csv:2",
        "rules/extra.yaml:0: “extra.yaml” does not belong in rules/; known here: categories",
        "scene.yaml:1: the scene is named “flod”, but its folder “flood”",
        "scene.yaml:2: text expected, but this is the number 1.0 (put text in quotes)",
        "scene.yaml:4: the translation into zh-Hans is missing",
        "scene.yaml:8: “Asia/Shangai” is no time zone such as Asia/Shanghai",
        "scene.yaml:15: unknown key “maturty”; did you mean “maturity”?",
    ]
    with pytest.raises(ProblemsFound, match="the file is missing"):
        load_scene(folder, parts())


def test_a_faulty_file_still_defines_its_names_so_that_references_to_it_are_not_told(tmp_path: Path) -> None:
    folder = good_scene(tmp_path)
    write(folder, {"flows/pump.yaml": "titel: x\nsteps: [{kind: end, name: a}, {kind: user, name: b, next: a}]\n"})
    assert told(folder) == [
        "flows/pump.yaml:1: “title” is missing",
        "flows/pump.yaml:1: unknown key “titel”; did you mean “title”?",
    ]


def test_a_required_scene_is_found_beside_it_and_its_names_may_be_used(tmp_path: Path) -> None:
    good_scene(tmp_path, "common")
    folder = good_scene(tmp_path, "flood")
    (folder / "forms/report.yaml").unlink()
    assert told(folder) == ["flows/pump.yaml:4: nothing named “report” in forms"]
    scene = folder / "scene.yaml"
    plain = scene.read_text("utf-8")
    scene.write_text(plain + '  scenes:\n    common: ">=1"\n', "utf-8")
    assert told(folder) == []
    scene.write_text(plain + '  scenes:\n    common: ">=2"\n    other: "==1"\n', "utf-8")
    assert told(folder) == [
        "scene.yaml:16: the scene “common” is here in version 1.0.0, but >=2 is required",
        "scene.yaml:17: the required scene “other” is not here",
    ]


def test_scenes_that_require_each_other_are_told_so_and_do_not_loop(tmp_path: Path) -> None:
    one, two = good_scene(tmp_path, "one"), good_scene(tmp_path, "two")
    for folder, other in ((one, "two"), (two, "one")):
        text = (folder / "scene.yaml").read_text("utf-8")
        (folder / "scene.yaml").write_text(text + f'  scenes:\n    {other}: ">=1"\n', "utf-8")
    assert told(one) == ["scene.yaml:16: the scenes require each other: one → two → one"]
    assert told(two) == ["scene.yaml:16: the scenes require each other: two → one → two"]


def test_a_scene_made_for_another_yiwang_is_told_so(tmp_path: Path) -> None:
    folder = good_scene(tmp_path)
    text = (folder / "scene.yaml").read_text("utf-8").replace(">=0.1, <9", ">=99")
    (folder / "scene.yaml").write_text(text, "utf-8")
    (problem,) = told(folder)
    assert problem.startswith("scene.yaml:14: made for Yiwang >=99, but this is ")


def test_a_scene_past_alpha_needs_a_sample_and_checks(tmp_path: Path) -> None:
    folder = good_scene(tmp_path)
    text = (folder / "scene.yaml").read_text("utf-8")
    (folder / "scene.yaml").write_text(text + "maturity: beta\n", "utf-8")
    assert told(folder) == ["scene.yaml:15: a scene of maturity “beta” needs files in checks/"]


def test_links_out_of_the_scene_are_refused(tmp_path: Path) -> None:
    folder = good_scene(tmp_path)
    (folder / "forms" / "secret.yaml").symlink_to("/etc/hostname")
    assert told(folder) == ["forms/secret.yaml:0: links are not allowed in a scene"]


def test_a_missing_folder_or_an_empty_one_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "none") == [f"{tmp_path / 'none'}:0: there is no such folder"]
    (tmp_path / "empty").mkdir()
    assert told(tmp_path / "empty") == ["README.md:0: the file is missing", "scene.yaml:0: the file is missing"]


def test_a_national_root_needs_a_national_code(tmp_path: Path) -> None:
    folder = good_scene(tmp_path)
    text = (folder / "scene.yaml").read_text("utf-8").replace('"330100000000"', '"3301"')
    (folder / "scene.yaml").write_text(text, "utf-8")
    assert told(folder) == ["scene.yaml:12: a national division code has 12 digits"]


def test_a_new_scene_passes_its_check_and_is_made_only_once(tmp_path: Path) -> None:
    folder = new_scene("night_market", tmp_path / "scenes")
    assert told(folder) == []
    assert (
        (folder / "scene.yaml").read_text("utf-8").startswith("# yaml-language-server: $schema=../_schema/scene.json\n")
    )
    assert load_scene(folder, parts()).spec.name == "night_market"
    with pytest.raises(Conflict):
        new_scene("night_market", tmp_path / "scenes")
    with pytest.raises(Invalid):
        new_scene("../evil", tmp_path / "scenes")


def test_schemas_are_written_kept_fresh_and_left_over_ones_removed(tmp_path: Path) -> None:
    names = ["categories.json", "checks.json", "flows.json", "forms.json", "queries.json", "scene.json", "texts.json"]
    assert stale_schemas(tmp_path, parts()) == names
    assert write_schemas(tmp_path, parts()) == names
    assert stale_schemas(tmp_path, parts()) == []
    (tmp_path / "old.json").write_text("{}")
    (tmp_path / "scene.json").write_text("{}")
    assert write_schemas(tmp_path, parts()) == ["old.json", "scene.json"]
    assert sorted(file.name for file in tmp_path.iterdir()) == names
    with only_parts(*parts()):
        assert stale_schemas(tmp_path) == []


def test_the_digest_changes_with_any_file_and_only_then(tmp_path: Path) -> None:
    folder = good_scene(tmp_path)
    scene = load_scene(folder, parts())
    before = scene.digest
    assert load_scene(folder, parts()).digest == before
    write(folder, {"sample/events.csv": "id\n2\n"})
    assert scene.digest != before


def test_references_of_csv_rows_are_checked_by_their_marks(tmp_path: Path) -> None:
    class Row(Spec):
        category: Annotated[str, Refers("category")]
        flow: Annotated[str, Refers("flows")] | None = None

    scene = load_scene(good_scene(tmp_path), parts())
    problems = Problems()
    assert scene.refer_row(problems, Path("r.csv"), 2, Row(category="0101", flow="pump"))
    assert scene.refer_row(problems, Path("r.csv"), 3, Row(category="0102"))
    assert not scene.refer_row(problems, Path("r.csv"), 4, Row(category="09", flow="pumps"))
    assert [str(p) for p in problems] == [
        "r.csv:4: nothing named “09” in category",
        "r.csv:4: nothing named “pumps” in flows; did you mean “pump”?",
    ]
