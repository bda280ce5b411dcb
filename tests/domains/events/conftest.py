"""The sample city as the given of every test here: installed for all modules at once, each test rolled back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.held_city import CityHolder
from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.areas import queries as areas

ROOT = Path(__file__).resolve().parents[3]
IN_GRID = {"lon": 118.952, "lat": 29.63}
"""A point of 朝阳社区 (street yx0101)."""


@dataclass
class City:
    """The sample city with one viewer per post, made when asked for."""

    place: areas.JurisdictionView
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def viewer(self, post: str) -> Viewer:
        """Somebody who holds the post `yunxi.<post>` (or `administrator`)."""
        from yiwang.base.organisation.actions import appoint
        from yiwang.base.organisation.queries import viewer_of
        from yiwang.base.people.actions import create_account
        from yiwang.base.people.queries import account_for_sign_in

        if post not in self.viewers:
            account = create_account(post, display_name=post, by=SYSTEM)
            appoint(account.uid, f"yunxi.{post}", by=SYSTEM)
            self.viewers[post] = viewer_of(account_for_sign_in(account.uid))
        return self.viewers[post]

    def report(self, text: str = "湖滨路58号路面塌了一个大坑，很危险", *, by: Viewer = SYSTEM, **fields: Any) -> Any:
        """Report a matter at a known point, dispatched by the list unless the text says otherwise."""
        from yiwang.domains.events import actions

        matter = actions.Matter(text=text, **{**IN_GRID, **fields})
        return actions.report_matter(matter, jurisdiction=self.place, by=by)


@pytest.fixture(scope="module")
def installed_city(city_holder: CityHolder) -> Iterator[None]:
    """The scene city_events in a transaction around this module's tests."""
    city_holder.hold()
    yield
    city_holder.unwanted()


@pytest.fixture
def city(installed_city: None, db: None) -> Iterator[City]:
    """The city, rolled back after the test."""
    from yiwang.domains.events.course import forget_rules

    forget_rules()
    yield City(areas.jurisdiction("yunxi"))
    forget_rules()


@pytest.fixture
def delivered() -> Callable[[], int]:
    """Deliver what was announced and tell people of their work, as the worker would."""
    from yiwang.base.messages.delivering import deliver_pending
    from yiwang.domains.events.jobs import tell_all_work

    def deliver() -> int:
        done = deliver_pending()
        tell_all_work()
        return done

    return deliver
