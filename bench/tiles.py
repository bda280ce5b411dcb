"""Measures the ground of the demo city: bulk puts, tiles cold and warm over HTTP, geocoding, places in texts, nearness.

    .venv/bin/python -m bench.tiles [--addresses N]

The generated city (`yiwang.demo.ground`) goes into a data directory of its own. Every tile of the city from zoom 8 to
16 is asked for once in random order (cold: drawn, zipped, kept) and once more (warm: read from disk), through Django
with all its middleware, without a network. Drawing and questions about addresses are told in processor time, so that
other work on the machine counts less.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bench.report import append_result

CITY = "yunxi"
ZOOMS = range(8, 17)
SAMPLE = 2_000
SAID = "你好，我要反映一下，{place}这边的井盖坏了好几天了，晚上走路很危险，希望有关部门尽快派人来看看，谢谢"


def main() -> None:
    """Measure in a fresh data directory and append to the results."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--addresses", type=int, default=SAMPLE, help="how many questions of each kind")
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="yiwang-tiles-") as home:
        os.environ["YIWANG_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.web.settings")
        import django

        django.setup()
        ground, rows = _put_city()
        rows += _tiles()
        rows += _questions(ground, wanted.addresses)
        title = (
            f"Places: {len(ground.elements):,} elements, {len(ground.addresses):,} addresses, {len(ground.grids)} grids"
        )
        append_result(
            title, rows, note="Aims: puts 5 s each, tile p95 80 ms cold, tile 250 kB, geocode 5 ms, text 1 ms."
        )


def _put_city() -> tuple[Any, list[tuple[str, str, str]]]:
    """Make the ground and put it; what that took."""
    from django.core.management import call_command

    from yiwang.base.access import SYSTEM
    from yiwang.base.areas import actions as areas
    from yiwang.demo.ground import make_ground
    from yiwang.engines.place import actions

    call_command("migrate", verbosity=0, interactive=False)
    ground = make_ground()
    title = {"zh-Hans": "云溪市", "en": "Yunxi"}
    areas.put_jurisdiction(
        CITY,
        title=title,
        time_zone="Asia/Shanghai",
        calendar="CN",
        languages=["zh-Hans", "en"],
        division_scheme="own",
        root_code=CITY,
        by=SYSTEM,
    )
    tree = [
        areas.NewArea(a.code, a.title, a.level, a.parent if a.parent != CITY else None, a.kind) for a in ground.areas
    ]
    areas.put_areas(CITY, tree, by=SYSTEM)
    actions.put_system(CITY, "grids", title=title, level=6, is_primary=True, by=SYSTEM)
    grids = [actions.NewGrid(one.code, one.title, one.geometry, one.area_code) for one in ground.grids]
    elements = [
        actions.NewElement(
            *(e.code, e.kind, e.title, e.geometry, e.height_m, e.area_code, e.grid_code, e.address, e.properties)
        )
        for e in ground.elements
    ]
    addresses = [
        actions.NewAddress(a.text, a.kind, a.lon, a.lat, a.area_code, a.grid_code, a.element_code, a.parts)
        for a in ground.addresses
    ]
    rows = []
    for what, n, put in (
        ("grids", len(grids), lambda: actions.put_grids(CITY, "grids", grids, by=SYSTEM)),
        ("elements", len(elements), lambda: actions.put_elements(CITY, elements, by=SYSTEM)),
        ("addresses", len(addresses), lambda: actions.put_addresses(CITY, addresses, by=SYSTEM)),
    ):
        first, again = _took(put), _took(put)
        rows.append((f"put {n:,} {what}", f"{first[0]:.2f} s", f"{first[1]:.2f} s processor; again {again[0]:.2f} s"))
    return ground, rows


