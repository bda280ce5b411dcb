"""Grids in the store: put, changed, ended, located, shown; seen by every thread soon after."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import shapely
from django.db import transaction

from tests.engines.place.makers import named, square
from yiwang.base.access import ANONYMOUS, SYSTEM, Grant, Viewer
from yiwang.base.audit.queries import entries
from yiwang.engines.place import actions, loading, queries
from yiwang.engines.place.models import GridSystem, GridVersion
from yiwang.kernel import clock
from yiwang.kernel.coordinates import convert
from yiwang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


def code_at(city, lon, lat, system=None):
    found = queries.locate(lon, lat, jurisdiction=city.id, system=system)
    return found.grid_code if found else None


def test_a_point_is_located_with_its_area_and_department(grids):
    found = queries.locate(114.005, 22.505, jurisdiction=grids.id)
    assert (found.grid_code, found.area_path, found.department_path) == ("a", "tv/one/", "testville/roads/")
    assert found.title["en"] == "a"
    other = queries.locate(114.015, 22.505, jurisdiction=grids.id)
    assert (other.grid_code, other.area_path, other.department_id) == ("b", "tv/two/", None)
    assert queries.locate(114.5, 22.505, jurisdiction=grids.id) is None
    several = queries.locate_many([114.005, 0], [22.505, 0], jurisdiction=grids.id)
    assert [each and each.grid_code for each in several] == ["a", None]
    assert [each.grid.grid_code for each in queries.near(114.0105, 22.505, 100, jurisdiction=grids.id)] == ["b", "a"]


def test_without_grids_nothing_is_located(city):
    assert not queries.has_grids(city.id)
    assert code_at(city, 114.005, 22.505) is None
    actions.put_system("testville", "empty", title={"en": "E", "zh-Hans": "空"}, level=6, by=SYSTEM)
    assert not queries.has_grids(city.id)


def test_grids_without_an_area_belong_to_the_root(city):
    actions.put_system("testville", "s", title={"en": "S", "zh-Hans": "S"}, level=5, by=SYSTEM)
    actions.put_grids("testville", "s", [named("x", square(114, 22))], by=SYSTEM)
    assert queries.has_grids(city.id)
    assert queries.locate(114.001, 22.001, jurisdiction=city.id).area_path == "tv/"


def test_the_same_grids_again_change_nothing(grids):
    stamp = GridSystem.objects.get().stamp
    done = actions.put_grids(
        "testville",
        "grids",
        [
            named("a", square(114.00, 22.50), area_code="one", department_code="roads"),
            named("b", square(114.01, 22.50), area_code="two"),
        ],
        by=SYSTEM,
    )
    assert (done.n_same, done.n_new, done.n_changed, done.n_ended, done.version) == (2, 0, 0, 0, 1)
    assert GridSystem.objects.get().stamp == stamp


def test_a_redrawn_grid_keeps_its_identity_and_its_past(grids):
    before = queries.locate(114.005, 22.505, jurisdiction=grids.id)
    then = clock.now() + timedelta(hours=1)
    with clock.frozen(then):
        done = actions.put_grids("testville", "grids", [named("a", square(114.2, 22.5))], by=SYSTEM)
        assert (done.n_changed, done.n_ended) == (1, 1)
        assert code_at(grids, 114.005, 22.505) is None
        assert queries.locate(114.205, 22.505, jurisdiction=grids.id).grid_id == before.grid_id
        past = json.loads(queries.grids_geojson(SYSTEM, "testville", "grids", as_of=then - timedelta(minutes=1)))
        assert [each["properties"]["code"] for each in past["features"]] == ["a", "b"]
        now = json.loads(queries.grids_geojson(SYSTEM, "testville", "grids", as_of=then))
        assert [each["properties"]["code"] for each in now["features"]] == ["a"]


def test_a_part_of_the_grids_can_be_put_without_ending_the_rest(grids):
    with clock.frozen(clock.now() + timedelta(hours=1)):
        done = actions.put_grids("testville", "grids", [named("c", square(114.02, 22.5))], is_whole=False, by=SYSTEM)
        assert (done.n_new, done.n_ended) == (1, 0)
        assert [code_at(grids, x, 22.505) for x in (114.005, 114.015, 114.025)] == ["a", "b", "c"]


def test_grids_announced_for_a_later_day_come_into_force_on_it(grids):
    soon = clock.now() + timedelta(days=3)
    actions.put_grids("testville", "grids", [named("n", square(114, 22.5, 0.02))], valid_from=soon, by=SYSTEM)
    assert code_at(grids, 114.005, 22.505) == "a"
    with clock.frozen(soon):
        queries.forget_indexes()  # what the check does every two seconds
        assert code_at(grids, 114.005, 22.505) == "n"


def test_what_already_changes_later_cannot_be_changed_before_it(grids):
    soon = clock.now() + timedelta(days=3)
    actions.put_grids("testville", "grids", [named("a", square(114, 22.5, 0.02))], valid_from=soon, by=SYSTEM)
    with pytest.raises(Conflict):
        actions.put_grids("testville", "grids", [named("a", square(114, 22.5, 0.03))], by=SYSTEM)
    assert GridVersion.objects.filter(valid_to=None).count() == 1


def test_an_index_of_a_failed_transaction_is_not_kept(grids):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), clock.frozen(clock.now() + timedelta(hours=1)):
        actions.put_grids("testville", "grids", [named("wrong", square(114, 22.5))], by=SYSTEM)
        assert code_at(grids, 114.005, 22.505) == "wrong"
        raise ZeroDivisionError
    queries.forget_indexes()
    assert code_at(grids, 114.005, 22.505) == "a"


def test_a_change_by_another_process_is_seen_within_seconds(grids, monkeypatch):
    assert code_at(grids, 114.005, 22.505) == "a"
    with clock.frozen(clock.now() + timedelta(hours=1)):
        monkeypatch.setattr("yiwang.engines.place.actions.grids.renew", lambda: None)  # as if elsewhere
        actions.put_grids("testville", "grids", [named("z", square(114, 22.5))], by=SYSTEM)
        assert code_at(grids, 114.005, 22.505) == "a"
        in_three_s = loading.time.monotonic() + 3
        monkeypatch.setattr(loading.time, "monotonic", lambda: in_three_s)
        assert code_at(grids, 114.005, 22.505) == "z"


def test_asking_again_costs_no_query(grids, django_assert_num_queries):
    code_at(grids, 114.005, 22.505)
    with django_assert_num_queries(0):
        for _ in range(50):
            code_at(grids, 114.005, 22.505)
            queries.has_grids(grids.id)


def test_the_primary_system_is_asked_first_then_the_finest(grids):
    actions.put_system("testville", "wards", title={"en": "W", "zh-Hans": "区"}, level=3, by=SYSTEM)
    actions.put_grids("testville", "wards", [named("w", square(114, 22, 1))], by=SYSTEM)
    assert code_at(grids, 114.005, 22.505) == "a"
    assert code_at(grids, 114.005, 22.505, system="wards") == "w"
    actions.put_system("testville", "wards", title={"en": "W", "zh-Hans": "区"}, level=3, is_primary=True, by=SYSTEM)
    assert code_at(grids, 114.005, 22.505) == "w"
    actions.put_system("testville", "grids", title={"en": "G", "zh-Hans": "格"}, level=6, is_primary=True, by=SYSTEM)
    assert code_at(grids, 114.005, 22.505) == "a"
    assert [each.code for each in queries.grid_systems("testville")] == ["grids", "wards"]
    actions.retire_system("testville", "grids", reason="redrawn", by=SYSTEM)
    assert code_at(grids, 114.005, 22.505) == "w"


@pytest.mark.parametrize("source", ["gcj02", "bd09"])
def test_grids_drawn_on_a_shifted_map_are_stored_in_wgs84(city, source):
    corners = [(114.0, 22.5), (114.01, 22.5), (114.01, 22.51), (114.0, 22.51)]
    drawn = shapely.Polygon([convert(lon, lat, "wgs84", source) for lon, lat in corners])
    actions.put_system("testville", "s", title={"en": "S", "zh-Hans": "S"}, level=6, source_system=source, by=SYSTEM)
    actions.put_grids("testville", "s", [named("a", drawn)], source_system=source, by=SYSTEM)
    stored = GridVersion.objects.get()
    assert stored.source_system == source
    assert shapely.from_wkb(bytes(stored.geometry)).equals_exact(shapely.Polygon(corners), 1e-8, normalize=True)
    assert (stored.west, stored.north) == pytest.approx((114.0, 22.51), abs=1e-8)


def test_a_crossing_ring_is_mended_and_reported(city):
    actions.put_system("testville", "s", title={"en": "S", "zh-Hans": "S"}, level=6, by=SYSTEM)
    bow = shapely.Polygon([(114, 22), (114.02, 22.02), (114.02, 22), (114, 22.02)])
    done = actions.put_grids("testville", "s", [named("bow", bow)], by=SYSTEM)
    assert "crosses itself at 114.01" in str(done.repairs["bow"])
    stored = GridVersion.objects.get()
    assert stored.n_parts == 2
    assert shapely.from_wkb(bytes(stored.geometry)).is_valid
    assert code_at(city, 114.002, 22.01) == "bow"


def test_overlaps_wider_than_the_tolerance_are_reported(city):
    actions.put_system("testville", "s", title={"en": "S", "zh-Hans": "S"}, level=6, tolerance_m=5, by=SYSTEM)
    rows = [
        named("a", square(114, 22)),
        named("b", square(114.0099, 22)),
        named("c", square(114.01990001, 22.00999999)),
    ]
    done = actions.put_grids("testville", "s", rows, by=SYSTEM)
    (found,) = done.overlaps  # a and b by 0.0001° = 10 m; b and c by a millimetre
    assert (found.one, found.other) == ("a", "b")
    assert found.area_m2 == pytest.approx(10.31 * 1111.95, rel=0.01)
    assert queries.locate(found.lon, found.lat, jurisdiction=city.id).grid_code == "a"


def test_all_grids_that_cannot_be_taken_are_named_and_nothing_is_written(grids):
    rows = [
        named("line", shapely.LineString([(114, 22), (115, 23)])),
        named("empty", shapely.Polygon()),
        named("swapped", shapely.box(22.5, 114, 22.6, 114.1)),
        named("polar", shapely.box(39, -77, 39.1, -76.9)),
        named("flat", shapely.Polygon([(114, 22), (115, 23), (114, 22)])),
        named("twice", square(114, 22)),
        named("twice", square(115, 22)),
    ]
    with pytest.raises(Invalid) as failed:
        actions.put_grids("testville", "grids", rows, by=SYSTEM)
    assert set(failed.value.fields) == {"line", "empty", "swapped", "polar", "flat", "twice"}
    assert "swapped" in str(failed.value.fields["swapped"][0])
    assert "swapped" in str(failed.value.fields["polar"][0])
    assert code_at(grids, 114.005, 22.505) == "a"


@pytest.mark.parametrize("more", [{"area_code": "nowhere"}, {"department_code": "nobody"}])
def test_unknown_areas_and_departments_are_refused(grids, more):
    with pytest.raises(NotFound):
        actions.put_grids("testville", "grids", [named("x", square(114, 22), **more)], by=SYSTEM)


def test_only_who_may_manage_the_place_changes_its_grids(grids):
    elsewhere = Viewer(1, None, "x", "official", (Grant("scenes.manage", "", "other/"),))
    with pytest.raises(NotAllowed):
        actions.put_grids("testville", "grids", [], by=elsewhere)
    with pytest.raises(NotAllowed):
        actions.put_system("testville", "s", title={}, level=6, by=ANONYMOUS)


def test_a_change_is_audited_and_announced(grids):
    told = next(iter(entries(SYSTEM, action="place.put_grids")))
    assert told.payload["new"] == 2
    assert told.subject == "grids:testville/grids"
    assert told.area_path == "tv/"


def test_the_map_shows_outlines_to_all_and_mine_by_area(grids):
    official = Viewer(7, None, "x", "official", (Grant("events.view", "", "tv/two/"),))
    everything = json.loads(queries.grids_geojson(ANONYMOUS, "testville"))
    assert [each["properties"]["code"] for each in everything["features"]] == ["a", "b"]
    assert "department" not in everything["features"][0]["properties"]
    mine = json.loads(queries.grids_geojson(official, "testville", "grids", permission="events.view"))
    assert [each["properties"]["code"] for each in mine["features"]] == ["b"]
    nobody = json.loads(queries.grids_geojson(ANONYMOUS, "testville", permission="events.view"))
    assert nobody["features"] == []
    with pytest.raises(NotFound):
        queries.grids_geojson(SYSTEM, "testville", "no_such")
