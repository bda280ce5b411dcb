"""Does a wall grow? A board in headless Chromium while events come in: heap, nodes, listeners, server memory, delay.

    python3 start.py bench wall_soak [--minutes 60] [--rate 20] [--size 1920x1080]

A real city runs (its own data directory and `yiwang up`, or the one at `--url`); a bounded generator posts `--rate`
reports a second through the API. Every 30 s the collector runs and Chromium tells of itself (CDP
`HeapProfiler.collectGarbage`, `Performance.getMetrics`); slopes are least squares over the second half. Every
five seconds the page asks the server for the headline number as it is this moment (what is committed, nothing kept);
the delay is from that question until a number at least as high stands painted on the wall.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.city import City, city, databases, running
from bench.load import Client, Unexpected, percentile_ms
from bench.report import append_result
from yiwang.kernel.ids import new_uid

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--use-gl=angle", "--use-angle=swiftshader")
EVERY_S = 30.0
KEPT = ("JSHeapUsedSize", "Nodes", "JSEventListeners", "Documents", "Frames")
WATCH = """() => {
    window.soak = [];
    const number = document.querySelector("[data-number=reported]");
    new MutationObserver(() => {
        const n = Number(number.dataset.value);
        requestAnimationFrame(() => requestAnimationFrame(() => {
            window.soak.push([Date.now(), n]);
            if (window.soak.length > 8000) window.soak.splice(0, 4000);
        }));
    }).observe(number, { attributes: true, attributeFilter: ["data-value"] });
    window.probes = [];
}"""
PROBE = """async (uid) => {
    const at = Date.now(), tile = document.querySelector("[data-number=reported]").closest("[data-tile]");
    const told = await (await fetch(`${tile.dataset.url}?after=${uid}`)).json();
    window.probes.push([at, told.rows[0][told.columns.findIndex((column) => column.name === "reported")]]);
}"""
PROBE_S = 5.0


@dataclass
class Poster:
    """Posts reports at a steady rate from a few threads; keeps when each was answered (epoch ms)."""

    port: int
    token: str
    rate: float
    until: float
    answered: list[float] = field(default_factory=list)
    failed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, lane: int, lanes: int) -> None:
        """One of several lanes; each sends every `lanes / rate` seconds."""
        client = Client(self.port)
        due = time.monotonic() + lane / self.rate
        n = lane
        while time.monotonic() < self.until:
            time.sleep(max(0.0, due - time.monotonic()))
            due = max(due + lanes / self.rate, time.monotonic() - 1)
            body = {
                "jurisdiction": "yunxi",
                "source": "phone",
                "text": f"解放路{n % 400 + 1}号门前路灯不亮，第{n}次巡查",
                "lon": 118.90 + (n * 37 % 90) / 1000,
                "lat": 29.57 + (n * 53 % 60) / 1000,
            }
            n += lanes
            try:
                client.ask("report", "POST", "/api/v1/events/reports", token=self.token, body=body, expect=201)
                with self.lock:
                    self.answered.append(time.time() * 1000)
            except (Unexpected, OSError):
                self.failed += 1


@dataclass
class Sample:
    """One look: seconds since the start, Chromium's own figures, resident memory of server and page in MiB."""

    at_s: float
    figures: dict[str, float]
    server_mib: float


