"""The sample city's ground once a run, and the city with its officials once a module; each test is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from yiwang.base.areas.queries import JurisdictionView
from yiwang.demo.officials import OfficialPlan
from yiwang.demo.plan.places import Places
from yiwang.demo.size import SEED, Size
from yiwang.kernel import clock

NOON = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)
"""A Wednesday, 12:00 in the city."""
TINY = Size(buildings=300, facilities=200, officials=90, events=90, days=14)


@pytest.fixture(scope="session")
def places() -> Places:
    """The places of a city with few buildings."""
    from yiwang.demo.ground import make_ground
    from yiwang.demo.plan.places import places_of

    return places_of(make_ground(SEED, TINY), SEED)


@dataclass
class Peopled:
    """The sample city with officials on their posts."""

    place: JurisdictionView
    officials: list[OfficialPlan]


@pytest.fixture(scope="module")
def installed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Peopled]:
    """The scene and its officials in a transaction of the module's own."""
    from yiwang.base.access import SYSTEM
    from yiwang.base.areas import queries as areas
    from yiwang.base.organisation.actions import ensure_roles
    from yiwang.base.organisation.queries import posts
    from yiwang.base.scenes.actions import install_scene
    from yiwang.demo.city import CITY, scene_folder, scene_grids
    from yiwang.demo.officials import make_officials, plan_officials
    from yiwang.domains.events.course import forget_rules
    from yiwang.engines.place.queries import forget_indexes

    with django_db_blocker.unblock(), transaction.atomic():
        with clock.frozen(NOON - timedelta(days=60)):
            ensure_roles(by=SYSTEM)
            install_scene(scene_folder(), by=SYSTEM)
            officials = plan_officials(posts(SYSTEM), scene_grids(), size=TINY)
            make_officials(CITY, officials, also={})
        forget_rules()
        forget_indexes()
        yield Peopled(areas.jurisdiction(CITY), officials)
        transaction.set_rollback(True)
    forget_rules()
    forget_indexes()


@pytest.fixture
def peopled(installed: Peopled, db: None, settings: Any, tmp_path: Any) -> Peopled:
    """The city, rolled back after the test, with a data directory of the test's own."""
    settings.HOME = tmp_path
    settings.FILES = tmp_path / "files"
    return installed
