"""What an operator is told while typing: category, place, matters in the text, events like this one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count

from yiwang.base.access import Viewer
from yiwang.base.areas import queries as areas
from yiwang.domains.events.classify.deciding import classify_text, telling_in
from yiwang.domains.events.course import CategoryView, Rules, rules_of
from yiwang.domains.events.duplicates import Likeness, likely_duplicates
from yiwang.domains.events.locating import Placed, Whereabouts, locate_matter, plate_in
from yiwang.domains.events.models import Event
from yiwang.domains.events.queries.lists import event_scope
from yiwang.domains.events.queries.records import EventRow
from yiwang.domains.events.queries.single import rows_by_uid
from yiwang.domains.events.splitting import Part, split_matters
from yiwang.domains.events.telling import Span
from yiwang.engines.place import queries as place
from yiwang.kernel.clock import now
from yiwang.kernel.text import Text
from yiwang.kernel.titles import Title

MOST_GUESSES = MOST_PLACES = MOST_TWINS = 3
COMMON_DAYS = 30
LEAST_GUESS = 0.03
"""A category less certain than this helps nobody."""


@dataclass(frozen=True)
class Guessed:
    """A category, the titles above it, and how certain the classifier is of it (0-1)."""

    category: CategoryView
    above: tuple[Title, ...]
    certainty: float


@dataclass(frozen=True)
class FoundPlace:
    """A place named in the address or the text: `said` are the words, `score` 0-1 how well they fit it."""

    said: str
    text: str
    kind: str
    lon: float
    lat: float
    score: float
    area: Title
    grid_code: str
    element_code: str


@dataclass(frozen=True)
class Twin:
    """An open event like the one being typed, with the newest words about it; `metres` is None without two points."""

    row: EventRow
    text: str
    score: float
    metres: float | None
    hours: float
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class Suggestions:
    """Guesses with the telling phrases of the first, where it lies, places named, matters found, events like it.

    `area` and `grid_code` are of the point given, or of the best place found; {} and "" where there is none.
    """

    guesses: tuple[Guessed, ...]
    telling: tuple[Span, ...]
    area: Title
    grid_code: str
    place_quality: str
    places: tuple[FoundPlace, ...]
    parts: tuple[Part, ...]
    twins: tuple[Twin, ...]


def suggestions(
    viewer: Viewer,
    jurisdiction: areas.JurisdictionView,
    *,
    text: str,
    placed: Placed,
    category: str = "",
) -> Suggestions:
    """Judge a matter that is still being typed; only duplicates the viewer may see are named."""
    rules = rules_of(jurisdiction.id)
    guesses = _guesses(text, rules)
    places = _places(text, placed, rules)
    where = locate_matter(placed, rules)
    best = places[0] if places and where.lon is None else None
    chosen = rules.by_code.get(category) or (guesses[0].category if guesses else None)
    area = areas.area_at(where.area_path).title if where.is_known and where.area_path else {}
    return Suggestions(
        guesses=guesses,
        telling=tuple(telling_in(text, chosen.code, rules)) if chosen else (),
        area=best.area if best else area,
        grid_code=best.grid_code if best else where.grid_code,
        place_quality=where.quality,
        places=places,
        parts=tuple(matters_in(text, rules)),
        twins=_twins(viewer, _draft(text, placed, where, best, chosen, rules), rules),
    )


def matters_in(text: str, rules: Rules) -> list[Part]:
    """The matters a text speaks of, [] when it is one."""

    def classify(words: str) -> tuple[str, float]:
        found = classify_text(words, rules, with_words=False, is_part=True)
        return found.code, found.certainty

    return split_matters(text, classify)


def likely_categories(jurisdiction: areas.JurisdictionView, text: str) -> list[CategoryView]:
    """The categories a text speaks for, the likeliest first."""
    return [guess.category for guess in _guesses(text, rules_of(jurisdiction.id))]


def common_categories(viewer: Viewer, jurisdiction: areas.JurisdictionView, *, limit: int) -> list[str]:
    """The codes of what was reported most in the last `COMMON_DAYS` of what the viewer may see, the most first."""
    rules = rules_of(jurisdiction.id)
    rows = (
        Event.objects.filter(event_scope(viewer), jurisdiction_id=jurisdiction.id)
        .filter(occurred_at__gte=now() - timedelta(days=COMMON_DAYS))
        .exclude(category=None)
        .values_list("category_id")
        .annotate(n=Count("pk"))
        .order_by("-n", "category_id")[:limit]
    )
    return [rules.categories[pk].code for pk, _n in rows if pk in rules.categories]


def _guesses(text: str, rules: Rules) -> tuple[Guessed, ...]:
    classified = classify_text(text, rules, with_words=False)
    found = [g for g in classified.guesses if g.code in rules.by_code and g.certainty >= LEAST_GUESS]
    return tuple(_guessed(rules.by_code[g.code], g.certainty, rules) for g in found[:MOST_GUESSES])


def _guessed(category: CategoryView, certainty: float, rules: Rules) -> Guessed:
    above = [c for c in rules.categories.values() if category.path.startswith(c.path) and c.id != category.id]
    return Guessed(category, tuple(c.title for c in sorted(above, key=lambda c: c.level)), certainty)


def _places(text: str, placed: Placed, rules: Rules) -> tuple[FoundPlace, ...]:
    """The facility named by its code, then what the address says, else the text; each once, the better fit first."""
    city = rules.jurisdiction
    plate = plate_in(f"{placed.address_text}\n{text}", rules)
    if placed.address_text:
        hits = [(placed.address_text, hit) for hit in place.geocode(city.id, placed.address_text, limit=MOST_PLACES)]
    else:
        hits = [(named.text, named.hit) for named in place.places_in(city.id, text) if named.hit is not None]
    found = [
        FoundPlace(
            said=said,
            text=hit.text,
            kind=hit.kind,
            lon=hit.lon,
            lat=hit.lat,
            score=hit.score,
            area=_area_title(hit.lon, hit.lat, city.id),
            grid_code=hit.grid_code,
            element_code=hit.element_code,
        )
        for said, hit in sorted(hits, key=lambda each: -each[1].score)
    ]
    if plate is not None:
        found.insert(0, _facility(plate, city.id))
    return tuple({one.text: one for one in reversed(found)}.values())[::-1][:MOST_PLACES]


def _facility(plate: place.ElementInText, jurisdiction: int) -> FoundPlace:
    """A facility as a place: its address, where it has none its title."""
    one = plate.element
    return FoundPlace(
        said=plate.text,
        text=one.address or one.title.get("zh-Hans") or next(iter(one.title.values()), one.code),
        kind=one.kind,
        lon=one.lon,
        lat=one.lat,
        score=1.0,
        area=_area_title(one.lon, one.lat, jurisdiction),
        grid_code=one.grid_code,
        element_code=one.code,
    )


def _area_title(lon: float, lat: float, jurisdiction: int) -> Title:
    found = place.locate(lon, lat, jurisdiction=jurisdiction)
    return areas.area_at(found.area_path).title if found is not None and found.area_path else {}


def _draft(
    text: str,
    placed: Placed,
    where: Whereabouts,
    best: FoundPlace | None,
    chosen: CategoryView | None,
    rules: Rules,
) -> Event:
    """The event it would be, unsaved; a place only found counts like one given."""
    return Event(
        jurisdiction_id=rules.jurisdiction.id,
        title="",
        text=text,
        address_text=placed.address_text,
        category_path=chosen.path if chosen else "",
        lon=best.lon if best else where.lon,
        lat=best.lat if best else where.lat,
        cell=where.cell,
        occurred_at=now(),
    )


def _twins(viewer: Viewer, draft: Event, rules: Rules) -> tuple[Twin, ...]:
    likes = likely_duplicates(draft, rules) if draft.text.strip() else []
    rows = rows_by_uid(viewer, [like.event.uid for like in likes])
    return tuple(_twin(like, draft, rows[like.event.uid]) for like in likes if like.event.uid in rows)[:MOST_TWINS]


def _twin(like: Likeness, draft: Event, row: EventRow) -> Twin:
    other = like.event
    metres = None
    if draft.lon is not None and draft.lat is not None and other.lon is not None and other.lat is not None:
        metres = place.metres_between(draft.lon, draft.lat, other.lon, other.lat)
    hours = abs((draft.occurred_at - other.occurred_at).total_seconds()) / 3600
    return Twin(row, other.text, like.score, metres, hours, like.reasons)
