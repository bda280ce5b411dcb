"""Being assigned is a ground to see: whatever a department is given, its posts see and work, wherever it lies."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from tests.domains.events.conftest import IN_GRID, City
from tests.domains.events.test_pages import signed_in
from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.notices.queries import unread_count
from yiwang.base.organisation import actions as organisation
from yiwang.domains.events import actions, queries
from yiwang.domains.events.queries import EventFilter
from yiwang.domains.events.queries.tiling import events_within
from yiwang.domains.events.queries.work import WorkFilter, count_work, work
from yiwang.kernel.errors import Invalid, NotFound

DEPARTMENTS = {
    "street_yx0101": "handler_yx0101",
    "street_yx0203": "handler_yx0203",
    "urban_yx01": "handler_urban_yx01",
    "roads": "handler_roads",
}
"""A street, another one, a district's department and the city's, each with its post."""
PLACES: dict[str, dict[str, Any]] = {
    "a point in yx0101": IN_GRID,
    "street yx0102": {"lon": None, "lat": None, "area": "yx0102"},
    "street yx0203": {"lon": None, "lat": None, "area": "yx0203"},
    "no place": {"lon": None, "lat": None},
}
OUTSIDER = "handler_yx0304"
AROUND = (IN_GRID["lon"] - 0.01, IN_GRID["lat"] - 0.01, IN_GRID["lon"] + 0.01, IN_GRID["lat"] + 0.01)
WORDS = "说不清楚的一件事"


@pytest.fixture(autouse=True)
def fresh() -> Any:
    cache.clear()
    yield
    cache.clear()


def seen(viewer: Viewer, number: str) -> dict[str, bool]:
    """Where a viewer finds an event."""
    uid = queries.event(SYSTEM, number).row.uid
    row = queries.event(SYSTEM, number).row

    def is_open() -> bool:
        try:
            return queries.event(viewer, number).row.uid == uid
        except NotFound:
            return False

    found = {
        "list": uid in {one.uid for one in queries.events(viewer, EventFilter(state="open")).rows},
        "page": is_open(),
        "count": queries.count_events(viewer, EventFilter(state="open")) == 1,
        "counts": queries.state_counts(viewer, EventFilter())["open"] == 1,
        "search": uid in {one.uid for one in queries.events(viewer, EventFilter(text=WORDS)).rows},
        "work": uid in {x.row.uid for x in work(viewer, WorkFilter(whose="department")).lines if x.row},
        "work count": count_work(viewer, WorkFilter(whose="department")) == 1,
    }
    if row.lon is not None:
        found["map"] = uid in {one.uid for one in events_within(viewer, EventFilter(), AROUND)}
    return found


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("department", DEPARTMENTS)
def test_what_a_department_is_given_its_post_sees_everywhere_and_works(
    city: City, delivered: Any, department: str, place: str
) -> None:
    # given an event anywhere, dispatched to a department by hand
    receipt = city.report(WORDS, **PLACES[place])
    handler, outsider = city.viewer(DEPARTMENTS[department]), city.viewer(OUTSIDER)
    assert queries.event(SYSTEM, receipt.event_number).row.status == "received"
    actions.dispatch_event(receipt.event_uid, by=city.viewer("dispatcher"), department=department)
    delivered()
    # then its post finds it in the list, the counts, the search, my work and on the map, and is told
    everywhere = seen(handler, receipt.event_number)
    assert all(everywhere.values()), everywhere
    assert unread_count(handler) == 1
    # and another department's post finds it nowhere
    assert not any(seen(outsider, receipt.event_number).values())
    assert unread_count(outsider) == 0
    # and the page, the API and every step are open to it
    client = signed_in(city, DEPARTMENTS[department])
    assert client.get(f"/events/{receipt.event_number}/").status_code == 200
    actions.accept_event(receipt.event_uid, by=handler)
    actions.handle_event(receipt.event_uid, by=handler, result="已办")
    assert queries.event(handler, receipt.event_number).row.status == "verifying"


def test_before_the_dispatch_it_is_not_theirs(city: City) -> None:
    receipt = city.report(WORDS, **PLACES["street yx0102"])
    assert not any(seen(city.viewer("handler_yx0102"), receipt.event_number).values())


def test_a_post_narrowed_to_a_part_stays_within_it_and_a_dispatch_nobody_would_see_is_refused(city: City) -> None:
    # given a department of the city whose only post is for one street
    title = {"zh-Hans": "试点队", "en": "Pilot team"}
    organisation.put_department("yunxi", "pilot", title=title, by=SYSTEM)
    with pytest.raises(Invalid):  # no post at all: nobody would see it
        actions.dispatch_event(city.report(WORDS).event_uid, by=SYSTEM, department="pilot")
    organisation.put_post(
        "yunxi.handler_pilot",
        title=title,
        role="handler",
        jurisdiction="yunxi",
        department_code="pilot",
        area_code="yx0101",
        reach="department",
        by=SYSTEM,
    )
    near, far = city.report(WORDS), city.report(WORDS, **PLACES["street yx0102"])
    # when something in its street is dispatched to it, then it is seen
    actions.dispatch_event(near.event_uid, by=SYSTEM, department="pilot")
    assert queries.event(city.viewer("handler_pilot"), near.event_number).department_code == "pilot"
    # when something elsewhere is, by dispatch, transfer or redispatch, then it is refused at the field
    with pytest.raises(Invalid) as refused:
        actions.dispatch_event(far.event_uid, by=SYSTEM, department="pilot")
    assert "reaches" in str(refused.value.fields["department"][0])
    actions.dispatch_event(far.event_uid, by=SYSTEM, department="roads")
    for verb in (actions.transfer_event, actions.redispatch_event):
        with pytest.raises(Invalid) as refused:
            verb(far.event_uid, by=SYSTEM, department="pilot", reason="给他们")
        assert set(refused.value.fields) == {"department"}
    assert queries.event(SYSTEM, far.event_number).department_code == "roads"
