"""Who signs in with a printed account finds living work of their own, at different steps, made by the real course."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from tests.demo.conftest import NOON, Peopled
from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.organisation.queries import viewer_of
from yiwang.base.people import queries as accounts
from yiwang.demo import showing, truth
from yiwang.demo.accounts import make_first_accounts
from yiwang.demo.plan.places import Places
from yiwang.demo.plan.telling import Teller
from yiwang.demo.play import Player
from yiwang.demo.simulator import Simulator
from yiwang.demo.size import SEED
from yiwang.demo.staff import Staff
from yiwang.demo.switch import SPEEDS
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.models import Event
from yiwang.domains.events.queries import own_reports
from yiwang.domains.events.queries.work import WorkFilter, WorkLine, work
from yiwang.kernel import clock


@pytest.fixture
def shown(peopled: Peopled, places: Places) -> list[Any]:
    """What is shown, played."""
    with clock.frozen(NOON - timedelta(days=60)):
        make_first_accounts()
    found = showing.shown(Teller(places, SEED, 90), rules_of(peopled.place.id), NOON)
    staff = Staff(peopled.place, peopled.officials)
    Player(peopled.place, staff, found, NOON).run(told=lambda _n, _of: None)
    return found


def signed_in(username: str) -> Viewer:
    return viewer_of(accounts.account_for_sign_in(accounts.account_named(SYSTEM, username).uid))


def lines(username: str, whose: Any) -> tuple[WorkLine, ...]:
    with clock.frozen(NOON):
        return work(signed_in(username), WorkFilter(whose=whose)).lines


def test_every_account_finds_a_few_matters_at_different_steps(shown: list[Any], peopled: Peopled) -> None:
    assert len(shown) == len(showing.WANTED)
    for name in ("handler", "street"):
        # a handler has what is nearly due, what is late, what did not pass and what was opened again …
        mine = lines(name, "mine")
        assert len(mine) == 4
        dues = sorted(line.row.due_at for line in mine if line.row and line.row.due_at)
        assert dues[0] < NOON
        assert any(NOON < due < NOON + timedelta(hours=4) for due in dues)
        # … and something new of the department's
        assert any(line.row and line.row.status == "dispatched" for line in lines(name, "department"))
    waiting = {name: Counter(line.row.status for line in lines(name, "department") if line.row) for name in KINDS}
    for name, wanted in KINDS.items():
        assert waiting[name] >= wanted, name
    own = own_reports(signed_in("citizen"))
    assert len(own) >= 5
    assert len({one.status for one in own}) >= 4


KINDS = {
    "dispatcher": Counter(received=3, closing=2),
    "verifier": Counter(verifying=3),
    "supervisor": Counter(received=2),
}


def test_they_are_the_same_again_and_their_truth_is_known(peopled: Peopled, places: Places) -> None:
    rules = rules_of(peopled.place.id)
    once, again = (showing.shown(Teller(places, SEED, 90), rules, NOON) for _ in range(2))
    assert once == again
    assert {truth.submission_of("yunxi", one.key) for one in once} <= showing.submissions("yunxi")


def test_the_live_city_leaves_them_to_whoever_signs_in(shown: list[Any], peopled: Peopled, places: Places) -> None:
    before = dict(Event.objects.values_list("uid", "status"))
    file = truth.live_truth_file()
    simulator = Simulator(peopled.place, places, peopled.officials, seed=SEED, file=file, begun=NOON)
    for n in range(60):
        with clock.frozen(NOON + n * timedelta(minutes=20)):
            simulator.tick(SPEEDS["lively"])
    after = dict(Event.objects.filter(uid__in=before).values_list("uid", "status"))
    assert after == before
