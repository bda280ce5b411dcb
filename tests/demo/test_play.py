"""History imported and newest days played: work stands at every step, and a kill in between changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.demo.conftest import NOON, TINY, Peopled
from yiwang.demo import play, switch
from yiwang.demo.history import FILE, split_plan, take_in_history
from yiwang.demo.plan import Plan, make_plan
from yiwang.demo.plan.places import Places
from yiwang.demo.play import Player, played_so_far
from yiwang.demo.staff import Staff
from yiwang.domains.events.models import Event, EventEntry, Report
from yiwang.kernel import clock

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def plan(places: Places) -> Plan:
    return make_plan(places, end=NOON, size=TINY)


def states() -> list[tuple[Any, ...]]:
    """What became of every report, by its text."""
    found = Report.objects.order_by("text", "recorded_at").select_related("event")
    return [
        (one.text, one.recorded_at, one.event.status, one.event.n_returns, one.event.satisfaction, one.event.closed_at)
        for one in found
    ]


def test_older_reports_come_in_as_closed_cases_with_their_course(peopled: Peopled, plan: Plan) -> None:
    cut = NOON - timedelta(days=4)
    old, new = split_plan(plan, peopled.place, cut)
    assert old
    assert new
    switch.folder().mkdir(parents=True)
    with clock.frozen(cut):
        done = take_in_history(switch.folder() / FILE, old, peopled.place, told=lambda _n: None)
        again = take_in_history(switch.folder() / FILE, old, peopled.place, told=lambda _n: None)
    assert (done.n_rejected, done.n_new, done.n_open) == (0, len(old), 0)
    assert (again.n_new, again.n_changed) == (0, 0)
    closed = Event.objects.filter(status="closed", is_imported=True)
    assert closed.exclude(department=None).count() == closed.count()
    assert EventEntry.objects.filter(kind="handled", event__in=closed).count() > 0.9 * closed.count()
    repeats = [one for one in old if one.part_of]
    assert Event.objects.filter(status="merged").count() == len(repeats)


def test_the_newest_days_leave_work_at_every_step(peopled: Peopled, plan: Plan) -> None:
    # when all of it is played
    staff = Staff(peopled.place, peopled.officials)
    done = Player(peopled.place, staff, plan.reports, NOON).run(told=lambda _n, _of: None)
    # then everything came in once, and most of it is closed
    assert Report.objects.count() == len(plan.reports)
    statuses = list(Event.objects.values_list("status", flat=True))
    assert statuses.count("closed") > 0.6 * len(statuses)
    assert {"closed", "handling"} <= set(statuses)
    # and those who worked are people of the department, on duty in the grid where there is somebody
    handled = EventEntry.objects.filter(kind="handled").exclude(by=None)
    assert handled.values("by").distinct().count() > 5
    # and it is over: again does nothing
    before = EventEntry.objects.count()
    assert Player(peopled.place, staff, plan.reports, NOON).run(told=lambda _n, _of: None) == done
    assert EventEntry.objects.count() == before


def test_a_play_that_was_cut_off_goes_on_as_if_it_had_not_been(
    peopled: Peopled, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import transaction

    reports = plan.reports[-60:]

    def played(stop_after: int) -> list[tuple[Any, ...]]:
        """Play, broken off in the middle of a batch; nobody else writes meanwhile, and all is rolled back."""
        n_done = 0
        whole = Player._do

        def breaking(player: Player, moment: play.Moment) -> None:
            nonlocal n_done
            n_done += 1
            if n_done == stop_after:
                raise KeyboardInterrupt
            whole(player, moment)

        with transaction.atomic():
            monkeypatch.setattr(Player, "_do", breaking)
            staff = Staff(peopled.place, peopled.officials)
            try:
                Player(peopled.place, staff, reports, NOON).run(told=lambda _n, _of: None)
            except KeyboardInterrupt:
                assert 0 < played_so_far("yunxi") < stop_after
                Player(peopled.place, staff, reports, NOON).run(told=lambda _n, _of: None)
            found = states()
            transaction.set_rollback(True)
        return found

    assert played(stop_after=play.BATCH * 2 + 17) == played(stop_after=-1)
