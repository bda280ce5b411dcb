"""What putting elements and putting addresses have in common: areas and grids found, rows compared, state moved on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from yiwang.base.areas.queries import JurisdictionView, area_at, subtree
from yiwang.base.deeds import Deed
from yiwang.engines.place.actions.systems import renew
from yiwang.engines.place.loading import index_of
from yiwang.engines.place.models import GroundState
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.ids import new_uid
from yiwang.kernel.text import N_, Text

BATCH = 2_000


@dataclass(frozen=True)
class PutRows:
    """What putting a set changed: rows that are new, changed, the same as before, out of use; and what was mended."""

    n_new: int
    n_changed: int
    n_same: int
    n_retired: int
    version: int
    repairs: Mapping[str, Text]

    def told(self) -> dict[str, Any]:
        """The outcome for the audit."""
        counts = {"new": self.n_new, "changed": self.n_changed, "same": self.n_same, "retired": self.n_retired}
        return {**counts, "version": self.version, "mended": sorted(self.repairs)[:100]}


@dataclass(frozen=True)
class Places:
    """Where each row belongs: area id and grid code, in the order of the rows."""

    area_ids: Sequence[int]
    grid_codes: Sequence[str]


def placed(
    owner: JurisdictionView,
    area_codes: Sequence[str | None],
    grid_codes: Sequence[str],
    lons: Sequence[float],
    lats: Sequence[float],
) -> Places:
    """Areas and grids as named; what a row does not name is taken from the grid at its point, else from the root.

    NotFound for an area the jurisdiction does not have.
    """
    known = {area.code: area.id for area in subtree(owner.root_path)}
    for code in {code for code in area_codes if code} - known.keys():
        raise NotFound(N_("There is no area %(code)s in %(place)s."), code=code, place=owner.code)
    root = area_at(owner.root_path).id
    areas = [known[code] if code else root for code in area_codes]
    grids = list(grid_codes)
    open_rows = [n for n, code in enumerate(area_codes) if not code or not grids[n]]
    index = index_of(owner.id) if open_rows else None
    if index is not None:
        found = index.at_many(np.array(lons)[open_rows], np.array(lats)[open_rows])
        for n, grid in zip(open_rows, found, strict=True):
            if grid is not None:
                areas[n] = areas[n] if area_codes[n] else grid.area_id
                grids[n] = grids[n] or grid.grid_code
    return Places(areas, grids)


def digest_of(*facts: Any) -> str:
    """32 hexadecimal digits of everything a row says (values of JSON, and bytes)."""
    body = json.dumps(facts, ensure_ascii=False, sort_keys=True, default=bytes.hex, separators=(",", ":"))
    return blake2b(body.encode(), digest_size=16).hexdigest()


def refuse(wrong: Mapping[str, Text], total: int) -> None:
    """Raise Invalid naming every row that cannot be taken; nothing when there is none."""
    if wrong:
        name, fault = next(iter(wrong.items()))
        told = N_("%(number)s of %(total)s rows cannot be taken; the first is “%(code)s”: %(fault)s")
        fields = {key: [value] for key, value in wrong.items()}
        raise Invalid(told, fields=fields, number=len(wrong), total=total, code=name, fault=fault)


def repeated(names: Iterable[str], longest: int) -> dict[str, Text]:
    """The names that stand there twice, are missing or too long, with the fault."""
    seen: set[str] = set()
    wrong: dict[str, Text] = {}
    for name in names:
        if not name.strip() or len(name) > longest:
            wrong[name[:80]] = Text(N_("a name of 1 to %(most)s characters is needed"), {"most": longest})
        elif name in seen:
            wrong[name] = Text(N_("it stands there twice"))
        seen.add(name)
    return wrong


def state_locked(owner: JurisdictionView) -> GroundState:
    """The jurisdiction's state, locked until the transaction ends; made when missing."""
    GroundState.objects.get_or_create(jurisdiction_id=owner.id)
    return GroundState.objects.select_for_update().get(jurisdiction_id=owner.id)


def moved_on(d: Deed, state: GroundState, owner: JurisdictionView, what: str) -> None:
    """Give the state its next version and stamp, and announce it."""
    state.version, state.stamp = state.version + 1, new_uid()
    state.save(update_fields=["version", "stamp"])
    payload = {"jurisdiction": owner.code, "what": what, "version": state.version}
    d.announce("place.ground_changed", version=1, subject=f"ground:{owner.code}", payload=payload)
    renew()
