"""What a city shows everybody, and what helps to report: no number leads to a person."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.domains.events.conftest import City
from tests.domains.events.test_citizen import TEXT, code_of, finish, send
from tests.domains.events.test_pages import text_of
from yiwang.base.access import SYSTEM, Viewer
from yiwang.domains.events import actions, queries
from yiwang.domains.events.models import Event, EventEntry, Report
from yiwang.domains.events.queries import PublicFilter
from yiwang.domains.events.queries.public_list import FEWEST
from yiwang.engines.place.cells import cell, cell_centre

ENGLISH = {"Accept-Language": "en"}
HERE = {"lon": 118.952, "lat": 29.63}


@pytest.fixture(autouse=True)
def nothing_kept(settings: Any, tmp_path: Any) -> Iterator[None]:
    """Photos of a test go with it, and so do numbers kept for ten minutes."""
    settings.FILES = tmp_path / "files"
    cache.clear()
    yield
    cache.clear()


def citizen(name: str) -> Viewer:
    from yiwang.base.organisation.queries import viewer_of
    from yiwang.base.people.actions import create_account
    from yiwang.base.people.queries import account_for_sign_in

    return viewer_of(account_for_sign_in(create_account(name, display_name=name, kind="citizen", by=SYSTEM).uid))


def browser(viewer: Viewer) -> Client:
    from yiwang.base.people.queries import account_for_sign_in

    client = Client(headers=ENGLISH)
    assert viewer.uid is not None
    client.force_login(account_for_sign_in(viewer.uid))
    return client


@given(lon=st.floats(-180, 179.99), lat=st.floats(-90, 89.99))
def test_the_middle_of_a_cell_lies_in_it(lon: float, lat: float) -> None:
    x, y = cell_centre(cell(lon, lat, 0.002), 0.002)
    assert abs(x - lon) <= 0.001001 and abs(y - lat) <= 0.001001


def test_a_place_is_shown_from_five_matters_on_and_as_a_square(city: City, client: Client) -> None:
    for n in range(FEWEST - 1):
        city.report(f"这里第{n}次反映路面有坑")
    assert queries.public_spots(city.place) == ()
    assert client.get("/public/yunxi/spots.json").json()["features"] == []
    cache.clear()
    city.report("再说一次路面有坑")
    [spot] = queries.public_spots(city.place)
    assert (spot.kind, spot.n) == ("cell", FEWEST)
    assert (spot.lon, spot.lat) != (HERE["lon"], HERE["lat"])
    assert abs(spot.lon - HERE["lon"]) <= 0.00101 and abs(spot.lat - HERE["lat"]) <= 0.00101


def test_thin_places_are_told_by_street_when_they_are_enough_together(city: City) -> None:
    for n in range(FEWEST):
        city.report(f"第{n}处路面有坑", lon=118.952 + 0.004 * (n % 2), lat=29.63 + 0.003 * (n // 2))
    by_street: dict[str, int] = {}
    for event in Event.objects.all():
        street = "/".join(event.area_path.split("/")[:3])
        by_street[street] = by_street.get(street, 0) + 1
    spots = queries.public_spots(city.place)
    assert sum(spot.n for spot in spots) == sum(n for n in by_street.values() if n >= FEWEST)
    assert all(spot.kind == "area" and spot.n >= FEWEST and spot.title for spot in spots)


def test_figures_say_nothing_of_shares_while_there_are_few(city: City, client: Client) -> None:
    city.report()
    told = queries.public_figures(city.place)
    assert (told.received, told.closed, told.in_time, told.satisfied) == (1, 0, None, None)
    for _ in range(FEWEST):
        receipt = city.report("路面有坑")
        finish(city, receipt.event_number)
        actions.evaluate_event(receipt.follow_code, score=5)
    cache.clear()
    told = queries.public_figures(city.place)
    assert (told.received, told.closed, told.in_time, told.satisfied) == (1 + FEWEST, FEWEST, 100, 100)
    page = text_of(client.get("/public/yunxi/", headers=ENGLISH))
    assert "100 %" in page


def test_the_list_is_narrowed_by_area_kind_and_state(city: City, client: Client) -> None:
    city.report(is_public=True)
    closed = city.report("路灯不亮，晚上走路害怕", is_public=True)
    area = Event.objects.get(uid=closed.event_uid).area_path.split("/")
    assert len(queries.public_events(city.place).rows) == 2
    assert len(queries.public_events(city.place, PublicFilter(area=area[1])).rows) == 2
    assert len(queries.public_events(city.place, PublicFilter(state="closed")).rows) == 0
    assert len(queries.public_events(city.place, PublicFilter(state="open")).rows) == 2
    for query in ({"area": "nowhere"}, {"category": "nothing"}):
        assert client.get("/public/yunxi/", query).status_code == 404
    assert client.get("/public/yunxi/", {"state": "x"}).status_code == 422
    assert client.get("/public/yunxi/map/").status_code == 200


def test_only_public_open_events_are_offered_as_the_same_and_joining_follows_them(city: City, client: Client) -> None:
    city.report()  # its reporter did not agree
    ask = {"text": TEXT, "lon": HERE["lon"], "lat": HERE["lat"]}
    assert client.get("/report/yunxi/aid", ask).json()["near"] == []
    first = city.report(text=TEXT + "！", is_public=True)
    [near] = client.get("/report/yunxi/aid", ask, headers=ENGLISH).json()["near"]
    assert near["away"] == "about 50 m away" and first.event_number not in str(near["title"])
    # when somebody says "me too"
    code = code_of(send(client, text="我也看到了这个坑", joins=near["join"], lon=HERE["lon"], lat=HERE["lat"]))
    # then their own report follows the first one's course, and nobody reads the other's words
    seen = queries.citizen_course(code).seen
    assert seen.is_merged and seen.event_number == first.event_number and seen.text == "我也看到了这个坑"
    assert TEXT not in client.get(f"/follow/{code}").content.decode()
    assert Event.objects.get(uid=first.event_uid).n_reports == 2


def test_what_was_closed_meanwhile_is_not_joined_but_taken_as_a_matter_of_its_own(city: City, client: Client) -> None:
    first = city.report(text=TEXT + "！", is_public=True)
    [near] = client.get("/report/yunxi/aid", {"text": TEXT, **HERE}).json()["near"]
    finish(city, first.event_number)
    seen = queries.citizen_course(code_of(send(client, joins=near["join"]))).seen
    assert not seen.is_merged and seen.event_number != first.event_number


def test_a_forged_or_foreign_join_is_an_ordinary_report(city: City, client: Client) -> None:
    city.report(is_public=True)
    code = code_of(send(client, text="路灯不亮，晚上走路害怕", joins="YW-E000000001"))
    assert not queries.citizen_course(code).seen.is_merged


def test_the_kind_is_guessed_in_plain_words_and_left_out_when_nobody_can_tell(city: City, client: Client) -> None:
    guess = client.get(
        "/report/yunxi/aid", {"text": "路灯不亮，晚上走路害怕"}, headers={"Accept-Language": "zh"}
    ).json()
    assert guess["guess"] is None or {"code", "title"} == set(guess["guess"])
    assert client.get("/report/yunxi/aid").json() == {"guess": None, "near": []}
    assert client.get("/report/nowhere/aid").status_code == 404


def test_a_facilitys_code_fills_its_place_in(city: City, client: Client) -> None:
    from shapely import Point

    from yiwang.engines.place import actions as place
    from yiwang.engines.place import queries as places

    lamp = place.NewElement(
        code="L1",
        kind="lamp",
        title={"zh-Hans": "路灯", "en": "Street lamp"},
        geometry=Point(*HERE.values()),
        address="解放路114号",
    )
    place.put_elements("yunxi", [lamp], by=SYSTEM)
    short = places.facility_link(places.element(city.place.id, "L1")).rsplit("/", 1)[1]
    page = text_of(client.get("/report/yunxi/", {"facility": short}, headers=ENGLISH))
    assert "Street lamp" in page and 'value="解放路114号"' in page
    code_of(send(client, facility=short, address="解放路114号"))
    report = Report.objects.get()
    assert (report.element_code, report.lon, report.lat) == ("L1", HERE["lon"], HERE["lat"])
    assert "Street lamp" not in text_of(client.get("/report/yunxi/", {"facility": short + "X"}))


def test_own_reports_are_listed_for_their_reporter_alone(city: City) -> None:
    wang, li = citizen("wang"), citizen("li")
    city.report(by=wang)
    page = text_of(browser(wang).get("/my/reports/"))
    assert TEXT[:10] in page and "It has gone to" in page
    assert TEXT[:10] not in text_of(browser(li).get("/my/reports/"))
    assert Client().get("/my/reports/")["Location"].startswith("/sign-in")
    [own] = queries.own_reports(wang)
    assert text_of(browser(wang).get(f"/follow/{own.code}"))
    assert queries.own_reports(SYSTEM) == []


def test_stars_come_with_reasons_and_a_reopening_with_a_photo(city: City, client: Client) -> None:
    receipt = city.report()
    finish(city, receipt.event_number)
    code, out = receipt.follow_code, io.BytesIO()
    given = {"score": 2, "reasons": ["slow", "half_done"], "text": "又裂了"}
    assert client.post(f"/follow/{code}/evaluate", given).status_code == 302
    assert queries.citizen_course(code).reasons == ("slow", "half_done")
    assert EventEntry.objects.filter(kind="evaluated").get().data["reasons"] == ["slow", "half_done"]
    assert client.post(f"/follow/{code}/evaluate", given | {"reasons": ["nothing"]}).status_code == 422
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    photo = SimpleUploadedFile("now.jpg", out.getvalue(), "image/jpeg")
    assert client.post(f"/follow/{code}/reopen", {"reason": "又裂了", "photos": photo}).status_code == 302
    assert len(queries.citizen_course(code).photos) == 1
    broken = SimpleUploadedFile("x.jpg", b"\xff\xd8\xff broken")
    assert client.post(f"/follow/{code}/reopen", {"reason": "x", "photos": broken}).status_code == 422


def test_the_course_tells_nothing_of_what_other_reporters_said(city: City) -> None:
    first, second = city.report(), city.report(text="隔壁老王家门口也有一个坑", **HERE)
    one, two = (queries.event_uid(SYSTEM, r.event_number) for r in (first, second))
    actions.merge_events(two, into=one, by=SYSTEM)
    for receipt, others in ((first, "老王"), (second, "塌了")):
        course = queries.citizen_course(receipt.follow_code)
        assert others not in repr(course) and course.seen.event_number == first.event_number


def test_a_submission_of_the_page_is_one_report_with_its_join(city: City, client: Client) -> None:
    page = str(uuid4())
    assert send(client, submission=page)["Location"] == send(client, submission=page)["Location"]
    assert Report.objects.count() == 1
