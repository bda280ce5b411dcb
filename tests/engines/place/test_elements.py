"""Elements: put in bulk, read by code and by nearness, found through cells, named by links that cannot be forged."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.place import town as plan
from yiwang.base.access import ANONYMOUS, SYSTEM
from yiwang.engines.place import actions, queries
from yiwang.engines.place.actions import NewElement
from yiwang.engines.place.models import Element, GroundState
from yiwang.engines.place.quads import quad, quads, span
from yiwang.kernel.coordinates import convert
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound

DEGREES = st.tuples(st.floats(-179, 179), st.floats(-80, 80), st.floats(0, 0.5), st.floats(0, 0.5))


@given(DEGREES, DEGREES)
def test_whatever_meets_a_box_stands_in_its_cells(one, other):
    thing = (one[0], one[1], one[0] + one[2], one[1] + one[3])
    for box in ((other[0], other[1], other[0] + other[2], other[1] + other[3]), thing, (*thing[:2], *thing[:2])):
        number, where = quad(*thing), span(*box)
        found = number in where.above or any(low <= number <= high for low, high in where.ranges)
        if shapely.box(*thing).intersects(shapely.box(*box)):
            assert found
    assert quads(np.array([thing, thing])) == [quad(*thing)] * 2


def test_an_element_tells_what_was_put(town):
    one = queries.element(town.id, "E3")
    assert (one.kind, one.title["en"], one.height_m, one.properties) == (
        "building",
        "金桥华府3幢",
        54.0,
        {"use": "home"},
    )
    assert (one.grid_code, one.area, one.jurisdiction) == ("e", "tv/one/wh/", "testville"), "taken from its grid"
    assert one.geometry.covers(shapely.Point(one.lon, one.lat))
    assert one.geometry.equals(plan.block(15.5, 7))
    with pytest.raises(NotFound):
        queries.element(town.id, "nothing")


def test_what_is_near_comes_nearest_first(town):
    lon, lat = plan.at(3, 5.1)
    near = queries.elements_near(town.id, lon, lat, 30, kinds=["lamp", "manhole"])
    assert [(one.element.code, round(one.metres)) for one in near] == [("L1", 0), ("M1", 5)]
    kinds = {one.element.kind for one in queries.elements_near(town.id, lon, lat, 200)}
    assert kinds == {"lamp", "manhole", "building", "road"}
    river = queries.elements_near(town.id, *plan.at(10, 3), 150, kinds=["water"])
    assert [one.element.code for one in river] == ["W1"] and 110 < river[0].metres < 112
    assert queries.elements_near(town.id, 0, 0, 1000) == []


def test_the_same_elements_again_change_nothing_and_a_changed_one_keeps_its_id(town):
    stamp, before = GroundState.objects.get().stamp, Element.objects.get(code="L1")
    done = actions.put_elements("testville", plan.elements(), by=SYSTEM)
    assert (done.n_new, done.n_changed) == (0, 0) and GroundState.objects.get().stamp == stamp
    moved = NewElement("L1", "lamp", plan.titled("1号路灯"), shapely.Point(*plan.at(4, 5.1)), 8.0)
    assert actions.put_elements("testville", [moved], by=SYSTEM).n_changed == 1
    after = Element.objects.get(code="L1")
    assert (after.pk, after.uid) == (before.pk, before.uid) and after.lon > before.lon
    assert GroundState.objects.get().stamp != stamp


def test_coordinates_of_other_systems_are_converted(town):
    lon, lat = plan.at(3, 5)
    shifted = shapely.Point(*convert(lon, lat, "wgs84", "gcj02"))
    actions.put_elements("testville", [NewElement("X", "bin", {}, shifted)], source_system="gcj02", by=SYSTEM)
    one = queries.element(town.id, "X")
    assert queries.metres_between(one.lon, one.lat, lon, lat) < 0.01


def test_what_is_left_out_of_the_whole_goes_out_of_use(town):
    link = queries.facility_link(queries.element(town.id, "L1"))
    kept = [one for one in plan.elements() if one.code != "L1"]
    assert actions.put_elements("testville", kept, is_whole=True, by=SYSTEM).n_retired == 1
    assert not queries.element(town.id, "L1").is_active
    with pytest.raises(NotFound):
        queries.element_of_link(link.removeprefix("/q/"))
    lamp = next(one for one in plan.elements() if one.code == "L1")
    assert actions.put_elements("testville", [lamp], by=SYSTEM).n_changed == 1
    assert queries.element_of_link(link.removeprefix("/q/")).code == "L1", "the plate is good again"


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        shapely.Point(),
        shapely.Point(29.6, 118.9),
        shapely.Point(float("nan"), 29.6),
        shapely.Point(500, 29.6),
        shapely.Polygon([(118, 29), (118, 29), (118, 29), (118, 29)]),
        shapely.LineString([(118.9, 29.6), (118.9, float("inf"))]),
    ],
)
def test_a_shape_that_is_none_is_refused_and_nothing_written(town, geometry):
    good = NewElement("good", "bin", {}, shapely.Point(*plan.at(1, 1)))
    with pytest.raises(Invalid) as failure:
        actions.put_elements("testville", [good, NewElement("bad", "bin", {}, geometry)], by=SYSTEM)
    assert list(failure.value.fields) == ["bad"]
    assert not Element.objects.filter(code__in=["good", "bad"]).exists()


def test_codes_are_single_and_the_right_is_asked_for(town):
    bin_ = NewElement("b", "bin", {}, shapely.Point(*plan.at(1, 1)))
    for rows in (
        [bin_, bin_],
        [NewElement("", "bin", {}, bin_.geometry)],
        [NewElement("x" * 65, "bin", {}, bin_.geometry)],
    ):
        with pytest.raises(Invalid):
            actions.put_elements("testville", rows, by=SYSTEM)
    with pytest.raises(NotAllowed):
        actions.put_elements("testville", [bin_], by=ANONYMOUS)


def test_crossing_outlines_and_mixtures_are_mended_and_told(town):
    bow = shapely.Polygon([plan.at(1, 1), plan.at(2, 2), plan.at(2, 1), plan.at(1, 2)])
    mixed = shapely.GeometryCollection([plan.block(4, 1), plan.line((0, 0), (1, 1))])
    rows = [NewElement("bow", "green", {}, bow), NewElement("mixed", "green", {}, mixed)]
    done = actions.put_elements("testville", rows, by=SYSTEM)
    assert set(done.repairs) == {"bow", "mixed"}
    assert queries.element(town.id, "bow").geometry.geom_type == "MultiPolygon"
    assert queries.element(town.id, "mixed").geometry.equals(plan.block(4, 1))


def test_a_plate_leads_to_the_report_form_of_its_city_and_a_forged_one_nowhere(town):
    one = queries.element(town.id, "M1")
    link = queries.facility_link(one)
    assert queries.element_of_link(link.removeprefix("/q/")) == one
    client = Client()
    answer = client.get(link.lower())
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/report/testville/?facility={link.removeprefix('/q/')}"
    number, mac = link.removeprefix("/q/").split("-")
    other = queries.facility_link(queries.element(town.id, "L1")).removeprefix("/q/").split("-")[0]
    wrong = [
        f"{other}-{mac}",
        f"{number}-{mac[::-1]}",
        number,
        "",
        "-",
        "A" * 13 + "-" + mac,
        f"{number}-{mac}A",
        "的-的",
    ]
    for short in wrong:
        with pytest.raises(NotFound):
            queries.element_of_link(short)
    assert client.get("/q/AE-AAAAAAAA").status_code == 404


def test_the_code_of_a_plate_is_drawn(town):
    link = queries.facility_link(queries.element(town.id, "M1"))
    answer = Client().get(f"{link}/code.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml" and answer.content.startswith(b"<svg")


def test_places_are_suggested_and_told_to_anybody_within_limits(town, monkeypatch):
    from yiwang.engines.place import pages

    client = Client()
    told = client.get("/places/suggest?jurisdiction=testville&q=解放路11").json()["places"]
    assert told[0]["text"] == "试城湖滨街道解放路11号" and told[0]["kind"] == "door"
    assert told[0]["area"]["zh-Hans"] == "湖滨街道"
    lon, lat = plan.at(3.1, 4.8)
    here = client.get(f"/places/at?jurisdiction=testville&lon={lon}&lat={lat}").json()
    assert here["address"] == "试城湖滨街道解放路20号" and here["grid"]["code"] == "w"
    assert client.get("/places/at?jurisdiction=testville&lon=x&lat=1").status_code == 422
    assert client.get("/places/suggest?jurisdiction=nowhere&q=a").status_code == 404
    monkeypatch.setattr(pages, "CALLS_A_MINUTE", 2)
    answers = [client.get("/places/suggest?jurisdiction=testville&q=a", REMOTE_ADDR="192.0.2.77") for _ in range(4)]
    assert [answer.status_code for answer in answers][-1] == 429 and answers[-1].headers["Retry-After"] == "60"


@pytest.fixture
def plated(town):
    """Facilities as cities number them: with dashes, mixed case, digits alone, and one code within another."""
    middle = shapely.Point(queries.element(town.id, "E3").lon, queries.element(town.id, "E3").lat)
    codes = ["YX-081", "YX-0812", "yx0301LD00001", "3301050301000017", "114", "A3"]
    made = [NewElement(code, "lamp", {"zh-Hans": "路灯"}, middle) for code in codes]
    actions.put_elements(town.code, made, by=SYSTEM)
    return town


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("编号是YX-081的灯杆不亮", ["YX-081"]),
        ("编号yx081不亮", ["YX-081"]),
        ("杆上写着ＹＸ－０８１", ["YX-081"]),
        ("YX 081 这盏灯坏了", ["YX-081"]),
        ("灯杆YX-0812，不是YX-081", ["YX-0812", "YX-081"]),
        ("YX0301LD00001号灯", ["yx0301LD00001"]),
        ("部件码3301050301000017", ["3301050301000017"]),
        ("解放路114号A3栋", []),
        ("电话13800138000，YX-08", []),
        ("XYX-081", []),
    ],
)
def test_codes_in_a_text_name_their_facilities(plated, text, codes):
    found = queries.elements_in(plated.id, text)
    assert [one.element.code for one in found] == codes
    assert all(text[one.start : one.end] == one.text for one in found)


def test_a_code_is_looked_up_through_an_index_and_not_when_out_of_use(plated):
    from django.db import connection

    from yiwang.engines.place.plates import Plate

    asked = Element.objects.annotate(plate=Plate("code")).filter(jurisdiction_id=plated.id, plate__in=["YX081"])
    if connection.vendor == "sqlite":  # PostgreSQL reads a table of six rows whole
        assert "element_plate" in asked.explain()
    Element.objects.filter(code="YX-081").update(is_active=False)
    assert queries.elements_in(plated.id, "YX-081") == []
