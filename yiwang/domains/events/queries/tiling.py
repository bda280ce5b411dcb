"""Events on a map as vector tiles: grouped where they lie close, single where one can tell them apart.

How many lie in which cell (0.002°, an indexed column) is asked once for a viewer's rights and filter and kept for a
moment; a tile with more than `MOST_POINTS` events is made of these counts alone, another reads its own rows. Open
events are counted themselves; of ended ones the kept counts are added up (`events.counting`) where a filter asks for
nothing that these do not tell.
Layers: `event` (n, open, late; id, tone for a single one) in groups of `GROUP` pixels, `heat` (n) at every place.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import shapely
from django.core.cache import cache
from django.db.models import Count, IntegerField, QuerySet, Sum, Value

from yiwang.base.access import Viewer, scope, scope_key
from yiwang.domains.events.counting import ENDED
from yiwang.domains.events.locating import CELL_DEGREES
from yiwang.domains.events.models import OPEN_STATUSES, CellCount, Event, Urgency
from yiwang.domains.events.queries.deadlines import is_overdue, overdue
from yiwang.domains.events.queries.lists import MAX_CELLS, UNFINISHED, VIEW, EventFilter, visible_events
from yiwang.domains.events.queries.records import ROW_RELATED, EventRow, event_row
from yiwang.engines.board.answers import without_person
from yiwang.engines.place import queries as place
from yiwang.engines.place.cells import cell_centre
from yiwang.engines.place.tiles import MAX_ZOOM, Feature, Layer, bounds, encode
from yiwang.kernel.clock import now

MOST_POINTS = 5_000
"""Of more events in a tile only the counts of cells are read."""
TILE_PX, GROUP, NEAREST = 512, 64, 10
"""A tile's side, and the side of a group on the way down and at the last zooms, in pixels."""
SINGLES_FROM = 16
KEEP_COUNTS_S = 20
KEEP_TILE_S = 5

Box = tuple[float, float, float, float]
Cells = list[tuple[float, float, int, int, int]]
"""Middle of a cell (degrees), events in it, of these open, of these overdue."""


@dataclass
class _Group:
    """Events close to each other: sums of their places, counts, and what a single one is."""

    lon: float = 0.0
    lat: float = 0.0
    n: int = 0
    n_open: int = 0
    n_late: int = 0
    single: dict[str, Any] = field(default_factory=dict)

    def add(self, lon: float, lat: float, n: int, n_open: int, n_late: int) -> None:
        """Take in events of one place."""
        self.lon += lon * n
        self.lat += lat * n
        self.n, self.n_open, self.n_late = self.n + n, self.n_open + n_open, self.n_late + n_late

    @property
    def feature(self) -> Feature:
        """The group as a point in the middle of its events."""
        told = {"n": self.n, "open": self.n_open, "late": self.n_late}
        return Feature(shapely.Point(self.lon / self.n, self.lat / self.n), told | (self.single if self.n == 1 else {}))


def event_tile(viewer: Viewer, wanted: EventFilter, z: int, x: int, y: int) -> bytes:
    """The tile, not zipped; b"" where no event lies. Invalid for no such tile.

    Of what grants open; it is shared by viewers of equal rights, so rows somebody sees as their reporter are not in it.
    """
    shared = without_person(viewer)
    key = f"events.tile:{_key(shared, wanted)}:{z}/{x}/{y}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = _drawn(shared, wanted, z, x, y)
        cache.set(key, kept, KEEP_TILE_S)
    return kept


def events_within(viewer: Viewer, wanted: EventFilter, box: Box, *, most: int = 30) -> list[EventRow]:
    """The newest events inside a box (west, south, east, north in degrees)."""
    newest = ("-occurred_at", "-id")
    # first which, then what they are: else thousands of rows are joined with their titles only to be sorted away
    ids = list(_inside(visible_events(viewer, wanted), box).order_by(*newest).values_list("id", flat=True)[:most])
    found = Event.objects.filter(pk__in=ids).order_by(*newest)
    return [event_row(event) for event in found.select_related(*ROW_RELATED)]


def _drawn(viewer: Viewer, wanted: EventFilter, z: int, x: int, y: int) -> bytes:
    box = bounds(z, x, y)
    cells = [one for one in _cells(viewer, wanted) if _holds(box, one)]
    n_events = sum(one[2] for one in cells)
    if not n_events:
        return b""
    side = 360 / (1 << z) * (GROUP if z < min(SINGLES_FROM, MAX_ZOOM) else NEAREST) / TILE_PX
    groups: dict[tuple[int, int], _Group] = {}
    heat: Iterable[tuple[float, float, int]]
    if n_events > MOST_POINTS:
        for cell in cells:
            _group(groups, side, cell[0], cell[1]).add(*cell)
        heat = [(lon, lat, n) for lon, lat, n, _open, _late in cells]
    else:
        rows = _rows(viewer, wanted, box)
        for pk, lon, lat, is_open, is_late, tone in rows:
            group = _group(groups, side, lon, lat)
            group.add(lon, lat, 1, int(is_open), int(is_late))
            group.single = {"id": pk, "tone": tone}
        heat = [(lon, lat, 1) for _pk, lon, lat, _open, _late, _tone in rows]
    layers = [
        Layer("event", [group.feature for group in groups.values()]),
        Layer("heat", [Feature(shapely.Point(lon, lat), {"n": n}) for lon, lat, n in heat]),
    ]
    return encode(layers, z, x, y)


