"""An event's history as sentences one can read: who said or did what, words as they were said, photos beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from yiwang.domains.events.pages.filters import words
from yiwang.domains.events.pages.why import (
    Names,
    category_grounds,
    considered,
    department_grounds,
    place_grounds,
)
from yiwang.domains.events.queries import StoryLine
from yiwang.domains.events.wording import ENTRY_TITLES, SOURCE_TITLES
from yiwang.kernel.text import N_, Text

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
    "withdrawn": ("return", "warning"),
    "released": ("return", "info"),
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
    "noted": ("edit", "neutral"),
}
SENTENCES = {
    "reported": N_("%(reporter)s reported it by %(source)s"),
    "imported": N_("It was taken over from another system (%(source)s)"),
    "changed_at_source": N_("It was changed in the other system"),
    "located": N_("Its place was found"),
    "not_located": N_("Its place is not known"),
    "classified": N_("It was taken for: %(category)s"),
    "not_classified": N_("The category was not certain enough; a person chooses"),
    "categorised": N_("%(by)s chose the category: %(category)s"),
    "dispatched": N_("%(by)s gave it to %(department)s"),
    "not_dispatched": N_("It waits for a dispatcher"),
    "rejected": N_("%(by)s did not take it up"),
    "accepted": N_("%(by)s accepted it"),
    "handled": N_("%(by)s said what was done"),
    "returned": N_("%(by)s returned it"),
    "transferred": N_("%(by)s handed it over to %(department)s"),
    "withdrawn": N_("%(by)s took it back from %(department)s"),
    "released": N_("%(by)s put it back for others of the department"),
    "verified": N_("%(by)s checked the result: it is settled"),
    "verified_failed": N_("%(by)s checked the result: it is not settled"),
    "closed": N_("%(by)s closed it"),
    "reopened": N_("%(by)s had it taken up again"),
    "evaluated": N_("The reporter gave it %(score)s of 5 stars"),
    "urged": N_("%(by)s urged"),
    "supervised": N_("%(by)s put it under supervision"),
    "extended": N_("%(by)s gave it more time: %(time)s"),
    "merged": N_("%(by)s merged it into another one"),
    "joined": N_("%(by)s merged another one into it"),
    "unmerged": N_("%(by)s undid the merge"),
    "parted": N_("%(by)s took another one out of it again"),
    "not_duplicate": N_("%(by)s judged another one to be a different matter"),
    "overdue": N_("The deadline has passed"),
    "warned": N_("The deadline comes near"),
    "not_accepted": N_("Nobody has accepted it in time"),
    "noted": N_("%(by)s noted"),
}
LINKED = ("into", "out_of", "other")


@dataclass(frozen=True)
class Line:
    """One line of the timeline: `facts` explain it, `considered` is the small print of an automatic decision."""

    kind: str
    title: str
    at: datetime
    icon: str
    tone: str
    text: str
    is_public: bool
    facts: tuple[str, ...] = ()
    considered: tuple[str, ...] = ()
    linked: str = ""
    files: tuple[str, ...] = field(default=())

    @property
    def is_note(self) -> bool:
        """Words among officials."""
        return self.kind == "noted"


def readable_story(story: Sequence[StoryLine], names: Names, *, reporter: str = "", day_minutes: int = 0) -> list[Line]:
    """The story, newest first. `reporter` is the first reporter's masked name; `day_minutes` a working day's."""
    return [_line(entry, names, reporter, day_minutes) for entry in reversed(story)]


def _line(entry: StoryLine, names: Names, reporter: str, day_minutes: int) -> Line:
    icon, tone = LOOKS.get(entry.kind, ("info", "neutral"))
    data = entry.data
    return Line(
        kind=entry.kind,
        title=_sentence(entry, names, reporter, day_minutes),
        at=entry.at,
        icon=icon,
        tone=tone,
        text=entry.text,
        is_public=entry.is_public,
        facts=tuple(_facts(entry.kind, data, names)),
        considered=tuple(considered(data, names)),
        linked=next((str(data[name]) for name in LINKED if data.get(name)), ""),
        files=tuple(str(uid) for uid in data.get("files", ())),
    )


def _sentence(entry: StoryLine, names: Names, reporter: str, day_minutes: int) -> str:
    data = entry.data
    source = str(data.get("source", ""))
    told = {
        "by": entry.by_name or _unnamed(entry),
        "reporter": reporter or gettext("Somebody"),
        "source": gettext(SOURCE_TITLES.get(source, source)) if source else gettext("an unknown way"),
        "department": words(data.get("department") or {}) or gettext("a department"),
        "category": _category(data, names),
        "score": data.get("score", ""),
        "time": working_time(int(data.get("minutes") or 0), day_minutes),
    }
    if data.get("reckoned_anew"):
        return gettext("The deadline was reckoned anew, now that the holidays are known")
    sentence = gettext(SENTENCES.get(entry.kind) or ENTRY_TITLES.get(entry.kind, entry.kind)) % told
    if entry.kind == "reported" and entry.by_name:
        sentence += gettext("; %(by)s wrote it down") % told
    return sentence


def working_time(minutes: int, day_minutes: int) -> str:
    """Working minutes as people say them: `2 working days 3 hours`; without a known day in hours and minutes."""
    days, rest = divmod(minutes, day_minutes) if day_minutes else (0, minutes)
    hours, left = divmod(rest, 60)
    parts = []
    if days:
        parts.append(ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days})
    if hours:
        parts.append(ngettext("%(n)s working hour", "%(n)s working hours", hours) % {"n": hours})
    if left or not parts:
        parts.append(ngettext("%(n)s working minute", "%(n)s working minutes", left) % {"n": left})
    return " ".join(parts)


def _category(data: Mapping[str, Any], names: Names) -> str:
    if isinstance(data.get("category"), dict):
        return words(data["category"])
    return names.categories.get(str(data.get("code", "")), gettext("Not known yet"))


def _unnamed(entry: StoryLine) -> str:
    """Who it was where no name is told."""
    if entry.data.get("by_official"):
        return gettext("The department in charge")
    if entry.data.get("by_reporter"):
        return gettext("The reporter")
    return gettext("The platform")


def _facts(kind: str, data: Mapping[str, Any], names: Names) -> list[str]:
    """Sentences about what was decided and why."""
    if kind in ("located", "not_located"):
        return place_grounds(data, names)
    if kind in ("classified", "not_classified"):
        return category_grounds(data, names)
    facts = department_grounds(data, names)
    if kind == "returned" and data.get("arbitration"):
        facts.append(gettext("Returned often enough: a supervisor now decides for good."))
    return facts


def reasons(stored: Sequence[Mapping[str, Any]]) -> list[Text]:
    """Texts kept as JSON, to be said in the reader's language."""
    return [Text(str(one.get("msgid", "")), one.get("params", {})) for one in stored]
