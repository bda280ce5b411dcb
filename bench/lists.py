"""Measures lists, searches, the map and an event's page through HTTP with 100,000 or 1,000,000 events stored.

    python3 start.py bench lists [--events 100000] [--clients 4] [--seconds 4] [--only SQLite]

Servers run as `yiwang up` starts them. A dispatcher asks, who may see the whole city, and a handler, who sees one
department's. Each request is repeated by all clients at once for some seconds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from typing import Any
from urllib.parse import quote

from bench.city import City, city, databases, load, running
from bench.load import Client, for_seconds, percentile_ms
from bench.report import ROOT, append_result

API = "/api/v1/events/"
CITY_BOX = "118.9,29.5,119.1,29.7"
STREET_BOX = "118.95,29.59,118.96,29.60"


def requests(first: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What is asked, given the API's first page: name, who asks, path."""
    number, address = first["events"][0]["number"], next(one["address"] for one in first["events"] if one["address"])
    return [
        ("list, newest 50", "dispatcher", API),
        ("list, page 2", "dispatcher", f"{API}?after={first['after']}"),
        ("list, open by deadline", "dispatcher", f"{API}?state=open&order=due"),
        ("list, urgent", "dispatcher", f"{API}?urgency=urgent"),
        ("list, one department's", "handler", API),
        ("search, common words", "dispatcher", f"{API}?text={quote('路灯不亮')}"),
        ("search, one address", "dispatcher", f"{API}?text={quote(address)}"),
        ("search, nothing found", "dispatcher", f"{API}?text={quote('没有这样的事情')}"),
        ("page of the list", "dispatcher", "/events/"),
        ("page of the list, open", "dispatcher", "/events/?state=open"),
        ("page of the list, a major category", "dispatcher", "/events/?place=yunxi&category=01"),
        ("page of the list, searched", "dispatcher", f"/events/?q={quote('路灯不亮')}"),
        ("page of one event", "dispatcher", f"/events/{number}/"),
        ("page of my work", "handler", "/work/"),
        ("what is new since", "dispatcher", f"/events/newer?after={int((time.time() - 60) * 1000)}"),
        ("list beside the map, whole city", "dispatcher", f"/events/map/list?bbox={CITY_BOX}"),
        ("list beside the map, some streets", "dispatcher", f"/events/map/list?bbox={STREET_BOX}"),
        ("supervisor's page", "supervisor", "/supervise/"),
        ("public list", "", "/public/"),
    ]


def generate(port: int, n_clients: int, seconds: float, tokens: dict[str, str]) -> None:
    """The load generator's process: prints times by request, and bytes, as JSON."""
    first = Client(port).ask("first", "GET", API, token=tokens["dispatcher"])
    tokens = tokens | {"": ""}
    asked = requests(first)
    figures: dict[str, Any] = {}
    for name, who, path in asked:
        answer = Client(port).ask(name, "GET", path, token=tokens[who])
        size = len(answer) if isinstance(answer, bytes) else len(json.dumps(answer, ensure_ascii=False).encode())

        def work(client: Client, _number: int, name: str = name, who: str = who, path: str = path) -> None:
            client.ask(name, "GET", path, token=tokens[who])

        done, took, times = for_seconds(port, n_clients, seconds, work)
        figures[name] = {"times": times[name], "rate": done / took, "bytes": size}
    print(json.dumps(figures))


def measure(here: City, options: argparse.Namespace) -> list[tuple[str, str, str]]:
    """Rows of one database."""
    began = load()
    with running(here) as port:
        time.sleep(3)  # the worker's first turn
        code = "import sys, json; from bench.lists import generate; generate(*json.loads(sys.stdin.read()))"
        given = json.dumps([port, options.clients, options.seconds, here.tokens])
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, input=given, check=True, stdout=subprocess.PIPE, text=True
        )
    rows = []
    for name, seen in json.loads(done.stdout).items():
        two = f"{percentile_ms(seen['times'], 50):.0f} / {percentile_ms(seen['times'], 95):.0f} ms"
        told = f"{seen['rate']:.0f}/s, {seen['bytes'] / 1000:.0f} kB; load at start {began}"
        rows.append((f"{here.database}: {name}", two, told))
    return rows


def main() -> None:
    """Measure and append to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--only", default="")
    parser.add_argument("--dry", action="store_true", help="print, do not append")
    options = parser.parse_args()
    rows: list[tuple[str, str, str]] = []
    for name, server in databases():
        if options.only in ("", name):
            with city(name, server, options.events) as here:
                rows += measure(here, options)
    if options.dry:
        print("\n".join(map(str, rows)))
        return
    append_result(
        f"Lists, search and map through HTTP, {options.events:,} events stored",
        rows,
        heads=("what", "p50 / p95", "notes"),
        note=f"{options.clients} clients at a time in a process of their own; `yiwang up` with 2 web workers.",
    )


if __name__ == "__main__":
    main()
