"""A report without a point gets one from its address, else from a place in its text; what is unsure gets none."""

from __future__ import annotations

from typing import Any

import pytest
from shapely import Point

from yiwang.base.access import SYSTEM
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.duplicates import likely_duplicates
from yiwang.domains.events.locating import point_of_words
from yiwang.domains.events.models import Event, EventEntry
from yiwang.engines.place.actions import NewAddress, NewElement, put_addresses, put_elements
from yiwang.engines.place.queries import element, facility_link, locate, metres_between

HOUSE, ESTATE, SCHOOL, CROSSING = (118.952, 29.63), (118.9535, 29.631), (118.962, 29.63), (118.951, 29.6291)
NOWHERE = {"lon": None, "lat": None}


@pytest.fixture
def known(city: Any) -> Any:
    """The sample city with a few addresses and a lamp."""
    rows = [
        ("临湖区湖滨街道解放路114号", "door", HOUSE, {"road": "解放路", "number": "114"}),
        ("临湖区湖滨街道金桥华府3幢", "estate", ESTATE, {"estate": "金桥华府", "building": "3"}),
        ("临湖区云溪实验学校", "poi", SCHOOL, {"poi": "云溪实验学校"}),
        ("临湖区解放路", "road", (118.94, 29.63), {"road": "解放路"}),
        ("临湖区解放路与南屏路路口", "crossing", CROSSING, {"road": "解放路", "cross": "南屏路"}),
        ("临湖区南屏路", "road", (118.951, 29.62), {"road": "南屏路"}),
    ]
    made = [NewAddress(text, kind, *point, parts=parts) for text, kind, point, parts in rows]
    put_addresses("yunxi", made, by=SYSTEM)

    put_elements(
        "yunxi", [NewElement("L1", "lamp", {"zh-Hans": "路灯"}, Point(*HOUSE), address="解放路114号")], by=SYSTEM
    )
    return city


def reported(city: Any, text: str, **fields: Any) -> tuple[Event, dict[str, Any]]:
    """The event of a new report, and what its story says of the place."""
    receipt = city.report(text, **{**NOWHERE, **fields})
    event = Event.objects.get(uid=receipt.event_uid)
    entry = EventEntry.objects.get(event=event, kind__in=("located", "not_located"))
    return event, {"kind": entry.kind, **entry.data}


def test_an_address_in_words_becomes_a_point_with_its_score(known: Any) -> None:
    event, told = reported(known, "路面塌了一个坑", address_text="湖滨街道解放路一百一十四号旁边")
    assert (event.lon, event.lat, event.place_quality) == (*HOUSE, "address")
    here = locate(*HOUSE, jurisdiction=known.place.id)
    assert (event.grid_code, event.area_path) == (here.grid_code, here.area_path)
    assert told["kind"] == "located" and told["address"] == "临湖区湖滨街道解放路114号"
    assert 0.75 < told["score"] < 1
    assert event.address_text == "湖滨街道解放路一百一十四号旁边"


@pytest.mark.parametrize(
    ("text", "point", "said"),
    [
        ("解放路114号门口的井盖没了", HOUSE, "解放路114号"),
        ("金桥华府3幢楼下有人半夜卸货", ESTATE, "金桥华府3幢"),
        ("南屏路和解放路路口红绿灯坏了", CROSSING, "南屏路和解放路路口"),
        ("我住云溪实验学校,金桥华府3幢楼下垃圾没人收", ESTATE, "金桥华府3幢"),
    ],
)
def test_a_place_in_the_text_becomes_the_point(known: Any, text: str, point: tuple[float, float], said: str) -> None:
    event, told = reported(known, text)
    assert (event.lon, event.lat, event.place_quality) == (*point, "address")
    assert told["said"] == said and told["score"] == 1.0


@pytest.mark.parametrize(
    "text",
    ["解放路上到处是坑", "路灯都不亮", "从云溪实验学校到金桥华府3幢一路都没有路灯", "我家住金桥华府3幢，暖气不热"],
)
def test_what_names_no_single_spot_gets_no_point(known: Any, text: str) -> None:
    event, _told = reported(known, text)
    assert event.lon is None and event.cell is None


def test_a_point_that_is_given_counts_more_than_words(known: Any) -> None:
    event, told = reported(known, "解放路114号门口", lon=SCHOOL[0], lat=SCHOOL[1])
    assert (event.lon, event.place_quality, told.get("address")) == (SCHOOL[0], "exact", None)


def test_words_stand_in_for_a_point_that_says_nothing(known: Any) -> None:
    event, told = reported(known, "解放路114号门口积水", lon=0.0, lat=0.0)
    assert (event.lon, event.place_quality, told["ignored"]) == (HOUSE[0], "address", "placeholder")
    event, told = reported(known, "水管爆了", lon=100.0, lat=20.0)
    assert (event.lon, event.place_quality, told["kind"]) == (None, "outside", "not_located")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("南屏路", "井盖没了，就在解放路114号门口"),
        ("南屏路", "金桥华府3幢楼下有人卸货"),
        ("湖滨街道", "云溪实验学校门口积水"),
    ],
)
def test_a_typed_road_or_area_is_not_overridden_by_a_place_elsewhere(known: Any, typed: str, text: str) -> None:
    event, told = reported(known, text, address_text=typed)
    assert (event.lon, event.place_quality) == (None, "address"), told
    assert "said" not in told and typed in told["address"]


