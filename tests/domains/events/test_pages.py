"""The desk pages as people use them: filters, export, steps with their errors, what is shown to whom."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.domains.events.conftest import City
from yiwang.base.access import SYSTEM
from yiwang.domains.events import queries
from yiwang.domains.events.pages.cells import csv_row, safe_cell
from yiwang.domains.events.queries import EventFilter

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def signed_in(city: City, post: str, language: str = "en") -> Client:
    """A browser in which the holder of a post is signed in."""
    from yiwang.base.people.queries import account_for_sign_in

    client = Client(headers={"accept-language": language})
    uid = city.viewer(post).uid
    assert uid is not None
    client.force_login(account_for_sign_in(uid))
    return client


def text_of(answer: Any) -> str:
    """The body of an answer, streamed or not."""
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


@pytest.fixture
def dispatched(city: City) -> str:
    """The number of an event that waits for the roads department."""
    return str(city.report(reporter_name="王芳", reporter_phone="13800138000").event_number)


PAGES = ("/work/", "/events/", "/events/map/", "/events/map/list", "/events/export.csv", "/events/new/")


@pytest.mark.parametrize("path", PAGES)
def test_who_is_not_signed_in_is_led_to_sign_in(city: City, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in")


def test_the_start_page_shows_the_public_ways_in_and_leads_officials_to_their_work(city: City) -> None:
    public = text_of(Client(headers={"accept-language": "en"}).get("/"))
    assert "/report/" in public and "/follow/" in public and "/sign-in" in public
    start = text_of(signed_in(city, "dispatcher").get("/"))
    assert 'href="/work/?tab=mine"' in start and 'href="/events/?state=received"' in start


def test_the_list_holds_what_the_filter_in_the_url_says(city: City) -> None:
    lamp = city.report("湖滨路路灯不亮，天天摸黑走").event_number
    hole = city.report("望湖路路面塌了一个大坑").event_number
    client = signed_in(city, "supervisor")
    assert lamp in text_of(client.get("/events/")) and hole in text_of(client.get("/events/"))
    found = text_of(client.get("/events/", {"q": "路灯"}))
    assert lamp in found and hole not in found
    assert lamp not in text_of(client.get("/events/", {"state": "closed"}))
    assert hole in text_of(client.get("/events/", {"q": hole}))
    assert client.get("/search/", {"q": hole})["Location"] == f"/events/{hole}/"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "This day lies before the first one."), ("zh-hans", "结束日期早于开始日期。")]
)
def test_a_wrong_filter_is_said_at_its_field_in_the_readers_language(city: City, language: str, said: str) -> None:
    answer = signed_in(city, "supervisor", language).get("/events/", {"since": "2026-03-02", "until": "2026-03-01"})
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_pages_lead_forth_and_back_without_skipping(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [city.report(f"路灯不亮第{n}盏").event_number for n in range(7)]
    wanted = EventFilter()
    first = queries.events(SYSTEM, wanted, limit=3)
    second = queries.events(SYSTEM, wanted, after=first.after, limit=3)
    third = queries.events(SYSTEM, wanted, after=second.after, limit=3)
    assert [r.number for p in (first, second, third) for r in p.rows] == numbers[::-1]
    assert (first.before, third.after) == ("", "")
    assert queries.events(SYSTEM, wanted, before=third.before, limit=3).rows == second.rows
    assert queries.events(SYSTEM, wanted, before=second.before, limit=3) == first


def test_handlers_see_their_departments_events_only(city: City, dispatched: str) -> None:
    assert dispatched in text_of(signed_in(city, "handler_roads").get("/events/"))
    other = signed_in(city, "handler_gas")
    assert dispatched not in text_of(other.get("/events/"))
    assert other.get(f"/events/{dispatched}/").status_code == 404


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝cmd", "'＝cmd"),
        ("a=b", "a=b"),
        (-3, "-3"),
    ],
)
def test_a_spreadsheet_cannot_take_a_cell_for_a_formula(given: object, kept: str) -> None:
    assert safe_cell(given) == kept


def test_a_csv_line_survives_quotes_and_line_breaks() -> None:
    assert next(csv.reader(io.StringIO(csv_row(['a"b', "c\nd", "e,f"]).decode()))) == ['a"b', "c\nd", "e,f"]


def test_the_export_is_a_defused_utf8_csv_and_is_written_down(city: City) -> None:
    from yiwang.base.audit.models import Entry

    city.report("=HYPERLINK(1) 路灯不亮")
    answer = signed_in(city, "supervisor").get("/events/export.csv", {"q": "路灯"})
    body = b"".join(answer.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row["Title"] for row in rows] == ["'=HYPERLINK(1) 路灯不亮"]
    entry = Entry.objects.filter(action="events.record_export").get()
    assert json.loads(entry.payload)["filters"] == {"q": "路灯"}


def test_the_export_needs_its_own_right(city: City) -> None:
    assert signed_in(city, "handler_roads").get("/events/export.csv").status_code == 403


def test_a_matter_goes_through_its_whole_course_by_the_pages_alone(city: City, dispatched: str) -> None:
    url = f"/events/{dispatched}/"
    handler, verifier = signed_in(city, "handler_roads"), signed_in(city, "verifier")
    assert 'id="step-handle"' in text_of(handler.get(url))
    assert 'id="step-handle"' not in text_of(verifier.get(url))
    assert handler.post(f"{url}accept/").status_code == 302
    assert handler.post(f"{url}handle/", {"result": "已修补"}).status_code == 302
    assert verifier.post(f"{url}verify/", {"is_passed": "yes", "text": ""}).status_code == 302
    assert signed_in(city, "dispatcher").post(f"{url}close/", {"text": ""}).status_code == 302
    assert queries.event(SYSTEM, dispatched).row.status == "closed"
    shown = text_of(verifier.get(url))
    assert "已修补" in shown
    assert "row" in shown and "responsibility list" in shown


@pytest.mark.parametrize(("language", "said"), [("en", "This field is required."), ("zh-hans", "这个字段是必填项。")])
def test_what_a_step_misses_is_said_at_its_field(city: City, dispatched: str, language: str, said: str) -> None:
    client = signed_in(city, "handler_roads", language)
    answer = client.post(f"/events/{dispatched}/return/", {"reason": " "})
    assert answer.status_code == 422
    assert 'id="return_reason_error"' in text_of(answer)
    assert said in text_of(answer)
    assert queries.event(SYSTEM, dispatched).row.n_returns == 0


def test_a_step_taken_twice_is_told_kindly_and_done_once(city: City, dispatched: str) -> None:
    client = signed_in(city, "handler_roads")
    sent = {"result": "已修补"}
    assert client.post(f"/events/{dispatched}/handle/", sent).status_code == 302
    again = client.post(f"/events/{dispatched}/handle/", sent)
    assert again.status_code == 409
    assert "It has moved on in the meantime" in text_of(again)
    assert [line.kind for line in queries.story(SYSTEM, dispatched)].count("handled") == 1


def test_a_file_that_is_no_photo_is_refused_and_nothing_is_half_done(city: City, dispatched: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from yiwang.base.files.models import StoredFile

    fake = SimpleUploadedFile("photo.jpg", b"MZ this is no picture", "image/jpeg")
    client = signed_in(city, "handler_roads")
    answer = client.post(f"/events/{dispatched}/handle/", {"result": "已修补", "photos": [photo(), fake]})
    assert answer.status_code == 422
    assert "are not taken here" in text_of(answer)
    assert queries.event(SYSTEM, dispatched).row.status == "dispatched"
    assert StoredFile.objects.count() == 0


def test_photos_of_the_result_are_shown_to_whom_sees_the_event(city: City, dispatched: str) -> None:
    handler = signed_in(city, "handler_roads")
    handler.post(f"/events/{dispatched}/handle/", {"result": "已修补", "photos": [photo(), photo()]})
    files = queries.story(SYSTEM, dispatched)[-1].data["files"]
    assert len(files) == 2
    verifier = signed_in(city, "verifier")
    assert f"/files/{files[0]}" in text_of(verifier.get(f"/events/{dispatched}/"))
    assert verifier.get(f"/files/{files[0]}").status_code == 200
    assert signed_in(city, "handler_gas").get(f"/files/{files[0]}").status_code == 404


def test_who_reported_is_masked_until_a_purpose_is_given_which_the_audit_keeps(city: City, dispatched: str) -> None:
    from yiwang.base.audit.models import Entry

    url = f"/events/{dispatched}/"
    client = signed_in(city, "handler_roads")
    assert "13800138000" not in text_of(client.get(url))
    report = queries.event(SYSTEM, dispatched).reports[0].uid
    refused = client.post(f"{url}reports/{report}/", {"purpose": ""})
    assert (refused.status_code, "13800138000" in text_of(refused)) == (422, False)
    shown = client.post(f"{url}reports/{report}/", {"purpose": "联系上报人核实位置"})
    assert "13800138000" in text_of(shown)
    assert "no-store" in shown["Cache-Control"]
    kept = Entry.objects.filter(action="personal.unmask_field")
    assert {entry.reason for entry in kept} == {"联系上报人核实位置"}
    assert signed_in(city, "verifier").post(f"{url}reports/{report}/", {"purpose": "好奇"}).status_code == 403


def test_duplicates_can_be_merged_undone_and_judged_different(city: City, dispatched: str, delivered: Any) -> None:
    other = city.report("湖滨路58号路面塌陷有大坑", address_text="湖滨路58号").event_number
    url = f"/events/{dispatched}/"
    earlier, later = (queries.event(SYSTEM, number).row for number in (dispatched, other))
    client = signed_in(city, "dispatcher")
    assert client.post(f"{url}duplicates/{other}/", {"judgement": "same"}).status_code == 302
    assert queries.event(SYSTEM, other).merged_into == dispatched
    assert 'id="step-unmerge"' in text_of(client.get(f"/events/{other}/"))
    assert client.post(f"/events/{other}/unmerge/", {"reason": "两处不同的坑"}).status_code == 302
    assert queries.event(SYSTEM, other).row.status in ("received", "dispatched")
    assert (earlier.uid, later.uid) == (queries.event_uid(SYSTEM, dispatched), queries.event_uid(SYSTEM, other))


def test_html_in_every_text_is_shown_as_text(city: City) -> None:
    number = city.report(f"路灯不亮 {EVIL}", address_text=EVIL, reporter_name=EVIL).event_number
    client = signed_in(city, "supervisor")
    handler = signed_in(city, "handler_roads")
    assert handler.post(f"/events/{number}/return/", {"reason": EVIL}).status_code == 302
    pages = ("/events/", f"/events/{number}/", "/work/?tab=all", "/events/?q=" + "%3Cscript%3E")
    for path in (*pages, f"/events/card/{queries.event(SYSTEM, number).row.id}/", "/events/new/suggest?text=<script>x"):
        shown = text_of(client.get(path))
        assert "<script>alert" not in shown and "<img src=x" not in shown, path
    assert "&lt;script&gt;alert(1)" in text_of(client.get(f"/events/{number}/"))


def test_several_free_items_are_accepted_at_once_and_what_others_took_is_said(city: City) -> None:
    numbers = [city.report(f"湖滨路{n}号路面塌了一个大坑").event_number for n in (1, 2)]
    uids = [str(queries.event_uid(SYSTEM, number)) for number in numbers]
    client = signed_in(city, "handler_roads")
    waiting = text_of(client.get("/work/?tab=department"))
    assert all(f'value="{uid}"' in waiting for uid in uids)
    sent = {"event": uids, "verb": "accept"}
    answer = client.post("/work/batch/", sent | {"next": "/work/?tab=mine"}, follow=True)
    assert "2 events done" in text_of(answer)
    assert all(number in text_of(client.get("/work/?tab=mine")) for number in numbers)
    again = client.post("/work/batch/", sent | {"next": "https://evil.example/"}, follow=True)
    assert "2 events stayed as they were" in text_of(again)
    assert again.redirect_chain[0][0] == "/work/"


def test_an_operators_entry_gives_a_receipt_and_the_same_sent_twice_gives_it_again(city: City) -> None:
    client = signed_in(city, "operator")
    page = client.get("/events/new/")
    submission = str(page.context["call"]["submission"].value())
    sent = {
        "submission": submission,
        "place": "yunxi",
        "source": "phone",
        "text": "湖滨路路灯不亮",
        "urgency": "urgent",
    }
    sent |= {"lon": "118.952", "lat": "29.63", "reporter_phone": "13800138000"}
    first = client.post("/events/new/", sent, follow=True)
    assert first.redirect_chain[-1][0] == "/events/new/done/"
    code = first.context["lines"][0]["code"]
    assert code in text_of(first)
    second = client.post("/events/new/", sent, follow=True)
    assert second.context["lines"][0]["code"] == code
    rows = queries.events(SYSTEM, EventFilter(text="路灯")).rows
    assert [(row.urgency, row.source) for row in rows] == [("urgent", "phone")]


@pytest.mark.parametrize(
    ("language", "phone", "longitude"),
    [("en", "The telephone", "A place needs both"), ("zh-hans", "电话", "位置需要同时有经度和纬度")],
)
def test_a_wrong_entry_is_said_at_its_fields(city: City, language: str, phone: str, longitude: str) -> None:
    client = signed_in(city, "operator", language)
    submission = str(client.get("/events/new/").context["call"]["submission"].value())
    sent = {"submission": submission, "place": "yunxi", "source": "phone", "text": "路灯不亮"}
    half = client.post("/events/new/", sent | {"lat": "29.63"})
    assert half.status_code == 422
    assert longitude in half.context["sheet"].parts[0].errors["lon"][0]
    wrong = client.post("/events/new/", sent | {"reporter_phone": "12"})
    assert wrong.status_code == 422
    assert 'id="id_reporter_phone_error"' in text_of(wrong)
    assert wrong.context["call"].errors["reporter_phone"]
    assert client.post("/events/new/", sent | {"lon": "500", "lat": "29"}).context["sheet"].parts[0].errors["lon"]
    assert queries.count_events(SYSTEM, EventFilter()) == 0


def test_while_typing_category_and_likely_duplicates_are_told(city: City) -> None:
    known = city.report("湖滨路58号路灯不亮，天黑看不见", address_text="湖滨路58号").event_number
    asked = {"text": "湖滨路58号路灯不亮", "lon": "118.952", "lat": "29.63", "place": "yunxi"}
    told = text_of(signed_in(city, "operator").get("/events/new/suggest", asked))
    assert 'data-category="020103"' in told
    assert known in told


def test_the_list_beside_the_map_follows_scope_filter_and_section(city: City, dispatched: str) -> None:
    client = signed_in(city, "handler_roads")
    beside = client.get("/events/map/list")
    assert 'data-lon="118.952" data-lat="29.63"' in text_of(beside)
    for asked in ({"bbox": "0,0,1,1"}, {"state": "closed"}):
        assert "data-event" not in text_of(client.get("/events/map/list", asked))
    assert client.get("/events/map/list", {"bbox": "a,b"}).status_code == 422
    assert "data-event" not in text_of(signed_in(city, "handler_gas").get("/events/map/list"))


def test_the_map_begins_with_open_events_and_says_so(city: City, dispatched: str) -> None:
    client = signed_in(city, "handler_roads")
    # when nothing is said of a state, open events are shown, and a chip takes that filter out again
    page = text_of(client.get("/events/map/"))
    assert 'tiles/{z}/{x}/{y}.mvt?state=open"' in page
    assert re.search(r'<a class="chip chip-on" href="\?state="[^>]*>State: Open', page), page
    # then all of them are shown, also after another filter is chosen in the form
    page = text_of(client.get("/events/map/?state="))
    assert 'tiles/{z}/{x}/{y}.mvt?state="' in page and "chip-on" not in page
    assert '<input type="hidden" name="state" value="">' in page
    page = text_of(client.get("/events/map/?state=closed&q=x"))
    assert 'href="?q=x&amp;state="' in page and "State: Closed" in page


def test_what_came_in_since_is_counted_for_the_hint(city: City) -> None:
    from yiwang.kernel import clock

    client = signed_in(city, "supervisor")
    before = int(clock.now().timestamp() * 1000) - 1
    assert "new event" not in text_of(client.get("/events/newer", {"after": before}))
    city.report("路灯不亮")
    assert "1 new event" in text_of(client.get("/events/newer", {"after": before}))
    assert text_of(client.get("/events/newer", {"after": "x"})).strip() == ""


def photo() -> Any:
    """A small true picture as an upload."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (32, 24), "#5588aa").save(made, "JPEG")
    return SimpleUploadedFile("road.jpg", made.getvalue(), "image/jpeg")


