"""What an operator is told while typing: likely categories with the telling words, and likely duplicates."""

from __future__ import annotations

from dataclasses import dataclass

from yiwang.base.access import Viewer
from yiwang.base.areas import queries as areas
from yiwang.domains.events.classify.deciding import classify_text
from yiwang.domains.events.course import CategoryView, rules_of
from yiwang.domains.events.duplicates import likely_duplicates
from yiwang.domains.events.locating import Placed, locate_matter
from yiwang.domains.events.models import Event
from yiwang.domains.events.queries.records import DuplicateView
from yiwang.domains.events.queries.single import rows_by_uid
from yiwang.kernel.clock import now
from yiwang.kernel.titles import Title

MOST_GUESSES = 3


@dataclass(frozen=True)
class Guessed:
    """A category and how certain the classifier is of it (0-1)."""

    category: CategoryView
    certainty: float


@dataclass(frozen=True)
class Suggestions:
    """The best categories, the words that spoke for the first, where the place lies, and events like this one."""

    guesses: tuple[Guessed, ...]
    words: tuple[str, ...]
    area: Title
    place_quality: str
    duplicates: tuple[DuplicateView, ...]


def suggestions(
    viewer: Viewer,
    jurisdiction: areas.JurisdictionView,
    *,
    text: str,
    placed: Placed,
    address: str = "",
    category: str = "",
) -> Suggestions:
    """Judge a matter that is still being typed; only duplicates the viewer may see are named."""
    rules = rules_of(jurisdiction.id)
    classified = classify_text(text, rules)
    guesses = [
        Guessed(rules.by_code[g.code], g.certainty)
        for g in classified.guesses[:MOST_GUESSES]
        if g.code in rules.by_code
    ]
    where = locate_matter(placed, rules)
    chosen = rules.by_code.get(category) or (guesses[0].category if guesses else None)
    draft = Event(
        jurisdiction_id=jurisdiction.id,
        title="",
        text=text,
        address_text=address,
        category_path=chosen.path if chosen else "",
        lon=where.lon,
        lat=where.lat,
        cell=where.cell,
        occurred_at=now(),
    )
    likes = likely_duplicates(draft, rules) if text.strip() else []
    rows = rows_by_uid(viewer, [like.event.uid for like in likes])
    return Suggestions(
        guesses=tuple(guesses),
        words=classified.words,
        area=areas.area_at(where.area_path).title if where.grid_code else {},
        place_quality=where.quality,
        duplicates=tuple(
            DuplicateView(
                rows[like.event.uid],
                like.score,
                tuple({"msgid": r.msgid, "params": dict(r.params)} for r in like.reasons),
                "proposed",
            )
            for like in likes
            if like.event.uid in rows
        ),
    )