@pytest.mark.parametrize(
    ("typed", "point"),
    [("解放路", HOUSE), ("临湖区", HOUSE), ("湖滨街道", HOUSE), ("门卫室旁", HOUSE)],
)
def test_a_place_of_the_text_says_where_on_the_typed_one(known: Any, typed: str, point: tuple[float, float]) -> None:
    event, told = reported(known, "解放路114号门口的井盖没了", address_text=typed)
    assert (event.lon, event.lat, told["said"]) == (*point, "解放路114号")


def test_an_area_in_the_text_is_known_without_a_point(known: Any) -> None:
    event, told = reported(known, "湖滨街道的路灯坏了好几天")
    assert (event.lon, event.place_quality, told["address"]) == (None, "address", "湖滨街道")
    assert event.area_path.endswith("/yx0101/")


def test_a_facility_says_where_it_stands(known: Any) -> None:
    event, told = reported(known, "灯不亮", element_code="L1")
    assert (event.lon, event.lat, event.place_quality) == (*HOUSE, "exact")
    assert told["address"] == "解放路114号"
    assert facility_link(element(known.place.id, "L1")).startswith("/q/")


def test_two_reports_of_one_place_in_words_are_told_to_be_alike(known: Any) -> None:
    first, _ = reported(known, "解放路114号门口的路面塌了一个大坑,很危险")
    second, _ = reported(known, "路面塌陷有个大坑,危险", address_text="解放路114#")
    (like, *_more) = likely_duplicates(second, rules_of(known.place.id))
    assert like.event.pk == first.pk
    assert metres_between(first.lon, first.lat, second.lon, second.lat) == 0


def test_an_address_that_two_places_have_alike_is_no_point(known: Any) -> None:
    rows = [("临湖区翠竹路9号", HOUSE), ("溪南区翠竹路9号", (118.99, 29.58))]
    made = [NewAddress(text, "door", *at, parts={"road": "翠竹路", "number": "9"}) for text, at in rows]
    put_addresses("yunxi", made, by=SYSTEM)
    # given only road and number, both fit alike and nobody guesses; the district tells them apart
    event, _told = reported(known, "路面塌了一个坑", address_text="翠竹路9号")
    assert event.lon is None
    event, _told = reported(known, "路面塌了一个坑", address_text="临湖区翠竹路9号")
    assert (event.lon, event.lat) == HOUSE


def test_a_row_without_a_point_is_placed_by_an_address_that_means_one_place(known: Any) -> None:
    rules = rules_of(known.place.id)
    found = point_of_words("湖滨街道解放路114号", rules)
    assert found is not None and (found.lon, found.lat, found.quality) == (*HOUSE, "address")
    # a road alone, a place nobody knows and nothing at all stay open
    assert [point_of_words(words, rules) for words in ("解放路", "不存在的大道7号", "")] == [None, None, None]


@pytest.fixture
def plated(known: Any) -> Any:
    """Two lamps with numbers on their plates, far apart."""
    lamps = [("YX-081", HOUSE, "解放路114号"), ("YX-082", SCHOOL, "")]
    put_elements(
        "yunxi",
        [NewElement(code, "lamp", {"zh-Hans": "路灯"}, Point(*at), address=text) for code, at, text in lamps],
        by=SYSTEM,
    )
    return known


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("编号是YX-081的那根灯杆不亮", ""),
        ("灯杆不亮", "ＹＸ０８１号灯杆"),
        ("yx-081不亮，对面是云溪实验学校", "解放路"),
    ],
)
def test_the_code_of_a_facility_in_the_words_places_the_report(plated: Any, text: str, address: str) -> None:
    event, told = reported(plated, text, address_text=address)
    assert (event.lon, event.lat, event.place_quality) == pytest.approx((*HOUSE, "exact"))
    assert (told["kind"], told["facility"], told["address"]) == ("located", "YX-081", "解放路114号")
    assert event.element_code == "YX-081"
    assert text.find(told["said"]) >= 0 or address.find(told["said"]) >= 0


@pytest.mark.parametrize("text", ["YX-081和YX-082都不亮", "编号YX-083不亮"])
def test_several_codes_or_an_unknown_one_place_nothing(plated: Any, text: str) -> None:
    event, _told = reported(plated, text)
    assert event.lon is None and not event.element_code


def test_a_code_that_lies_elsewhere_than_the_address_typed_is_not_taken(plated: Any) -> None:
    event, told = reported(plated, "灯杆YX-082不亮", address_text="解放路114号")
    assert (event.lon, event.lat) == HOUSE and "facility" not in told and not event.element_code
