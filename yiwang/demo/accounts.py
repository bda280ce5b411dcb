"""One account per role for a first look, with passwords made on the first run and kept readable by the owner only."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from yiwang.base.access import SYSTEM
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.organisation import actions as organisation
from yiwang.base.organisation import queries as posts_held
from yiwang.base.people import actions as people
from yiwang.base.people import queries as accounts
from yiwang.demo.city import CityPlan, scene_grids
from yiwang.demo.officials import OfficialPlan, plan_officials
from yiwang.kernel.errors import NotFound

FILE = "first-accounts.csv"


@dataclass(frozen=True)
class FirstAccount:
    """An account as it is printed after the start."""

    username: str
    password: str
    role: str


PRINTED = (
    ("admin", "系统管理员", "administrator"),
    ("supervisor", "林值班长", "yunxi.supervisor"),
    ("dispatcher", "周分拨", "yunxi.dispatcher"),
    ("operator", "陈话务", "yunxi.operator"),
    ("handler", "吴师傅", "yunxi.handler_roads"),
    ("street", "何网格员", "yunxi.handler_yx0101"),
    ("verifier", "郑核查", "yunxi.verifier"),
    ("leader", "徐市长", "yunxi.leader"),
)


def make_first_accounts() -> list[FirstAccount]:
    """Create what is missing of the accounts of `PRINTED` and a citizen.

    Returns the printed ones; passwords are read back from the file of the first run.
    """
    path = Path(settings.HOME) / FILE
    known = _read(path)
    organisation.ensure_roles(by=SYSTEM)
    organisation.put_post(
        "administrator",
        title={"zh-Hans": "系统管理员", "en": "Administrator"},
        role="administrator",
        reach="installation",
        by=SYSTEM,
    )
    for username, name, post in PRINTED:
        if username not in known:
            known[username] = FirstAccount(username, _make(username, name, "official", post), post)
    if "citizen" not in known:
        known["citizen"] = FirstAccount("citizen", _make("citizen", "市民小王", "citizen", None), "citizen")
    _write(path, known)
    return list(known.values())


def city_officials(place: JurisdictionView, city: CityPlan) -> list[OfficialPlan]:
    """The officials of the sample city besides the printed ones."""
    posts = [post for post in posts_held.posts(SYSTEM) if post.department_path.startswith(f"{place.code}/")]
    return plan_officials(posts, scene_grids(), seed=city.seed, size=city.size)


def make_street_duties() -> dict[str, str]:
    """The grids in which the printed grid worker is on duty, by grid: those of the first community."""
    grids = sorted(scene_grids())
    return {grid: "street" for grid, area in grids if area == grids[0][1]}


def _make(username: str, name: str, kind: str, post: str | None) -> str:
    """An account with a password made now, appointed to a post; returns the password."""
    made = _account(username, name, kind)
    if post:
        organisation.appoint(made, post, by=SYSTEM)
    return people.make_password_once(username, by=SYSTEM) or ""


def _account(username: str, name: str, kind: str) -> UUID:
    try:
        return accounts.account_named(SYSTEM, username).uid
    except NotFound:
        return people.create_account(username, display_name=name, kind=kind, by=SYSTEM).uid


def _read(path: Path) -> dict[str, FirstAccount]:
    if not path.exists():
        return {}
    with path.open(newline="") as file:
        return {row["username"]: FirstAccount(**row) for row in csv.DictReader(file)}


def _write(path: Path, known: dict[str, FirstAccount]) -> None:
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    with fresh.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["username", "password", "role"])
        writer.writerows([a.username, a.password, a.role] for a in known.values())
    fresh.replace(path)
