"""Two real cities run on their own exports: Baltimore and New York, taken in, worked to the end, counted.

The requests are read from the shared test data and never copied; a slice of them unless `--full`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.areas import queries as areas
from yiwang.domains.events import actions, queries
from yiwang.domains.events.importing.running import Imported, import_events
from yiwang.domains.events.models import Event, Report
from yiwang.domains.events.numbers import event_number
from yiwang.domains.events.queries.counts import punctuality
from yiwang.domains.events.queries.lateness import lateness
from yiwang.engines.data.mapping import MappingSpec, load_mapping
from yiwang.engines.data.reader import Row, open_rows
from yiwang.kernel import clock
from yiwang.kernel.errors import Invalid

SCENES = Path(__file__).resolve().parents[2] / "scenes"
BALTIMORE = "requests311/baltimore_311_10000.csv"
NEW_YORK = "requests311/nyc_311_2018_1000.csv"
LONG_AGO = datetime(2014, 1, 1, tzinfo=UTC)
SLICE = 1_500
CITIES = {"us_baltimore": "baltimore_311", "us_new_york": "new_york_311"}
Shared = Callable[[str], Path]


@dataclass
class City:
    """A real city, its mapping, and somebody for each post."""

    place: areas.JurisdictionView
    mapping: MappingSpec
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def take_in(self, path: Path, **options: Any) -> Imported:
        return import_events(path, self.mapping, jurisdiction=self.place, by=SYSTEM, **options)

    def viewer(self, post: str) -> Viewer:
        from yiwang.base.organisation.actions import appoint
        from yiwang.base.organisation.queries import viewer_of
        from yiwang.base.people.actions import create_account
        from yiwang.base.people.queries import account_for_sign_in

        if post not in self.viewers:
            account = create_account(f"{self.place.code}.{post}", display_name=post, by=SYSTEM)
            appoint(account.uid, f"{self.place.code}.{post}", by=SYSTEM)
            self.viewers[post] = viewer_of(account_for_sign_in(account.uid))
        return self.viewers[post]


@pytest.fixture(scope="module")
def installed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Both cities in one installation, in a transaction of the module's own."""
    from yiwang.base.scenes.actions import install_scene
    from yiwang.domains.events.course import forget_rules
    from yiwang.engines.place.queries import forget_indexes

    with django_db_blocker.unblock(), transaction.atomic():
        with clock.frozen(LONG_AGO):
            for scene in CITIES.values():
                install_scene(SCENES / scene, by=SYSTEM)
        forget_rules()
        forget_indexes()
        yield
        transaction.set_rollback(True)
    forget_rules()
    forget_indexes()


@pytest.fixture
def city(installed: None, db: None) -> Iterator[Callable[[str], City]]:
    """`city("us_baltimore")`, rolled back after the test."""
    from yiwang.domains.events.course import forget_rules

    forget_rules()

    def find(code: str) -> City:
        scene = CITIES[code]
        return City(areas.jurisdiction(code), load_mapping(SCENES / scene / "data" / "mappings" / f"{scene}.yaml"))

    yield find
    forget_rules()


@pytest.fixture
def baltimore(city: Callable[[str], City]) -> City:
    return city("us_baltimore")


@pytest.fixture
def part(shared_data: Shared, full: bool, tmp_path: Path) -> Path:
    """The first requests of Baltimore, all with `--full`."""
    whole = shared_data(BALTIMORE)
    if full:
        return whole
    path = tmp_path / "slice.csv"
    with whole.open(encoding="utf-8-sig", newline="") as source, path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.reader(source)
        csv.writer(file).writerows(row for _n, row in zip(range(SLICE + 1), rows, strict=False))
    return path


