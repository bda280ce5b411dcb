"""My work as people use it: due first, narrowed, several at once, beside a pane, on the street."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.domains.events.conftest import City
from tests.domains.events.test_pages import signed_in, text_of
from yiwang.base.access import SYSTEM
from yiwang.domains.events import actions, queries
from yiwang.domains.events.models import SavedView
from yiwang.domains.events.pages.work_field import ways_there
from yiwang.domains.events.queries.work import WorkFilter, count_work, work
from yiwang.kernel import clock
from yiwang.kernel.coordinates import convert

HOLE = "湖滨路{}号路面塌了一个大坑，很危险"
JSON = {"accept": "application/json"}


def numbers(viewer: Any, **wanted: Any) -> list[str]:
    return [line.row.number for line in work(viewer, WorkFilter(**wanted)).lines if line.row]


def picture(name: str = "a.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def worked(city: City, n: int = 1) -> list[Any]:
    """Events that wait for the check."""
    found = [city.report(HOLE.format(100 + i)) for i in range(n)]
    for each in found:
        actions.handle_event(each.event_uid, by=city.viewer("handler_roads"), result="已回填")
    return found


def test_work_is_narrowed_by_street_category_urgency_and_clock(city: City) -> None:
    start = clock.now()
    handler = city.viewer("handler_roads")
    first = city.report(HOLE.format(1)).event_number
    row = queries.event(SYSTEM, first)
    with clock.frozen(start + timedelta(hours=3)):
        second = city.report(HOLE.format(2)).event_number
    with clock.frozen(start + timedelta(hours=5)):
        assert numbers(handler, whose="department") == [first, second]
        assert numbers(handler, whose="department", clock="overdue") == [first]
        assert numbers(handler, whose="department", clock="soon") == [second]
        assert numbers(handler, whose="department", clock="later") == []
        assert numbers(handler, whose="department", area_path=row.area_path) == [first, second]
        assert numbers(handler, whose="department", area_path="yunxi/yx03/") == []
        assert numbers(handler, whose="department", urgency=row.row.urgency) == [first, second]
        assert numbers(handler, whose="department", category_path="nothing/") == []
        assert count_work(handler, WorkFilter(whose="department"), since=start + timedelta(hours=1)) == 1


def test_checks_say_how_long_they_wait_and_how_the_deadline_ended(city: City) -> None:
    start = clock.now()
    worked(city)
    with clock.frozen(start + timedelta(hours=3, minutes=1)):
        page = text_of(signed_in(city, "verifier").get("/work/?tab=department"))
    assert "waiting for 3 hours" in page and "handled in time" in page
    assert "No time limit" not in page


def test_a_late_result_is_said_where_it_waits_for_its_check(city: City) -> None:
    start = clock.now()
    receipt = city.report()
    with clock.frozen(start + timedelta(hours=6)):
        actions.handle_event(receipt.event_uid, by=city.viewer("handler_roads"), result="已回填")
        page = text_of(signed_in(city, "verifier").get("/work/?tab=department"))
    assert "handled late" in page and "work-row tone-danger" in page


def test_several_are_checked_at_once_and_each_failure_is_said_in_its_row(city: City) -> None:
    found = worked(city, 3)
    actions.verify_event(found[1].event_uid, by=city.viewer("verifier"), is_passed=True)
    client = signed_in(city, "verifier")
    answer = client.post(
        "/work/batch/",
        {
            "event": [str(each.event_uid) for each in found],
            "verb": "verify",
            "text": "现场已看",
            "next": "/work/?tab=all",
        },
    )
    assert answer["Location"] == "/work/?tab=all"
    page = text_of(client.get("/work/?tab=all"))
    assert "2 events done" in page and "1 event stayed as it was" in page
    assert found[1].event_number in page
    # told once
    assert "events done" not in text_of(client.get("/work/?tab=all"))
    assert queries.story(SYSTEM, found[0].event_number)[-1].text == "现场已看"
    # and closed at once by the dispatcher
    client = signed_in(city, "dispatcher")
    client.post("/work/batch/", {"event": [str(each.event_uid) for each in found], "verb": "close"})
    assert {queries.event(SYSTEM, each.event_number).row.status for each in found} == {"closed"}


def test_a_result_for_several_needs_words_and_keeps_the_ticks(city: City) -> None:
    receipt = city.report()
    client = signed_in(city, "handler_roads")
    sent = {"event": [str(receipt.event_uid)], "verb": "handle", "text": " ", "next": "/work/?tab=all"}
    client.post("/work/batch/", sent)
    page = text_of(client.get("/work/?tab=all"))
    assert "all of the ticked ones get these words" in page
    assert re.search(rf'value="{receipt.event_uid}"[^>]* checked', page)
    client.post("/work/batch/", sent | {"text": "已统一处置"})
    assert queries.event(SYSTEM, receipt.event_number).row.status == "verifying"
    client.post("/work/batch/", {"verb": "accept"})
    assert "Tick the events first." in text_of(client.get("/work/"))
    assert client.post("/work/batch/", {"verb": "nonsense"}).status_code == 404


def test_batches_lead_nowhere_else(city: City) -> None:
    client = signed_in(city, "handler_roads")
    assert client.post("/work/batch/", {"verb": "accept", "next": "//evil.example/"})["Location"] == "/work/"


def test_a_filter_the_page_does_not_know_lists_nothing_and_says_so(city: City) -> None:
    number = city.report().event_number
    client = signed_in(city, "handler_roads")
    for path in ("/work/?tab=all&clock=nonsense", "/events/?state=nonsense", "/events/?colour=red"):
        answer = client.get(path)
        assert answer.status_code == 422
        assert number not in text_of(answer)
    assert "There is no filter “colour”." in text_of(client.get("/events/?colour=red"))
    assert number not in text_of(signed_in(city, "supervisor").get("/events/map/list?state=nonsense"))
    assert signed_in(city, "supervisor").get("/events/export.csv?state=nonsense").status_code == 422


def test_counts_and_what_is_new_come_without_the_rows(city: City) -> None:
    client = signed_in(city, "handler_roads")
    start = clock.now()
    number = city.report().event_number
    since = int((start - timedelta(seconds=1)).timestamp() * 1000)
    part = text_of(client.get(f"/work/live?tab=department&since={since}"))
    assert "1 new item" in part and number not in part and "tab=department" in part
    later = int((clock.now() + timedelta(seconds=1)).timestamp() * 1000)
    assert "new item" not in text_of(client.get(f"/work/live?tab=department&since={later}"))


def test_the_tab_chosen_last_stays(city: City) -> None:
    city.report()
    client = signed_in(city, "handler_roads")
    assert 'aria-current="page">' in text_of(client.get("/work/"))
    client.get("/work/?tab=done")
    assert "Nothing finished yet" in text_of(client.get("/work/"))


def test_the_pane_shows_an_event_and_does_its_steps(city: City) -> None:
    number = city.report().event_number
    client = signed_in(city, "handler_roads")
    assert "new-mark" in text_of(client.get("/work/?tab=department"))
    pane = text_of(client.get(f"/work/preview/{number}/"))
    assert 'hx-target="#preview"' in pane and "湖滨路58号" in pane
    assert "new-mark" not in text_of(client.get("/work/?tab=department"))
    done = client.post(f"/work/preview/{number}/accept/", headers={"HX-Request": "true"})
    assert "It is yours now." in text_of(done)
    refused = client.post(f"/work/preview/{number}/handle/", {"result": ""}, headers={"HX-Request": "true"})
    assert refused.status_code == 422 and "handle_result_error" in text_of(refused)
    assert client.post(f"/work/preview/{number}/handle/", {"result": "已回填"}).status_code == 302
    assert queries.event(SYSTEM, number).row.status == "verifying"
    assert signed_in(city, "handler_gas").get(f"/work/preview/{number}/").status_code == 404


def test_lists_are_kept_from_the_page(city: City) -> None:
    client = signed_in(city, "handler_roads")
    answer = client.post("/views/work/", {"title": "超时的", "query": "clock=overdue&tab=all"})
    assert answer["Location"] == "/work/?clock=overdue&tab=all"
    page = text_of(client.get(answer["Location"]))
    assert re.search(r'href="\?clock=overdue&amp;tab=all" aria-current="true"', page)
    pk = re.search(r"/views/(\d+)/change/", page)
    assert pk is not None
    client.post(f"/views/{pk[1]}/change/", {"do": "delete", "page": "work"})
    assert "超时的" not in text_of(client.get("/work/"))
    assert client.post("/views/nonsense/", {"title": "x"}).status_code == 404
    assert signed_in(city, "handler_gas").post(f"/views/{pk[1]}/change/", {"do": "delete"}).status_code == 404


def test_a_kept_list_is_renamed_but_never_to_a_name_already_there(city: City) -> None:
    client = signed_in(city, "handler_roads")
    for title, query in (("超时的", "clock=overdue&tab=all"), ("紧急的", "urgency=urgent&tab=all")):
        client.post("/views/work/", {"title": title, "query": query})
    pk = SavedView.objects.get(title="超时的").pk
    client.post(f"/views/{pk}/change/", {"do": "rename", "title": " 已经  超时 ", "page": "work"})
    assert SavedView.objects.get(pk=pk).title == "已经 超时"
    # a name that is missing or taken changes nothing and is said
    for title, words in (("紧急的", "Another of your lists is called"), (" ", "Please give the list a name")):
        answer = client.post(f"/views/{pk}/change/", {"do": "rename", "title": title, "page": "work"}, follow=True)
        assert words in text_of(answer) and SavedView.objects.get(pk=pk).title == "已经 超时"
    # deleting asks first, where scripts run
    assert re.search(r'value="delete" data-confirm="[^"]*已经 超时', text_of(client.get("/work/")))
    gas = signed_in(city, "handler_gas").post(f"/views/{pk}/change/", {"do": "rename", "title": "x"})
    assert gas.status_code == 404


def test_the_keys_of_my_work_are_listed_behind_a_question_mark(city: City) -> None:
    page = text_of(signed_in(city, "handler_roads").get("/work/"))
    assert re.search(r'data-opens="work-keys" data-key="\?"', page)
    listed = re.search(r'<dialog[^>]*id="work-keys".*?</dialog>', page, re.S)
    assert listed is not None
    for key in ("j / k", "Enter", "x", "a", "Esc", "n", "/", "?"):
        assert f">{key}<" in listed[0], key


def test_what_came_in_this_minute_is_said_to_be_new(city: City) -> None:
    receipt = city.report()
    actions.handle_event(receipt.event_uid, by=city.viewer("handler_roads"), result="已回填")
    checks = signed_in(city, "verifier")
    assert "came in just now" in text_of(checks.get("/work/?tab=all"))
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert "waiting for 5 minutes" in text_of(checks.get("/work/?tab=all"))


def send(client: Client, number: str, **fields: Any) -> Any:
    return client.post(f"/work/near/{number}/send/", fields, headers=JSON)


def test_what_the_street_sends_twice_is_done_once_with_its_photos(city: City, settings: Any, tmp_path: Any) -> None:
    from yiwang.base.files.models import StoredFile

    settings.FILES = tmp_path
    receipt, uid = city.report(), str(uuid4())
    client = signed_in(city, "handler_roads")
    for is_repeat in (False, True):
        answer = send(
            client,
            receipt.event_number,
            verb="handle",
            submission=uid,
            text="已回填",
            before=picture("b.jpg"),
            after=picture(),
        )
        assert answer.status_code == 200, answer.content
        assert json.loads(answer.content)["is_repeat"] is is_repeat
    assert [line.kind for line in queries.story(SYSTEM, receipt.event_number)].count("handled") == 1
    assert StoredFile.objects.filter(subject=f"event:{receipt.event_uid}").count() == 2
    # something else for an event that has moved on is told so, and its photos are not kept
    moved = send(client, receipt.event_number, verb="handle", submission=str(uuid4()), text="x", after=picture())
    assert (moved.status_code, json.loads(moved.content)["state"]) == (409, "moved")
    assert StoredFile.objects.filter(subject=f"event:{receipt.event_uid}").count() == 2


def test_the_street_is_told_what_is_wrong(city: City) -> None:
    number = city.report().event_number
    client = signed_in(city, "handler_roads")
    wrong = send(client, number, verb="handle", submission=str(uuid4()), text="")
    assert (wrong.status_code, json.loads(wrong.content)["state"]) == (422, "wrong")
    out = Client().post(f"/work/near/{number}/send/", {"verb": "note"}, headers=JSON)
    assert (out.status_code, json.loads(out.content)["state"]) == (401, "signed_out")
    gone = send(signed_in(city, "handler_gas"), number, verb="note", submission=str(uuid4()), text="x")
    assert (gone.status_code, json.loads(gone.content)["state"]) == (409, "moved")


def test_without_scripts_the_task_is_a_plain_form(city: City) -> None:
    number = city.report().event_number
    client = signed_in(city, "handler_roads")
    page = text_of(client.get(f"/work/near/{number}/"))
    uid = re.search(r'name="submission" value="([^"]+)"', page)
    assert uid is not None and 'capture="environment"' in page
    assert number in text_of(client.get("/work/near/"))
    sent = {"verb": "accept", "submission": uid[1]}
    assert client.post(f"/work/near/{number}/send/", sent)["Location"] == f"/work/near/{number}/"
    assert queries.event(SYSTEM, number).row.status == "handling"


def test_a_page_fetched_to_be_kept_is_not_looked_at(city: City) -> None:
    number = city.report().event_number
    client = signed_in(city, "handler_roads")
    client.get(f"/work/near/{number}/", headers={"X-Kept": "1"})
    assert "new-mark" in text_of(client.get("/work/near/"))
    client.get(f"/work/near/{number}/")
    assert "new-mark" not in text_of(client.get("/work/near/"))


def test_each_map_programme_gets_its_own_coordinates(city: City) -> None:
    number = city.report(lon=118.952, lat=29.63).event_number
    row = queries.event(SYSTEM, number).row
    amap, baidu, own = ways_there(row)
    lon, lat = convert(118.952, 29.63, "wgs84", "gcj02")
    assert f"to={lon:.6f},{lat:.6f}" in amap.url and "coordinate=gaode" in amap.url
    lon, lat = convert(118.952, 29.63, "wgs84", "bd09")
    assert f"location={lat:.6f},{lon:.6f}" in baidu.url and "coord_type=bd09ll" in baidu.url
    assert own.url.startswith("geo:29.630000,118.952000?q=") and own.is_app
    assert ways_there(None) == []


def test_the_worker_is_served_with_its_version_and_its_scope(city: City) -> None:
    answer = Client().get("/work/worker.js")
    text = text_of(answer)
    assert answer["Content-Type"].startswith("text/javascript") and answer["Cache-Control"] == "private, no-cache"
    assert re.match(r'const VERSION = "[0-9a-f]{12}", OFFLINE = "/work/offline/"', text)
    assert "svc" not in text_of(Client().get("/work/offline/"))


def test_the_supervisors_desk_shows_why_and_one_sentence_supervises(city: City) -> None:
    start = clock.now()
    receipt = city.report()
    client = signed_in(city, "supervisor")
    with clock.frozen(start + timedelta(hours=5)):
        page = text_of(client.get("/supervise/"))
        assert receipt.event_number in page and "nobody yet" in page
        # a sentence to begin with stands in a form of the row's own, so that Enter can mean no other row
        assert "This is overdue. Please settle it soon" in page
        assert f'<form id="one-{receipt.event_uid}"' in page and f'form="one-{receipt.event_uid}" name="only"' in page
        client.post("/supervise/act/", {"only": str(receipt.event_uid), "text": "今天办结"})
        page = text_of(client.get("/supervise/?concern=supervised"))
        assert "今天办结" in page and "1 event done" in page
        client.post("/supervise/act/", {"event": [str(receipt.event_uid)], "verb": "urge", "text": "快"})
    assert [x.kind for x in queries.story(SYSTEM, receipt.event_number)][-2:] == ["supervised", "urged"]
    assert "concern-n" in text_of(client.get("/supervise/live"))
    assert client.get("/supervise/?concern=nonsense").status_code == 422
    assert client.get("/supervise/?hours=x").status_code == 422
    assert signed_in(city, "handler_roads").get("/supervise/").status_code == 403
    assert signed_in(city, "handler_roads").post("/supervise/act/", {"only": str(receipt.event_uid)}).status_code == 403


@pytest.mark.parametrize("order", ["recent", "due", "changed"])
def test_every_order_pages_through_without_skipping(city: City, order: str) -> None:
    found = [city.report(HOLE.format(n)).event_number for n in range(5)]
    wanted = queries.EventFilter(order=order)
    seen, after = [], ""
    for _ in range(5):
        page = queries.events(SYSTEM, wanted, after=after, limit=2)
        seen += [row.number for row in page.rows]
        after = page.after
        if not after:
            break
    assert sorted(seen) == sorted(found)
