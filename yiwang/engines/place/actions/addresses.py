"""Putting standard addresses: tens of thousands at once, with the keys they are found by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from yiwang.base.access import Viewer, require
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.base.deeds import deed
from yiwang.engines.place.actions.ground import (
    BATCH,
    PutRows,
    digest_of,
    moved_on,
    placed,
    refuse,
    repeated,
    state_locked,
)
from yiwang.engines.place.actions.systems import MANAGE
from yiwang.engines.place.addresses.keys import keys_of
from yiwang.engines.place.models import Address, AddressKey
from yiwang.engines.place.quads import quads
from yiwang.kernel.text import N_, Text

MAX_TEXT = 300
CHANGING = (*("kind", "lon", "lat", "quad", "area", "grid_code", "element_code", "parts", "digest", "is_active"),)


@dataclass(frozen=True)
class NewAddress:
    """A standard address as given, its point in WGS-84.

    `kind`: door, estate, poi, road, crossing, park, water. `parts` says what it is made of: road and number, estate and
    building, poi, or for crossings road and cross; by them it is found. Without `area_code` or `grid_code` they are
    taken from the grid the point lies in.
    """

    text: str
    kind: str
    lon: float
    lat: float
    area_code: str | None = None
    grid_code: str = ""
    element_code: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)


def put_addresses(
    jurisdiction: str, rows: Sequence[NewAddress], *, is_whole: bool = False, reason: str = "", by: Viewer
) -> PutRows:
    """Bring addresses to these, by their text; the same again changes nothing. `is_whole`: those not named retire.

    `Invalid` names every row that cannot be taken, and nothing is written; `NotFound` for an unknown jurisdiction or
    area. Needs `scenes.manage`. About 4 s for 30,000 addresses.
    """
    owner = jurisdiction_named(jurisdiction)
    require(by, MANAGE, area_path=owner.root_path)
    _check(rows)
    subject = f"addresses:{jurisdiction}"
    with deed("place.put_addresses", by=by, subject=subject, area_path=owner.root_path, reason=reason) as d:
        state = state_locked(owner)
        made = _rows(owner, rows)
        held = {
            text: (digest, is_active)
            for text, digest, is_active in Address.objects.filter(jurisdiction_id=owner.id).values_list(
                "text", "digest", "is_active"
            )
        }
        fresh = [row for row in made if held.get(row.text) != (row.digest, True)]
        n_new = sum(row.text not in held for row in fresh)
        _store(owner, fresh, n_changed=len(fresh) - n_new)
        n_retired = _retired(owner, {row.text for row in made}) if is_whole else 0
        if fresh or n_retired:
            moved_on(d, state, owner, "addresses")
        done = PutRows(n_new, len(fresh) - n_new, len(made) - len(fresh), n_retired, state.version, {})
        d.note(**done.told())
    return done


def _check(rows: Sequence[NewAddress]) -> None:
    wrong = repeated((row.text for row in rows), MAX_TEXT)
    for row in rows:
        if not (-180 <= row.lon <= 180 and -90 <= row.lat <= 90):
            told = N_("%(lon)s, %(lat)s is no point on earth (longitude, latitude).")
            wrong.setdefault(row.text, Text(told, {"lon": row.lon, "lat": row.lat}))
    refuse(wrong, len(rows))


def _store(owner: JurisdictionView, fresh: list[Address], *, n_changed: int) -> None:
    """Write addresses and their keys; those of changed ones are made anew."""
    before = _last_id(owner)
    Address.objects.bulk_create(
        fresh, BATCH, update_conflicts=True, unique_fields=["jurisdiction", "text"], update_fields=list(CHANGING)
    )
    ids = dict(Address.objects.filter(jurisdiction_id=owner.id).values_list("text", "id")) if fresh else {}
    if n_changed:
        changed = [ids[row.text] for row in fresh if ids[row.text] <= before]
        for start in range(0, len(changed), 500):
            AddressKey.objects.filter(address_id__in=changed[start : start + 500]).delete()
    AddressKey.objects.bulk_create(
        [
            AddressKey(address_id=ids[row.text], jurisdiction_id=owner.id, **key._asdict())
            for row in fresh
            for key in keys_of(row.text, row.kind, row.parts)
        ],
        BATCH,
    )


def _last_id(owner: JurisdictionView) -> int:
    last = Address.objects.filter(jurisdiction_id=owner.id).order_by("-id").values_list("id", flat=True).first()
    return last or 0


def _retired(owner: JurisdictionView, named: set[str]) -> int:
    """Put out of use what was not named; how many. Texts are never given to another address."""
    active = Address.objects.filter(jurisdiction_id=owner.id, is_active=True)
    gone = [pk for pk, text in active.values_list("id", "text") if text not in named]
    for start in range(0, len(gone), 500):
        Address.objects.filter(pk__in=gone[start : start + 500]).update(is_active=False)
    return len(gone)


def _rows(owner: JurisdictionView, rows: Sequence[NewAddress]) -> list[Address]:
    """Table rows of the addresses as given."""
    if not rows:
        return []
    lons, lats = [row.lon for row in rows], [row.lat for row in rows]
    where = placed(owner, [row.area_code for row in rows], [row.grid_code for row in rows], lons, lats)
    cells = quads(np.column_stack([lons, lats, lons, lats]))
    made = []
    for n, row in enumerate(rows):
        facts = {
            "kind": row.kind,
            "lon": row.lon,
            "lat": row.lat,
            "area_id": where.area_ids[n],
            "grid_code": where.grid_codes[n],
            "element_code": row.element_code,
            "parts": dict(row.parts),
        }
        digest = digest_of(*facts.values())
        made.append(Address(jurisdiction_id=owner.id, text=row.text, quad=cells[n], digest=digest, **facts))
    return made
