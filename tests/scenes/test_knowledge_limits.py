"""What the knowledge articles promise is what the clocks of their categories give: nobody is told another limit."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import yaml

RULES = Path(__file__).resolve().parents[2] / "scenes" / "city_events" / "rules"
DAY = 480
"""Minutes of a working day."""
HOURS = re.compile(r"(\d+)小时内")
DAYS = re.compile(r"(\d+)个工作日")
BY_LAW = {"medical_insurance", "low_income"}
"""Articles whose times are the law's for something else than the city's answer."""

ROWS = {row["code"]: row for row in csv.DictReader((RULES / "categories.csv").read_text(encoding="utf-8").splitlines())}
ARTICLES = yaml.safe_load((RULES / "knowledge.yaml").read_text(encoding="utf-8"))["articles"]


def own(code: str, column: str) -> str:
    """A value of a category, its parent's where it has none."""
    row = ROWS[code]
    return row[column] or (own(row["parent"], column) if row["parent"] else "")


def clocks(code: str) -> set[tuple[str, int]]:
    """Calendar and minutes to handle of a category and of those under it."""
    under = [one for one in ROWS if one.startswith(code)]
    return {(own(one, "calendar"), int(own(one, "handle_minutes") or 0)) for one in under}


@pytest.mark.parametrize("article", [one for one in ARTICLES if one["code"] not in BY_LAW], ids=lambda one: one["code"])
def test_an_article_promises_no_other_limit_than_its_categories_have(article: dict[str, object]) -> None:
    known, text = clocks(str(article["category"])), str(article["text"]["zh-Hans"])  # type: ignore[index]
    for days in map(int, DAYS.findall(text)):
        assert ("office", days * DAY) in known, f"{days} working days; the clocks are {sorted(known)}"
    for hours in map(int, HOURS.findall(text)):
        # coming may be promised sooner than being done, never later
        assert any(calendar == "always" and minutes >= hours * 60 for calendar, minutes in known), f"{hours} h: {known}"
