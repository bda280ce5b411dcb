"""Many walls look at one board: how long until all of them have the new figures after something has happened?

    python3 start.py bench board_viewers [--viewers 500] [--ticks 20] [--every 3] [--events 100000] [--only SQLite]

Each viewer holds a connection to `/stream` and one for pages, all signed in alike. A report is posted every few
seconds; on the message a viewer waits as `board.js` does (half a second) and asks for the board's live tiles. Told:
the page's first answer, the time from the posted report to a viewer's fresh tiles, and to the last viewer's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.city import City, city, databases, load, running
from bench.lifecycle import matter
from bench.load import Client, percentile_ms
from bench.report import append_result

GATHER_S = 0.5
BOARD = "/boards/yunxi/city/"
PATIENCE_S = 30.0
SESSION = """
from django.conf import settings
from django.test import Client
from yiwang.base.people.models import Account
account = Account.objects.get(username="leader")
client = Client()
client.force_login(account)
print(settings.SESSION_COOKIE_NAME + "=" + client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


@dataclass
class Tally:
    """What the viewers tell: seconds from the newest report to fresh tiles, by tick; bytes of the tiles."""

    posted_at: float = 0.0
    tick: int = -1
    by_tick: dict[int, list[float]] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    lost: int = 0
    connected: int = 0


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of one HTTP/1.1 answer with a length or in chunks."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    fields = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in head.split("\r\n")[1:])}
    body = b""
    if "content-length" in fields:
        body = await reader.readexactly(int(fields["content-length"]))
    elif fields.get("transfer-encoding") == "chunked":
        while size := int((await reader.readline()).strip() or b"0", 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    return int(head.split(" ", 2)[1]), body


async def viewer(port: int, cookie: str, tally: Tally, until: float) -> None:
    """One wall."""
    stream_in, stream_out = await asyncio.open_connection("127.0.0.1", port + 1)
    pages_in, pages_out = await asyncio.open_connection("127.0.0.1", port)
    head = f"Host: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
    stream_out.write(f"GET /stream?topics=event HTTP/1.1\r\n{head}Accept: text/event-stream\r\n\r\n".encode())
    seen = -1
    try:
        while time.monotonic() < until:
            line = await asyncio.wait_for(stream_in.readline(), max(0.1, until - time.monotonic()))
            if not line:
                tally.lost += 1
                return
            if line.startswith(b"HTTP/1.1 200"):
                tally.connected += 1
            if not line.startswith(b"data:") or tally.tick == seen:
                continue
            seen = tally.tick
            uid = json.loads(line[5:]).get("uid", "")
            await asyncio.sleep(GATHER_S)
            pages_out.write(f"GET {BOARD}tiles?live&after={uid} HTTP/1.1\r\n{head}Accept: text/html\r\n\r\n".encode())
            status, body = await asyncio.wait_for(answer(pages_in), PATIENCE_S)
            if status == 200:
                tally.by_tick.setdefault(seen, []).append(time.monotonic() - tally.posted_at)
                tally.sizes.append(len(body))
    except (TimeoutError, OSError, asyncio.IncompleteReadError):
        tally.lost += time.monotonic() < until - 1
    finally:
        stream_out.close()
        pages_out.close()


async def watch(port: int, cookie: str, token: str, options: argparse.Namespace) -> Tally:
    """All viewers at once, and the reports they hear of."""
    tally = Tally()
    until = time.monotonic() + 20 + options.viewers / 50 + options.ticks * options.every
    tasks = []
    for n in range(options.viewers):
        tasks.append(asyncio.create_task(viewer(port, cookie, tally, until)))
        if n % 25 == 24:
            await asyncio.sleep(0.2)
    await asyncio.sleep(3)
    client = Client(port)
    for tick in range(options.ticks):
        body, _mark = matter(900_000 + tick)
        ask = client.ask
        await asyncio.to_thread(ask, "r", "POST", "/api/v1/events/reports", token=token, body=body, expect=201)
        tally.posted_at, tally.tick = time.monotonic(), tick
        await asyncio.sleep(options.every)
    await asyncio.sleep(5)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return tally


def first_answers(port: int, cookie: str, times: int = 20) -> list[float]:
    """Seconds for the whole page of the board."""
    client = Client(port)
    for _ in range(times):
        client.ask("page", "GET", BOARD, token="", cookie=cookie)
    return client.times["page"]


def rows_of(name: str, tally: Tally, pages: Sequence[float], options: argparse.Namespace) -> list[tuple[str, str, str]]:
    """What is told."""
    each = [s for times in tally.by_tick.values() for s in times]
    last = [max(times) for times in tally.by_tick.values()]
    reached = len(each) / max(1, options.viewers * options.ticks)
    return [
        (
            f"{name}: page of the board",
            f"p50 {percentile_ms(pages, 50):.0f} ms, p95 {percentile_ms(pages, 95):.0f} ms",
            "",
        ),
        (
            f"{name}: report → fresh tiles, {options.viewers} viewers",
            f"p50 {percentile_ms(each, 50) / 1e3:.2f} s, p95 {percentile_ms(each, 95) / 1e3:.2f} s",
            f"{reached:.0%} reached, {tally.connected} connected, {tally.lost} lost, load {load()}",
        ),
        (f"{name}: … the last of them", f"p50 {statistics.median(last):.2f} s, most {max(last):.2f} s", ""),
        (f"{name}: tiles", f"{statistics.median(tally.sizes) / 1e3:.0f} kB", "not zipped"),
    ]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=500)
    parser.add_argument("--ticks", type=int, default=20)
    parser.add_argument("--every", type=float, default=3.0)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--only", default="")
    parser.add_argument("--port", type=int, default=0, help="a city that runs already, with --cookie and --token")
    parser.add_argument("--cookie", default="")
    parser.add_argument("--token", default="")
    options = parser.parse_args()
    if options.port:
        pages = first_answers(options.port, options.cookie)
        tally = asyncio.run(watch(options.port, options.cookie, options.token, options))
        for row in rows_of("here", tally, pages, options):
            print(*row, sep="  ")
        return
    rows: list[tuple[str, str, str]] = []
    for name, server in databases():
        if options.only in ("", name):
            with city(name, server, options.events) as here:
                rows += measure(name, here, options)
    append_result(f"Viewers of one board, {options.events:,} events stored", rows)


def measure(name: str, here: City, options: argparse.Namespace) -> list[tuple[str, str, str]]:
    """One database."""
    cookie = here.asked(SESSION)
    with running(here) as port:
        pages = first_answers(port, cookie)
        tally = asyncio.run(watch(port, cookie, here.tokens["operator"], options))
    return rows_of(name, tally, pages, options)


if __name__ == "__main__":
    main()
