"""The live city over a simulated day: reports come, work moves, nothing is doubled or stuck, killed at any moment."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import Count

from tests.demo.conftest import NOON, Peopled
from yiwang.demo import simulator as simulating
from yiwang.demo import switch, truth
from yiwang.demo.plan.places import Places
from yiwang.demo.simulator import Simulator
from yiwang.demo.size import SEED
from yiwang.demo.switch import SPEEDS
from yiwang.domains.events.models import OPEN_STATUSES, Evaluation, Event, EventEntry, Report
from yiwang.kernel import clock

pytestmark = pytest.mark.xdist_group("demo")

STEP = timedelta(seconds=200)


def made(peopled: Peopled, places: Places) -> Simulator:
    file = truth.live_truth_file()
    return Simulator(peopled.place, places, peopled.officials, seed=SEED, file=file)


def lived(simulator: Simulator, begin: datetime, n: int, speed: str = "lively") -> Counter[str]:
    """Tick `n` times, `STEP` apart; what was done by verb."""
    done: Counter[str] = Counter()
    for i in range(n):
        with clock.frozen(begin + i * STEP):
            done[simulator.tick(SPEEDS[speed])] += 1
    return done


def test_a_day_passes_with_reports_and_every_kind_of_work(peopled: Peopled, places: Places) -> None:
    # when a day passes
    begin = NOON - timedelta(hours=5)
    n = round(timedelta(days=1) / STEP)
    done = lived(made(peopled, places), begin, n)
    # then matters came in by every way, were worked and judged
    assert Report.objects.count() > 60
    assert Report.objects.values("source").distinct().count() >= 4
    assert {"accept", "handle", "verify", "close", "evaluate"} <= set(done)
    assert Event.objects.filter(status="closed").count() > 10
    assert Evaluation.objects.count() > 3
    # and nothing is there twice, or in two places, or stuck without a next step
    assert not Report.objects.values("submission").annotate(n=Count("id")).filter(n__gt=1).exists()
    assert not Event.objects.filter(status__in=OPEN_STATUSES, flow_instance=None).exists()
    assert not Event.objects.filter(status__in=OPEN_STATUSES).exclude(closed_at=None).exists()
    waiting = Event.objects.filter(status__in=("verifying", "closing"), changed_at__lt=begin + timedelta(hours=4))
    assert not waiting.exists()
    # and every story is in order
    for event in Event.objects.all()[:40]:
        moments = list(EventEntry.objects.filter(event=event).order_by("id").values_list("at", flat=True))
        assert moments == sorted(moments)
    # and the truth about each is beside the data, not in it
    known = truth.categories_of(truth.live_truth_file())
    assert set(known) == {str(one) for one in Report.objects.values_list("submission", flat=True)}


def test_one_that_was_killed_goes_on_and_doubles_nothing(peopled: Peopled, places: Places) -> None:
    # given one that ran for some hours
    begin = NOON - timedelta(hours=3)
    lived(made(peopled, places), begin, 60)
    n_reports = Report.objects.count()
    assert n_reports
    # when others begin at the same moments anew, as after a kill
    lived(made(peopled, places), begin, 60)
    # then the same slots bring no second report
    assert Report.objects.count() == n_reports


def test_a_long_sleep_brings_no_flood(peopled: Peopled, places: Places) -> None:
    lived(made(peopled, places), NOON - timedelta(days=9), 20)
    before = Report.objects.count()
    simulator = made(peopled, places)
    with clock.frozen(NOON):
        simulator.tick(SPEEDS["lively"])
    assert Report.objects.count() <= before + 1


def test_it_rests_while_too_much_is_open(peopled: Peopled, places: Places, monkeypatch) -> None:
    lived(made(peopled, places), NOON, 40)
    monkeypatch.setattr(simulating, "MOST_OPEN", 1)
    simulator = made(peopled, places)
    n_reports = Report.objects.count()
    done = lived(simulator, NOON + timedelta(hours=2), 60)
    assert simulator.pausing == "full" or Event.objects.filter(status__in=OPEN_STATUSES).count() <= 1
    assert Report.objects.count() <= n_reports + done["report"]
    assert set(done) - {"report", ""}


def test_what_somebody_took_is_left_to_them(peopled: Peopled, places: Places) -> None:
    # given an event that the printed grid worker's colleague accepted by hand
    from yiwang.demo.staff import Staff
    from yiwang.domains.events import actions

    simulator = made(peopled, places)
    lived(simulator, NOON, 30)
    event = Event.objects.filter(status="dispatched").exclude(department=None).first()
    assert event is not None
    code = event.department.code if event.department else ""
    staff = Staff(peopled.place)
    others = staff._by_department[code]
    mine = next((staff._viewer(uid) for uid in others if uid != simulator.staff.handler(code, event.uid).uid), None)
    if mine is None:  # a department of one
        return
    with clock.frozen(NOON + timedelta(hours=2)):
        actions.accept_event(event.uid, by=mine)
    # when hours pass
    lived(made(peopled, places), NOON + timedelta(hours=2), 60)
    # then nobody else handled it
    by = EventEntry.objects.filter(event=event, kind="handled").values_list("by", flat=True)
    assert set(by) <= {mine.account_id}


def test_the_switch_keeps_what_was_chosen(settings, tmp_path: Path, db: None) -> None:
    from yiwang.base.access import ANONYMOUS, SYSTEM
    from yiwang.kernel.errors import Invalid, NotAllowed

    settings.HOME = tmp_path
    assert switch.live().is_on
    import pytest
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        switch.set_live(is_on=False, speed="calm", by=SYSTEM)
    assert (switch.live().is_on, switch.live().speed) == (False, "calm")
    with pytest.raises(NotAllowed):
        switch.set_live(is_on=True, by=ANONYMOUS)
    with pytest.raises(Invalid):
        switch.set_live(is_on=True, speed="mad", by=SYSTEM)
    (tmp_path / "demo" / "live.json").write_text("{cut off")
    assert switch.live().is_on
