"""Measures the flow engine: milliseconds a stored verb, with audit and outbox, and bytes an instance keeps.

Cases run dispatch → claim → handle (time limit, warnings) → verify → closed, one after the other in one process, on a
fresh SQLite file and on the PostgreSQL server named by `YIWANG_TEST_POSTGRES`. A second figure is the pure function
that moves the tokens, without a database.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bench.report import append_result

if TYPE_CHECKING:
    from yiwang.base.access import Viewer

N_CASES = 300
N_PURE = 3_000
FLOW = {
    "title": {"zh-Hans": "事件处置", "en": "Handling of an event"},
    "variables": {"urgency": {"type": "integer", "default": 2}, "needs_check": {"type": "boolean", "default": True}},
    "nodes": {
        "begin": {"kind": "start", "next": "dispatch"},
        "dispatch": {"kind": "user", "outcomes": {"dispatched": "handle"}},
        "handle": {
            "kind": "user",
            "clock": {"minutes": "urgency * 60", "warn_at": [0.5, 0.8]},
            "outcomes": {"done": "check"},
        },
        "check": {"kind": "exclusive", "routes": [{"when": "needs_check", "next": "verify"}], "default": "closed"},
        "verify": {"kind": "user", "not_by": "handle", "outcomes": {"passed": "closed"}},
        "closed": {"kind": "end"},
    },
}


def spec() -> Any:
    """The flow of the measurement, with titles filled in."""
    from yiwang.engines.flow.specs import FlowSpec

    nodes = json.loads(json.dumps(FLOW["nodes"]))
    for name, node in nodes.items():
        if node["kind"] == "user":
            label = {"zh-Hans": name, "en": name}
            node["title"] = label
            node["outcomes"] = {o: {"title": label, "next": after} for o, after in node["outcomes"].items()}
    return FlowSpec.model_validate({**FLOW, "nodes": nodes})


def people(n: int) -> list[Viewer]:
    """Accounts that may do every step."""
    from yiwang.base.access import SYSTEM, Grant, Viewer
    from yiwang.base.people.actions import create_account

    made = [create_account(f"official{i}", display_name=f"Official {i}", by=SYSTEM) for i in range(n)]
    # No department has the cases yet, so the permission for such rows is needed too.
    return [
        Viewer(each.id, each.uid, each.display_name, "official", (Grant("flow.work"), Grant("flow.dispatch")))
        for each in made
    ]


def timed(work: Callable[[], None], n: int) -> tuple[float, float]:
    """Wall and processor milliseconds for one of n."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - wall) / n * 1e3, (time.process_time() - cpu) / n * 1e3


def stored() -> dict[str, tuple[float, float]]:
    """Wall and processor milliseconds of each verb on the database of the settings."""
    from django.db import connection

    from yiwang.base.access import SYSTEM
    from yiwang.engines.flow import actions
    from yiwang.kernel.calendar import named

    actions.publish_definition("bench", spec(), by=SYSTEM)
    handler, verifier = people(2)
    items: list[Any] = []

    def start() -> None:
        for n in range(N_CASES):
            moved = actions.start_instance(
                "bench", subject=f"event:{n}", title="", variables={}, area_path="", calendar=named("office"), by=SYSTEM
            )
            items.append(moved.open_items[0].uid)

    def verb(act: Callable[..., Any], **given: Any) -> Callable[[], None]:
        def run() -> None:
            for n, uid in enumerate(items):
                moved = act(uid, **given)
                items[n] = moved.open_items[0].uid if moved.open_items else uid

        return run

    rounds = {
        "start": start,
        "complete dispatch": verb(actions.complete_item, outcome="dispatched", by=handler),
        "claim": verb(actions.claim_item, by=handler),
        "complete handle": verb(actions.complete_item, outcome="done", by=handler),
        "complete verify": verb(actions.complete_item, outcome="passed", by=verifier),
    }
    found = {name: timed(work, N_CASES) for name, work in rounds.items()}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "select sum(pg_total_relation_size(c.oid)) from pg_class c where relkind = 'r' "
                "and relname in ('flow_instance', 'flow_token', 'flow_workitem', 'flow_clock', 'flow_log')"
            )
            found["bytes"] = (float(cursor.fetchone()[0]) / N_CASES, 0.0)
    return found


def pure_us() -> float:
    """Microseconds of one `advance` without a database."""
    from datetime import UTC, datetime

    from yiwang.engines.flow.definition import Definition
    from yiwang.engines.flow.run import Surroundings
    from yiwang.engines.flow.state import Event
    from yiwang.engines.flow.verbs import advance, new_state
    from yiwang.kernel.calendar import named

    definition, around = Definition("bench", 1, spec()), Surroundings({"case": named("office")}, lambda code: None)
    at = datetime(2026, 11, 20, 2, tzinfo=UTC)
    events = [
        Event("start", at),
        Event("complete", at, 1, 1, {"outcome": "dispatched"}),
        Event("claim", at, 1, 2),
        Event("complete", at, 1, 2, {"outcome": "done"}),
        Event("complete", at, 2, 3, {"outcome": "passed"}),
    ]

    def work() -> None:
        for _ in range(N_PURE // len(events)):
            state = new_state()
            for event in events:
                state = advance(definition, state, event, around).state

    work()
    return timed(work, N_PURE)[0] * 1e3


def child() -> None:
    """Measure one database (a fresh one of the settings, thrown away after) and print the figures as JSON."""
    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0)
    try:
        print(json.dumps({"stored": stored(), "pure_us": pure_us()}))
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def measure(url: str) -> dict[str, Any]:
    """The figures of one database, taken in a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {
            "YIWANG_HOME": home,
            "DATABASE_URL": url,
            "YIWANG_TEST_DB_SUFFIX": "_bench_flow",
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "yiwang.web.settings"),
        }
        done = subprocess.run(
            [sys.executable, "-m", "bench.flow_steps", "child"], env=env, check=True, stdout=subprocess.PIPE, text=True
        )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Measure and append to the results."""
    rows: list[tuple[str, str, str]] = []
    postgres = os.environ.get("YIWANG_TEST_POSTGRES", "")
    figures: dict[str, Any] = {}
    for name, url in (("SQLite", ""), ("PostgreSQL", postgres)):
        if name == "PostgreSQL" and not url:
            continue
        figures = measure(url)
        for verb, (wall, cpu) in figures["stored"].items():
            if verb == "bytes":
                rows.append((f"{name}: an ended case", f"{wall / 1000:.1f} kB", "tables and indexes; aim ≤ 8"))
            else:
                rows.append((f"{name}: {verb}", f"{wall:.2f} ms", f"processor {cpu:.2f} ms; aim ≤ 4"))
    rows.append(("advance, no database", f"{figures['pure_us']:.0f} µs", "mean of the five verbs"))
    append_result(f"Flow: a stored verb with audit and outbox ({N_CASES} cases)", rows)


if __name__ == "__main__":
    if sys.argv[1:] == ["child"]:
        child()
    else:
        main()
