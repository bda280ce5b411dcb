"""A small hand-made town: two streets of grids, four roads, houses, an estate, a school, a park, a river, a lamp."""

from __future__ import annotations

import shapely

from yiwang.engines.place.actions import NewAddress, NewElement

WEST, SOUTH = 118.90, 29.60
STEP = 0.001
"""About 97 m from west to east, 111 m from south to north."""


def at(x: float, y: float) -> tuple[float, float]:
    """A point of the town's own plan (steps from its south-west corner) in degrees."""
    return round(WEST + x * STEP, 7), round(SOUTH + y * STEP, 7)


def block(x: float, y: float, width: float = 0.3, depth: float = 0.2) -> shapely.Polygon:
    """A building with its south-west corner at a point of the plan."""
    return shapely.box(*at(x, y), *at(x + width, y + depth))


def line(*points: tuple[float, float]) -> shapely.LineString:
    """A line through points of the plan."""
    return shapely.LineString([at(*point) for point in points])


ROADS = {
    "解放路": [(0, 5), (20, 5)],
    "南屏路": [(5, 0), (5, 10)],
    "文晖路": [(12, 0), (12, 10)],
    "长弄里": [(0, 8), (4, 8)],
}
CROSSINGS = {("解放路", "南屏路"): (5, 5), ("解放路", "文晖路"): (12, 5)}


def elements() -> list[NewElement]:
    """Buildings on both sides of 解放路, an estate of six, a tower, roads, a river, a park, a lamp, a cover."""
    made = [
        NewElement(f"B{n:03}", "building", titled(f"{n}号楼"), block(n * 0.15, 5.3 if n % 2 else 4.5), 12.0)
        for n in range(1, 121)
    ]
    made += [
        NewElement(
            f"E{n}", "building", titled(f"金桥华府{n}幢"), block(14 + n * 0.5, 7), 54.0, properties={"use": "home"}
        )
        for n in range(1, 7)
    ]
    made += [
        NewElement(
            f"R{n}", "road", titled(name), line(*points), properties={"class": "minor" if "弄" in name else "major"}
        )
        for n, (name, points) in enumerate(ROADS.items())
    ]
    made += [
        NewElement("W1", "water", titled("云溪"), shapely.box(*at(0, 1), *at(20, 2))),
        NewElement("G1", "green", titled("湖滨公园"), shapely.box(*at(7, 6), *at(9, 8))),
        NewElement("L1", "lamp", titled("1号路灯"), shapely.Point(*at(3, 5.1)), 8.0, address="解放路20号"),
        NewElement("M1", "manhole", titled("雨水井盖"), shapely.Point(*at(3.05, 5.1))),
    ]
    return made


def addresses() -> list[NewAddress]:
    """What stands there, as a base of standard addresses holds it."""
    upper = {"city": "试城", "district": "one", "street": "湖滨街道"}
    made = [
        NewAddress(
            f"试城湖滨街道解放路{n}号",
            "door",
            *at(n * 0.15 + 0.1, 5.2 if n % 2 else 4.8),
            element_code=f"B{n:03}",
            parts={**upper, "road": "解放路", "number": str(n)},
        )
        for n in range(1, 121)
        if n not in (50, 51)
    ]
    made += [
        NewAddress("试城湖滨街道解放路20号附3", "door", *at(3.2, 4.8), parts={"road": "解放路", "number": "20号附3"}),
        NewAddress("试城湖滨街道解放路8-1号", "door", *at(1.3, 4.8), parts={"road": "解放路", "number": "8-1"}),
        NewAddress("试城望湖街道金桥华府A座", "estate", *at(14, 8), parts={"estate": "金桥华府", "building": "A座"}),
        NewAddress("试城湖滨街道云溪第一小学", "poi", *at(8, 3), parts={"poi": "云溪第一小学"}),
        NewAddress("试城湖滨街道湖滨公园", "park", *at(8, 7), element_code="G1", parts={"poi": "湖滨公园"}),
        NewAddress("试城云溪", "water", *at(10, 1.5), element_code="W1", parts={"poi": "云溪"}),
    ]
    made += [
        NewAddress(
            f"试城望湖街道金桥华府{n}幢",
            "estate",
            *at(14.1 + n * 0.5, 7.1),
            element_code=f"E{n}",
            parts={"estate": "金桥华府", "building": f"{n}"},
        )
        for n in range(1, 7)
    ]
    made += [
        NewAddress(f"试城{name}", "road", *at(*points[0]), element_code=f"R{n}", parts={"road": name})
        for n, (name, points) in enumerate(ROADS.items())
    ]
    made += [
        NewAddress(f"试城{one}与{other}路口", "crossing", *at(*point), parts={"road": one, "cross": other})
        for (one, other), point in CROSSINGS.items()
    ]
    return made


def titled(name: str) -> dict[str, str]:
    """A title that says the same in both languages."""
    return {"zh-Hans": name, "en": name}
