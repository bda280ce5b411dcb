"""What stands along the streets: lamps, manholes, hydrants, bins, signals, bus stops, trees and the like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from yiwang.demo.ground import plane, zones
from yiwang.demo.ground import streets as along
from yiwang.demo.ground.book import Book, title
from yiwang.demo.ground.estates import Called
from yiwang.demo.ground.names import Name
from yiwang.demo.ground.network import Network
from yiwang.demo.ground.plans import ElementPlan
from yiwang.demo.ground.sites import Sites
from yiwang.demo.ground.streets import Streets

if TYPE_CHECKING:
    from yiwang.demo.ground.plane import Floats, Ints, Shapes


@dataclass(frozen=True)
class Kind:
    """One kind of facility: its letters, names, share of all, distance in its row, and how it stands."""

    kind: str
    letters: str
    names: tuple[Name, ...]
    share: float
    apart: float
    aside: float
    """Metres beyond the kerb; negative on the carriageway."""
    ranks: tuple[str, ...]
    height_m: float | None = None


BIG = ("express", "arterial", "secondary")
EVERY = (*BIG, "street", "lane")
ROWS: tuple[Kind, ...] = (
    Kind("bus_stop", "GJ", (("公交站", "bus stop"),), 0.045, 420, 2.2, BIG),
    Kind("camera_pole", "JK", (("监控立杆", "camera pole"),), 0.04, 260, 1.8, (*BIG, "street"), 6.5),
    Kind(
        "charging", "CD", (("充电桩", "charging post"), ("电动车充电柜", "e-bike charger")),
        0.025, 90, 3.2, EVERY[2:], 1.8,
    ),
    Kind("toilet", "GC", (("公共厕所", "public toilet"),), 0.016, 600, 3.4, EVERY),
    Kind("hydrant", "XF", (("消火栓", "fire hydrant"),), 0.06, 120, 1.4, EVERY),
    Kind("bin", "LJ", (("果皮箱", "litter bin"), ("垃圾分类桶", "sorting bins")), 0.09, 80, 1.6, EVERY),
    Kind(
        "manhole",
        "JG",
        (
            ("雨水井盖", "storm drain cover"), ("污水井盖", "sewer cover"), ("电力井盖", "power duct cover"),
            ("通信井盖", "telecom cover"), ("燃气井盖", "gas cover"), ("雨水箅子", "drain grate"),
        ),
        0.17, 55, -2.4, EVERY,
    ),
    Kind(
        "tree", "SM",
        (("行道树（香樟）", "camphor tree"), ("行道树（梧桐）", "plane tree"), ("行道树（银杏）", "ginkgo tree")),
        0.18, 26, 2.6, EVERY, 8.0,
    ),
    Kind("lamp", "LD", (("路灯", "street lamp"),), 0.3, 36, 0.9, EVERY, 9.0),
)  # fmt: skip
"""In rows along the streets; lamps, the last, make up the number."""
SIGNALS = Kind("signal", "XH", (("信号灯", "traffic signal"),), 0.042, 0, 1.2, BIG, 5.5)
BENCHES = Kind("bench", "ZY", (("公园座椅", "park bench"), ("健身器材", "fitness equipment")), 0.055, 0, 0, ())
CARS = {"express": 1.5, "arterial": 1.4, "secondary": 1.2, "street": 0.8, "lane": 0.45}
"""How much of all facilities a metre of street of each rank gets."""


def put_facilities(
    seed: int, book: Book, network: Network, streets: Streets, sites: Sites, calls: list[Called], count: int
) -> None:
    """About `count` facilities of all kinds, each with a code, a title and the nearest address."""
    rng = np.random.default_rng([seed, 7])
    furnishing = _Furnishing(book, network, streets, sites, calls, rng)
    left = count
    left -= furnishing.signals(round(count * SIGNALS.share))
    left -= furnishing.benches(round(count * BENCHES.share))
    for kind in ROWS:
        left -= furnishing.row(kind, left if kind is ROWS[-1] else round(count * kind.share))


class _Furnishing:
    """The streets' lines as they are furnished."""

    def __init__(
        self,
        book: Book,
        network: Network,
        streets: Streets,
        sites: Sites,
        calls: list[Called],
        rng: np.random.Generator,
    ) -> None:
        self.book, self.network, self.streets, self.rng = book, network, streets, rng
        road = network.edge_road
        used = np.flatnonzero((road >= 0) & (streets.of_road[road] >= 0))
        self.road: Ints = road[used]
        self.lines: Shapes = plane.from_micro(network.edges[used])
        self.lengths: Floats = shapely.length(self.lines)
        self.ranks = np.array([network.roads[number].rank for number in self.road], dtype=object)
        middles = shapely.get_coordinates(shapely.line_interpolate_point(self.lines, 0.5, normalized=True))
        self.dense = zones.density(middles) + 0.04
        named = np.flatnonzero(
            [call.name[0] != "" and call.kind in ("estate", "poi", "park", "square") for call in calls]
        )
        self.called = [calls[number].name for number in named]
        self.landmarks = shapely.STRtree(sites.shapes[named])
        self.parks = sites.shapes[np.isin(sites.use, ["park", "belt", "square"])]

    def row(self, kind: Kind, count: int) -> int:
        """Furnish streets chosen by chance, whole stretches at a time; how many were placed."""
        weight = (
            self.lengths * self.dense * np.array([CARS[rank] for rank in self.ranks]) * np.isin(self.ranks, kind.ranks)
        )
        order = np.argsort(
            -np.where(weight > 0, np.log(self.rng.random(len(weight))) / np.maximum(weight, 1e-9), -np.inf)
        )
        order = order[weight[order] > 0]
        room = np.maximum(1, (self.lengths[order] // kind.apart).astype(int))
        stretches = int(np.searchsorted(np.cumsum(room), count)) + 1
        order, room = order[:stretches], room[:stretches]
        edge = np.repeat(order, room)[:count]
        firsts = np.r_[0, np.cumsum(room)[:-1]]
        place = np.arange(len(edge)) - np.repeat(firsts, room)[:count]
        share = (place + 0.5) / np.repeat(room, room)[:count]
        self._put(kind, edge, share, place % 2)
        return len(edge)

    def _put(self, kind: Kind, edge: Ints, share: Floats, side: Ints) -> None:
        lines, lengths = self.lines[edge], self.lengths[edge]
        metres = share * lengths
        here = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.maximum(metres - 1.5, 0)))
        ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.minimum(metres + 1.5, lengths)))
        way = ahead - here
        way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
        half = self.network.widths_of_roads[self.road[edge]] / 2
        aside = (half + kind.aside) * np.where(side == 0, 1.0, -1.0)
        at = (here + ahead) / 2 + np.column_stack([-way[:, 1], way[:, 0]]) * aside[:, None]
        road = self.road[edge]
        _, _, number = along.numbers(self.network, self.streets, road, at)
        street = self.streets.of_road[road]
        names = [self.streets.streets[k].name for k in street.tolist()]
        self._write(kind, at, names, number.tolist())

    def _write(self, kind: Kind, at: Floats, names: list[Name], number: list[int]) -> None:
        lon_lat = plane.lon_lat(at)
        grids = self.book.grids_of(lon_lat)
        variants = self.rng.integers(len(kind.names), size=len(at)).tolist()
        points = np.asarray(shapely.points(lon_lat))
        is_stop = kind.kind == "bus_stop" and bool(self.called)
        landmark = self.landmarks.nearest(np.asarray(shapely.points(at))) if is_stop else np.zeros(len(at), dtype=int)
        taken: set[str] = set()
        rows = zip(lon_lat.tolist(), grids.tolist(), names, number, variants, points.tolist(), strict=True)
        for k, ((lon, lat), grid, road, house, variant, point) in enumerate(rows):
            where = self.book.wheres[grid]
            what = kind.names[variant]
            code = self.book.code(where, kind.letters)
            said = f"{road[0]}{house}号"
            called = f"{said}{what[0]}", f"{what[1].capitalize()}, {house} {road[1]}"
            facts: dict[str, Any] = {"type": what[1], "road": road[0], "number": f"{house}号"}
            if is_stop:
                zh, en = self.called[int(landmark[k])]
                called = f"{zh}公交站", f"Bus stop {en}"
                if called[0] not in taken:
                    taken.add(called[0])
                    self.book.put_address(
                        where, where.begin + called[0], "poi", (lon, lat), code, called[0], poi=called[0], road=road[0]
                    )
            self._element(kind, code, called, point, where.begin + said, grid, facts)

    def _element(
        self, kind: Kind, code: str, called: Name, point: Any, address: str, grid: int, facts: dict[str, Any]
    ) -> None:
        where = self.book.wheres[grid]
        self.book.elements.append(
            ElementPlan(
                code, kind.kind, title(called), point, kind.height_m, where.area_code, where.grid_code, address, facts
            )
        )

    def signals(self, count: int) -> int:
        """Signals at the crossings of large streets, the largest first, at a corner each."""
        order = {rank: position for position, rank in enumerate(along.RANKS)}
        meeting = [
            (order[first.rank] + order[second.rank], one, other, x, y)
            for one, other, x, y in along.crossings(self.network, self.streets)
            for first, second in [(self.streets.streets[one], self.streets.streets[other])]
            if order[second.rank] <= order["street"]
        ]
        chosen = sorted(meeting)[:count]
        at = np.array([(x, y) for _rank, _one, _other, x, y in chosen]).reshape(-1, 2)
        corner = self.rng.choice([-1.0, 1.0], at.shape) * 14
        lon_lat = plane.lon_lat(at + corner)
        for (_rank, one, other, _x, _y), (lon, lat), grid in zip(
            chosen, lon_lat.tolist(), self.book.grids_of(lon_lat).tolist(), strict=True
        ):
            where = self.book.wheres[grid]
            first, second = self.streets.streets[one].name, self.streets.streets[other].name
            said = f"{first[0]}与{second[0]}路口"
            called = f"{said}信号灯", f"Traffic signal, {first[1]} and {second[1]}"
            facts = {"type": "traffic signal", "road": first[0], "cross": second[0]}
            code = self.book.code(where, SIGNALS.letters)
            self._element(SIGNALS, code, called, shapely.Point(lon, lat), where.begin + said, grid, facts)
        return len(chosen)

    def benches(self, count: int) -> int:
        """Benches and fitness equipment in parks, squares and along the water."""
        if not len(self.parks):
            return 0
        sizes = shapely.area(self.parks)
        inner = shapely.buffer(self.parks, -4)
        drawn = np.sort(self.rng.choice(len(inner), count * 4, p=sizes / sizes.sum()))
        box = shapely.bounds(self.parks)[drawn]
        at = box[:, :2] + self.rng.random((len(drawn), 2)) * (box[:, 2:] - box[:, :2])
        lies = shapely.contains(inner[drawn], shapely.points(at))
        at = at[lies]
        at = at[np.sort(self.rng.permutation(len(at))[:count])]
        nearest = shapely.STRtree(self.lines).nearest(shapely.points(at))
        road = self.road[nearest]
        _, _, number = along.numbers(self.network, self.streets, road, at)
        names = [self.streets.streets[k].name for k in self.streets.of_road[road].tolist()]
        self._write(BENCHES, at, names, number.tolist())
        return len(at)
