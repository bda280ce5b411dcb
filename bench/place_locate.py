"""Measures the place engine: which of 10,000 grids is a point in, one by one, from threads, and many at once.

The grids are a city's worth of irregular polygons made here (Voronoi cells of random points, borders with about
40 corners), loaded from WKB as the store keeps them. No database takes part.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.report import append_result
from yiwang.engines.place.cells import cell, cells_around, metres_between
from yiwang.engines.place.index import GridIndex, Located, Shape

N_GRIDS = 10_000
N_POINTS = 200_000
N_BULK = 1_000_000
BOX = (113.7, 22.4, 114.7, 22.9)


def wkb_of_a_city(n_grids: int, seed: int = 1) -> list[bytes]:
    """WKB of `n_grids` polygons that tile a box of 1° × 0.5°, about 40 corners each, bent along their borders."""
    made = np.random.default_rng(seed)
    west, south, east, north = BOX
    points = np.column_stack([made.uniform(west, east, n_grids), made.uniform(south, north, n_grids)])
    box = shapely.box(*BOX)
    cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=box)
    parts = shapely.intersection(shapely.get_parts(cells), box)
    dense = shapely.segmentize(parts, 0.0008)

    def bend(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        bent: NDArray[np.float64] = corners + np.sin(corners[:, ::-1] * 9_000) * 0.00004
        return bent

    return [bytes(each) for each in shapely.to_wkb(shapely.make_valid(shapely.transform(dense, bend)))]


def index_of(stored: list[bytes]) -> GridIndex:
    """The index as a process loads it."""
    shapes = shapely.from_wkb(stored)
    return GridIndex(
        [
            Shape(Located(n, str(n), {"en": str(n)}, "grids", n, f"440300000000/{n}/", None, ""), shape)
            for n, shape in enumerate(shapes)
        ]
    )


def each_us(work: Callable[[], object], n: int) -> float:
    """Microseconds for one of n, the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        work()
        best = min(best, (time.perf_counter() - start) / n * 1e6)
    return best


def main() -> None:
    """Measure and append to the results."""
    stored = wkb_of_a_city(N_GRIDS)
    start = time.perf_counter()
    index = index_of(stored)
    load_s = time.perf_counter() - start
    made = np.random.default_rng(2)
    x, y = made.uniform(BOX[0], BOX[2], N_BULK), made.uniform(BOX[1], BOX[3], N_BULK)
    points = list(zip(x[:N_POINTS].tolist(), y[:N_POINTS].tolist(), strict=True))

    def one_by_one() -> int:
        return sum(index.at(lon, lat) is not None for lon, lat in points)

    def two_threads() -> int:
        with ThreadPoolExecutor(2) as pool:
            halves = pool.map(lambda part: sum(index.at(*p) is not None for p in part), (points[::2], points[1::2]))
            return sum(halves)

    single, threads = each_us(one_by_one, N_POINTS), each_us(two_threads, N_POINTS)
    bulk = each_us(lambda: index.positions(x, y), N_BULK)
    near = each_us(lambda: [index.near(lon, lat, 500) for lon, lat in points[:2_000]], 2_000)
    corners = shapely.get_num_coordinates(shapely.from_wkb(stored)).mean()
    cells = each_us(lambda: [cell(lon, lat, 0.002) for lon, lat in points], N_POINTS)
    around = each_us(lambda: [cells_around(lon, lat, 100, 0.002) for lon, lat in points[:50_000]], 50_000)
    apart = each_us(lambda: [metres_between(114, 22, lon, lat) for lon, lat in points], N_POINTS)
    append_result(
        f"Place: locate in {N_GRIDS:,} grids ({corners:.0f} corners each)",
        [
            ("load from WKB", f"{load_s:.2f} s", "polygons, prepared, tree"),
            ("locate, one point", f"{single:.1f} µs", f"{N_POINTS:,} random points; aim ≤ 20"),
            ("locate, two threads", f"{threads:.1f} µs", "wall time a point"),
            ("locate_many", f"{bulk:.2f} µs", f"{N_BULK:,} points, a point"),
            ("near 500 m", f"{near:.0f} µs", "grids by distance, a question"),
            ("cell", f"{cells:.2f} µs", "0.002°"),
            ("cells_around", f"{around:.2f} µs", "100 m"),
            ("metres_between", f"{apart:.2f} µs", ""),
        ],
    )


if __name__ == "__main__":
    main()
