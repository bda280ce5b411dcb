"""The citizen's pages without a browser: reporting, bad input, following by code, evaluation, what stays private."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from bench.citizen_page import weight
from yiwang.base.access import SYSTEM
from yiwang.base.files.actions import store_upload
from yiwang.domains.events import actions, queries
from yiwang.domains.events.models import Event, Report
from yiwang.domains.events.pages import citizen_follow, citizen_report
from yiwang.kernel import clock

TEXT = "湖滨路58号路面塌了一个大坑，很危险"
POINT = {"lon": "118.952", "lat": "29.63"}
ENGLISH = {"headers": {"Accept-Language": "en"}}


@pytest.fixture(autouse=True)
def files_apart(settings: Any, tmp_path: Any) -> None:
    """Photos of a test go with it."""
    settings.FILES = tmp_path / "files"


def photo(colour: str = "red", name: str = "坑.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def send(client: Client, **fields: Any) -> Any:
    """Send the form as a browser does; `submission` is a new page's unless given."""
    return client.post("/report/", {"text": TEXT, "submission": str(uuid4()), **fields}, **ENGLISH)


def code_of(answer: Any) -> str:
    """The code a sent report led to."""
    assert answer.status_code == 302, answer.content.decode()
    found = re.fullmatch(r"/follow/([A-Z2-7-]{14})/receipt", answer["Location"])
    assert found
    return found[1]


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no hidden field {name}"
    return unescape(found[1])


def finish(city: Any, number: str, files: tuple[str, ...] = ()) -> None:
    """Bring an event of the roads to its close."""
    uid = queries.event_uid(SYSTEM, number)
    actions.handle_event(uid, by=SYSTEM, result="已填平路面", files=files)
    actions.verify_event(uid, by=city.viewer("verifier"), is_passed=True)
    actions.close_event(uid, by=SYSTEM)


def test_a_report_leads_to_a_receipt_and_is_dispatched(city: Any, client: Client) -> None:
    # when somebody fills in the page
    answer = send(client, **POINT, address="湖滨路58号", name="张三", phone="138 0013 8000", wants_answer="on")
    # then the report is stored as said, and somebody has it already
    report = Report.objects.select_related("event").get()
    assert (report.text, report.address_text, report.source) == (TEXT, "湖滨路58号", "web")
    assert report.event.status == "dispatched" and not report.event.is_public
    assert report.extra == {"wants_answer": True}
    # and the receipt shows number, code and a picture to take home
    code = code_of(answer)
    page = client.get(answer["Location"]).content.decode()
    assert code in page and queries.citizen_course(code).seen.report_number in page
    picture = client.get(f"/follow/{code}/code.svg")
    assert picture["Content-Type"] == "image/svg+xml" and picture.content.startswith(b"<svg")
    assert b"style=" not in picture.content


def test_the_same_sending_twice_is_one_report_other_words_are_another(city: Any, client: Client) -> None:
    page = str(uuid4())
    first, second = send(client, submission=page), send(client, submission=page)
    assert first["Location"] == second["Location"] and Report.objects.count() == 1
    # going back in the browser and telling something else is no repeat
    assert send(client, submission=page, text="路灯不亮").status_code == 302
    assert Report.objects.count() == 2


def test_errors_stand_on_top_and_beside_the_field_and_nothing_is_lost(city: Any, client: Client) -> None:
    # given a form without its text, with a wrong number and two photos
    submission = str(uuid4())
    entered = {"submission": submission, "address": "湖滨路", "phone": "12", "wants_answer": "on"}
    page = send(client, text=" ", **entered, photos=[photo("red"), photo("blue")])
    assert page.status_code == 422 and Report.objects.count() == 0
    body = page.content.decode()
    assert '<a href="#id_text">' in body and 'id="id_text_error"' in body and '<a href="#id_phone">' in body
    assert 'value="湖滨路"' in body and 'value="12"' in body
    # then both photos are shown, one is unticked, the rest is put right
    assert body.count("/report/photos/") == 2
    shown = re.findall(r'src="(/report/photos/[^"]+)"', body)
    assert client.get(shown[0]).status_code == 200 and client.get(shown[0] + "x").status_code == 404
    drop = re.findall(r'name="drop" value="([^"]+)"', body)[0]
    corrected = entered | {"phone": "13800138000", "kept": hidden(body, "kept"), "drop": drop}
    code = code_of(send(client, **corrected))
    # and the report has the other photo, which only the holder of the code sees
    report = Report.objects.get()
    assert len(report.files) == 1 and drop not in report.files
    assert client.get(f"/follow/{code}/photos/{report.files[0]}").status_code == 200
    assert client.get(f"/files/{report.files[0]}").status_code == 404
    client.force_login(account(city.viewer("dispatcher")))
    assert client.get(f"/files/{report.files[0]}").status_code == 200


