"""Reports come in and are worked to the end while web, stream and worker are killed at random: is anything lost?

    python3 start.py bench soak [--minutes 60] [--rate 5] [--events 10000] [--kill-every 20] [--only PostgreSQL]

Every report carries a submission uid and is sent again until it is answered; every step is asked again until the event
stands where the step leads. Servers run as `yiwang up` starts them and are started again by it. `kill -9` goes to the
web server, one of its workers, the stream or the worker, by chance. Afterwards, with everything running once more:
each report is there exactly once, each event was handled, verified and closed exactly once, every case's log replays
to its present state, the outbox is empty without dead letters, and the audit is sound.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from bench.city import City, city, databases, load, running
from bench.lifecycle import matter
from bench.load import Client, Unexpected, percentile_ms
from bench.report import ROOT, append_result

SPACE = UUID("6b1f8a52-3f0c-4d5e-9d53-0d0f5a2c7e11")
PATIENCE_S = 120.0
"""A report or step not answered for so long is told as stuck; a killed server is back within about ten seconds."""
AGAIN_S = 0.5
SETTLE_S = 180.0
N_CLIENTS = 24
Step = tuple[str, str, dict[str, Any], str]
"""Verb, who, what is said, where it leads."""
STEPS: tuple[Step, ...] = (
    ("dispatch", "dispatcher", {"department": "roads", "category": "020101"}, "dispatched"),
    ("handle", "handler", {"text": "已到现场核实并处理完毕，现场已恢复。"}, "verifying"),
    ("verify", "verifier", {"is_passed": True, "text": "现场情况属实，已解决。"}, "closing"),
    ("close", "dispatcher", {"text": ""}, "closed"),
)
ORDER = ("received", "dispatched", "handling", "verifying", "closing", "closed")


@dataclass
class Seen:
    """What the generator saw; guarded by its lock."""

    times: list[float] = field(default_factory=list)
    answered: dict[str, str] = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)
    n_again: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Soak:
    """One run of the generator."""

    port: int
    tokens: dict[str, str]
    rate: float
    seconds: float
    seen: Seen = field(default_factory=Seen)

    def run(self) -> None:
        """Send reports at the rate for the time; each is worked to its end on a thread of the pool."""
        start = time.monotonic()
        with ThreadPoolExecutor(N_CLIENTS) as pool:
            for number in range(int(self.rate * self.seconds)):
                wait = start + number / self.rate - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                pool.submit(self._one, number, time.monotonic())

    def _one(self, number: int, planned: float) -> None:
        submission = str(uuid5(SPACE, f"{self.port}/{number}"))
        body = matter(number)[0] | {"submission": submission}
        try:
            told = self._until(partial(self._report, body=body))
            with self.seen.lock:
                self.seen.times.append(time.monotonic() - planned)
                self.seen.answered[submission] = told["event_number"]
            for step in STEPS:
                self._until(partial(self._step, number=told["event_number"], step=step))
        except TimeoutError as failure:
            with self.seen.lock:
                self.seen.stuck.append(f"{submission}: {failure}")

    def _report(self, client: Client, *, body: dict[str, Any]) -> Any:
        return client.ask(
            "report", "POST", "/api/v1/events/reports", token=self.tokens["operator"], body=body, expect=201
        )

    def _step(self, client: Client, *, number: str, step: Step) -> bool:
        """Take a step unless it was taken: an answer may have been lost with the server that gave it."""
        verb, who, words, leads_to = step
        path = f"/api/v1/events/{number}"
        stands = client.ask("look", "GET", path, token=self.tokens["dispatcher"])["status"]
        if stands == "merged" or ORDER.index(stands) >= ORDER.index(leads_to):
            return True
        client.ask(verb, "POST", f"{path}/{verb}", token=self.tokens[who], body=words)
        return True

    def _until(self, act: Callable[[Client], Any]) -> Any:
        """The first answer; asks again after failures of the connection or the server. TimeoutError after a while."""
        until, last = time.monotonic() + PATIENCE_S, ""
        while time.monotonic() < until:
            client = Client(self.port)
            try:
                return act(client)
            except (OSError, Unexpected, ValueError, KeyError) as failure:
                last = repr(failure)
                with self.seen.lock:
                    self.seen.n_again += 1
                time.sleep(AGAIN_S)
            finally:
                client.close()
        raise TimeoutError(last)


class Killer(threading.Thread):
    """Kills a process of the installation every now and then."""

    def __init__(self, parent: int, every_s: float, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.parent, self.every_s, self.chance = parent, every_s, chance
        self.stopping = threading.Event()
        self.killed: Counter[str] = Counter()

    def run(self) -> None:
        """Until stopped."""
        while not self.stopping.wait(self.every_s * self.chance.uniform(0.5, 1.5)):
            found = dict(part_processes(self.parent))
            if found:
                pid = self.chance.choice(sorted(found))
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.killed[found[pid]] += 1


def part_processes(parent: int) -> Iterator[tuple[int, str]]:
    """The processes below `yiwang up`: pid and what it is (web, web worker, stream, worker)."""
    for pid in _children(parent):
        with suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            name = "stream" if "web.stream" in command else "web" if "granian" in command else "worker"
            yield pid, name
            for below in _children(pid):
                yield below, f"{name}'s own"


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


CHECK = """
import json, sys
from collections import Counter
from django.db.models import Count
from yiwang.base.audit.sealer import seal_entries
from yiwang.base.audit.verifier import verify_chain
from yiwang.base.messages.models import Delivery
from yiwang.domains.events.models import Event, EventEntry, Report
from yiwang.engines.flow.models import WorkItem
from yiwang.engines.flow.queries import differences_to_log
asked = json.loads(open({path!r}).read())
reports = Counter(str(s) for s in Report.objects.filter(submission__in=asked).values_list("submission", flat=True))
events = list(Event.objects.filter(reports__submission__in=asked).distinct())
pks = [e.pk for e in events]
lines = EventEntry.objects.filter(event_id__in=pks, kind__in=["handled", "verified", "closed"])
told = Counter(lines.values_list("event_id", "kind"))
closed = [e.flow_instance for e in events if e.status == "closed"]
left = Delivery.objects.exclude(subscriber="stream")  # which keeps what nobody looks at for ten minutes
seal_entries()
print(json.dumps(dict(
    missing=[s for s in asked if not reports[s]], doubled=[s for s, n in reports.items() if n > 1],
    not_closed=[e.pk for e in events if e.status not in ("closed", "merged")],
    not_once=[str(k) for k, n in told.items() if n != 1],
    unexplained=[e.pk for e in events if e.flow_instance and differences_to_log(e.flow_instance)],
    open_items=WorkItem.objects.filter(ended_at=None, instance__uid__in=closed).count(),
    pending=left.filter(state="pending").count(), dead=left.filter(state="dead").count(),
    audit_sound=verify_chain().is_sound, events=len(events))))
