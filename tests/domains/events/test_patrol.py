"""What a grid worker sees on their round: reported, or settled on the spot and checked by somebody else."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.domains.events.conftest import IN_GRID, City
from tests.domains.events.test_pages import signed_in, text_of
from yiwang.base.access import SYSTEM
from yiwang.domains.events import actions, queries
from yiwang.domains.events.actions.patrolling import report_patrol
from yiwang.domains.events.models import Event, Report
from yiwang.kernel.errors import Invalid, NotAllowed

STREET = "handler_yx0101"
URL = "/work/report/"


def matter(**fields: Any) -> actions.Matter:
    """An overflowing bin in the street worker's own street."""
    given = {"text": "垃圾桶满溢，污水流到路上", "source": "patrol", "submission": uuid4(), **IN_GRID, **fields}
    return actions.Matter(**given)


def photo(name: str) -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def sheet(**fields: Any) -> dict[str, Any]:
    """The form as a telephone sends it."""
    return {"submission": str(uuid4()), "text": "垃圾桶满溢", "lon": 118.952, "lat": 29.63, **fields}


def kinds(number: str) -> list[str]:
    return [line.kind for line in queries.story(SYSTEM, number)]


def test_what_was_settled_on_the_spot_is_the_workers_own_departments_and_waits_for_anothers_check(city: City) -> None:
    worker = city.viewer(STREET)
    receipt = report_patrol(matter(), jurisdiction=city.place, by=worker, result="已清运并冲洗", after=("b",))
    event = Event.objects.get(uid=receipt.event_uid)
    assert (event.status, event.department_path) == ("verifying", "yunxi/street_yx0101/")
    assert event.accepted_at is not None and event.handled_at is not None
    told = kinds(receipt.event_number)
    assert told.index("reported") < told.index("dispatched") < told.index("handled")
    # nobody checks their own work
    with pytest.raises(NotAllowed):
        actions.verify_event(receipt.event_uid, by=worker, is_passed=True)
    assert actions.verify_event(receipt.event_uid, by=city.viewer("verifier"), is_passed=True).status == "closing"


def test_the_same_submission_twice_is_one_event(city: City) -> None:
    worker, said = city.viewer(STREET), matter()
    first = report_patrol(said, jurisdiction=city.place, by=worker, result="已清运")
    again = report_patrol(said, jurisdiction=city.place, by=worker, result="已清运")
    assert again.is_repeat and again.event_number == first.event_number
    assert kinds(first.event_number).count("handled") == 1


def test_nobody_settles_on_the_spot_outside_the_area_they_look_after(city: City) -> None:
    with pytest.raises(Invalid) as refused:
        report_patrol(matter(), jurisdiction=city.place, by=city.viewer("handler_yx0301"), result="已清运")
    assert "result" in refused.value.fields and not Report.objects.exists()


def test_without_a_result_the_responsibility_list_decides(city: City) -> None:
    said = matter(text="湖滨路58号路面塌了一个大坑，很危险")
    receipt = report_patrol(said, jurisdiction=city.place, by=city.viewer(STREET))
    event = Event.objects.get(uid=receipt.event_uid)
    assert event.status == "dispatched" and event.department_path != "yunxi/street_yx0101/"
    assert event.source == "patrol"


def test_only_posts_that_patrol_have_the_form_and_calls_are_taken_elsewhere(city: City) -> None:
    worker, operator = signed_in(city, STREET), signed_in(city, "operator")
    # “new report” of a street worker opens the patrol's form, also under the call centre's address
    assert 'href="/work/report/" data-key="n"' in text_of(worker.get("/work/"))
    assert worker.get("/events/new/")["Location"] == URL
    page = text_of(worker.get(URL))
    assert "data-patrol" in page and "reporter_phone" not in page
    # an operator takes calls, and has no form for the street
    assert operator.get(URL).status_code == 403
    assert 'href="/events/new/" data-key="n"' in text_of(operator.get("/work/"))


def test_a_telephone_sends_it_with_photos_and_once(city: City) -> None:
    client, given = signed_in(city, STREET), sheet(is_settled="on", result="已清运")
    for is_repeat in (False, True):
        files = {"before": photo("a.jpg"), "after": photo("b.jpg")}
        answer = client.post(URL, given | files, headers={"Accept": "application/json"})
        told = answer.json()
        assert (answer.status_code, told["state"], told["is_repeat"]) == (200, "done", is_repeat)
    line = next(one for one in queries.story(SYSTEM, told["number"]) if one.kind == "handled")
    assert (len(line.data["before"]), len(line.data["after"])) == (1, 1)
    assert Event.objects.count() == 1


def test_what_is_missing_is_said_at_its_field_and_nothing_is_written(city: City) -> None:
    client = signed_in(city, STREET)
    for missing, words in (
        ({"text": ""}, "Please say in a few words what you see"),
        ({"lon": "", "lat": ""}, "Please say where"),
        ({"is_settled": "on"}, "Please say in a few words what was done."),
        ({"facility": "no-such-code"}, "There is no facility with this code here."),
    ):
        answer = client.post(URL, sheet(**missing))
        assert answer.status_code == 422 and words in text_of(answer), missing
    assert not Event.objects.exists()


def test_a_category_alone_is_enough_beside_a_photo(city: City) -> None:
    answer = signed_in(city, STREET).post(URL, sheet(text="", category="020103"))
    assert answer.status_code == 302
    assert Event.objects.get().title == "路灯不亮"


def test_words_are_answered_with_likely_categories(city: City) -> None:
    answer = signed_in(city, STREET).post("/work/report/suggest", {"text": "路灯不亮，晚上很黑"})
    assert answer.status_code == 200 and isinstance(answer.json()["guesses"], list)
