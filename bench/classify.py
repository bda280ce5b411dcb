"""Measures the classifier: milliseconds a text, alone and with its explanation, on a model trained on Chinese reports.

The texts are those of the sample city (other house numbers, some words exchanged); accuracy is not measured here,
because they are too alike: the model card of `yiwang events train` tells it for real data.
"""

from __future__ import annotations

import csv
import os
import random
import re
import time

from bench.city import load
from bench.report import ROOT, append_result

N_TEXTS = 3_000
SAMPLE = ROOT / "scenes" / "city_events" / "sample" / "reports_12345.csv"
TAILS = ("", "，希望尽快处理", "，已经好几天了", "，请有关部门到现场看看", "，晚上尤其明显", "，之前反映过一次")


def examples() -> list[tuple[str, str]]:
    """Texts and their categories."""
    chance = random.Random(5)
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        known = [(row["留言详情"], row["二级标签"]) for row in csv.DictReader(file)]
    made = []
    for _ in range(N_TEXTS):
        text, label = chance.choice(known)
        text = re.sub(r"\d+", str(chance.randint(1, 999)), text)
        made.append((text + chance.choice(TAILS), label))
    return made


def main() -> None:
    """Measure and append to the results."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.web.settings")
    django.setup()
    from yiwang.domains.events.classify.training import Example, train_model

    began, pairs = load(), examples()
    start = time.perf_counter()
    model = train_model([Example(text, label) for text, label in pairs], source="bench")
    trained_s = time.perf_counter() - start
    texts = [text for text, _label in pairs[:2_000]]
    start = time.perf_counter()
    codes = [model.guesses(text)[0].code for text in texts]
    guess_ms = (time.perf_counter() - start) / len(texts) * 1e3
    start = time.perf_counter()
    for text, code in zip(texts, codes, strict=True):
        model.telling(text, code)
    telling_ms = (time.perf_counter() - start) / len(texts) * 1e3
    append_result(
        "Classifier, one core",
        [
            ("category of a text", f"{guess_ms:.2f} ms", f"mean of {len(texts):,}; {len(model.classes)} categories"),
            ("words that told it", f"{telling_ms:.2f} ms", "besides, for the event's story"),
            ("training", f"{trained_s:.1f} s", f"{len(pairs):,} texts, cross-validated and calibrated"),
        ],
        note=f"Load at start {began}.",
    )


if __name__ == "__main__":
    main()
