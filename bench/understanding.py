"""Measures how reports of the demo city are understood against its truth: categories, places in texts, duplicates.

    python3 start.py bench understanding [--size city] [--texts 12000] [--home DIR] [--weak] [--dry]

Sets the city up as `yiwang setup` does, with its ground and addresses, in a data directory of its own (`--home` takes
one that is there, and leaves it as it is), and reads `demo/truth.csv` (and `live-truth.csv`, where the city lived on).

* Categories: the city's own version on the newest days, which it has not learnt; then a version trained on `--texts`
  texts of the same people, asked fresh texts in phrasings it knows, in phrasings it never saw (a quarter of each
  category's phrasings held out wholly), only the clause that tells the matter of those (nothing of the rest of such a
  text stands alone then: what follows from the matter and what is wished is said in the same words by everybody), and
  texts from a district it has never heard of.
* Places: found in the texts alone, and all places as the city took them, in metres from where it really was.
* Duplicates: each report's best match among the matters open then, by the product's own score.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.report import ROOT, append_result

HELD_OUT = 0.25
FRESH = 0.15
MOST_ASKED = 6_000
"""Figures of more texts change in the third digit only."""
PLACES_TEXTS = 5_000
WEAK = 15
STEP = timedelta(minutes=7)
Rows = list[tuple[str, str, str]]


def measure_own() -> Rows:
    """The city's acting version on reports it has not learnt, against the truth."""
    from yiwang.demo.switch import folder
    from yiwang.demo.truth import read_truth
    from yiwang.domains.events.classify.evaluating import evaluate_model
    from yiwang.domains.events.classify.training import Example
    from yiwang.domains.events.classify.using import model_of, use_of
    from yiwang.domains.events.course import rules_of
    from yiwang.domains.events.learning import levels_of

    place = _jurisdiction()
    model = model_of(place.code, use_of(place.code).acting)
    if model is None:
        raise RuntimeError("no version acts in this city")
    known = [row for name in ("truth.csv", "live-truth.csv") for row in read_truth(folder() / name)]
    levels, card = levels_of(rules_of(place.id)), model.card
    found = evaluate_model(model, [Example(row["text"], row["category"]) for row in known], levels=levels)
    curve = "; ".join(f"{point['texts']:,.0f}: {_two(point['accuracy'], point['macro_f1'])}" for point in card.curve)
    return [
        ("the city's own version", f"{card.n_classes} categories", f"{card.n_distinct:,} texts of its history"),
        (
            "own: cross-validated on groups of like texts",
            _two(card.accuracy, card.macro_f1),
            f"by texts learnt {curve}",
        ),
        *_told("own: the newest days", found),
    ]