def as_told(path: Path) -> dict[str, dict[str, str]]:
    """The file's rows by request number, read independently of any mapping."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["ServiceRequestNum"]: row for row in csv.DictReader(file)}


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p")  # noqa: DTZ007 - compared among themselves


def test_the_whole_of_baltimore_reproduces_its_known_figures(baltimore: City, shared_data: Shared) -> None:
    # when all 10,000 requests are read (and, to be quick, not written)
    done = baltimore.take_in(shared_data(BALTIMORE), is_dry=True)
    # then every one can be used, 208 are open, 885 have a filler for a place, and lateness is as counted by hand
    assert (done.n_in, done.n_new, done.n_rejected) == (10_000, 10_000, 0)
    assert (done.n_open, done.n_placeholders) == (208, 885)
    assert (done.n_late, done.n_taken, done.n_with_both) == (1_567, 10_000, 9_555)


def test_the_whole_of_new_york_is_a_second_jurisdiction(city: Callable[[str], City], shared_data: Shared) -> None:
    # given both cities in one installation
    new_york, baltimore = city("us_new_york"), city("us_baltimore")
    # when New York's requests are taken in
    done = new_york.take_in(shared_data(NEW_YORK))
    # then all are but ten that were closed before they were reported
    assert (done.n_in, done.n_new, done.n_rejected, done.n_open) == (1_000, 990, 10, 21)
    assert (done.n_late, done.n_with_both) == (52, 479)
    assert {str(r.reasons[0].text) for r in done.first_rejects} == {"It was closed before it was reported."}
    # and Baltimore knows nothing of them
    assert Event.objects.filter(jurisdiction_id=baltimore.place.id).count() == 0
    assert not Event.objects.exclude(area_path__startswith=new_york.place.root_path).exists()
    # and most lie in their community board
    boards = Event.objects.filter(area__level=4).count()
    assert boards > 850
    assert Event.objects.filter(place_quality="exact").count() > 850


def test_closed_requests_keep_what_the_city_told(baltimore: City, part: Path) -> None:
    done = baltimore.take_in(part)
    told = as_told(part)
    assert (done.n_new, done.n_rejected) == (len(told), 0)
    n_late = n_both = 0
    for report in Report.objects.select_related("event__department", "event__category"):
        row, event = told[report.external_id], report.event
        assert event.category is not None
        assert event.category.title["en"] == row["SRType"]
        if row["CloseDate"]:
            assert (event.status, event.flow_instance) == ("closed", None)
            assert event.department is not None
            assert event.department.title["en"] == row["Agency"]
            local = event.occurred_at.astimezone(_zone(baltimore))
            assert local.replace(tzinfo=None) == moment(row["CreatedDate"])
        if row["CloseDate"] and row["DueDate"]:
            n_both += 1
            n_late += moment(row["CloseDate"]) > moment(row["DueDate"])
            assert event.is_late == (moment(row["CloseDate"]) > moment(row["DueDate"]))
    # and the city's lateness comes out both ways
    found = punctuality(SYSTEM, baltimore.place, days=None)
    assert (found.n_events, found.n_due, found.n_late) == (len(told), n_both, n_late)


def _zone(city: City) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(city.place.time_zone)


def test_lateness_adds_up_whichever_way_it_is_grouped(baltimore: City, part: Path) -> None:
    baltimore.take_in(part)
    whole = punctuality(SYSTEM, baltimore.place, days=None)
    told = as_told(part)
    for by, level in (("department", 1), ("area", 3), ("month", 1), ("category", 1), ("category", 2)):
        groups = lateness(SYSTEM, baltimore.place, by=by, level=level)
        assert sum(g.n for g in groups) == len(told), by
        assert sum(g.n_due for g in groups) == whole.n_due
        assert sum(g.n_late for g in groups) == whole.n_late
    # by month and by agency as in the file
    by_month = {g.code: g.n for g in lateness(SYSTEM, baltimore.place, by="month")}
    assert by_month["2018-05"] == sum(r["CreatedDate"][:2] + r["CreatedDate"][6:10] == "052018" for r in told.values())
    waste = next(g for g in lateness(SYSTEM, baltimore.place, by="department") if g.code == "solid_waste")
    late = [r for r in told.values() if r["Agency"] == "Solid Waste" and r["CloseDate"] and r["DueDate"]]
    assert waste.n_late == sum(moment(r["CloseDate"]) > moment(r["DueDate"]) for r in late)


def test_places_come_from_points_and_fillers_are_known(baltimore: City, part: Path) -> None:
    baltimore.take_in(part)
    told = as_told(part)
    fillers = [n for n, r in told.items() if (r["Longitude"], r["Latitude"]) == ("-77", "39")]
    found = Report.objects.filter(place_quality="placeholder")
    assert sorted(found.values_list("external_id", flat=True)) == sorted(fillers)
    assert not found.filter(lon__isnull=False).exists()
    # a point's district is the one the city says, but for some at borders: the polygons were drawn from such points
    right = wrong = 0
    for report in Report.objects.filter(place_quality="exact").select_related("event__area"):
        said = told[report.external_id]["CouncilDistrict"]
        assert report.event.area is not None
        if said:
            right += report.event.area.code == said
            wrong += report.event.area.code != said
    assert right > 0.97 * (right + wrong)
    # and where there is only a filler, the district stands that the row names
    filler = Report.objects.select_related("event__area").get(external_id=fillers[0])
    assert filler.event.area is not None
    assert filler.event.area.code == told[fillers[0]]["CouncilDistrict"]


def test_swapped_coordinates_are_put_right(baltimore: City, shared_data: Shared, tmp_path: Path) -> None:
    # given ten requests whose coordinates somebody swapped
    rows = [row.values for row in open_rows(shared_data(BALTIMORE)) if isinstance(row, Row)]
    chosen = [dict(r) for r in rows if r["Longitude"] not in ("", "-77")][:10]
    for row in chosen:
        row["Longitude"], row["Latitude"] = row["Latitude"], row["Longitude"]
    path = tmp_path / "swapped.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(chosen[0]))
        writer.writeheader()
        writer.writerows(chosen)
    # when they are taken in, they lie where they should
    baltimore.take_in(path)
    assert Event.objects.filter(place_quality="exact").count() == 10
    assert {round(event.lon or 0) for event in Event.objects.all()} <= {-76, -77}


def test_an_open_request_is_worked_from_dispatch_to_close(baltimore: City, part: Path) -> None:
    # given the open requests, each dispatched by the responsibility list
    baltimore.take_in(part)
    opened = list(Event.objects.exclude(status="closed").select_related("department", "category"))
    told = as_told(part)
    assert len(opened) == sum(not row["CloseDate"] for row in told.values())
    assert {event.status for event in opened} == {"dispatched"}
    # and the agency is the one the city gave it to, but for kinds that go to several
    agencies = {r.event_id: told[r.external_id]["Agency"] for r in Report.objects.filter(event__in=opened)}
    same = [e for e in opened if e.department is not None and e.department.title["en"] == agencies[e.pk]]
    assert len(same) > 0.8 * len(opened)
    # when one is accepted, handled, verified by somebody else and closed
    event = same[0]
    assert event.department is not None
    handler = baltimore.viewer(f"handler_{event.department.code}")
    actions.accept_event(event.uid, by=handler)
    actions.handle_event(event.uid, by=handler, result="Done on site.")
    actions.verify_event(event.uid, by=baltimore.viewer("verifier"), is_passed=True)
    done = actions.close_event(event.uid, by=baltimore.viewer("dispatcher"))
    # then it is closed, and its story begins with the import
    assert done.status == "closed"
    lines = [line.kind for line in queries.story(SYSTEM, event_number(event.pk))]
    assert lines == ["imported", "dispatched", "accepted", "handled", "verified", "closed"]
    # and the file coming once more changes nothing
    again = baltimore.take_in(part)
    assert (again.n_new, again.n_changed, again.n_same) == (0, 0, len(told))


def test_the_board_asks_within_rights_and_names_every_group(baltimore: City, part: Path) -> None:
    from yiwang.engines.board.live import live_query

    baltimore.take_in(part)
    ask = live_query("events.lateness_by").ask
    # the centre's leader sees all agencies, with both shares
    rows = ask(baltimore.viewer("leader"), jurisdiction=baltimore.place, by="department").rows
    assert sum(row[2] for row in rows) == len(as_told(part))
    assert {row[0] for row in rows} >= {"solid_waste", "transportation", "housing"}
    assert all(row[6] == row[5] / row[2] for row in rows)
    # an agency's handler only what is the agency's
    mine = ask(baltimore.viewer("handler_bge"), jurisdiction=baltimore.place, by="department").rows
    assert [row[0] for row in mine] == ["bge"]
    # and what nobody knows how to group is refused
    with pytest.raises(Invalid):
        ask(SYSTEM, jurisdiction=baltimore.place, by="colour")