def account(viewer: Any) -> Any:
    from yiwang.base.people.queries import account_for_sign_in

    return account_for_sign_in(viewer.uid)


def test_photos_kept_on_one_page_cannot_be_taken_to_another(city: Any, client: Client) -> None:
    body = send(client, text="", photos=photo()).content.decode()
    code_of(send(client, kept=hidden(body, "kept")))  # a submission of its own
    assert Report.objects.get().files == []


@pytest.mark.parametrize(
    ("photos", "words"),
    [
        ([SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>")], "not taken here"),
        ([SimpleUploadedFile("x.jpg", b"\xff\xd8\xff broken")], "x.jpg"),
        ([photo() for _ in range(4)], "At most 3 photos"),
    ],
)
def test_what_is_no_photo_is_refused_beside_the_field(city: Any, client: Client, photos: list[Any], words: str) -> None:
    for one in photos:
        one.seek(0)
    page = send(client, photos=photos)
    assert page.status_code == 422 and Report.objects.count() == 0
    assert words in page.content.decode() and 'id="id_photos_error"' in page.content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"occurred_at": "2999-01-01T10:00"}, "occurred_at"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"category": "no-such"}, "category"),
        ({"area": "no-such"}, "area"),
        ({"lon": "116.39", "lat": "39.9"}, "address"),  # Beijing
        ({"text": "很" * 2001}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"wants_answer": "on"}, "phone"),
        ({"website": "http://spam.example"}, "website"),
    ],
)
def test_bad_input_is_answered_at_its_field(city: Any, client: Client, fields: dict[str, str], field: str) -> None:
    page = send(client, **fields)
    assert page.status_code == 422 and Report.objects.count() == 0
    assert f'href="#id_{field}"' in page.content.decode()


@pytest.mark.parametrize("lon", ["nan", "inf", "1e999", "abc", "500"])
def test_a_position_that_is_none_is_passed_over(city: Any, client: Client, lon: str) -> None:
    assert send(client, lon=lon, lat="29.6").status_code == 302
    assert Event.objects.get().place_quality == "none"


def test_swapped_coordinates_and_named_streets_find_the_place(city: Any, client: Client) -> None:
    send(client, lon=POINT["lat"], lat=POINT["lon"])
    send(client, area="yx0102", text="路灯不亮")
    places = list(Event.objects.order_by("id").values_list("place_quality", "area__code"))
    assert places == [("exact", "yx010101"), ("address", "yx0102")]


def test_html_in_every_field_is_shown_as_text(city: Any, client: Client) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    refused = send(client, text=evil, address=evil, name=evil, phone=evil).content.decode()
    code = code_of(send(client, text=evil, address=evil, name=evil))
    pages = [refused, *(client.get(f"/follow/{code}{end}").content.decode() for end in ("", "/receipt"))]
    for page in pages:
        assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;script&gt;" in pages[1]


def test_a_rough_category_is_narrowed_only_below_itself(city: Any, client: Client) -> None:
    send(client, text="小区里闻到很浓的燃气味，怀疑煤气漏气", category="08")
    send(client, text="小区里闻到很浓的燃气味，怀疑煤气漏气", category="01")
    found = Event.objects.order_by("id").values_list("category__code", "urgency")
    assert list(found) == [("0802", "critical"), ("01", "normal")]


