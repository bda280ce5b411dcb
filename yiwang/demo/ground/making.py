"""Raises the city step by step: landscape, roads, blocks, areas, sites, buildings, addresses, facilities."""

from __future__ import annotations

import math

import numpy as np
import shapely

from yiwang.demo.ground import names
from yiwang.demo.ground.areas import make_areas
from yiwang.demo.ground.assembling import put_buildings, put_open_ground, put_streets
from yiwang.demo.ground.book import Book
from yiwang.demo.ground.buildings import make_buildings
from yiwang.demo.ground.doors import doors
from yiwang.demo.ground.estates import called
from yiwang.demo.ground.facilities import put_facilities
from yiwang.demo.ground.landscape import make_landscape
from yiwang.demo.ground.network import make_network
from yiwang.demo.ground.plans import Ground
from yiwang.demo.ground.sites import make_sites
from yiwang.demo.ground.skeleton import make_skeleton
from yiwang.demo.ground.streets import named
from yiwang.demo.size import Size

USUAL_GRIDS = 600
LARGEST = 1.08
"""How much larger than drawn the outline may become; more grids than that allows are smaller."""


def raise_city(seed: int, size: Size) -> Ground:
    """The ground of a seed and size; see `make_ground`."""
    wanted = math.sqrt(size.grids / USUAL_GRIDS)
    scale = min(max(wanted, 0.12), LARGEST)
    spare = list(names.PREFIXES)
    land = make_landscape(seed, scale)
    planned = make_skeleton(seed, land, spare)
    network = make_network(seed, land, planned, min(1.0, (scale / wanted) ** 2))
    areas = make_areas(network, land, size, scale)
    network, streets = named(network, areas, spare)
    sites = make_sites(seed, network, land, areas)
    buildings = make_buildings(seed, sites, size.buildings)
    built = set(np.unique(buildings.site).tolist())
    calls = called(seed, sites, areas, built)
    all_doors, streets = doors(network, streets, sites, calls, buildings, areas)
    book = Book(areas)
    put_buildings(book, sites, calls, buildings, all_doors, streets)
    put_streets(book, network, streets)
    put_open_ground(book, land, sites, calls, built)
    put_facilities(seed, book, network, streets, sites, calls, size.facilities)
    outline = shapely.coverage_union_all(book.shapes)
    assert isinstance(outline, shapely.Polygon), "the blocks of a city hang together"
    return Ground(outline, areas.plans, areas.grids, tuple(book.elements), tuple(book.addresses), tuple(book.spots))
