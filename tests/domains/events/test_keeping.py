"""What the follower's page says of their own words, and a report put into an account by its code."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.domains.events.conftest import City
from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.organisation.queries import viewer_of
from yiwang.base.people.actions import create_account
from yiwang.base.people.queries import account_for_sign_in
from yiwang.domains.events import actions, queries
from yiwang.domains.events.pages import citizen_follow
from yiwang.kernel.errors import Conflict, NotAllowed, NotFound

ENGLISH = {"headers": {"Accept-Language": "en"}}


def person(name: str, kind: str = "citizen") -> tuple[Viewer, Client]:
    """An account with its viewer and a signed-in browser."""
    made = create_account(name, display_name=name, kind=kind, language="en", by=SYSTEM)
    account = account_for_sign_in(made.uid)
    client = Client(**ENGLISH)
    client.force_login(account)
    return viewer_of(account), client


def settled(city: City, receipt: Any) -> None:
    actions.handle_event(receipt.event_uid, by=city.viewer("handler_roads"), result="已回填")
    actions.verify_event(receipt.event_uid, by=city.viewer("verifier"), is_passed=True)
    actions.close_event(receipt.event_uid, by=city.viewer("dispatcher"))


def test_the_reason_for_reopening_is_read_by_who_wrote_it_only(city: City) -> None:
    # given one event with the reports of two neighbours
    mine, other = city.report(), city.report(lon=118.9521)
    actions.merge_events(other.event_uid, into=mine.event_uid, by=SYSTEM)
    settled(city, mine)
    actions.reopen_by_code(mine.follow_code, reason="坑还在，我家门口")
    # then the one reads the words, the other that it was taken up again
    assert "坑还在，我家门口" in Client(**ENGLISH).get(f"/follow/{mine.follow_code}").content.decode()
    theirs = Client(**ENGLISH).get(f"/follow/{other.follow_code}").content.decode()
    assert "It was taken up again" in theirs and "坑还在" not in theirs
    # and a signed-in reporter reads them in the story too, as officials do
    viewer, _client = person("fang")
    actions.keep_report(mine.follow_code, by=viewer)
    for reader in (viewer, city.viewer("handler_roads")):
        line = next(x for x in queries.story(reader, mine.event_number) if x.kind == "reopened")
        assert line.text == "坑还在，我家门口"
    neighbour, _client = person("neighbour")
    actions.keep_report(other.follow_code, by=neighbour)
    assert queries.own_reports(neighbour)[0].code == other.follow_code


def test_a_report_made_without_signing_in_is_added_by_its_code(city: City) -> None:
    receipt = city.report()
    viewer, client = person("fang")
    assert queries.own_reports(viewer) == []
    # when the code is typed as people do
    typed = receipt.follow_code.lower().replace("-", " ")
    shown = client.post("/my/reports/", {"code": typed}, follow=True).content.decode()
    # then it stands among the account's, once, and is theirs to see
    assert "It is among your reports now." in shown and receipt.report_number in shown
    actions.keep_report(receipt.follow_code, by=viewer)
    assert [one.number for one in queries.own_reports(viewer)] == [receipt.report_number]
    assert queries.event(viewer, receipt.event_number).row.number == receipt.event_number


def test_the_followed_page_offers_it_while_it_is_nobodys(city: City) -> None:
    receipt = city.report()
    _viewer, client = person("fang")
    url = f"/follow/{receipt.follow_code}"
    assert f"{url}/keep" in client.get(url).content.decode()
    assert f"{url}/keep" not in Client(**ENGLISH).get(url).content.decode()
    assert client.post(f"{url}/keep").status_code == 302
    assert f"{url}/keep" not in client.get(url).content.decode()
    # somebody else with the code follows it, but cannot take it away
    other, browser = person("wei", "company")
    assert browser.post(f"{url}/keep").status_code == 409
    with pytest.raises(Conflict):
        actions.keep_report(receipt.follow_code, by=other)
    answer = browser.post("/my/reports/", {"code": receipt.follow_code})
    assert answer.status_code == 422 and "another account" in answer.content.decode()


def test_wrong_codes_are_refused_and_counted_and_officials_keep_none(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = city.report()
    viewer, client = person("fang")
    monkeypatch.setattr(citizen_follow, "MISSES", 2)
    for _ in range(2):
        answer = client.post("/my/reports/", {"code": "AAAA-BBBB-CCCC"})
        assert answer.status_code == 422 and "No report has this code" in answer.content.decode()
    answer = client.post("/my/reports/", {"code": receipt.follow_code})
    assert answer.status_code == 422 and "Too many wrong codes" in answer.content.decode()
    assert queries.own_reports(viewer) == []
    assert client.post("/my/reports/", {"code": ""}).status_code == 422
    with pytest.raises(NotFound):
        actions.keep_report("AAAA-BBBB-CCCC", by=viewer)
    for nobody in (SYSTEM, city.viewer("handler_roads")):
        with pytest.raises(NotAllowed):
            actions.keep_report(receipt.follow_code, by=nobody)
    assert Client().post("/my/reports/", {"code": receipt.follow_code}).status_code == 403
