"""A city with two districts and grids, a board, a leader who looks at it, and somebody who may not."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.engines.board.makers import FIGURES, board_spec, register_samples
from tests.engines.board.turning import BOARD, register_turning
from tests.engines.metric.conftest import metrics as metrics
from tests.engines.metric.conftest import own_lake as own_lake
from tests.engines.place.conftest import city as city
from tests.engines.place.conftest import grids as grids
from yiwang.base.access import SYSTEM, Grant, Viewer
from yiwang.base.organisation import actions as organisation
from yiwang.base.people.actions import create_account
from yiwang.base.people.queries import account_for_sign_in
from yiwang.engines.board import actions
from yiwang.engines.board.queries import board as board_of


@pytest.fixture(autouse=True)
def fresh_figures():
    register_samples()
    FIGURES.reset()
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def board(city):
    actions.put_board("testville", "city", board_spec(), scene="tests", by=SYSTEM)
    return board_of(SYSTEM, "city")


@pytest.fixture
def leader():
    return Viewer(1, None, "Leader", "official", (Grant("boards.view", "", "tv/"),))


@pytest.fixture
def stranger():
    return Viewer(2, None, "Stranger", "official", (Grant("boards.view", "", "elsewhere/"),))


@pytest.fixture
def watcher(board):
    """An account that may look at boards of the whole city."""
    return account_of("watcher")


@pytest.fixture
def turned(city):
    """A board whose figures know areas, but for one."""
    register_turning()
    actions.put_board("testville", "city", board_spec(BOARD), scene="tests", by=SYSTEM)
    return board_of(SYSTEM, "city")


@pytest.fixture
def watcher_of(turned):
    """Somebody who may look at the boards, after this one stands."""
    return account_of("looker")


def account_of(name):
    account = create_account(name, display_name="值班员", by=SYSTEM)
    organisation.put_role("t_watcher", title={"en": "w", "zh-Hans": "看"}, permissions=["boards.view"], by=SYSTEM)
    organisation.put_post(
        "t_watch",
        title={"en": "Watch", "zh-Hans": "值班"},
        role="t_watcher",
        jurisdiction="testville",
        department_code="roads",
        reach="jurisdiction",
        by=SYSTEM,
    )
    organisation.appoint(account.uid, "t_watch", by=SYSTEM)
    return account_for_sign_in(account.uid)
