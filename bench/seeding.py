"""Fills an empty installation for the measurements: the sample city, one token per role, many stored events.

The events are made from the sample's own texts (other house numbers, points and times) and come in by the platform's
own import, so that search rows, reports, stories and indexes are real. One in fifty is open and runs through its flow.
"""

from __future__ import annotations

import csv
import json
import random
import re
from datetime import datetime, timedelta
from pathlib import Path

ACCOUNTS = ("operator", "dispatcher", "handler", "verifier", "supervisor")
OPEN_ONE_IN = 50
DAYS = 120
JITTER = 0.004
"""Degrees a point is moved by at most, so that events lie around the sample's places."""
DEPARTMENTS = ("roads", "urban", "water", "police", "sanitation", "drainage", "housing", "parks")
TAILS = ("", "，希望尽快处理", "，已经好几天了", "，请有关部门到现场看看", "，晚上尤其明显", "，之前反映过一次")
TOKENS = "tokens.json"


def seed(n_events: int, seed_of_chance: int = 7) -> None:
    """Set up the installation of the settings and store `n_events`; run in a process of its own."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from yiwang.base.access import SYSTEM
    from yiwang.base.areas.actions import load_divisions
    from yiwang.base.scenes import actions as scenes
    from yiwang.demo.accounts import make_first_accounts
    from yiwang.engines.place.queries import forget_indexes
    from yiwang.kernel import clock

    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    load_divisions(by=SYSTEM)
    with clock.frozen(clock.now() - timedelta(days=DAYS + 1)):
        scenes.install_scene(Path(settings.SCENES) / settings.SAMPLE_SCENE, by=SYSTEM)
        make_first_accounts()
    forget_indexes()
    _keep_tokens(Path(settings.HOME) / TOKENS)
    _import(Path(settings.SCENES) / settings.SAMPLE_SCENE / "sample" / "reports_12345.csv", n_events, seed_of_chance)
    _settle()


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


def _import(sample: Path, n_events: int, seed_of_chance: int) -> None:
    from django.conf import settings

    from yiwang.base.access import SYSTEM
    from yiwang.base.areas import queries as areas
    from yiwang.domains.events.importing.running import import_events
    from yiwang.engines.data.mapping import MappingSpec
    from yiwang.kernel.clock import now

    path = Path(settings.HOME) / "bench_events.csv"
    names = _write(sample, path, n_events, random.Random(seed_of_chance), now().replace(tzinfo=None))
    mapping = MappingSpec.model_validate(
        {"target": "event", "time_zone": "UTC", "fields": {name: {"column": name} for name in names}}
    )
    done = import_events(path, mapping, jurisdiction=areas.jurisdiction("yunxi"), by=SYSTEM, source_name="bench")
    path.unlink()
    if done.n_new != n_events:
        raise RuntimeError(f"{done.n_new} of {n_events} events were stored: {done.first_rejects[:3]}")


def _write(sample: Path, path: Path, n_events: int, chance: random.Random, until: datetime) -> list[str]:
    """The spreadsheet to import, its columns named as the fields they fill; returns these."""
    with sample.open(encoding="utf-8-sig", newline="") as file:
        known = [row for row in csv.DictReader(file) if row["经度"]]
    names = list(_row(known[0], 0, chance, until))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(_row(chance.choice(known), n, chance, until) for n in range(n_events))
    return names


def _row(like: dict[str, str], n: int, chance: random.Random, until: datetime) -> dict[str, str]:
    """The n-th event, told like one of the sample."""
    house = str(chance.randint(1, 999))
    text = re.sub(r"\d+(?=号)", house, like["留言详情"]) + chance.choice(TAILS)
    at = until - timedelta(seconds=chance.uniform(3600, DAYS * 86_400))
    is_open = n % OPEN_ONE_IN == 0
    done = min(at + timedelta(hours=chance.uniform(0.5, 96)), until)
    return {
        "external_id": f"B{n:07d}",
        "occurred_at": f"{at:%Y-%m-%d %H:%M:%S}",
        "title": text[:30],
        "text": text,
        "category": like["二级标签"],
        "department": "" if is_open else chance.choice(DEPARTMENTS),
        "status": "处理中" if is_open else "已办结",
        "due_at": f"{at + timedelta(hours=72):%Y-%m-%d %H:%M:%S}",
        "closed_at": "" if is_open else f"{done:%Y-%m-%d %H:%M:%S}",
        "address": re.sub(r"\d+(?=号)", house, like["事发地址"]),
        "lon": f"{float(like['经度']) + chance.uniform(-JITTER, JITTER):.6f}",
        "lat": f"{float(like['纬度']) + chance.uniform(-JITTER, JITTER):.6f}",
        "channel": like["诉求来源"],
        "reporter_name": like["来电人"],
        "reporter_phone": like["联系电话"],
        "satisfaction": "" if is_open else like["满意度"],
    }


def _settle() -> None:
    """Do what the worker and the database's housekeeping would have done by now: letters, seal, export, statistics."""
    from django.db import connection

    from yiwang.base.audit.sealer import seal_entries
    from yiwang.base.messages.delivering import deliver_pending
    from yiwang.engines.data.exporting import export_published

    while deliver_pending():
        pass
    seal_entries()
    export_published()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
