"""What a city shows everybody: the list of consented reports, counts on a map, and how well it answers.

**No personal data.** The list shows an event only when its reporter agreed, by its first sentence without numbers, its
kind, area, state and dates. The map counts *all* events of the last `MAP_DAYS` days, but only as numbers: per cell of
0.002° (about 200 m) where at least `FEWEST` happened, the rest per street where at least `FEWEST` of them remain; no
place with fewer is shown. Numbers are kept for `KEPT_S`, so that they cannot be watched rising one by one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from yiwang.base.areas import queries as areas
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.duplicates import likely_duplicates
from yiwang.domains.events.locating import CELL_DEGREES
from yiwang.domains.events.models import OPEN_STATUSES, Event, Status
from yiwang.domains.events.numbers import event_number
from yiwang.domains.events.queries.public import without_traces
from yiwang.domains.events.queries.records import ROW_RELATED
from yiwang.engines.place.cells import cell_centre, metres_between
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.page_keys import from_page_key, page_key
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title

MAP_DAYS = 90
FIGURE_DAYS = 30
FEWEST = 5
KEPT_S = 600
NEARBY = 3
NEAR_STEP_M = 50
STATES = ("", "open", "closed")


@dataclass(frozen=True)
class PublicFilter:
    """What the public list is narrowed to: codes of an area and a category, `open` or `closed`; "" = all."""

    area: str = ""
    category: str = ""
    state: str = ""


@dataclass(frozen=True)
class PublicRow:
    """An event of the public list; telephone and identity numbers are taken out of the title."""

    title: str
    category: Title
    area: Title
    status: str
    occurred_at: datetime
    closed_at: datetime | None
    n_reports: int


@dataclass(frozen=True)
class PublicPage:
    """Rows, newest first, and the key of the next page ("" at the end)."""

    rows: tuple[PublicRow, ...]
    after: str


@dataclass(frozen=True)
class Figures:
    """How a city answered in the last `days` days; shares 0-100, None where there are too few to say."""

    days: int
    received: int
    closed: int
    in_time: int | None
    satisfied: int | None


@dataclass(frozen=True)
class Spot:
    """So many events at a place: the middle of a cell ("cell"), or of a street ("area") with its title."""

    lon: float
    lat: float
    n: int
    kind: str
    title: Title


@dataclass(frozen=True)
class Nearby:
    """An open public event that may be what somebody is just writing about; `metres` in steps, None without points."""

    number: str
    title: str
    status: str
    occurred_at: datetime
    metres: int | None


def has_public_list(jurisdiction: JurisdictionView) -> bool:
    """Whether the city shows one (`course.yaml: public_list`)."""
    return rules_of(jurisdiction.id).settings.public_list


def public_events(
    jurisdiction: JurisdictionView, wanted: PublicFilter | None = None, *, after: str = "", limit: int = 20
) -> PublicPage:
    """The events whose reporters agreed to show them; NotFound where the city keeps no public list."""
    found = _narrowed(_of(jurisdiction).filter(is_public=True), jurisdiction, wanted or PublicFilter())
    if after:
        at, pk = from_page_key(after)
        found = found.filter(Q(occurred_at__lt=at) | Q(occurred_at=at, pk__lt=pk), occurred_at__lte=at)
    rows = list(found.select_related(*ROW_RELATED).order_by("-occurred_at", "-id")[: limit + 1])
    has_more = len(rows) > limit
    rows = rows[:limit]
    return PublicPage(
        tuple(_row(event) for event in rows), page_key(rows[-1].occurred_at, rows[-1].pk) if has_more else ""
    )


def public_figures(jurisdiction: JurisdictionView) -> Figures:
    """Received, closed, closed in time and satisfied in the last 30 days, over all events."""
    return cache.get_or_set(f"public-figures:{jurisdiction.id}", lambda: _figures(jurisdiction), KEPT_S)  # type: ignore[return-value]


def public_spots(jurisdiction: JurisdictionView, wanted: PublicFilter | None = None) -> tuple[Spot, ...]:
    """Where how much happened in the last 90 days, coarse enough that nobody is behind a number; most first."""
    wanted = wanted or PublicFilter()
    key = f"public-spots:{jurisdiction.id}:{wanted.area}:{wanted.category}:{wanted.state}"
    return cache.get_or_set(key, lambda: _spots(jurisdiction, wanted), KEPT_S)  # type: ignore[return-value]


def public_areas(jurisdiction: JurisdictionView) -> list[tuple[str, Title, list[tuple[str, Title]]]]:
    """Districts with their streets: (code, title, [(code, title)…]), to choose from."""
    if jurisdiction.root is None:
        return []
    districts = areas.children(jurisdiction.root_path)
    return [(one.code, one.title, [(s.code, s.title) for s in areas.children(one.path)]) for one in districts]


def likely_public(
    jurisdiction: JurisdictionView, *, text: str, lon: float | None, lat: float | None, address: str = ""
) -> list[Nearby]:
    """Open events shown on the public list that are likely the same matter, best first."""
    if not has_public_list(jurisdiction) or not text.strip():
        return []
    at = now()
    draft = Event(
        jurisdiction_id=jurisdiction.id,
        title=text[:120],
        text=text,
        address_text=address,
        occurred_at=at,
        lon=lon,
        lat=lat,
    )
    found = [
        like.event for like in likely_duplicates(draft, rules_of(jurisdiction.id), limit=20) if like.event.is_public
    ]
    return [
        Nearby(
            number=event_number(event.pk),
            title=without_traces(event.title),
            status=event.status,
            occurred_at=event.occurred_at,
            metres=_away(event, lon, lat),
        )
        for event in found[:NEARBY]
    ]


def _of(jurisdiction: JurisdictionView) -> QuerySet[Event]:
    if not has_public_list(jurisdiction):
        raise NotFound(N_("This city does not publish a list."))
    return Event.objects.filter(jurisdiction_id=jurisdiction.id).exclude(status=Status.MERGED)


def _narrowed(found: QuerySet[Event], jurisdiction: JurisdictionView, wanted: PublicFilter) -> QuerySet[Event]:
    if wanted.state not in STATES:
        raise Invalid(N_("There is no list “%(state)s”."), state=wanted.state)
    if wanted.state == "open":
        found = found.filter(status__in=OPEN_STATUSES)
    elif wanted.state == "closed":
        found = found.filter(status=Status.CLOSED)
    if wanted.area:
        found = found.filter(area_path__under=areas.area(wanted.area, jurisdiction.code).path)
    if wanted.category:
        category = rules_of(jurisdiction.id).by_code.get(wanted.category)
        if category is None:
            raise NotFound(N_("There is no such category."))
        found = found.filter(category_path__under=category.path)
    return found


def _row(event: Event) -> PublicRow:
    return PublicRow(
        title=without_traces(event.title),
        category=event.category.title if event.category else {},
        area=event.area.title if event.area else {},
        status=event.status,
        occurred_at=event.occurred_at,
        closed_at=event.closed_at,
        n_reports=event.n_reports,
    )


def _figures(jurisdiction: JurisdictionView) -> Figures:
    since = now() - timedelta(days=FIGURE_DAYS)
    told = (
        _of(jurisdiction)
        .filter(occurred_at__gte=since)
        .aggregate(
            received=Count("status"),
            closed=Count("status", filter=Q(status=Status.CLOSED)),
            judged=Count("status", filter=Q(status=Status.CLOSED, is_late__isnull=False)),
            late=Count("status", filter=Q(status=Status.CLOSED, is_late=True)),
            said=Count("status", filter=Q(satisfaction__isnull=False)),
            satisfied=Count("status", filter=Q(satisfaction__gte=4)),
        )
    )
    return Figures(
        days=FIGURE_DAYS,
        received=told["received"],
        closed=told["closed"],
        in_time=_share(told["judged"] - told["late"], told["judged"]),
        satisfied=_share(told["satisfied"], told["said"]),
    )


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole >= FEWEST else None


def _spots(jurisdiction: JurisdictionView, wanted: PublicFilter) -> tuple[Spot, ...]:
    since = now() - timedelta(days=MAP_DAYS)
    found = _narrowed(_of(jurisdiction), jurisdiction, wanted).filter(occurred_at__gte=since, cell__isnull=False)
    by_cell: Counter[int] = Counter()
    streets: dict[int, Counter[str]] = defaultdict(Counter)
    for cell, path, n in found.order_by().values_list("cell", "area_path").annotate(n=Count("id")):
        by_cell[cell] += n
        streets[cell][path] += n
    spots = [_cell_spot(cell, n) for cell, n in by_cell.items() if n >= FEWEST]
    rest: Counter[str] = Counter()
    middles: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for cell, n in by_cell.items():
        for path, m in streets[cell].items():
            middles[_street(path, jurisdiction)].append(cell_centre(cell, CELL_DEGREES))
            if n < FEWEST:
                rest[_street(path, jurisdiction)] += m
    titles = {one.path: one.title for one in areas.subtree(jurisdiction.root_path) if one.path in rest}
    spots += [Spot(*_middle(middles[path]), n, "area", titles.get(path, {})) for path, n in rest.items() if n >= FEWEST]
    return tuple(sorted(spots, key=lambda spot: (-spot.n, spot.lon, spot.lat)))


def _cell_spot(cell: int, n: int) -> Spot:
    lon, lat = cell_centre(cell, CELL_DEGREES)
    return Spot(round(lon, 5), round(lat, 5), n, "cell", {})


def _street(path: str, jurisdiction: JurisdictionView) -> str:
    """The path of the street (two levels below the city) an area belongs to, the area's own where it is higher."""
    depth = jurisdiction.root_path.count("/") + 2
    return "".join(f"{part}/" for part in path.split("/")[:depth] if part)


def _middle(points: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """The middle of cells' middles, so that it tells nothing of any one point."""
    known = list(points)
    return round(sum(x for x, _ in known) / len(known), 3), round(sum(y for _, y in known) / len(known), 3)


def _away(event: Event, lon: float | None, lat: float | None) -> int | None:
    if event.lon is None or event.lat is None or lon is None or lat is None:
        return None
    metres = metres_between(lon, lat, event.lon, event.lat)
    return max(NEAR_STEP_M, -(-int(metres) // NEAR_STEP_M) * NEAR_STEP_M)
