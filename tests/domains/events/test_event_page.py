"""The page of one event: sentences, grounds in words, clocks from the dispatch, previews, notes, the citizen's side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.domains.events.conftest import City
from tests.domains.events.test_pages import photo, signed_in, text_of
from yiwang.base.access import SYSTEM
from yiwang.domains.events import actions, queries
from yiwang.domains.events.pages.clock_line import clock_line
from yiwang.domains.events.pages.condition_words import condition_in_words
from yiwang.domains.events.pages.story import working_time
from yiwang.domains.events.queries.around import earlier_here, limits, who_can_act
from yiwang.kernel import clock

HOLE = "湖滨路58号路面塌了一个大坑，很危险"


@pytest.fixture
def dispatched(city: City) -> str:
    """The number of an event that waits for the roads department."""
    return str(city.report(HOLE, reporter_name="王芳", reporter_phone="13800138000").event_number)


def page(city: City, number: str, post: str = "supervisor", **query: str) -> str:
    return text_of(signed_in(city, post).get(f"/events/{number}/", query))


def test_the_story_is_told_in_sentences_and_says_why_without_raw_codes(city: City, dispatched: str) -> None:
    shown = page(city, dispatched)
    assert "王* reported it by Website" in shown
    assert "The platform gave it to" in shown
    assert "Why this department?" in shown and "Why this category?" in shown and "Why here?" in shown
    story = queries.story(SYSTEM, dispatched)
    rows = [one["department"] for line in story for one in line.data.get("considered", ())]
    assert rows
    small = shown[shown.index("How this was decided") :]
    assert not any(f"→ {code}:" in small for code in rows)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("urgency = 'critical'", "the urgency is Critical"),
        ("category in ('0201', '99')", "the category is one of Road facilities, “99”"),
        ("text like '%夜里%' and hour >= 22", "the text says “夜里” and the hour of the day is at least 22"),
        ("not (source = 'phone')", "not: the source is Hotline"),
        ("address is null or n_reports between 3 and 5", "not known or the number of reports is from 3 to 5"),
        ("this is no condition", "this is no condition"),
    ],
)
@pytest.mark.usefixtures("db")
def test_conditions_are_told_in_words(text: str, told: str) -> None:
    from django.utils.translation import override

    with override("en"):
        assert told in condition_in_words(text, {"category": {"0201": "Road facilities"}})


def test_the_clock_begins_with_the_dispatch_and_shows_more_time(city: City, dispatched: str) -> None:
    supervisor = city.viewer("supervisor")
    view = queries.event(SYSTEM, dispatched)
    actions.extend_deadline(view.row.uid, by=supervisor, minutes=120, reason="缺材料")
    view = queries.event(SYSTEM, dispatched)
    line = clock_line(view, limits(view))
    assert line is not None and line.begins_at == view.dispatched_at
    accept, handle = line.bars
    assert accept.due is not None and handle.due is not None and accept.due < handle.due
    assert handle.due_at == view.row.due_at and handle.more
    assert all(0 <= bar.start <= 100 and 0 < bar.length <= 100 for bar in line.bars)


def test_a_finished_clock_says_in_time_or_late_and_has_no_now(city: City, dispatched: str) -> None:
    uid = queries.event_uid(SYSTEM, dispatched)
    with clock.frozen(clock.now() + timedelta(days=30)):
        actions.handle_event(uid, by=city.viewer("handler_roads"), result="已修补")
        actions.verify_event(uid, by=city.viewer("verifier"), is_passed=True)
        actions.close_event(uid, by=city.viewer("dispatcher"))
        view = queries.event(SYSTEM, dispatched)
        line = clock_line(view, limits(view))
    assert line is not None and line.now is None
    assert [bar.tone for bar in line.bars] == ["danger", "danger", "neutral"]
    assert all(bar.start + bar.length <= 100.7 for bar in line.bars)


def test_more_time_is_asked_in_days_with_the_date_it_leads_to(city: City, dispatched: str) -> None:
    client = signed_in(city, "supervisor")
    form = next(one.form for one in client.get(f"/events/{dispatched}/").context["verbs"] if one.verb.code == "extend")
    choices = dict(form.fields["more"].choices)
    first, words = next(iter(choices.items()))
    assert "1 working day" in words and "until" in words
    before = queries.event(SYSTEM, dispatched).row.due_at
    asked = {"more": first, "reason": "材料未到"}
    assert client.post(f"/events/{dispatched}/extend/", asked).status_code == 302
    after = queries.event(SYSTEM, dispatched).row.due_at
    assert before is not None and after is not None and after - before >= timedelta(minutes=int(first))
    own = {"days": "1", "hours": "2", "reason": "再等"}
    assert client.post(f"/events/{dispatched}/extend/", own).status_code == 302
    assert queries.story(SYSTEM, dispatched)[-1].data["minutes"] == int(first) + 120
    assert client.post(f"/events/{dispatched}/extend/", {"reason": "x"}).status_code == 422
    assert "1 working day 2 working hours" in page(city, dispatched)


@pytest.mark.parametrize(
    ("minutes", "day", "words"),
    [
        (0, 480, "0 working minutes"),
        (90, 480, "1 working hour 30 working minutes"),
        (1020, 480, "2 working days 1 working hour"),
    ],
)
def test_working_time_in_the_largest_units(minutes: int, day: int, words: str) -> None:
    from django.utils.translation import override

    with override("en"):
        assert working_time(minutes, day) == words


def test_who_can_act_is_named_to_colleagues_only(city: City, dispatched: str) -> None:
    city.viewer("handler_roads")
    view = queries.event(SYSTEM, dispatched)
    assert [one.name for one in who_can_act(city.viewer("supervisor"), view)] == ["handler_roads"]
    assert who_can_act(city.viewer("handler_gas"), view) == ()


def test_a_note_is_read_by_colleagues_and_never_by_the_citizen(city: City) -> None:
    receipt = city.report(HOLE)
    client = signed_in(city, "handler_roads")
    sent = {"text": "现场有施工队，先联系", "photos": [photo()]}
    assert client.post(f"/events/{receipt.event_number}/note/", sent).status_code == 302
    assert "先联系" in page(city, receipt.event_number, tab="notes")
    assert "先联系" not in page(city, receipt.event_number, tab="citizen")
    course = queries.citizen_course(receipt.follow_code)
    assert "先联系" not in str(course)
    from django.test import Client

    assert "先联系" not in text_of(Client().get(f"/follow/{receipt.follow_code}"))


def test_the_citizens_tab_shows_what_stands_behind_the_code(city: City) -> None:
    receipt = city.report(HOLE)
    uid = receipt.event_uid
    actions.return_event(uid, by=city.viewer("handler_roads"), reason="不归我们管")
    actions.dispatch_event(uid, by=city.viewer("dispatcher"), department="roads", reason="归你们")
    actions.handle_event(uid, by=city.viewer("handler_roads"), result="已填平压实")
    shown = page(city, receipt.event_number, tab="citizen")
    tab = shown[shown.index('class="citizen-page"') :]
    assert "已填平压实" in tab and "不归我们管" not in tab and "handler_roads" not in tab
    for line in queries.citizen_course(receipt.follow_code).lines:
        assert line.text in tab


def test_merging_is_shown_before_it_is_done(city: City, dispatched: str) -> None:
    other = city.report("湖滨路58号路面塌陷有大坑", lon=118.9521).event_number
    client = signed_in(city, "dispatcher")
    url = f"/events/{other}/duplicates/{dispatched}/"
    shown = text_of(client.get(url))
    assert f"Merge {other} into {dispatched}" in shown and "Its reporters will read:" in shown
    assert "<mark>" in shown
    assert queries.event(SYSTEM, other).merged_into == ""
    assert signed_in(city, "handler_roads").get(url).status_code == 403
    assert client.post(url, {"judgement": "same", "reason": "同一个坑"}).status_code == 302
    undo = page(city, other, "dispatcher")
    assert f"leaves {dispatched} again" in undo and 'id="step-unmerge"' in undo


def test_earlier_events_at_the_same_place_are_named_within_scope(city: City, dispatched: str) -> None:
    with clock.frozen(clock.now() + timedelta(days=1)):
        later = city.report("湖滨路58号井盖松动", lon=118.95201).event_number
        far = city.report("别处的井盖松动", lon=118.975).event_number
    supervisor = city.viewer("supervisor")
    assert [one.row.number for one in earlier_here(supervisor, queries.event(SYSTEM, later))] == [dispatched]
    assert earlier_here(supervisor, queries.event(SYSTEM, far)) == []
    assert earlier_here(city.viewer("handler_gas"), queries.event(SYSTEM, later)) == []


def test_opening_an_event_marks_it_seen(city: City, dispatched: str) -> None:
    viewer = city.viewer("handler_roads")
    row = queries.event(SYSTEM, dispatched).row
    assert queries.unread(viewer, [row])
    page(city, dispatched, "handler_roads")
    assert not queries.unread(viewer, [row])


def test_a_reporter_sees_no_grounds_no_notes_and_no_colleagues(city: City) -> None:
    from django.test import Client

    from yiwang.base.organisation.queries import viewer_of
    from yiwang.base.people.actions import create_account
    from yiwang.base.people.queries import account_for_sign_in

    account = account_for_sign_in(create_account("wang", display_name="王芳", kind="citizen", by=SYSTEM).uid)
    number = city.report(HOLE, by=viewer_of(account)).event_number
    actions.note_event(queries.event_uid(SYSTEM, number), by=city.viewer("handler_roads"), text="内部意见")
    client: Any = Client(headers={"accept-language": "en"})
    client.force_login(account)
    for tab in ("", "notes", "citizen"):
        shown = text_of(client.get(f"/events/{number}/", {"tab": tab}))
        assert "内部意见" not in shown and "Why this department?" not in shown and "handler_roads" not in shown
