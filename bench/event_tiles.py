"""Measures the tiles of the desk's map of events through HTTP, with 100,000 or 1,000,000 events stored.

    python3 start.py bench event_tiles [--events 100000] [--tiles 200] [--only SQLite]

Tiles of the city at zooms 8 to 17 are asked in a random order, each once (nothing of it is kept yet), by a dispatcher,
who may see the whole city, and under two filters. "First" is the very first tile of a filter: for it the events of all
cells are counted, which the others share for 20 s.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections import defaultdict

from bench.city import City, city, databases, load, running
from bench.load import Client, percentile_ms
from bench.report import append_result

BOX = (118.90, 29.55, 119.02, 29.66)
ZOOMS = range(8, 18)
FILTERS = {"all": "", "open": "?state=open", "urgent": "?urgency=urgent"}


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """The tile of a point (Web Mercator)."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * (1 << z)), int(y * (1 << z))


def chosen(n_tiles: int, chance: random.Random) -> list[tuple[int, int, int]]:
    """Different tiles of the city, evenly over the zooms as far as there are so many."""
    found: dict[tuple[int, int, int], None] = {}
    for _ in range(n_tiles * 20):
        point = chance.uniform(BOX[0], BOX[2]), chance.uniform(BOX[1], BOX[3])
        found[tile_at(*point, chance.choice(ZOOMS))] = None
        if len(found) >= n_tiles:
            break
    tiles = list(found)
    chance.shuffle(tiles)
    return tiles


def measure(name: str, here: City, n_tiles: int) -> list[tuple[str, str, str]]:
    """Rows of (what, figure, notes)."""
    rows: list[tuple[str, str, str]] = []
    with running(here) as port:
        client = Client(port)
        token = here.tokens["dispatcher"]
        client.ask("warm", "GET", "/api/v1/events/", token=token)
        for told, query in FILTERS.items():
            tiles = chosen(n_tiles, random.Random(7))
            sizes: list[int] = []
            by_zoom: defaultdict[str, list[float]] = defaultdict(list)
            for n, (z, x, y) in enumerate(tiles):
                label = "first" if not n else "all"
                body = _asked(client, label, f"/events/map/tiles/{z}/{x}/{y}.mvt{query}", token)
                sizes.append(body)
                by_zoom[f"{z}"].append(client.times[label][-1])
            times = client.times["all"]
            slowest = max(by_zoom, key=lambda z: percentile_ms(by_zoom[z], 95))
            figure = f"p50 {percentile_ms(times, 50):.0f} ms, p95 {percentile_ms(times, 95):.0f} ms"
            notes = (
                f"first {client.times['first'][-1] * 1e3:.0f} ms, slowest zoom {slowest}, ≤ {max(sizes) / 1e3:.0f} kB"
            )
            rows.append((f"{name}: {told}, {len(tiles)} tiles", figure, f"{notes}, load {load()}"))
            client.times.clear()
    return rows


def _asked(client: Client, label: str, path: str, token: str) -> int:
    """Bytes of the answer; an empty tile is answered with 204."""
    start = time.perf_counter()
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Length: 0\r\n\r\n"
    status, _kind, body = client._exchange(request.encode())
    client.times[label].append(time.perf_counter() - start)
    if status not in (200, 204):
        raise RuntimeError(f"{path}: {status} {body[:200]!r}")
    return len(body)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--tiles", type=int, default=200)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    rows: list[tuple[str, str, str]] = []
    for name, server in databases():
        if options.only and options.only != name:
            continue
        with city(name, server, options.events) as here:
            rows += measure(name, here, options.tiles)
    append_result(f"Tiles of events, {options.events:,} stored", rows)


if __name__ == "__main__":
    main()
