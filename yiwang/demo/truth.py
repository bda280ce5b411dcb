"""What really was the matter with each of the demo's reports, kept in a file beside the data, for measuring.

Never in the database: what the platform decides must not be able to see it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings

from yiwang.demo.plan.records import Planned

NAMES = (
    *("key", "submission", "at", "category", "given", "group", "call"),
    *("lon", "lat", "caller", "phrasing", "channel", "text"),
    *("part_of", "place", "core"),
)
"""`place` are the words that name the place in the text, `core` the clause that tells the matter. New ones go last."""


def truth_file() -> Path:
    """Where it is kept."""
    return Path(settings.HOME) / "demo" / "truth.csv"


def live_truth_file() -> Path:
    """Where the truth about the live simulator's reports is kept."""
    return truth_file().with_name("live-truth.csv")


def read_truth(path: Path) -> list[dict[str, str]]:
    """All rows of a truth file, none where there is no file; the last one of a key counts."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list({row["key"]: row for row in csv.DictReader(file) if row.get(NAMES[-1], "") is not None}.values())


def categories_of(path: Path) -> dict[str, str]:
    """The true category by submission."""
    return {row["submission"]: row["category"] for row in read_truth(path)}


def add_truth(path: Path, jurisdiction: str, one: Planned) -> None:
    """Add a report to a truth file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if is_new:
            writer.writerow(NAMES)
        writer.writerow(_row(one, jurisdiction))


def submission_of(jurisdiction: str, key: str) -> UUID:
    """The submission of a played report; the key is the external id of an imported one."""
    return uuid5(NAMESPACE_URL, f"demo/{jurisdiction}/{key}")


def write_truth(path: Path, jurisdiction: str, rows: Iterable[Planned]) -> int:
    """Write the file anew, in one step; returns the number of reports."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh, told = path.with_suffix(".new"), list(rows)
    with fresh.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(NAMES)
        writer.writerows(_row(one, jurisdiction) for one in told)
    fresh.replace(path)
    return len(told)


def _row(one: Planned, jurisdiction: str) -> tuple[object, ...]:
    spot = one.spot
    who = one.caller.id if one.caller else ""
    return (
        one.key,
        submission_of(jurisdiction, one.key),
        one.at.isoformat(),
        one.category,
        one.given,
        one.group,
        one.call,
        f"{spot.lon:.6f}",
        f"{spot.lat:.6f}",
        who,
        one.phrasing,
        one.source,
        one.text,
        one.part_of,
        one.saying.place if one.saying else "",
        one.saying.core if one.saying else "",
    )
