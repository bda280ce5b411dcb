"""Elements read: by code, by the codes in a text, by nearness, and by the signed short links on their plates.

A link is `/q/` and, in the alphabet of RFC 4648 without padding, the element's number and 40 bits of its HMAC:
`/q/AE5-7QK2M4XZ`. It tells a forged plate from a real one; it hides nothing. Its key is a file of its own
(`keys/facility_links`), so that plates outlive a new `YIWANG_SECRET_KEY`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.db.models import QuerySet
from shapely.geometry.base import BaseGeometry

from yiwang.base.keys import secret_file
from yiwang.engines.place.cells import METRES_PER_DEGREE
from yiwang.engines.place.models import Element
from yiwang.engines.place.plates import Plate, plates_in
from yiwang.engines.place.searching import around, boxes_meeting
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title

_SHORT = re.compile(r"([A-Z2-7]{1,13})-([A-Z2-7]{8})")
_MAC_BYTES = 5
MOST_NEAR = 500


@dataclass(frozen=True)
class ElementView:
    """One element; `area` is its area's path, `lon` and `lat` a point on it, `geometry` its shape in WGS-84."""

    id: int
    uid: UUID
    code: str
    jurisdiction: str
    kind: str
    title: Title
    lon: float
    lat: float
    height_m: float | None
    area: str
    grid_code: str
    address: str
    properties: Mapping[str, Any]
    is_active: bool
    geometry: BaseGeometry = field(repr=False)


@dataclass(frozen=True)
class NearElement:
    """An element near a point and how far its nearest edge is in metres (0 on it)."""

    element: ElementView
    metres: float


@dataclass(frozen=True)
class ElementInText:
    """A facility whose code stands in a text: from `start` to before `end`, as it stands there."""

    start: int
    end: int
    text: str
    element: ElementView


def element(jurisdiction_id: int, code: str) -> ElementView:
    """The element with this code, also one out of use. NotFound if there is none."""
    row = _rows().filter(jurisdiction_id=jurisdiction_id, code=code).first()
    if row is None:
        raise NotFound(N_("There is no element %(code)s here."), code=code)
    return _view(row)


def elements_near(
    jurisdiction_id: int, lon: float, lat: float, metres: float, kinds: Collection[str] = (), *, limit: int = MOST_NEAR
) -> list[NearElement]:
    """The elements (of these kinds) within `metres` of a point, nearest first, at most `limit`."""
    rows = _rows().filter(boxes_meeting(jurisdiction_id, around(lon, lat, metres)), is_active=True)
    found = [_view(row) for row in (rows.filter(kind__in=list(kinds)) if kinds else rows)]
    if not found:
        return []
    scale = np.array([METRES_PER_DEGREE * math.cos(math.radians(lat)), METRES_PER_DEGREE])
    shapes = np.array([one.geometry for one in found], dtype=object)
    flat = shapely.transform(shapes, lambda corners: (corners - (lon, lat)) * scale)
    away = shapely.distance(flat, shapely.Point(0, 0)).tolist()
    near = [NearElement(one, round(far, 2)) for one, far in zip(found, away, strict=True) if far <= metres]
    return sorted(near, key=lambda one: (one.metres, one.element.code))[:limit]


def elements_in(jurisdiction_id: int, text: str) -> list[ElementInText]:
    """The elements in use whose code stands in a text, in its order; width, case and dashes do not matter. About 1 ms.

    `YX-081` is found as YX081, yx－081 and yx 081; a longer code wins over one within it.
    """
    said = sorted(plates_in(text), key=lambda one: (one[0], -one[1]))
    if not said:
        return []
    known: dict[str, list[Element]] = {}
    rows = _rows().annotate(plate=Plate("code")).filter(plate__in=sorted({key for _start, _end, key in said}))
    for row in rows.filter(jurisdiction_id=jurisdiction_id, is_active=True).order_by("code"):
        known.setdefault(row.plate, []).append(row)
    found: list[ElementInText] = []
    end = 0
    for start, stop, key in said:
        if key in known and start >= end:
            found += [ElementInText(start, stop, text[start:stop], _view(row)) for row in known[key]]
            end = stop
    return found


def facility_link(one: ElementView) -> str:
    """The address of an element's plate."""
    number = base64.b32encode(one.id.to_bytes(8, "big").lstrip(b"\0")).decode().rstrip("=")
    return f"/q/{number}-{_mac(one.id)}"


def element_of_link(short: str) -> ElementView:
    """The element whose plate this is (what stands behind /q/). NotFound for a forged or unknown one, or out of use."""
    found = _SHORT.fullmatch(short.strip().upper())
    number = _number(found[1]) if found is not None else None
    row = None
    if found is not None and number is not None and hmac.compare_digest(found[2], _mac(number)):
        row = _rows().filter(pk=number, is_active=True).first()
    if row is None:
        raise NotFound(N_("There is no facility behind this code. Please check it against the plate."))
    return _view(row)


def _number(said: str) -> int | None:
    try:
        number = int.from_bytes(base64.b32decode(said + "=" * (-len(said) % 8)), "big")
    except ValueError:
        return None
    return number if 0 < number < 1 << 63 else None


def _mac(number: int) -> str:
    key = secret_file("facility_links", lambda: os.urandom(32))
    told = hmac.new(key, b"element:" + number.to_bytes(8, "big"), hashlib.sha256).digest()
    return base64.b32encode(told[:_MAC_BYTES]).decode()


def _rows() -> QuerySet[Element]:
    return Element.objects.select_related("area", "jurisdiction")


def _view(row: Element) -> ElementView:
    return ElementView(
        id=row.pk,
        uid=row.uid,
        code=row.code,
        jurisdiction=row.jurisdiction.code,
        kind=row.kind,
        title=row.title,
        lon=row.lon,
        lat=row.lat,
        height_m=row.height_m,
        area=row.area.path,
        grid_code=row.grid_code,
        address=row.address_text,
        properties=row.properties,
        is_active=row.is_active,
        geometry=shapely.from_wkb(bytes(row.geometry)),
    )
