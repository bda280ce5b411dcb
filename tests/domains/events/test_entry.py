"""The hotline desk without scripts, and what its fragments tell: matters, splitting, help, looking up, receipts."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from shapely import Point

from tests.domains.events.conftest import City
from tests.domains.events.test_pages import signed_in, text_of
from yiwang.base.access import SYSTEM
from yiwang.base.audit.models import Entry
from yiwang.domains.events import queries
from yiwang.domains.events.models import Report
from yiwang.domains.events.numbers import event_number
from yiwang.engines.place.actions import NewElement, put_elements

TWO = "湖滨路58号路灯不亮，天天摸黑走。另外路口的井盖翘起来了，很危险"
POINT = {"lon": "118.952", "lat": "29.63"}


def sheet(**fields: Any) -> dict[str, Any]:
    """What the form sends."""
    return {"submission": str(uuid4()), "place": "yunxi", "source": "phone", "parts": "1", **fields}


def test_a_matter_is_added_and_removed_without_losing_what_was_typed(city: City) -> None:
    client = signed_in(city, "operator")
    added = client.post("/events/new/", sheet(text="路灯不亮", reporter_phone="138", do="add"))
    assert added.status_code == 200  # nothing is checked yet
    shown = text_of(added)
    assert 'name="text_2"' in shown and ">路灯不亮<" in shown.replace("\n", "") and 'value="138"' in shown
    removed = text_of(client.post("/events/new/", sheet(parts="1 2", text="一", text_2="二", do="remove-1")))
    assert 'name="text_2"' in removed and 'name="text"' not in removed and "二" in removed


def test_a_text_of_two_matters_is_split_and_saved_as_two_reports_of_one_call(city: City) -> None:
    client = signed_in(city, "operator")
    split = client.post("/events/new/", sheet(text=TWO, address="湖滨路58号", do="split-1"))
    parts = split.context["sheet"].parts
    assert [part["text"].value() for part in parts] == [
        "湖滨路58号路灯不亮，天天摸黑走。",
        "路口的井盖翘起来了，很危险",
    ]
    assert [part["address"].value() for part in parts] == ["湖滨路58号"] * 2
    sent = sheet(parts="1 2", text=parts[0]["text"].value(), text_2=parts[1]["text"].value(), **POINT)
    done = client.post("/events/new/", sent, follow=True)
    codes = [line["code"] for line in done.context["lines"]]
    assert len(codes) == 2 and all(code in text_of(done) for code in codes)
    assert len(set(Report.objects.values_list("call", flat=True))) == 1
    again = client.post("/events/new/", sent, follow=True)
    assert [line["code"] for line in again.context["lines"]] == codes
    assert Report.objects.count() == 2


def test_what_is_wrong_in_the_second_matter_stands_beside_it(city: City) -> None:
    client = signed_in(city, "operator")
    answer = client.post("/events/new/", sheet(parts="1 2", text="路灯不亮", text_2=" ", lat_2="29"))
    assert answer.status_code == 422
    assert 'href="#id_text_2"' in text_of(answer) and 'id="id_lon_2_error"' in text_of(answer)
    assert not Report.objects.exists()


def test_the_help_tells_category_words_matters_and_what_is_alike(city: City) -> None:
    known = city.report("湖滨路58号路灯不亮，天黑看不见", address_text="湖滨路58号").event_number
    told = text_of(signed_in(city, "operator").post("/events/new/suggest", sheet(text=TWO, **POINT)))
    assert 'data-category="020103"' in told and 'data-digit="1"' in told
    assert "<mark>路灯</mark>" in told or "<mark>路灯不亮</mark>" in told
    assert "This sounds like 2 matters" in told
    assert f'data-twin="{known}"' in told and "0 m" in told


def test_a_facility_named_by_its_code_is_offered_as_a_place_and_told_as_the_reason(city: City) -> None:
    put_elements("yunxi", [NewElement("YX-081", "lamp", {"zh-Hans": "路灯"}, Point(118.952, 29.63))], by=SYSTEM)
    client = signed_in(city, "operator")
    told = text_of(client.post("/events/new/suggest", sheet(text="编号是yx081的灯杆不亮")))
    assert 'data-place data-lon="118.952' in told and 'data-element="YX-081"' in told and 'data-text="路灯"' in told
    client.post("/events/new/", sheet(text="编号是yx081的灯杆不亮"))
    number = Report.objects.get().event_id
    page = text_of(signed_in(city, "supervisor").get(f"/events/{event_number(number)}/"))
    assert "The words name the facility “YX-081” by “yx081”" in page


def test_without_scripts_the_help_is_asked_for_and_comes_with_the_form(city: City) -> None:
    shown = text_of(signed_in(city, "operator").post("/events/new/", sheet(text="路灯不亮", do="check-1")))
    assert 'data-category="020103"' in shown and ">路灯不亮<" in shown.replace("\n", "")


def test_a_caller_joins_a_known_matter_by_its_number(city: City) -> None:
    known = city.report("湖滨路58号路灯不亮").event_number
    client = signed_in(city, "operator")
    done = client.post("/events/new/", sheet(text="路灯还是不亮", joins=known), follow=True)
    assert "Added to a known matter" in text_of(done) and known in text_of(done)
    assert queries.event(SYSTEM, known).row.n_reports == 2
    refused = client.post("/events/new/", sheet(text="路灯还是不亮", joins="YW-nothing"))
    assert refused.status_code == 422 and 'id="id_joins_error"' in text_of(refused)


def test_the_callers_cases_are_masked_and_looking_up_needs_the_right(city: City) -> None:
    city.report("湖滨路58号路灯不亮", reporter_name="王芳", reporter_phone="13800138000")
    asked = {"place": "yunxi", "reporter_phone": "13800138000"}
    told = text_of(signed_in(city, "operator").post("/events/new/caller", asked))
    assert "王*" in told and "王芳" not in told and "路灯不亮" in told
    assert Entry.objects.filter(action="events.look_up_caller").count() == 1
    assert signed_in(city, "dispatcher").post("/events/new/caller", asked).status_code == 403
    assert signed_in(city, "operator").get("/events/new/caller").status_code == 405


@pytest.mark.parametrize("parts", ["", "0", "x", "1 1 1", "9" * 50, "-1", "1 2 3 4 5 6 7 8 9 10 11 12"])
def test_a_strange_list_of_matters_does_no_harm(city: City, parts: str) -> None:
    answer = signed_in(city, "operator").post("/events/new/", sheet(parts=parts, text="路灯不亮", do="add"))
    assert answer.status_code == 200
    assert 1 <= len(answer.context["sheet"].parts) <= 10


def test_markup_in_what_was_said_is_shown_as_text(city: City) -> None:
    evil = "<script>alert(1)</script>路灯不亮"
    city.report(evil)
    client = signed_in(city, "operator")
    for answer in (
        client.post("/events/new/suggest", sheet(text=evil, **POINT)),
        client.post("/events/new/", sheet(text=evil, address=evil, do="check-1")),
    ):
        assert "<script>alert" not in text_of(answer)
