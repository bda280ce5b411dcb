"""Fills an empty installation for the measurements: the demo city with its ground, one token per role, many events.

The events are the demo's own reports (`yiwang.demo.plan`: many phrasings, places, callers, repeats, lateness) and come
in by the platform's own import, so that search rows, reports, stories and indexes are real. One in a hundred is open
and runs through its flow. On PostgreSQL what goes beyond `PLANNED` is copied from the closed ones (`bench.copying`).
"""

from __future__ import annotations

import csv
import json
import random
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from yiwang.demo.plan import Plan

EDITION = 1
"""Raise it when a seeded city comes out differently: kept ones are then made anew."""
ACCOUNTS = ("operator", "dispatcher", "handler", "verifier", "supervisor")
OPEN_ONE_IN = 100
OPEN_DAYS = 6
"""How long ago an open event came in at most."""
DAYS = 120
PLANNED = 30_000
"""So many closed events are thought up one by one, where the others can be copied."""
SMALL = 10_000
"""Below so many events the ground is a small one."""
TOKENS = "tokens.json"
TELLS = (
    "工单编号 来电时间 问题分类 诉求内容 诉求来源 紧急程度 事发地址 "
    "所属社区 经度 纬度 部件编码 来电人 来电号码 是否公开"
)
STILL_OPEN = frozenset(TELLS.split())
"""What the export tells of a case that is not over."""


def seed(n_events: int, seed_of_chance: int = 7) -> None:
    """Set up the installation of the settings and store `n_events`; run in a process of its own."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from yiwang.base.access import SYSTEM
    from yiwang.base.areas.actions import load_divisions
    from yiwang.kernel import clock

    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    watch = _Watch()
    call_command("migrate", verbosity=0, interactive=False)
    load_divisions(by=SYSTEM)
    watch.told("tables and divisions")
    plan = _bring_city(n_events, clock.now().replace(microsecond=0), watch)
    _keep_tokens(Path(settings.HOME) / TOKENS)
    n_copies = _store(plan, n_events, random.Random(seed_of_chance))
    watch.told(f"{n_events - n_copies:,} events imported")
    if n_copies:
        from bench.copying import copy_closed

        copy_closed(n_copies, days=DAYS)
        watch.told(f"{n_copies:,} events copied")
    _settle()
    watch.told("exported, sealed, analysed")


def bring_up_to_date() -> None:
    """Tables and scene of the installation as the code wants them now; its events stay."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from yiwang.base.access import SYSTEM
    from yiwang.base.scenes import actions as scenes

    call_command("migrate", verbosity=0, interactive=False)
    scenes.install_scene(Path(settings.SCENES) / settings.SAMPLE_SCENE, by=SYSTEM)
    _analyse()


class _Watch:
    """Says how long each step took."""

    def __init__(self) -> None:
        self.since = time.monotonic()

    def told(self, step: str) -> None:
        """A step is over."""
        print(f"  {step}: {time.monotonic() - self.since:.0f} s", flush=True)
        self.since = time.monotonic()


