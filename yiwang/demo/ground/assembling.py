"""Puts the parts together into elements, standard addresses and the places callers name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from yiwang.demo.ground import names, plane
from yiwang.demo.ground.book import Book, Where, title
from yiwang.demo.ground.buildings import Buildings
from yiwang.demo.ground.doors import Door
from yiwang.demo.ground.estates import Called
from yiwang.demo.ground.landscape import Landscape
from yiwang.demo.ground.network import Network
from yiwang.demo.ground.plans import ElementPlan
from yiwang.demo.ground.sites import FENCE, Sites
from yiwang.demo.ground.streets import Streets, crossings, street_lines

if TYPE_CHECKING:
    from yiwang.demo.ground.plane import Shapes

USES = {
    "estate_high": "residential", "estate_mid": "residential", "estate_old": "residential", "estate_low": "residential",
    "oldtown": "residential", "village": "residential", "farmland": "residential", "wood": "residential",
    "factory": "industry", "cbd": "office", "office": "office", "hotel": "hotel", "campus": "education",
    "school": "education", "middle": "education", "hospital": "health", "mall": "shop", "market": "market",
    "government": "government", "culture": "culture",
}  # fmt: skip
PARTS: dict[str, tuple[str, str]] = {"estate": ("幢", "Block"), "village": ("号", "No."), "poi": ("号楼", "Building")}
SMALLEST = 200.0
"""m² below which open ground is no element."""
GREENS = {"park": "park", "belt": "belt", "wood": "wood", "hill": "hill", "farmland": "farmland", "square": "square"}


def put_buildings(
    book: Book, sites: Sites, calls: list[Called], buildings: Buildings, all_doors: list[Door], streets: Streets
) -> None:
    """Every building with its addresses, and the estates and named sites as a whole."""
    lon_lat = plane.lon_lat(buildings.at)
    grids = book.grids_of(lon_lat)
    shapes = plane.degrees(buildings.shapes)
    rows = zip(
        all_doors,
        buildings.site.tolist(),
        grids.tolist(),
        lon_lat.tolist(),
        shapes.tolist(),
        buildings.floors.tolist(),
        buildings.height.tolist(),
        buildings.is_shop.tolist(),
        strict=True,
    )
    first_of: dict[int, tuple[Where, str, tuple[float, float]]] = {}
    gate_of: dict[int, tuple[str, str]] = {}
    for door, site, grid, (lon, lat), shape, floors, height, is_shop in rows:
        where = book.wheres[grid]
        code = book.code(where, "FW")
        road = streets.streets[door.street].name if door.street >= 0 else ("", "")
        named = _building_name(door, road)
        use = "shop" if is_shop else USES.get(str(sites.use[site]), "other")
        facts: dict[str, Any] = {"use": use, "floors": floors}
        if door.corner[0]:
            facts["holds"] = door.corner[0]
        address = where.begin + (named[0] or door.corner[0])
        book.elements.append(
            ElementPlan(code, "building", title(named), shape, height, where.area_code, where.grid_code, address, facts)
        )
        _put_door(book, where, code, (lon, lat), door, named, road)
        if door.kind != "door":
            first_of.setdefault(site, (where, code, (lon, lat)))
            if door.street >= 0:
                gate_of[site] = (road[0], f"{door.number}号")
    for site, (where, code, at) in first_of.items():
        if calls[site].kind != "campus":
            _put_place(book, where, code, at, calls[site], gate_of.get(site, ("", "")))


def _put_door(
    book: Book, where: Where, code: str, at: tuple[float, float], door: Door, named: names.Name, road: names.Name
) -> None:
    """The addresses of one building: house of its place, number of its street, and what is in it."""
    number = f"{door.number}号" if door.street >= 0 else ""
    if door.kind != "door":
        kind = "door" if door.kind == "village" else door.kind
        own = {"poi": door.place[0]} if door.kind == "poi" else {"estate": door.place[0]}
        part = f"{door.part}{PARTS[door.kind][0]}"
        book.put_address(where, where.begin + named[0], kind, at, code, named[0], building=part, **own)
    if number:
        said = f"{road[0]}{number}"
        own = {"estate": door.place[0]} if door.kind == "estate" else {"poi": door.place[0] or door.corner[0]}
        book.put_address(where, where.begin + said, "door", at, code, said, road=road[0], number=number, **own)
    if door.corner[0]:
        said = door.corner[0]
        book.put_address(where, where.begin + said, "poi", at, code, said, poi=said, road=road[0], number=number)


def _put_place(
    book: Book, where: Where, code: str, at: tuple[float, float], call: Called, gate: tuple[str, str]
) -> None:
    """An estate, a village, a school … as a whole, at its first house."""
    said = call.name[0]
    kind = "poi" if call.kind == "poi" else "estate"
    own = {"poi": said} if kind == "poi" else {"estate": said}
    book.put_address(where, where.begin + said, kind, at, code, said, road=gate[0], number=gate[1], **own)


def _building_name(door: Door, road: names.Name) -> names.Name:
    if door.kind == "door":
        if door.street < 0:
            return door.corner
        return f"{road[0]}{door.number}号", f"{door.number} {road[1]}"
    zh, en = PARTS[door.kind]
    return f"{door.place[0]}{door.part}{zh}", f"{door.place[1]}, {en} {door.part}"


def put_streets(book: Book, network: Network, streets: Streets) -> None:
    """Every street as a line with its address, and where streets cross."""
    lines = street_lines(network, streets)
    shapes = plane.micro_degrees(lines)
    middles = shapely.get_coordinates(shapely.point_on_surface(shapes))
    grids = book.grids_of(middles)
    codes = []
    for street, shape, grid, at in zip(streets.streets, shapes.tolist(), grids.tolist(), middles.tolist(), strict=True):
        where = book.wheres[grid]
        codes.append(book.code(where, "DL"))
        width = network.roads[street.pieces[0]].width
        facts = {"class": street.rank, "width_m": width, "lanes": max(1, int(width // 5.5))}
        text = f"{names.CITY[0]}{where.district}{street.name[0]}"
        lon, lat = round(at[0], 6), round(at[1], 6)
        book.elements.append(
            ElementPlan(
                codes[-1], "road", title(street.name), shape, None, where.area_code, where.grid_code, text, facts
            )
        )
        book.put_address(where, text, "road", (lon, lat), codes[-1], street.name[0], road=street.name[0])
    meeting = crossings(network, streets)
    where_at = plane.lon_lat(np.array([(x, y) for _one, _other, x, y in meeting]).reshape(-1, 2))
    for (one, other, _x, _y), at, grid in zip(
        meeting, where_at.tolist(), book.grids_of(where_at).tolist(), strict=True
    ):
        first, second = streets.streets[one], streets.streets[other]
        where = book.wheres[grid]
        said = f"{first.name[0]}与{second.name[0]}路口"
        parts = {"road": first.name[0], "cross": second.name[0]}
        book.put_address(where, where.begin + said, "crossing", (at[0], at[1]), codes[one], said, **parts)


def put_open_ground(book: Book, land: Landscape, sites: Sites, calls: list[Called], built: set[int]) -> None:
    """Waters, hills, parks, squares and green belts; `built` are the sites with buildings on them."""
    rows: list[tuple[names.Name, str, Any, Mapping[str, str]]] = []
    rows += [((w.name, WATER_NAMES[w.name]), "water", w.shape, {"use": w.kind}) for w in land.waters]
    is_hill, is_belt = sites.use == "hill", sites.use == "belt"
    is_idle = np.isin(sites.use, list(USES)) & ~np.isin(sites.use, list(GREENS))
    at_lake = is_belt & shapely.dwithin(sites.shapes, land.shore, 60)
    for number in range(len(sites)):
        use = ("farmland" if sites.dense[number] < 0.6 else "wood") if is_idle[number] else str(sites.use[number])
        if use in GREENS and number not in built and not is_hill[number] and not at_lake[number]:
            name = calls[number].name if calls[number].name[0] and not is_idle[number] else GREEN_NAMES[use]
            rows.append((name, "square" if use == "square" else "green", sites.shapes[number], {"use": GREENS[use]}))
    wooded = _joined(sites.shapes[is_hill])
    for zh, hill in land.hills:
        rows.append(((zh, HILL_NAMES[zh]), "green", shapely.intersection(hill, wooded), {"use": "hill"}))
    lakeside = shapely.difference(_joined(sites.shapes[at_lake]), land.lake.shape)
    rows.append((("云湖公园", "Yun Lake Park"), "green", lakeside, {"use": "park"}))
    rows.append((("湖心岛", "Heart Island"), "green", land.island, {"use": "park"}))
    for zh, dyke in land.dykes:
        strip = shapely.difference(shapely.intersection(shapely.buffer(dyke, 11), land.shore), land.island)
        rows.append(((zh, DYKE_NAMES[zh]), "green", strip, {"use": "park"}))
    _put_open(book, rows, land)


def _joined(parts: Shapes) -> Any:
    """Sites as one, without the gaps of fences between them."""
    return shapely.buffer(shapely.buffer(shapely.union_all(parts), FENCE + 0.5), -FENCE - 0.5)


WATER_NAMES = {
    "云溪": "Yunxi River", "云湖": "Yun Lake", "柳浦河": "Liupu Canal", "青枫河": "Qingfeng River", "梅溪": "Mei Brook",
    "运粮河": "Yunliang Canal", "南塘河": "Nantang River",
}  # fmt: skip
DYKE_NAMES = {"柳浦堤": "Liupu Dyke", "白鹭堤": "Bailu Dyke"}
HILL_NAMES = {"南屏山": "Nanping Hill", "云门山": "Yunmen Hill", "鹭鸣山": "Luming Hill"}
GREEN_NAMES: dict[str, names.Name] = {
    "belt": ("滨水绿带", "Waterside green"),
    "wood": ("林地", "Wood"),
    "farmland": ("农田", "Fields"),
    "square": ("街心广场", "Square"),
    "park": ("街心公园", "Pocket park"),
}


def _put_open(book: Book, rows: list[tuple[names.Name, str, Any, Mapping[str, str]]], land: Landscape) -> None:
    clipped = shapely.intersection(
        np.array([shape for _name, _kind, shape, _facts in rows], dtype=object), land.outline
    )
    large = np.flatnonzero(shapely.area(clipped) > SMALLEST)
    shapes: Shapes = shapely.make_valid(plane.degrees(clipped[large]), method="structure", keep_collapsed=False)
    middles = np.round(shapely.get_coordinates(shapely.point_on_surface(shapes)), 6)
    letters = {"water": "SX", "green": "LV", "square": "GC"}
    for number, shape, at, grid in zip(
        large.tolist(), shapes.tolist(), middles.tolist(), book.grids_of(middles).tolist(), strict=True
    ):
        name, kind, _shape, facts = rows[number]
        where = book.wheres[grid]
        code = book.code(where, letters[kind])
        has_name = name not in GREEN_NAMES.values()
        address = where.begin + name[0] if has_name else where.begin
        book.elements.append(
            ElementPlan(code, kind, title(name), shape, None, where.area_code, where.grid_code, address, facts)
        )
        if has_name:
            said = {"water": "water", "square": "poi"}.get(kind, "park")
            own = {} if kind == "water" else {"poi": name[0]}
            book.put_address(where, address, said, (at[0], at[1]), code, name[0], **own)