def watched(page: Any, minutes: float, server: int, told: bool = True) -> list[Sample]:
    """Look every 30 s for so many minutes, the collector run before each look."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("HeapProfiler.enable")
    start, found = time.monotonic(), []
    while time.monotonic() - start < minutes * 60:
        for _ in range(round(EVERY_S / PROBE_S)):
            page.wait_for_timeout(PROBE_S * 1000)
            page.evaluate(PROBE, str(new_uid()))
        session.send("HeapProfiler.collectGarbage")
        metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
        figures = {name: metrics[name] for name in KEPT} | {"Popups": page.locator(".maplibregl-marker").count()}
        found.append(Sample(time.monotonic() - start, figures, resident_mib(server)))
        if told:
            last = found[-1]
            print(
                f"{last.at_s:6.0f} s  heap {figures['JSHeapUsedSize'] / 2**20:6.1f} MiB  nodes {figures['Nodes']:6.0f}"
                f"  listeners {figures['JSEventListeners']:5.0f}  marks {figures['Popups']:3.0f}"
                f"  server {last.server_mib:6.0f} MiB",
                flush=True,
            )
    return found


def resident_mib(parent: int) -> float:
    """Resident memory of a process and everything below it."""
    total, waiting = 0, [parent]
    while waiting:
        pid = waiting.pop()
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            total += int(status.split("VmRSS:")[1].split()[0])
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, IndexError):
            continue
    return total / 1024


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Least squares, per hour, over the second half of the points (x in seconds)."""
    half = points[len(points) // 2 :]
    if len(half) < 2:
        return 0.0
    found = statistics.linear_regression([x for x, _ in half], [y for _, y in half])
    return found.slope * 3600


def delays(probes: Sequence[tuple[float, float]], painted: Sequence[tuple[float, float]], shown: float) -> list[float]:
    """For each probe (epoch ms, number) the seconds until the wall showed it; 0 where it did so already."""
    found: list[float] = []
    for at, n in probes:
        earlier = max((m for when, m in painted if when <= at), default=shown)
        when = next((when for when, m in painted if when > at and m >= n), None)
        if earlier >= n or when is not None:
            found.append(0.0 if earlier >= n or when is None else (when - at) / 1000)
    return found


def sign_in(page: Any, username: str, password: str) -> None:
    """Through the form, like everybody."""
    page.goto("/sign-in")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.click("form[action='/sign-in'] button")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.wait_for_load_state("load")


@contextmanager
def somewhere(options: argparse.Namespace) -> Iterator[tuple[str, int, str, str, str, int]]:
    """(address, port, token, username, password, process) of the city to look at."""
    if options.url:
        port = int(options.url.rsplit(":", 1)[1].strip("/"))
        yield options.url, port, options.token, options.username, options.password, options.process
        return
    name, server = databases()[0]
    with city(name, server, options.events) as here, running(here) as port:
        username, password = _account(here)
        yield f"http://127.0.0.1:{port}", port, here.tokens["operator"], username, password, os.getpid()


def _account(here: City) -> tuple[str, str]:
    with (here.home / "first-accounts.csv").open(newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["role"].endswith(".leader"))
    return row["username"], row["password"]


def measure(options: argparse.Namespace) -> list[tuple[str, str, str]]:
    """Run it; rows of (what, value, unit)."""
    from playwright.sync_api import sync_playwright

    width, height = map(int, options.size.split("x"))
    with somewhere(options) as (url, port, token, username, password, process), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--enable-unsafe-swiftshader"])
        page = browser.new_context(viewport={"width": width, "height": height}, base_url=url, locale="zh-CN").new_page()
        sign_in(page, username, password)
        page.goto("/boards/city/")
        page.locator("[data-map][data-drawn]").wait_for(timeout=120_000)
        shown = float(page.get_attribute("[data-number=reported]", "data-value") or 0)
        page.evaluate(WATCH)
        poster = Poster(port, token, options.rate, time.monotonic() + options.minutes * 60)
        lanes = min(8, max(1, round(options.rate / 2)))
        threads = [threading.Thread(target=poster.run, args=(n, lanes), daemon=True) for n in range(lanes)]
        for thread in threads:
            thread.start()
        samples = watched(page, options.minutes, process)
        for thread in threads:
            thread.join(30)
        page.wait_for_timeout(5000)
        painted, probes = page.evaluate("window.soak"), page.evaluate("window.probes")
        browser.close()
    return rows_of(samples, poster, delays(probes, painted, shown), options)


def rows_of(samples: list[Sample], poster: Poster, late: list[float], options: Any) -> list[tuple[str, str, str]]:
    """What is told."""
    rows = [
        ("posted", f"{len(poster.answered)} ({len(poster.answered) / options.minutes / 60:.1f}/s)", "reports"),
        ("refused or failed", str(poster.failed), "reports"),
        ("committed → painted p50", f"{statistics.median(late):.2f}" if late else "-", "s"),
        ("committed → painted p95", f"{percentile_ms(late, 95) / 1e3:.2f}" if late else "-", "s"),
    ]
    for name in KEPT:
        points = [(one.at_s, one.figures[name]) for one in samples]
        scale = 2**20 if name == "JSHeapUsedSize" else 1
        ends = f"{points[0][1] / scale:.1f} → {points[-1][1] / scale:.1f}"
        rows.append((name, f"{ends}, slope {slope(points) / scale:+.1f} an hour", "MiB" if scale > 1 else ""))
    server = [(one.at_s, one.server_mib) for one in samples]
    rows.append(("server", f"{server[0][1]:.0f} → {server[-1][1]:.0f}, slope {slope(server):+.0f} an hour", "MiB"))
    return rows


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--events", type=int, default=10_000)
    for name in ("url", "username", "password", "token"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--process", type=int, default=0, help="the process of `yiwang up`, for its memory")
    options = parser.parse_args()
    rows = measure(options)
    for what, value, unit in rows:
        print(f"{what:28} {value} {unit}")
    if not options.url:
        append_result("A wall under load", rows, heads=("what", "figure", "unit"))


if __name__ == "__main__":
    main()