def measure_classifier(n_texts: int) -> Rows:
    """A version trained on texts told in the city's own places; asked what it has not learnt in four ways."""
    from yiwang.domains.events.classify.training import Example

    told = list(_texts(n_texts))
    unseen = _held_out(told)
    chance = random.Random(2)
    chance.shuffle(told)
    known = [one for one in told if one.phrasing not in unseen and not one.phrasing.endswith("+")]
    cut = int(len(known) * (1 - FRESH))
    strange = [one for one in told if one.phrasing in unseen]
    rows = _asked(
        [Example(one.text, one.category) for one in known[:cut]],
        {
            "phrasings it knows": [Example(one.text, one.category) for one in known[cut:]],
            "phrasings it never saw": [Example(one.text, one.category) for one in strange],
            "only the telling clause of these": [Example(one.saying.core, one.category) for one in strange],
        },
    )
    district = sorted({one.spot.district for one in told})[0]
    away = [Example(one.text, one.category) for one in known if one.spot.district != district]
    there = {"places it never saw": [Example(one.text, one.category) for one in told if one.spot.district == district]}
    return rows + _asked(away[: len(away) // 2], there)


def weak_classes(n_texts: int, most: int = WEAK) -> Rows:
    """The categories told worst in phrasings never seen, with what they are taken for."""
    from yiwang.domains.events.classify.evaluating import evaluate_model
    from yiwang.domains.events.classify.training import Example
    from yiwang.domains.events.course import rules_of

    told = list(_texts(n_texts))
    unseen, rules = _held_out(told), rules_of(_jurisdiction().id)
    model = _trained([Example(one.text, one.category) for one in told if one.phrasing not in unseen])
    asked = [Example(one.text, one.category) for one in told if one.phrasing in unseen]
    found = evaluate_model(model, asked)

    def title(code: str) -> str:
        return rules.by_code[code].title["zh-Hans"]

    rows: Rows = []
    for code, figures in sorted(found.per_class.items(), key=lambda each: each[1]["f1"])[:most]:
        taken = [f"{title(one['found'])} {one['n']}" for one in found.confusions if one["given"] == code]
        rows.append((f"{code} {title(code)}", f"F1 {figures['f1']:.2f} of {figures['texts']}", "、".join(taken)))
    return rows


def _texts(n_texts: int) -> Iterator[Any]:
    """Texts of the city's own people at its own places, earlier than its history."""
    from yiwang.demo.city import load_city, places_file
    from yiwang.demo.plan.places import load_places
    from yiwang.demo.plan.telling import Teller

    city = load_city()
    teller = Teller(load_places(places_file(), city.seed), city.seed, n_texts)
    yield from (teller.tell(f"bench-{n}", city.end - STEP * n) for n in range(n_texts))


def _held_out(told: Sequence[Any]) -> set[str]:
    """A quarter of each category's phrasings."""
    families: defaultdict[str, set[str]] = defaultdict(set)
    for one in told:
        families[one.category].add(one.phrasing)
    chance = random.Random(1)
    return {
        phrasing
        for category in sorted(families)
        for phrasing in chance.sample(sorted(families[category]), int(len(families[category]) * HELD_OUT))
    }


def _trained(examples: Sequence[Any]) -> Any:
    from yiwang.domains.events.classify.training import train_model
    from yiwang.domains.events.course import rules_of
    from yiwang.domains.events.learning import hints_of, levels_of

    rules = rules_of(_jurisdiction().id)
    return train_model(examples, source="bench", levels=levels_of(rules), hints=hints_of(rules))


def _asked(examples: Sequence[Any], asked: dict[str, list[Any]]) -> Rows:
    """Train, then ask each set of texts."""
    from yiwang.domains.events.classify.evaluating import evaluate_model
    from yiwang.domains.events.course import rules_of
    from yiwang.domains.events.learning import levels_of

    start = time.perf_counter()
    model, levels = _trained(examples), levels_of(rules_of(_jurisdiction().id))
    took, card = time.perf_counter() - start, model.card
    curve = "; ".join(f"{point['texts']:,.0f}: {_two(point['accuracy'], point['macro_f1'])}" for point in card.curve)
    rows: Rows = [
        (
            f"trained on {len(examples):,} texts",
            f"{card.n_classes} categories",
            f"{took:.0f} s; {card.n_distinct:,} differ",
        ),
        ("cross-validated on groups of like texts", _two(card.accuracy, card.macro_f1), f"by texts learnt {curve}"),
    ]
    for name, texts in asked.items():
        rows += _told(name, evaluate_model(model, texts[:MOST_ASKED], levels=levels))
    return rows


def _told(name: str, found: Any) -> Rows:
    """Rows about one set of texts."""
    levels = ", ".join(f"level {n} {share:.1%}" for n, share in found.by_level.items())
    kept = "; ".join(
        f"asked {float(p):.0%}: {v['answered']:.0%} alone, {v['precision']:.1%} right"
        for p, v in found.at_precision.items()
        if p in ("0.8", "0.9", "0.95")
    )
    three = f"right one among three {found.accuracy_of_three:.1%}"
    return [
        (f"{name}: accuracy, macro-F1", _two(found.accuracy, found.macro_f1), f"{found.n_measured:,} texts; {three}"),
        (f"{name}: decided alone", kept, f"calibration error {found.calibration_error:.3f}; {levels}"),
    ]


def _two(accuracy: float, f1: float) -> str:
    return f"{accuracy:.1%}, {f1:.3f}"


def _jurisdiction() -> Any:
    from yiwang.base.areas import queries as areas

    return areas.jurisdiction("yunxi")


@contextmanager
def demo_city(size: str, home: str) -> Iterator[dict[str, str]]:
    """The environment of a demo city set up for this run, removed afterwards; or of the one at `home`."""
    known = {k: v for k, v in os.environ.items() if not k.startswith(("YIWANG_", "DATABASE_URL"))}
    folder = Path(home) if home else Path(tempfile.mkdtemp(prefix="yiwang-understanding-"))
    env = known | {"YIWANG_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "yiwang.web.settings"}
    try:
        if not home:
            command = [sys.executable, "-m", "yiwang.web.cli", "setup", "--size", size]
            subprocess.run(command, cwd=ROOT, env=env, check=True)
        yield env
    finally:
        if not home:
            shutil.rmtree(folder, ignore_errors=True)


def measured(env: dict[str, str], module: str, call: str) -> Rows:
    """Rows of one measurement, run in a process of the installation."""
    code = f"import django; django.setup(); import json; from bench import {module} as m; print(json.dumps(m.{call}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True
    )
    return [tuple(row) for row in json.loads(done.stdout.splitlines()[-1])]


def main() -> None:
    """Measure and append to the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="city", help="of the city: city, small")
    parser.add_argument("--texts", type=int, default=12_000)
    parser.add_argument("--home", default="", help="a demo city that is there")
    parser.add_argument("--only", choices=("own", "texts", "places", "duplicates", ""), default="")
    parser.add_argument("--weak", action="store_true", help="only print the categories told worst")
    parser.add_argument("--dry", action="store_true", help="print, do not append")
    options = parser.parse_args()
    began = f"{os.getloadavg()[0]:.1f}"
    with demo_city(options.size, options.home) as env:
        if options.weak:
            print("\n".join(map(str, measured(env, "understanding", f"weak_classes({options.texts})"))))
            return
        calls = {
            "own": ("Categories of the demo city's reports", "understanding", "measure_own()"),
            "texts": (
                "Categories of unseen phrasings and places",
                "understanding",
                f"measure_classifier({options.texts})",
            ),
            "places": ("Places of the demo city's reports", "understanding_places", f"measure_places({PLACES_TEXTS})"),
            "duplicates": ("Duplicate finder against the truth", "understanding_places", "measure_duplicates()"),
        }
        for name, (title, module, call) in calls.items():
            if options.only in ("", name):
                rows = measured(env, module, call)
                if options.dry:
                    print("\n".join(map(str, rows)), flush=True)
                else:
                    append_result(title, rows, note=f"Demo city of size {options.size}. Load at start {began}.")


if __name__ == "__main__":
    main()
