"""Trains the sample city's classifier on its own history, as a city would: on what people chose, not on the truth.

A small city's history is too short to learn from; it is made up to `LEAST` texts with earlier ones of the same people.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from yiwang.base.access import SYSTEM
from yiwang.base.areas.queries import JurisdictionView
from yiwang.demo.plan.records import Planned
from yiwang.demo.plan.telling import Teller
from yiwang.domains.events.learning import train_from_file
from yiwang.kernel.clock import now

LEAST = 2_000
FILE = "历史工单.csv"
"""Its name stands on the classifier's page as what a version has learnt from."""


def train_on_history(folder: Path, rows: Sequence[Planned], teller: Teller, place: JurisdictionView) -> None:
    """Train on the texts of these reports and the categories they were given, and let the model act."""
    path = folder / FILE
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("text", "category"))
        writer.writerows((one.text, one.given or one.category) for one in rows)
        for n in range(len(rows), LEAST):
            one = teller.tell(f"earlier-{n}", now() - timedelta(hours=n))
            writer.writerow((one.text, one.given or one.category))
    train_from_file(path, text=("text",), category=("category",), jurisdiction=place, by=SYSTEM, acts=True)
