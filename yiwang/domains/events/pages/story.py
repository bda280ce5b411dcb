"""An event's history as lines a person can read: decisions explained, words as they were said, photos beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from yiwang.domains.events.pages.filters import words
from yiwang.domains.events.queries import StoryLine
from yiwang.domains.events.wording import ENTRY_TITLES, QUALITY_TITLES, SOURCE_TITLES
from yiwang.kernel.text import Text
from yiwang.kernel.titles import Title

LOOKS = {
    "reported": ("message", "special"),
    "imported": ("download", "neutral"),
    "changed_at_source": ("edit", "neutral"),
    "located": ("pin", "info"),
    "not_located": ("pin", "warning"),
    "classified": ("layers", "info"),
    "not_classified": ("help", "warning"),
    "categorised": ("layers", "info"),
    "dispatched": ("send", "info"),
    "not_dispatched": ("inbox", "warning"),
    "rejected": ("close", "danger"),
    "accepted": ("user", "info"),
    "handled": ("check", "success"),
    "returned": ("return", "warning"),
    "transferred": ("transfer", "info"),
    "verified": ("shield", "success"),
    "verified_failed": ("shield", "danger"),
    "closed": ("check-circle", "success"),
    "reopened": ("refresh", "warning"),
    "evaluated": ("star", "special"),
    "urged": ("bell", "warning"),
    "supervised": ("flag", "danger"),
    "extended": ("clock", "info"),
    "merged": ("link", "neutral"),
    "joined": ("link", "neutral"),
    "unmerged": ("link", "neutral"),
    "parted": ("link", "neutral"),
    "not_duplicate": ("link", "neutral"),
    "overdue": ("alert", "danger"),
    "warned": ("clock", "warning"),
    "not_accepted": ("alert", "warning"),
}
LINKED = ("into", "out_of", "other")


@dataclass(frozen=True)
class Line:
    """One line of the timeline: `facts` explain it, `considered` is the small print of an automatic decision."""

    title: str
    at: datetime
    by: str
    icon: str
    tone: str
    text: str
    is_public: bool
    facts: tuple[str, ...] = ()
    considered: tuple[str, ...] = ()
    linked: str = ""
    files: tuple[str, ...] = field(default=())


def readable_story(story: Sequence[StoryLine], categories: Mapping[str, Title]) -> list[Line]:
    """The story, newest first; `categories` are titles by code."""
    return [_line(entry, categories) for entry in reversed(story)]


def _line(entry: StoryLine, categories: Mapping[str, Title]) -> Line:
    icon, tone = LOOKS.get(entry.kind, ("info", "neutral"))
    data = entry.data
    return Line(
        title=gettext(ENTRY_TITLES.get(entry.kind, entry.kind)),
        at=entry.at,
        by=entry.by_name or _unnamed(entry),
        icon=icon,
        tone=tone,
        text=entry.text,
        is_public=entry.is_public,
        facts=tuple(_facts(entry.kind, data, categories)),
        considered=tuple(_considered(data)),
        linked=next((str(data[name]) for name in LINKED if data.get(name)), ""),
        files=tuple(str(uid) for uid in data.get("files", ())),
    )


def _unnamed(entry: StoryLine) -> str:
    """Who it was where no name is told."""
    if entry.data.get("by_official"):
        return gettext("the department in charge")
    is_reporter = entry.kind in ("evaluated", "reported") or entry.data.get("by_reporter")
    return gettext("The reporter") if is_reporter else gettext("Automatically")


def _facts(kind: str, data: Mapping[str, Any], categories: Mapping[str, Title]) -> list[str]:
    """Sentences about what was decided and why."""
    facts: list[str] = []
    if kind in ("reported", "imported") and data.get("source"):
        facts.append(gettext(SOURCE_TITLES.get(str(data["source"]), str(data["source"]))))
    if kind in ("located", "not_located"):
        facts += _place(data)
    if kind in ("classified", "not_classified"):
        facts += _guesses(data, categories)
    if kind == "categorised" and data.get("category"):
        facts.append(words(data["category"]))
    if data.get("department"):
        facts.append(gettext("To: %(department)s") % {"department": words(data["department"])})
    facts += [told.render(gettext) for told in reasons(data.get("reasons", ()))]
    if kind == "returned" and data.get("arbitration"):
        facts.append(gettext("Returned often enough: a supervisor now decides for good."))
    if kind == "extended":
        facts.append(gettext("%(minutes)s more working minutes") % {"minutes": data.get("minutes", "")})
    if kind == "evaluated":
        facts.append(gettext("%(score)s of 5") % {"score": data.get("score", "")})
    return facts


def _place(data: Mapping[str, Any]) -> list[str]:
    facts = [gettext(QUALITY_TITLES.get(str(data.get("quality")), str(data.get("quality"))))]
    if data.get("grid"):
        facts.append(gettext("Grid %(grid)s") % {"grid": data["grid"]})
    if data.get("swapped"):
        facts.append(gettext("Longitude and latitude were swapped and have been put right."))
    return facts


def _guesses(data: Mapping[str, Any], categories: Mapping[str, Title]) -> list[str]:
    facts = []
    for code, certainty in data.get("guesses", ()):
        named = {"category": words(categories.get(code, {})) or code, "percent": round(certainty * 100)}
        facts.append(gettext("%(category)s: %(percent)s %% certain") % named)
    if data.get("words"):
        facts.append(gettext("Telling words: %(words)s") % {"words": gettext(", ").join(data["words"])})
    return facts


def _considered(data: Mapping[str, Any]) -> list[str]:
    """Every row of the responsibility list that was looked at, and the version of the rules."""
    told = {True: gettext("applies"), False: gettext("does not hold"), None: gettext("not known")}
    lines = [
        gettext("Row %(row)s → %(department)s: %(held)s")
        % {"row": one.get("row"), "department": one.get("department"), "held": told.get(one.get("held"), "")}
        for one in data.get("considered", ())
    ]
    if data.get("version"):
        lines.append(gettext("Version of the rules: %(version)s") % {"version": data["version"]})
    return lines


def reasons(stored: Sequence[Mapping[str, Any]]) -> list[Text]:
    """Texts kept as JSON, to be said in the reader's language."""
    return [Text(str(one.get("msgid", "")), one.get("params", {})) for one in stored]