def _group(groups: dict[tuple[int, int], _Group], side: float, lon: float, lat: float) -> _Group:
    narrow = side * max(0.2, math.cos(math.radians(lat)))  # as high as wide on the map
    return groups.setdefault((math.floor(lon / side), math.floor(lat / narrow)), _Group())


def _holds(box: Box, cell: tuple[float, float, int, int, int]) -> bool:
    """Whether a cell's middle lies in a box; each cell belongs to one tile."""
    return box[0] <= cell[0] < box[2] and box[1] <= cell[1] < box[3]


def _cells(viewer: Viewer, wanted: EventFilter) -> Cells:
    """How many events lie in which cell, under rights and filter; one statement, kept for a moment."""
    key = f"events.cells:{_key(viewer, wanted)}"
    kept: Cells | None = cache.get(key)
    if kept is None:
        if _is_counted(wanted):
            asked: QuerySet[Any, Any] = _ended_cells(viewer, wanted)
            if not wanted.state:  # in one statement, so that an event that ends meanwhile counts once
                asked = asked.union(_counted_cells(viewer, replace(wanted, state="open")), all=True)
        else:
            asked = _counted_cells(viewer, wanted)
        sums: dict[int, list[int]] = {}
        for cell, *numbers in asked:
            sums[cell] = [old + n for old, n in zip(sums.get(cell, (0, 0, 0)), numbers, strict=True)]
        kept = [
            (*cell_centre(cell, CELL_DEGREES), n, n_open, n_late) for cell, (n, n_open, n_late) in sums.items() if n
        ]
        cache.set(key, kept, KEEP_COUNTS_S)
    return kept


def _is_counted(wanted: EventFilter) -> bool:
    """Whether the kept counts of ended events tell all that the filter asks for."""
    rest = replace(wanted, jurisdiction=None, state="", area_path="", department_path="", order="recent")
    return rest == EventFilter() and wanted.state in ("", *ENDED)


def _counted_cells(viewer: Viewer, wanted: EventFilter) -> QuerySet[Event, Any]:
    """Cell, events in it, of these open, of these overdue: counted one by one."""
    rows = visible_events(viewer, wanted).filter(cell__isnull=False).order_by().values("cell")
    return rows.annotate(
        total=Count("id"),
        open=Count("id", filter=UNFINISHED),
        late=Count("id", filter=UNFINISHED & overdue(now())),
    ).values_list("cell", "total", "open", "late")


def _ended_cells(viewer: Viewer, wanted: EventFilter) -> QuerySet[CellCount, Any]:
    """The same of ended events, from the kept counts."""
    found = CellCount.objects.filter(scope(viewer, VIEW), status__in=[wanted.state] if wanted.state else ENDED)
    if wanted.jurisdiction is not None:
        found = found.filter(jurisdiction_id=wanted.jurisdiction)
    for column in ("area_path", "department_path"):
        if path := getattr(wanted, column):
            found = found.filter(**{f"{column}__under": path})
    none = Value(0, IntegerField())
    return (
        found.values("cell").annotate(total=Sum("n"), open=none, late=none).values_list("cell", "total", "open", "late")
    )


def _rows(viewer: Viewer, wanted: EventFilter, box: Box) -> list[tuple[int, float, float, bool, bool, str]]:
    """Events of a tile: id, place, whether open, whether overdue, tone."""
    at = now()
    found = _inside(visible_events(viewer, wanted), box).order_by()
    columns = found.values_list("id", "lon", "lat", "status", "urgency", "due_at", "handled_at")
    rows = []
    for pk, lon, lat, status, urgency, due_at, handled_at in columns[: MOST_POINTS * 2]:
        if lon is None or lat is None:
            continue
        is_open = status in OPEN_STATUSES
        is_late = is_open and is_overdue(due_at, handled_at, at)
        tone = "danger" if is_late else "success" if not is_open else "info"
        rows.append(
            (pk, lon, lat, is_open, is_late, "warning" if tone == "info" and urgency != Urgency.NORMAL else tone)
        )
    return rows


def _inside(found: QuerySet[Event], box: Box) -> QuerySet[Event]:
    west, south, east, north = box
    found = found.filter(lon__gte=west, lon__lt=east, lat__gte=south, lat__lt=north)
    cells = place.cells_within(_on_earth(box), CELL_DEGREES, most=MAX_CELLS)
    return found.filter(cell__in=cells) if cells else found


def _on_earth(box: Box) -> Box:
    return max(box[0], -179.99), max(box[1], -89.99), min(box[2], 179.99), min(box[3], 89.99)


def _key(viewer: Viewer, wanted: EventFilter) -> str:
    """Equal for viewers who see the same rows by grant, asked for the same."""
    return hashlib.sha256(f"{scope_key(viewer, VIEW)}:{wanted!r}".encode()).hexdigest()