def test_the_moment_noticed_is_the_citys_own(city: Any, client: Client) -> None:
    send(client, occurred_at="2026-01-05T08:30")
    assert Report.objects.get().occurred_at.isoformat() == "2026-01-05T00:30:00+00:00"


def test_too_many_sendings_are_answered_kindly_and_keep_the_words(
    city: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(citizen_report, "TURNS", 1)
    assert send(client).status_code == 302
    page = send(client, text="路灯不亮")
    assert page.status_code == 429 and "路灯不亮" in page.content.decode() and "15 minutes" in page.content.decode()
    assert Report.objects.count() == 1
    # another address is not held up
    other = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.post("/report/", {"text": "路灯不亮", "submission": str(uuid4())}, **other).status_code == 302


def test_forged_requests_are_refused(city: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert send(strict).status_code == 403 and Report.objects.count() == 0


def test_a_hundred_megabytes_are_refused_readably(city: Any, client: Client) -> None:
    size = str(100 * 1024 * 1024)
    form = "multipart/form-data; boundary=x"
    answer = client.generic("POST", "/report/", b"", content_type=form, CONTENT_LENGTH=size)
    assert answer.status_code == 413 and "64 MB" in answer.content.decode()


def test_wrong_codes_are_answered_alike_and_only_so_often(
    city: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(send(client))
    monkeypatch.setattr(citizen_follow, "MISSES", 3)
    pages = [client.get(f"/follow/{wrong}", **ENGLISH) for wrong in "AB"]
    assert all(page.status_code == 404 and "No report has this code" in page.content.decode() for page in pages)
    assert client.post("/follow/", {"code": "WRONG"}).status_code == 404
    assert client.get(f"/follow/{code}").status_code == 429
    assert client.get(f"/follow/{code}", REMOTE_ADDR="198.51.100.7").status_code == 200


def test_a_code_typed_by_hand_is_found(city: Any, client: Client) -> None:
    code = code_of(send(client))
    typed = f" {code.lower().replace('-', ' ')} "
    assert client.post("/follow/", {"code": typed})["Location"] == f"/follow/{code}"


def test_pages_behind_a_code_are_private(city: Any, client: Client) -> None:
    code = code_of(send(client))
    for path in ("", "/receipt", "/code.svg"):
        answer = client.get(f"/follow/{code}{path}")
        assert "no-store" in answer["Cache-Control"] and "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"


def test_the_course_is_told_plainly_evaluated_and_reopened(city: Any, client: Client) -> None:
    # given a report whose event was handled, with a photo of the result
    code = code_of(send(client, **POINT))
    number = queries.citizen_course(code).seen.event_number
    uid = queries.event_uid(SYSTEM, number)
    after = store_upload(photo("green"), by=SYSTEM, subject=f"event:{uid}")
    secret = store_upload(photo("black"), by=SYSTEM, subject=f"event:{uid}")
    page = client.get(f"/follow/{code}", **ENGLISH).content.decode()
    assert "It has gone to the department in charge" in page and "Is it solved?" not in page
    assert client.post(f"/follow/{code}/evaluate", {"score": "5"}, **ENGLISH).status_code == 409
    finish(city, number, (str(after.uid),))
    # then the holder of the code sees the result, its photo, and is asked
    page = client.get(f"/follow/{code}", **ENGLISH).content.decode()
    assert "已填平路面" in page and str(after.uid) in page and str(secret.uid) not in page
    assert client.get(f"/follow/{code}/photos/{after.uid}").status_code == 200
    assert client.get(f"/follow/{code}/photos/{secret.uid}").status_code == 404
    assert "verifier" not in page
    # when they give no stars, they are asked again; when they do, it is noted
    assert client.post(f"/follow/{code}/evaluate", {"text": "x"}).status_code == 422
    answer = client.post(f"/follow/{code}/evaluate", {"score": "2", "text": "还有一点"}, follow=True, **ENGLISH)
    assert "Your evaluation is noted" in answer.content.decode()
    assert Event.objects.get().satisfaction == 2
    # and what is not solved starts again, with a reason
    assert client.post(f"/follow/{code}/reopen", {"reason": " "}).status_code == 422
    answer = client.post(f"/follow/{code}/reopen", {"reason": "又塌了"}, follow=True, **ENGLISH)
    assert "It was taken up again" in answer.content.decode()
    assert Event.objects.get().n_reopened == 1


def test_after_the_evaluation_time_nobody_is_asked(city: Any, client: Client) -> None:
    code = code_of(send(client, **POINT))
    finish(city, queries.citizen_course(code).seen.event_number)
    with clock.frozen(clock.now() + timedelta(days=31)):
        page = client.get(f"/follow/{code}", **ENGLISH).content.decode()
        assert "Is it solved?" not in page and "has passed" in page
        assert client.post(f"/follow/{code}/evaluate", {"score": "5"}).status_code == 409


def test_reporters_of_one_event_do_not_read_each_others_words(
    city: Any, client: Client, delivered: Callable[[], int]
) -> None:
    # given two neighbours who reported the same hole, merged into one event
    first = code_of(send(client, text=f"{TEXT}，我是一号楼张三", **POINT))
    second = code_of(send(client, text=f"{TEXT}，我是二号楼李四", **POINT))
    one, two = (queries.event_uid(SYSTEM, queries.citizen_course(code).seen.event_number) for code in (first, second))
    if one != two:
        actions.merge_events(two, into=one, by=SYSTEM)
    finish(city, queries.citizen_course(first).seen.event_number)
    client.post(f"/follow/{first}/evaluate", {"score": "1", "text": "张三不满意"})
    # then the second sees why, and the course, but nothing of the first's
    page = client.get(f"/follow/{second}", **ENGLISH).content.decode()
    assert "Others reported the same" in page and "二号楼李四" in page and "已填平路面" in page
    assert "张三" not in page
    assert "李四" not in client.get(f"/follow/{first}").content.decode()


def test_the_public_list_shows_what_was_agreed_and_no_numbers(city: Any, client: Client) -> None:
    # given reports of which some may be shown
    send(client, text="没有同意公开的事情")
    for n in range(25):
        text = f"第{n}盏路灯不亮，请打13800138000找王五"
        send(client, text=text, is_public="on", occurred_at=f"2026-01-05T08:{n:02}")
    # then the list pages through those, newest first, without the telephone number
    first = client.get("/public/").content.decode()
    assert "没有同意公开" not in first and "13800138000" not in first and "第24盏" in first and "第4盏" not in first
    onward = re.search(r'href="(\?after=[^"]+)"', first)
    assert onward
    second = client.get(f"/public/{unescape(onward[1])}").content.decode()
    assert "第4盏" in second and "第5盏" not in second and "第0盏" in second
    assert client.get("/public/?after=broken").status_code == 422


def test_a_city_without_a_public_list_shows_none(city: Any, client: Client) -> None:
    from yiwang.domains.events.course import forget_rules
    from yiwang.domains.events.models import Course

    course = Course.objects.get()
    course.settings = course.settings | {"public_list": False}
    course.version += "-x"
    course.save()
    forget_rules()
    assert client.get("/public/").status_code == 404
    page = client.get("/report/").content.decode()
    assert "id_is_public" not in page and "/public/" not in page


def test_where_there_are_two_cities_one_chooses_first(city: Any, client: Client) -> None:
    from dataclasses import replace

    other = replace(city.place, id=-1, code="other", title={"zh-Hans": "他市", "en": "Other"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "jurisdictions", lambda viewer: [city.place, other])
        page = client.get("/report/").content.decode()
        assert "/report/yunxi/" in page and "/report/other/" in page
        assert client.get("/report/yunxi/").status_code == 200
    assert client.get("/report/nowhere/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_report_page_stays_below_20_kb(city: Any, client: Client, language: str) -> None:
    weighed = weight(client, language)
    assert weighed.plain <= 20_000
    assert weighed.packed_whole <= 20_000, "with its scripts, as it is sent"