def test_every_kind_of_story_line_has_a_title_and_a_look() -> None:
    from yiwang.domains.events.pages.story import LOOKS
    from yiwang.domains.events.wording import ENTRY_TITLES

    assert set(LOOKS) == set(ENTRY_TITLES)


@pytest.mark.django_db
def test_every_state_the_list_offers_can_be_asked_for() -> None:
    from yiwang.domains.events.wording import STATE_TITLES

    for state in STATE_TITLES:
        assert queries.count_events(SYSTEM, EventFilter(state=state)) == 0


def test_the_search_field_is_there_for_whoever_is_signed_in_and_finds_no_more_than_they_may(city: City) -> None:
    from yiwang.base.people.actions import create_account
    from yiwang.base.people.queries import account_for_sign_in

    assert 'action="/search/"' in text_of(signed_in(city, "supervisor").get("/account"))
    client = Client()
    client.force_login(account_for_sign_in(create_account("nobody", display_name="Nobody", by=SYSTEM).uid))
    number = city.report().event_number
    assert 'action="/search/"' in text_of(client.get("/account"))
    assert 'action="/search/"' not in text_of(Client().get("/design"))
    found = text_of(client.get("/search/", {"q": "湖滨路"}))
    assert number not in found and number in text_of(signed_in(city, "supervisor").get("/search/", {"q": "湖滨路"}))
    assert client.get("/events/").status_code == 403
