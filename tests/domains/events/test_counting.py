"""Counts of ended events by cell: whatever happens to events, the kept counts are what counting them would give."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from yiwang.base.access import SYSTEM
from yiwang.domains.events import counting
from yiwang.domains.events.locating import CELL_DEGREES
from yiwang.domains.events.models import OPEN_STATUSES, CellCount, Event, Status
from yiwang.domains.events.queries import EventFilter, tiling
from yiwang.engines.place import queries as place
from yiwang.kernel import clock

pytestmark = pytest.mark.django_db

KEY = ("cell", "area_path", "department_path", "status")
STATES = (*OPEN_STATUSES, *counting.ENDED, Status.MERGED)
VIEWERS = ("leader", "dispatcher", "handler_roads", "handler_yx0101")
FILTERS = (
    EventFilter(),
    EventFilter(state="closed"),
    EventFilter(state="rejected"),
    EventFilter(area_path="yunxi/yx01/"),
    EventFilter(department_path="yunxi/roads/", order="changed"),
)


def kept() -> Counter[tuple[Any, ...]]:
    """What the table says; keys that add up to nothing are left out."""
    sums: Counter[tuple[Any, ...]] = Counter()
    for *key, n in CellCount.objects.values_list(*KEY, "n"):
        sums[tuple(key)] += n
    return Counter({key: n for key, n in sums.items() if n})


def counted() -> Counter[tuple[Any, ...]]:
    """What counting the events gives."""
    return Counter(Event.objects.filter(status__in=counting.ENDED, cell__isnull=False).values_list(*KEY))


class Chance:
    """Does random things to events, by every way Django has of writing."""

    def __init__(self, seed: int, city: Any) -> None:
        self.random = random.Random(seed)
        roots = Event.objects.values_list("area_path", "department_path").distinct()
        self.paths = [*roots, ("yunxi/yx02/", "yunxi/water/"), ("yunxi/yx01/", "")]
        self.city = city

    def values(self) -> dict[str, Any]:
        status = self.random.choice(STATES)
        lon, lat = 118.94 + self.random.randrange(4) / 400, 29.62
        is_placed = self.random.random() < 0.9
        area, department = self.random.choice(self.paths)
        found: dict[str, Any] = {"status": status, "area_path": area, "department_path": department}
        found |= {"lon": lon if is_placed else None, "lat": lat if is_placed else None}
        found["cell"] = place.cell(lon, lat, CELL_DEGREES) if is_placed else None
        found["closed_at"] = None if status in OPEN_STATUSES else clock.now()
        return found

    def happen(self) -> None:
        events = list(Event.objects.order_by("?")[: self.random.randint(1, 4)])
        match self.random.randrange(4):
            case 0:
                Event.objects.filter(pk__in=[e.pk for e in events]).update(**self.values())
            case 1:
                for name, value in self.values().items():
                    setattr(events[0], name, value)
                events[0].save()
            case 2:
                events[0].title = "另一个标题"
                events[0].save()
            case _:
                base: dict[str, Any] = dict.fromkeys(("occurred_at", "recorded_at", "changed_at"), clock.now())
                base |= {"jurisdiction_id": self.city.place.id, "title": "新", "source": "web"}
                Event.objects.bulk_create(Event(**base, **self.values()) for _n in range(self.random.randint(1, 5)))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_the_kept_counts_are_those_of_the_events(city: Any, seed: int) -> None:
    # given some events, and many things that happen to them, with folding now and then
    for n in range(4):
        city.report(f"第{n}个路灯不亮", lon=118.94 + n / 400, lat=29.62)
    chance = Chance(seed, city)
    for n in range(60):
        chance.happen()
        if n % 25 == 24:
            counting.fold_counts()
        # then at every moment the sums are exact
        assert kept() == counted()
    assert sum(counted().values()) > 0
    # and counting anew changes nothing
    rows = kept()
    counting.count_anew()
    assert kept() == rows


@pytest.mark.parametrize("seed", range(3))
def test_cells_of_the_map_are_the_same_from_kept_counts_and_from_events(
    city: Any, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.report("路灯不亮", lon=118.94, lat=29.62)
    chance = Chance(100 + seed, city)
    for _n in range(50):
        chance.happen()
    for viewer in (SYSTEM, *map(city.viewer, VIEWERS)):
        for wanted in FILTERS:
            cache.clear()
            by_table = sorted(tiling._cells(viewer, wanted))
            cache.clear()
            with monkeypatch.context() as patched:
                patched.setattr(tiling, "_is_counted", lambda _wanted: False)
                assert by_table == sorted(tiling._cells(viewer, wanted)), (viewer, wanted)
    cache.clear()


def test_folding_makes_one_row_of_each_key(city: Any) -> None:
    # given an event that ended, was opened again and ended, twice
    city.report("路灯不亮")
    for status in (Status.CLOSED, Status.HANDLING, Status.CLOSED, Status.HANDLING, Status.CLOSED):
        Event.objects.update(status=status)
    assert CellCount.objects.count() == 5
    # when counts are folded
    assert counting.fold_counts() == 1
    # then one row says the same, and there is nothing left to do
    assert CellCount.objects.get().n == 1
    assert counting.fold_counts() == 0


def test_a_course_costs_one_row_of_counting(city: Any, delivered: Any) -> None:
    """Steps of an open event write none: only its end does."""
    city.report("湖滨路58号路面塌了一个大坑，很危险")
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        Event.objects.update(status=Status.HANDLING)
        assert CellCount.objects.count() == 0
        Event.objects.update(status=Status.CLOSED, closed_at=clock.now())
    assert CellCount.objects.count() == 1


def test_no_migration_has_lost_the_triggers(db: Any) -> None:
    """SQLite forgets the triggers of a table a migration makes anew; migration 0005 shows how to make them again."""
    asked = "SELECT tgname FROM pg_trigger" if connection.vendor == "postgresql" else "SELECT name FROM sqlite_master"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        names = {row[0] for row in cursor.fetchall()}
    assert {"events_cell_counted", "events_cell_recounted"} <= names