"""


def measure(name: str, here: City, options: argparse.Namespace) -> list[tuple[str, str, str]]:
    """One run on one database; RuntimeError when anything was lost, doubled or stuck."""
    began = load()
    with running(here) as port:
        parent = next(
            pid for pid in _children(os.getpid()) if b"up" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        )
        killer = Killer(parent, options.kill_every, random.Random(options.seed))
        soak = Soak(port, here.tokens, options.rate, options.minutes * 60)
        start = time.monotonic()
        killer.start()
        soak.run()
        killer.stopping.set()
        killer.join()
        took = time.monotonic() - start
        asked = here.home / "asked.json"
        asked.write_text(json.dumps(list(soak.seen.answered)))
        found = _settled(here, CHECK.replace("{path!r}", repr(str(asked))))
    wrong = {k: v for k, v in found.items() if k not in ("events", "audit_sound") and v}
    if not found["audit_sound"]:
        wrong["audit"] = "not sound"
    seen = soak.seen
    slow = (percentile_ms(seen.times, 50), percentile_ms(seen.times, 95), max(seen.times) * 1e3)
    kills = ", ".join(f"{what} {n}" for what, n in sorted(killer.killed.items()))
    rows = [
        (
            f"{name}: reports sent / answered / stuck",
            f"{int(options.rate * options.minutes * 60):,} / {len(seen.answered):,} / {len(seen.stuck)}",
            f"{took / 60:.0f} min; load at start {began}",
        ),
        (f"{name}: kill -9", str(sum(killer.killed.values())), kills),
        (
            f"{name}: lost, doubled, not ended, unexplained",
            "none" if not wrong else "SOME",
            json.dumps(wrong)[:300] if wrong else "reports, steps, logs, outbox and audit compared",
        ),
        (
            f"{name}: report answered, p50 / p95 / max",
            " / ".join(f"{ms:.0f}" for ms in slow) + " ms",
            f"from the planned moment; asked again {seen.n_again} times while servers were down",
        ),
    ]
    for row in rows:
        print(*row, sep=" | ", flush=True)
    if wrong or seen.stuck:
        print(json.dumps(wrong)[:3000], seen.stuck[:10], flush=True)
    return rows


def _settled(here: City, code: str) -> dict[str, Any]:
    """What the check finds once the worker has caught up."""
    until = time.monotonic() + SETTLE_S
    while True:
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            cwd=ROOT,
            env=here.env,
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        if not found["pending"] or time.monotonic() > until:
            return found
        time.sleep(3)


def main() -> None:
    """Measure and append to the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=5)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--kill-every", type=float, default=20)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--dry", action="store_true", help="print, do not append")
    options = parser.parse_args()
    rows: list[tuple[str, str, str]] = []
    for name, server in databases():
        if options.only in ("", name):
            with city(name, server, options.events) as here:
                rows += measure(name, here, options)
    if not options.dry:
        append_result(
            f"Soak: {options.rate:g} reports a second for {options.minutes:g} minutes, processes killed at random",
            rows,
            note="Every report is worked to its end (dispatch, handle, verify, close). `yiwang up` with 2 web workers.",
        )


if __name__ == "__main__":
    main()
