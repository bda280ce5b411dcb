"""What a first start brings besides empty tables: the living sample city, and how far it came if it was killed.

The city is installed under a clock held before its history begins, so that its grids, posts and rules were in force
when its reports came in. The older reports come in as the export of the hotline before, the newest days are played.
Every step can be interrupted anywhere and done again: what is there is not made twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from shapely import get_parts, unary_union
from shapely.geometry.base import BaseGeometry

from yiwang.base.access import SYSTEM
from yiwang.base.areas import queries as areas
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.notices.actions import mark_read
from yiwang.base.scenes import actions as scenes
from yiwang.demo import switch
from yiwang.demo.accounts import FirstAccount, city_officials, make_first_accounts, make_street_duties
from yiwang.demo.city import CITY, load_city, places_file, scene_folder
from yiwang.demo.ground import Ground, make_ground
from yiwang.demo.history import FILE, split_plan, take_in_history
from yiwang.demo.learning import train_on_history
from yiwang.demo.officials import make_officials
from yiwang.demo.plan import make_plan
from yiwang.demo.plan.places import places_of
from yiwang.demo.plan.telling import Teller
from yiwang.demo.play import Player
from yiwang.demo.showing import shown
from yiwang.demo.staff import Staff
from yiwang.demo.truth import truth_file, write_truth
from yiwang.domains.events.course import rules_of
from yiwang.engines.place import actions as place_actions
from yiwang.engines.place.queries import draw_ahead, forget_indexes
from yiwang.kernel import clock

BEFORE = timedelta(days=40)
"""How long before its history the city is set up."""
PLAYED_DAYS = timedelta(days=7)
OLD_MARKER = "sample-played"
Told = Callable[[str, int, int], None]


def bring_sample_city(told: Told = lambda _step, _n, _of: None, *, size: str = "city") -> list[FirstAccount]:
    """Install the sample scene, its people, ground, history and newest days; returns the accounts to print.

    `told(step, n, of)` hears of every step and how far it is. `size` counts for the first time only.
    """
    if switch.is_ready() or (Path(settings.HOME) / OLD_MARKER).exists():
        told("city", 0, 0)
        scenes.install_scene(scene_folder(), by=SYSTEM)
        return make_first_accounts()
    city = load_city(size)
    long_ago = city.end - timedelta(days=city.size.days) - BEFORE
    with clock.frozen(long_ago):
        told("city", 0, 0)
        scenes.install_scene(scene_folder(), by=SYSTEM)
        place = areas.jurisdiction(CITY)
        told("accounts", 0, 0)
        accounts = make_first_accounts()
        officials = city_officials(place, city)
        make_officials(CITY, officials, also=make_street_duties())
    forget_indexes()
    told("ground", 0, 0)
    ground = make_ground(city.seed, city.size)
    with clock.frozen(long_ago):
        put_ground(place, ground, told)
    told("plan", 0, 0)
    places = places_of(ground, city.seed)
    places.save(places_file())
    plan = make_plan(places, end=city.end, seed=city.seed, size=city.size)
    teller = Teller(places, city.seed, city.size.events)
    special = shown(teller, rules_of(place.id), city.end)
    write_truth(truth_file(), CITY, (*plan.reports, *special))
    with clock.frozen(city.end - PLAYED_DAYS):
        old, new = split_plan(plan, place, clock.now())
        done = take_in_history(switch.folder() / FILE, old, place, told=lambda n: told("history", n, len(old)))
        if done.n_rejected:
            raise RuntimeError(f"{done.n_rejected} rows of the history were rejected: {done.first_rejects[:3]}")
        told("classifier", 0, 0)
        train_on_history(switch.folder(), old, teller, place)
    staff = Staff(place, officials)
    Player(place, staff, [*new, *special], city.end).run(told=lambda n, of: told("days", n, of))
    _read_old_notices(staff, city.end)
    (switch.folder() / switch.READY).touch()
    return accounts


def put_ground(place: JurisdictionView, ground: Ground, told: Told) -> None:
    """Elements and addresses of the ground into the database; the same again changes nothing."""
    elements = [
        place_actions.NewElement(
            code=one.code,
            kind=one.kind,
            title=one.title,
            geometry=_plain(one.geometry),
            height_m=one.height_m,
            area_code=one.area_code,
            grid_code=one.grid_code,
            address=one.address,
            properties=one.properties,
        )
        for one in ground.elements
    ]
    told("elements", len(elements), len(elements))
    place_actions.put_elements(place.code, elements, is_whole=True, by=SYSTEM)
    addresses = [
        place_actions.NewAddress(
            text=one.text,
            kind=one.kind,
            lon=one.lon,
            lat=one.lat,
            area_code=one.area_code,
            grid_code=one.grid_code,
            element_code=one.element_code,
            parts=one.parts,
        )
        for one in ground.addresses
    ]
    told("addresses", len(addresses), len(addresses))
    place_actions.put_addresses(place.code, addresses, is_whole=True, by=SYSTEM)
    draw_ahead(place.code, up_to=12)  # nobody waits for the large tiles of the first map


def _plain(shape: BaseGeometry) -> BaseGeometry:
    """The surfaces of a mixed shape: cutting leaves lines and points behind where pieces only touch."""
    if shape.geom_type != "GeometryCollection":
        return shape
    return unary_union([part for part in get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")])


def _read_old_notices(staff: Staff, end: datetime) -> None:
    """What the past days told those who look at the demo is past; only the last hours' notices are new."""
    with clock.frozen(end):
        for viewer in staff.printed():
            mark_read(by=viewer)