def _tiles() -> list[tuple[str, str, str]]:
    """Every tile of the city cold, then warm."""
    from django.test import Client

    from yiwang.engines.place.tiles.cutting import tile_at

    client = Client(headers={"Host": "127.0.0.1", "Accept-Encoding": "gzip"})
    told = client.get(f"/map/{CITY}/base.json").json()
    west, south, east, north = told["bounds"]
    addresses = []
    for z in ZOOMS:
        (left, top), (right, bottom) = tile_at(west, north, z), tile_at(east, south, z)
        addresses += [(z, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
    random.Random(1).shuffle(addresses)

    def asked(tile: tuple[int, int, int]) -> Any:
        return client.get("/map/{}/base/{}/{}/{}.mvt".format(CITY, *tile))

    sizes, waited = [], []
    cold: dict[int, list[float]] = {z: [] for z in ZOOMS}
    for tile in addresses:
        start, start_cpu = time.perf_counter(), time.process_time()
        answer = asked(tile)
        cold[tile[0]].append(time.process_time() - start_cpu)
        waited.append(time.perf_counter() - start)
        sizes.append(len(answer.content))
    warm = [_took(lambda tile=tile: asked(tile)) for tile in addresses]  # type: ignore[misc]
    drawn = [each for times in cold.values() for each in times]
    by_zoom = ", ".join(f"z{z} {_ms(times, 0.95)}" for z, times in cold.items())
    middle, most = sorted(sizes)[len(sizes) // 2] / 1e3, max(sizes) / 1e3
    return [
        (f"tile cold, {len(addresses):,} tiles", _both(drawn), f"processor time; p95 {by_zoom}"),
        ("tile cold, waited for", _both(waited), "wall time"),
        ("tile warm", _both([cpu for _wall, cpu in warm]), "processor time, from disk, with all middleware"),
        ("tile warm, waited for", _both([wall for wall, _cpu in warm]), "wall time"),
        ("tile size, zipped", f"p50 {middle:.1f} kB, largest {most:.0f} kB", ""),
    ]


def _questions(ground: Any, n: int) -> list[tuple[str, str, str]]:
    """Geocoding and its kin, in processor time."""
    from yiwang.base.areas.queries import jurisdiction
    from yiwang.engines.place import queries

    city = jurisdiction(CITY).id
    chance = random.Random(1)
    loaded = _took(lambda: queries.geocode(city, "无"))
    addresses = chance.sample(ground.addresses, min(n, len(ground.addresses)))
    spots = chance.sample(ground.spots, min(n, len(ground.spots)))
    right = sum(queries.geocode(city, one.text)[0].text == one.text for one in addresses)
    near = sum(_is_near(queries.geocode(city, one.text), one) for one in spots)
    found = sum(_names(queries.places_in(city, SAID.format(place=one.text)), one.text) for one in spots)
    whole = [lambda one=one: queries.geocode(city, one.text) for one in addresses]
    texts = [lambda one=one: queries.places_in(city, SAID.format(place=one.text)) for one in spots]
    points = [lambda one=one: queries.nearest_address(city, one.lon + 2e-4, one.lat) for one in spots[: n // 4]]
    around = [lambda one=one: queries.elements_near(city, one.lon, one.lat, 100) for one in spots[: n // 4]]
    return [
        ("names loaded", f"{loaded[0]:.2f} s", "once a process and state of the ground"),
        ("geocode", _told(whole), f"{right / len(addresses):.2%} of standard addresses are found as themselves"),
        ("geocode as people say it", f"{near / len(spots):.2%} within 60 m", "spots of the generator"),
        ("places in a text", _told(texts), f"{found / len(spots):.2%} of the places said are found, as said"),
        ("nearest address", _told(points), "20 m beside one"),
        ("elements within 100 m", _told(around), ""),
    ]


def _is_near(hits: Sequence[Any], spot: Any) -> bool:
    from yiwang.engines.place.queries import metres_between

    return bool(hits) and metres_between(hits[0].lon, hits[0].lat, spot.lon, spot.lat) <= 60


def _names(places: Sequence[Any], said: str) -> bool:
    return any(one.text == said for one in places)


def _told(work: Iterable[Callable[[], object]]) -> str:
    times = []
    for each in work:
        start = time.process_time()
        each()
        times.append(time.process_time() - start)
    return _both(times)


def _both(times: Sequence[float]) -> str:
    return f"p50 {_ms(times, 0.5)}, p95 {_ms(times, 0.95)}"


def _took(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds of a piece of work."""
    start, start_cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - start_cpu


def _ms(times: Sequence[float], share: float) -> str:
    return f"{sorted(times)[int(len(times) * share)] * 1e3:.2g} ms"


if __name__ == "__main__":
    main()
