"""Measures the import of other systems' exports: rows a second, on SQLite and on PostgreSQL (`YIWANG_TEST_POSTGRES`).

Two exports: Baltimore's 10,000 requests (from ../shared/data; without them the scene's sample repeated), of which 2 %
are open and start their course; and a Chinese hotline's, the sample city's report texts repeated with new ids, with
names and telephone numbers to be sealed and Chinese words to be indexed. Storing includes events, reports, story,
search index and audit; aim ≥ 2,000 rows a second.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench.report import ROOT, append_result

N_ROWS = 10_000
SHARED = Path(os.environ.get("YIWANG_SHARED", ROOT.parent / "shared" / "data"))
BALTIMORE = SHARED / "requests311" / "baltimore_311_10000.csv"
SCENES = ROOT / "scenes"


def repeated(sample: Path, path: Path, id_column: str, *, only: str = "") -> Path:
    """The sample's rows (those with `only` filled) repeated to `N_ROWS`, each with an id of its own."""
    with sample.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not only or row[only]]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for n, row in enumerate(islice(cycle(rows), N_ROWS)):
            writer.writerow(row | {id_column: f"{row[id_column]}-{n}"})
    return path


def timed(path: Path, code: str, mapping: Any, **options: Any) -> dict[str, Any]:
    """Import a file; rows, wall and processor seconds."""
    from yiwang.base.access import SYSTEM
    from yiwang.base.areas import queries as areas
    from yiwang.domains.events.importing.running import import_events

    wall, cpu = time.perf_counter(), time.process_time()
    done = import_events(path, mapping, jurisdiction=areas.jurisdiction(code), by=SYSTEM, **options)
    return {
        "rows": done.n_in,
        "open": done.n_open,
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
    }


def stored(folder: Path) -> dict[str, dict[str, Any]]:
    """The figures on the database of the settings."""
    from yiwang.base.access import SYSTEM
    from yiwang.base.areas import queries as areas
    from yiwang.base.scenes.actions import install_scene
    from yiwang.domains.events.importing.guessing import guess_event_mapping
    from yiwang.engines.data.mapping import load_mapping

    for scene in ("baltimore_311", "city_events"):
        install_scene(SCENES / scene, by=SYSTEM)
    sample = SCENES / "baltimore_311" / "sample" / "requests.csv"
    real = BALTIMORE if BALTIMORE.exists() else repeated(sample, folder / "baltimore.csv", "ServiceRequestNum")
    baltimore = load_mapping(SCENES / "baltimore_311" / "data" / "mappings" / "baltimore_311.yaml")
    chinese_sample = SCENES / "city_events" / "sample" / "reports_12345.csv"
    hotline = repeated(chinese_sample, folder / "12345.csv", "留言编号", only="办结时间")
    guessed = guess_event_mapping(hotline, areas.jurisdiction("yunxi"))[1].mapping
    return {
        "Baltimore, only tried": timed(real, "us_baltimore", baltimore, is_dry=True),
        "Baltimore, stored": timed(real, "us_baltimore", baltimore),
        "Baltimore, the same again": timed(real, "us_baltimore", baltimore),
        "12345 hotline, stored": timed(hotline, "yunxi", guessed),
    }


def child() -> None:
    """Measure one database (a fresh one of the settings, thrown away after) and print the figures as JSON."""
    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0)
    try:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(stored(Path(folder))))
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def measure(url: str) -> dict[str, dict[str, Any]]:
    """The figures of one database, taken in a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {
            "YIWANG_HOME": home,
            "DATABASE_URL": url,
            "YIWANG_TEST_DB_SUFFIX": "_bench_import",
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "yiwang.web.settings"),
        }
        command = [sys.executable, "-m", "bench.import_rows", "child"]
        done = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Measure and append to the results."""
    rows: list[tuple[str, str, str]] = []
    for name, url in (("SQLite", ""), ("PostgreSQL", os.environ.get("YIWANG_TEST_POSTGRES", ""))):
        if name == "PostgreSQL" and not url:
            continue
        for what, took in measure(url).items():
            rate = f"{took['rows'] / took['wall']:,.0f} rows/s"
            note = f"{took['rows']:,} rows, {took['open']} open; processor {took['cpu']:.1f} s"
            rows.append((f"{name}: {what}", rate, note + ("; aim ≥ 2,000" if what.endswith("stored") else "")))
    note = "" if BALTIMORE.exists() else "Made-up requests: ../shared/data was not there."
    append_result("Import of exports", rows, note=note)


if __name__ == "__main__":
    if sys.argv[1:] == ["child"]:
        child()
    else:
        main()
