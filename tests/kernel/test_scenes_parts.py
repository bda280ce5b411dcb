"""Parts are registered once, installed in order and removed in reverse; expectations are measured by runners."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.scene_parts import FlowSpec, FormSpec, good_scene, parts, write
from yiwang.kernel.errors import Unavailable
from yiwang.kernel.scenes import (
    Part,
    Runner,
    Scene,
    check_scene,
    install_parts,
    load_scene,
    only_parts,
    only_runners,
    register_part,
    register_runner,
    registered_parts,
    remove_parts,
    run_expectations,
    upgrade_parts,
)
from yiwang.kernel.scenes.expectations import is_same


@dataclass
class Context:
    by: Any
    scene: Scene
    jurisdiction: Any


def test_two_parts_cannot_have_one_name_or_claim_the_same_files() -> None:
    flows = Part(name="flows", folder="flows", spec=FlowSpec, order=1)
    with only_parts(flows):
        register_part(flows)
        assert registered_parts() == (flows,)
        with pytest.raises(ValueError, match="registered already"):
            register_part(Part(name="flows", folder="other", spec=FlowSpec, order=1))
        with pytest.raises(ValueError, match="both claim"):
            register_part(Part(name="moves", folder="flows", spec=FlowSpec, order=1))


def test_parts_may_share_a_folder_by_the_names_of_their_files(tmp_path: Path) -> None:
    one = Part(name="limits", folder="rules", spec=FormSpec, order=1, ids=("limits",))
    rest = Part(name="rules", folder="rules", spec=FormSpec, order=2)
    folder = good_scene(tmp_path)
    title = "title: {zh-Hans: 规则, en: Rule}\nfields: {}\n"
    for each in ("rules/categories.yaml", "rules/categories.csv"):
        (folder / each).unlink()
    write(folder, {"rules/limits.yaml": title, "rules/other.yaml": title, "flows/pump.yaml": "x"})
    with only_parts(one):
        register_part(Part(name="more", folder="rules", spec=FormSpec, order=3, ids=("more",)))
    scene_parts = [one, rest, *[part for part in parts() if part.name != "categories"]]
    (folder / "flows/pump.yaml").unlink()
    (folder / "metrics/queries/open.yaml").write_text("title: {zh-Hans: 在办, en: Open}\nreads: [events]\n", "utf-8")
    scene = load_scene(folder, scene_parts)
    assert (list(scene.of("limits")), list(scene.of("rules"))) == (["limits"], ["other"])


def test_hooks_run_in_order_and_removal_in_reverse(tmp_path: Path) -> None:
    calls: list[str] = []

    def part(name: str, order: int, *, upgrades: bool) -> Part:
        return Part(
            name=name, folder=name, spec=FormSpec, order=order,
            install=lambda context, documents: calls.append(f"install {name} {sorted(documents)} by {context.by}"),
            upgrade=(lambda context, documents, old: calls.append(f"upgrade {name} from {old}")) if upgrades else None,
            remove=lambda context: calls.append(f"remove {name}"),
        )  # fmt: skip

    chosen = [part("late", 9, upgrades=True), part("early", 1, upgrades=False), part("absent", 5, upgrades=False)]
    folder = good_scene(tmp_path)
    for place in ("rules", "forms", "flows", "metrics"):
        for file in sorted((folder / place).rglob("*.*")):
            file.unlink()
    for place in ("metrics/queries", "metrics", "rules", "forms", "flows"):
        (folder / place).rmdir()
    title = "title: {zh-Hans: 表, en: Form}\nfields: {}\n"
    write(folder, {"late/a.yaml": title, "early/b.yaml": title, "early/c.yaml": title})
    context = Context("lin", load_scene(folder, chosen), "demo_city")

    install_parts(context, chosen)
    assert calls == ["install early ['b', 'c'] by lin", "install late ['a'] by lin"]
    calls.clear()
    upgrade_parts(context, "0.9.0", chosen)
    assert calls == ["install early ['b', 'c'] by lin", "install absent [] by lin", "upgrade late from 0.9.0"]
    calls.clear()
    remove_parts(context, chosen)
    assert calls == ["remove late", "remove absent", "remove early"]


CHECKS = """\
expectations:
  - {name: met, measure: count, of: open, equals: 3}
  - {name: unmet, measure: count, of: open, with: {factor: 2}, equals: 5}
  - {name: near, measure: count, of: open, equals: 3.4, tolerance: 0.5}
  - {name: low, measure: count, of: open, at_least: 4}
  - {name: high, measure: count, of: open, at_most: 2}
  - {name: within, measure: count, of: open, at_least: 3, at_most: 3}
  - {name: failing, measure: broken, condition: "status = 'open'", equals: null}
