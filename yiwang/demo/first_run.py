"""What a first start brings besides empty tables: the sample city, its accounts, its sample played and learnt from.

The city is installed under a clock held before the sample begins, so that its grids, posts and rules were in force
when its reports came in. Can be interrupted anywhere and run again: what is there is not made twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from yiwang.base.access import SYSTEM
from yiwang.base.areas import queries as areas
from yiwang.base.scenes import actions as scenes
from yiwang.demo.accounts import FirstAccount, make_first_accounts
from yiwang.demo.sample import play_sample
from yiwang.domains.events.learning import train_from_file
from yiwang.engines.place.queries import forget_indexes
from yiwang.kernel import clock

BEFORE = timedelta(days=120)
DONE = "sample-played"
CITY = "yunxi"
SAMPLE = "sample/reports_12345.csv"
TEXT, CATEGORY = ("留言详情",), ("一级标签", "二级标签")
Told = Callable[[str, int], None]


def bring_sample_city(told: Told = lambda _step, _n: None) -> list[FirstAccount]:
    """Install the sample scene, make one account per role, play the sample once; returns the accounts to print."""
    folder = Path(settings.SCENES) / settings.SAMPLE_SCENE
    marker = Path(settings.HOME) / DONE
    told("city", 0)
    if marker.exists():
        scenes.install_scene(folder, by=SYSTEM)
        return make_first_accounts()
    with clock.frozen(clock.now() - BEFORE):
        scenes.install_scene(folder, by=SYSTEM)
        told("accounts", 0)
        accounts = make_first_accounts()
    forget_indexes()
    play_sample(folder / SAMPLE, CITY, told=lambda n: told("sample", n))
    told("classifier", 0)
    place = areas.jurisdiction(CITY)
    train_from_file(folder / SAMPLE, text=TEXT, category=CATEGORY, jurisdiction=place, by=SYSTEM)
    marker.touch()
    return accounts
