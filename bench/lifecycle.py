"""Measures lifecycles of events through HTTP: create, assign, complete, verify, close, search, by six people's tokens.

    python3 start.py bench lifecycle [--events 100000] [--clients 8] [--seconds 20] [--repeats 3] [--only SQLite]

Servers run as `yiwang up` starts them; the worker delivers messages and seals the audit meanwhile. Every lifecycle is
its own report with its own words and place; nobody is named for it, so that assigning is a real step. Afterwards the
outbox must be empty without a dead letter, the audit must verify, and every event must be closed and found by search.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from typing import Any
from urllib.parse import quote

from bench.city import City, city, databases, load, running
from bench.load import Client, for_seconds, percentile_ms
from bench.report import ROOT, append_result

STEPS = ("create", "assign", "complete", "verify", "close", "search")
WARM_UP_S = 3.0
DRAIN_S = 60.0
BOX = (118.93, 29.56, 119.00, 29.64)
STREETS = ("解放路", "南屏路", "环城东路", "金桥大道", "望湖街", "文晖路", "青枫巷", "古渡路", "柳浦街", "溪口路")
WORDS = ("家门口", "小区北边", "学校对面", "公园旁", "菜场后面", "车站附近", "桥头", "广场西侧")
MATTERS = ("情况想请人来看一下", "有件事情想反映", "希望派人现场了解", "不知道归哪家管", "想请帮忙协调", "请给个说法")


def matter(number: int) -> tuple[dict[str, Any], str]:
    """A report that no list places by itself, and what to search it by."""
    chance = random.Random(number)
    where = f"{chance.choice(STREETS)}{number % 9_000 + 1}号"
    mark = f"{chance.randrange(36**6):06x}"
    text = f"{where}{chance.choice(WORDS)}{chance.choice(MATTERS)}，联系时请报{mark}，{chance.choice(MATTERS)}。"
    west, south, east, north = BOX
    body = {
        "jurisdiction": "yunxi",
        "text": text,
        "source": "phone",
        "address": f"云溪市{where}",
        "lon": round(chance.uniform(west, east), 6),
        "lat": round(chance.uniform(south, north), 6),
        "reporter_name": "王小明",
        "reporter_phone": f"139{chance.randrange(10**8):08d}",
    }
    return body, f"{where} {mark}"


def lifecycle(client: Client, number: int, tokens: dict[str, str]) -> None:
    """One event from report to search. Unexpected when a step does not answer as it must."""
    body, words = matter(number)
    base = "/api/v1/events"
    told = client.ask("create", "POST", f"{base}/reports", token=tokens["operator"], body=body, expect=201)
    event = f"{base}/{told['event_number']}"

    def step(name: str, verb: str, who: str, body: dict[str, Any], status: str) -> None:
        stands = client.ask(name, "POST", f"{event}/{verb}", token=tokens[who], body=body)
        if stands["status"] != status:
            raise RuntimeError(f"{name}: the event is {stands['status']}")

    step("assign", "dispatch", "dispatcher", {"department": "roads", "category": "020101"}, "dispatched")
    step("complete", "handle", "handler", {"text": "已到现场核实并处理完毕，现场已恢复。"}, "verifying")
    step("verify", "verify", "verifier", {"is_passed": True, "text": "现场情况属实，已解决。"}, "closing")
    step("close", "close", "dispatcher", {"text": ""}, "closed")
    found = client.ask("search", "GET", f"{base}/?text={quote(words)}&limit=20", token=tokens["operator"])
    if told["event_number"] not in [each["number"] for each in found["events"]]:
        raise RuntimeError(f"the search for {words} does not find {told['event_number']}")


def generate(port: int, n_clients: int, seconds: float, first: int, tokens: dict[str, str]) -> None:
    """The load generator's process: prints its figures as JSON."""
    for_seconds(port, n_clients, WARM_UP_S, lambda c, n: lifecycle(c, first + n, tokens))
    first += 100_000
    done, took, times = for_seconds(port, n_clients, seconds, lambda c, n: lifecycle(c, first + n, tokens))
    print(json.dumps({"done": done, "took": took, "times": times, "cpu": time.process_time()}))


CHECK = """
from yiwang.base.audit.verifier import verify_chain
from yiwang.base.audit.sealer import seal_entries
from yiwang.base.messages.models import Delivery
import json
seal_entries()
left = Delivery.objects.exclude(subscriber="stream")  # which keeps what nobody looks at for ten minutes
found = verify_chain()
print(json.dumps([left.filter(state="pending").count(), left.filter(state="dead").count(), found.is_sound]))
"""


def measure(here: City, options: argparse.Namespace) -> dict[str, Any]:
    """Run one measurement on a running city and check what it left behind."""
    began = load()
    with running(here) as port:
        code = "import sys, json; from bench.lifecycle import generate; generate(*json.loads(sys.stdin.read()))"
        given = json.dumps([port, options.clients, options.seconds, random.randrange(10**9), here.tokens])
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, input=given, check=True, stdout=subprocess.PIPE, text=True
        )
        ended = time.monotonic()
        figures: dict[str, Any] = json.loads(done.stdout)
        while True:
            pending, dead, is_sound = json.loads(here.asked(CHECK))
            if not pending or time.monotonic() - ended > DRAIN_S:
                break
            time.sleep(1)
    if pending or dead or not is_sound:
        raise RuntimeError(f"left behind: {pending} pending, {dead} dead deliveries; audit sound: {is_sound}")
    return figures | {"load": began, "rate": figures["done"] / figures["took"]}


def rows_of(name: str, runs: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """The median run's figures as rows."""
    runs = sorted(runs, key=lambda run: float(run["rate"]))
    run = runs[len(runs) // 2]
    every = [t for times in run["times"].values() for t in times]
    rates = ", ".join(f"{r['rate']:.1f}" for r in runs)
    loads = ", ".join(r["load"] for r in runs)
    generator = f"load generator {run['cpu'] / run['took']:.2f} cores"
    rows = [
        (f"{name}: lifecycles/s", f"{run['rate']:.1f}", f"median of {rates}; load at start {loads}; {generator}"),
        (f"{name}: any request, p50 / p95", _two(every), "aim p95 < 100 ms"),
    ]
    return rows + [(f"{name}: {step}, p50 / p95", _two(run["times"][step]), "") for step in STEPS]


def _two(seconds: list[float]) -> str:
    return f"{percentile_ms(seconds, 50):.0f} / {percentile_ms(seconds, 95):.0f} ms"


def main() -> None:
    """Measure and append to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--dry", action="store_true", help="print, do not append")
    options = parser.parse_args()
    rows: list[tuple[str, str, str]] = []
    for name, server in databases():
        if options.only in ("", name):
            runs = []
            for _ in range(options.repeats):
                with city(name, server, options.events) as here:
                    runs.append(measure(here, options))
                    print(f"{name}: {runs[-1]['rate']:.1f} lifecycles/s (load {runs[-1]['load']})", flush=True)
            rows += rows_of(name, runs)
    if options.dry:
        print("\n".join(map(str, rows)))
        return
    append_result(
        f"Lifecycles through HTTP, {options.events:,} events stored",
        rows,
        note=f"A lifecycle is {', '.join(STEPS)}: six requests by four people's tokens; audit, outbox, search index "
        f"and encrypted reporter included. {options.clients} clients with keep-alive, each waiting for its answer, in "
        "their own process on the same machine. `yiwang up`: 2 web workers, stream, worker. Aim ≥ 30/s, stretch 60.",
    )


if __name__ == "__main__":
    main()