def _bring_city(n_events: int, end: datetime, watch: _Watch) -> Plan:
    """Install scene, accounts and ground as they were before the first event; returns what is to happen there."""
    from django.conf import settings
    from django.db import connection

    from yiwang.base.access import SYSTEM
    from yiwang.base.areas import queries as areas
    from yiwang.base.scenes import actions as scenes
    from yiwang.demo.accounts import make_first_accounts
    from yiwang.demo.city import CITY, SIZES
    from yiwang.demo.first_run import put_ground
    from yiwang.demo.ground import make_ground
    from yiwang.demo.plan import make_plan
    from yiwang.demo.plan.places import places_of
    from yiwang.demo.size import SEED
    from yiwang.engines.place.queries import forget_indexes
    from yiwang.kernel import clock

    size = SIZES["small" if n_events < SMALL else "city"]
    ground = make_ground(SEED, size)
    with clock.frozen(end - timedelta(days=DAYS + 1)):
        scenes.install_scene(Path(settings.SCENES) / settings.SAMPLE_SCENE, by=SYSTEM)
        make_first_accounts()
        forget_indexes()
        watch.told("scene and accounts")
        put_ground(areas.jurisdiction(CITY), ground, lambda _step, _n, _of: None)
    watch.told(f"{len(ground.elements):,} elements and {len(ground.addresses):,} addresses")
    wanted = n_events
    if connection.vendor == "postgresql":
        wanted = min(n_events, PLANNED + n_events // OPEN_ONE_IN)
    size = replace(size, events=int(wanted * 1.05) + 100, days=DAYS)
    plan = make_plan(places_of(ground, SEED), end=end, seed=SEED, size=size)
    watch.told(f"{wanted:,} events thought up")
    return replace(plan, reports=plan.reports[-wanted:])


def _keep_tokens(path: Path) -> None:
    """A token for each of `ACCOUNTS`, readable by the owner only."""
    from yiwang.base.access import SYSTEM
    from yiwang.base.people import actions, queries

    made = {
        name: actions.create_token(queries.account_named(SYSTEM, name).uid, title="bench", by=SYSTEM)
        for name in ACCOUNTS
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(made))


def _store(plan: Plan, n_events: int, chance: random.Random) -> int:
    """Import the plan, one in a hundred of `n_events` as open; returns how many events are missing then."""
    from django.conf import settings

    from yiwang.base.access import SYSTEM
    from yiwang.base.areas import queries as areas
    from yiwang.demo.city import CITY
    from yiwang.demo.history import mapping, write_history
    from yiwang.domains.events.importing.running import import_events

    place = areas.jurisdiction(CITY)
    told, path = Path(settings.HOME) / "bench_told.csv", Path(settings.HOME) / "bench_events.csv"
    write_history(told, plan.reports, place)
    _write(told, path, max(1, n_events // OPEN_ONE_IN), plan.end.astimezone(ZoneInfo(place.time_zone)), chance)
    done = import_events(path, mapping(), jurisdiction=place, by=SYSTEM, source_name="bench")
    told.unlink()
    path.unlink()
    if done.n_rejected or done.n_new != len(plan.reports):
        raise RuntimeError(f"{done.n_new} of {len(plan.reports)} events were stored: {done.first_rejects[:3]}")
    return n_events - done.n_new


def _write(told: Path, path: Path, n_open: int, end: datetime, chance: random.Random) -> None:
    """The export to import: its rows in order, but `n_open` of them not over, and none of them over before `end`."""
    with told.open(encoding="utf-8", newline="") as file, path.open("w", encoding="utf-8", newline="") as made:
        reader = csv.DictReader(file)
        rows = list(reader)
        writer = csv.DictWriter(made, list(reader.fieldnames or ()), restval="")
        writer.writeheader()
        mains = {row["主工单编号"] for row in rows}
        alone = [n for n, row in enumerate(rows) if not row["主工单编号"] and row["工单编号"] not in mains]
        still_open = set(chance.sample(alone, n_open))
        last = f"{end:%Y-%m-%d %H:%M:%S}"
        for n, row in enumerate(rows):
            if n in still_open:
                at = end - timedelta(seconds=chance.uniform(60, OPEN_DAYS * 86_400))
                row = {name: value for name, value in row.items() if name in STILL_OPEN} | {"工单状态": "处理中"}
                row["来电时间"] = f"{at:%Y-%m-%d %H:%M:%S}"
            else:
                times = [name for name, value in row.items() if name.endswith("时间") and value > last]
                row |= dict.fromkeys(times, last)
            writer.writerow(row)


def _settle() -> None:
    """Do what the worker and the database's housekeeping would have done by now: seal, export, statistics.

    The letters count as read: ten thousand at once are more than a city's worker ever finds waiting. Nothing changes
    after the export, so it is complete for as long again as the next one looks back: else each measured copy would
    begin by reading everything once more.
    """
    from django.db.models import F

    from yiwang.base.audit.sealer import seal_entries
    from yiwang.base.messages.models import Delivery
    from yiwang.engines.data.exporting import OVERLAP, export_published
    from yiwang.engines.data.models import Export

    Delivery.objects.filter(state="pending").update(state="done")
    seal_entries()
    export_published()
    Export.objects.update(complete_until=F("complete_until") + OVERLAP)
    _analyse()


def _analyse() -> None:
    """Statistics, and on PostgreSQL which pages an index need not look up (autovacuum does both in time)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