"""


def test_expectations_are_measured_by_the_runner_of_their_kind(tmp_path: Path) -> None:
    folder = good_scene(tmp_path)
    write(folder, {"checks/numbers.yaml": CHECKS})

    def broken(context: Any, spec: Any) -> Any:
        raise Unavailable("the lake does not answer")

    count = Runner("count", lambda context, spec: context.by * spec.parameters.get("factor", 1), targets="queries")
    with only_runners(count, Runner("broken", broken)):
        scene = load_scene(folder, parts())
        outcomes = run_expectations(Context(3, scene, None), scene.expectations)
    assert [str(outcome.text) if outcome.text else "met" for outcome in outcomes] == [
        "met",
        "unmet: 5 expected, 6 found",
        "met",
        "low: at least 4.0 expected, 3 found",
        "high: at most 2.0 expected, 3 found",
        "met",
        "the lake does not answer",
    ]
    assert outcomes[1].expectation.line == 3


def test_an_expectation_that_measures_or_expects_nothing_is_told(tmp_path: Path) -> None:
    folder = good_scene(tmp_path)
    faulty = (
        "expectations:\n  - {name: a, measure: count, equals: 3}\n  - {name: b, measure: count, of: open}\n"
        "  - {name: c, measure: count, of: opened, equals: 1}\n  - {name: c, measure: count, of: open, equals: 1}\n"
    )
    write(folder, {"checks/numbers.yaml": faulty})
    with only_runners(Runner("count", lambda context, spec: 1, targets="queries")):
        found = [str(p).removeprefix(f"{folder}/checks/") for p in check_scene(folder, parts())]
    assert found == [
        "numbers.yaml:2: “of” or “condition” is missing: what is measured?",
        "numbers.yaml:3: “equals”, “at_least” or “at_most” is missing: what is expected?",
        "numbers.yaml:5: “c” is already defined at numbers.yaml:4",
    ]
    write(folder, {"checks/numbers.yaml": "expectations:\n  - {name: c, measure: count, of: opend, equals: 1}\n"})
    with only_runners(Runner("count", lambda context, spec: 1, targets="queries")):
        (problem,) = check_scene(folder, parts())
    assert str(problem.text) == "nothing named “opend” in queries; did you mean “open”?"


def test_a_kind_of_runner_belongs_to_one_package() -> None:
    def measure(context: Any, spec: Any) -> int:
        return 1

    with only_runners():
        register_runner("count", measure)
        register_runner("count", measure)
        with pytest.raises(ValueError, match="registered already"):
            register_runner("count", lambda context, spec: 2)


@pytest.mark.parametrize(
    ("expected", "value", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (None, None, True),
        (None, 0, False),
        ([1, {"a": 2}], [1, {"a": 2.0}], True),
        ([1], [1, 2], False),
        ({"a": 1}, {"b": 1}, False),
        ("x", "x", True),
        (float("inf"), float("inf"), True),
    ],
)
def test_plain_data_is_compared_by_value(expected: Any, value: Any, same: bool) -> None:
    assert is_same(expected, value) is same
