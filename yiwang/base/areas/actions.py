"""Writes to the tree of areas: national divisions, jurisdictions, and the areas a jurisdiction adds itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import QuerySet

from yiwang.base.access import SYSTEM, Viewer, require
from yiwang.base.access.paths import join_path
from yiwang.base.areas.divisions import Division, read_divisions
from yiwang.base.areas.models import COUNTRY, NATIONAL, OWN, Area, Jurisdiction, Level
from yiwang.base.deeds import deed
from yiwang.base.inserting import insert_rows
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title, pick

MANAGE = "scenes.manage"


@dataclass(frozen=True)
class NewArea:
    """One area to put into a jurisdiction's tree; `parent_code` None = directly below the root."""

    code: str
    title: Mapping[str, str]
    level: int
    parent_code: str | None = None
    kind: str = "division"


@dataclass(frozen=True)
class Loaded:
    """What a load changed: rows added, renamed, and put out of use because the table no longer has them."""

    n_added: int
    n_renamed: int
    n_retired: int


def load_divisions(*, by: Viewer) -> Loaded:
    """Bring the national tree to the shipped table; running it again changes nothing. Abolished ones stay, inactive."""
    require(by, MANAGE)
    with deed("areas.load_divisions", by=by, subject=f"jurisdiction:{COUNTRY}") as d:
        country, _ = Jurisdiction.objects.get_or_create(
            code=COUNTRY,
            defaults={
                "title": {"zh-Hans": "中国", "en": "China"},
                "time_zone": "Asia/Shanghai",
                "languages": ["zh-Hans", "en"],
                "division_scheme": NATIONAL,
            },
        )
        shipped = {division.code: division for division in read_divisions()}
        loaded = _bring_to(shipped, country)
        d.note(added=loaded.n_added, renamed=loaded.n_renamed, retired=loaded.n_retired)
    return loaded


def _bring_to(shipped: Mapping[str, Division], country: Jurisdiction) -> Loaded:
    held: QuerySet[Area] = Area.objects.filter(scheme=NATIONAL, kind="division", jurisdiction=country)
    known = {code: (pk, title, on) for pk, code, title, on in held.values_list("pk", "code", "title", "is_active")}
    n_added = 0
    for level in (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.STREET):
        fresh = [one for one in shipped.values() if one.level == level and one.code not in known]
        if fresh:
            insert_rows(_new(fresh, level, country, above=dict(held.filter(level__lt=level).values_list("code", "pk"))))
        n_added += len(fresh)
    renamed = [
        Area(pk=pk, title=shipped[code].title, name=shipped[code].name)
        for code, (pk, title, _on) in known.items()
        if code in shipped and title != shipped[code].title
    ]
    Area.objects.bulk_update(renamed, ["title", "name"], batch_size=200)
    retired = [pk for code, (pk, _title, is_active) in known.items() if code not in shipped and is_active]
    for start in range(0, len(retired), 500):
        Area.objects.filter(pk__in=retired[start : start + 500]).update(is_active=False)
    return Loaded(n_added, len(renamed), len(retired))


def _new(fresh: Iterable[Division], level: int, country: Jurisdiction, *, above: Mapping[str, int]) -> list[Area]:
    """Unsaved areas of one level; `above` has the ids of those that stand already, by code."""
    return [
        Area(
            scheme=NATIONAL,
            code=one.code,
            name=one.name,
            title=one.title,
            level=level,
            parent_id=above[one.parent_code] if one.parent_code else None,
            path=one.path,
            jurisdiction_id=country.pk,
        )
        for one in fresh
    ]


def put_jurisdiction(
    code: str,
    *,
    title: Title,
    time_zone: str,
    calendar: str,
    languages: Sequence[str],
    division_scheme: str,
    root_code: str,
    by: Viewer,
) -> None:
    """Create a jurisdiction or bring it to these values.

    With the scheme `cn_12` the root is a national division (the national table is loaded first if it was not);
    `own` is the jurisdiction's own tree, whose root area is made here (its scheme is then the jurisdiction's code).
    Invalid for an unknown time zone or root, or when the root of an existing jurisdiction would move.
    """
    require(by, MANAGE)
    if code == COUNTRY or division_scheme not in {NATIONAL, OWN}:
        raise Invalid(
            N_("A jurisdiction cannot be set up like this: %(code)s, %(scheme)s."), code=code, scheme=division_scheme
        )
    scheme = NATIONAL if division_scheme == NATIONAL else code
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid(N_("There is no time zone %(name)s."), name=time_zone) from None
    with deed("areas.put_jurisdiction", by=by, subject=f"jurisdiction:{code}") as d:
        values = {
            "title": dict(title),
            "time_zone": time_zone,
            "calendar": calendar,
            "languages": list(languages),
            "division_scheme": scheme,
            "is_active": True,
        }
        held, is_new = Jurisdiction.objects.get_or_create(code=code, defaults=values)
        if not is_new and held.root and (held.division_scheme, held.root.code) != (scheme, root_code):
            raise Invalid(N_("The root of jurisdiction %(code)s cannot move once it has areas."), code=code)
        for name, value in values.items():
            setattr(held, name, value)
        held.root = _root(held, root_code)
        held.save()
        d.note(root=held.root.path, division_scheme=scheme)


def _root(held: Jurisdiction, root_code: str) -> Area:
    if held.division_scheme == NATIONAL:
        if not Area.objects.filter(scheme=NATIONAL).exists():
            load_divisions(by=SYSTEM)
        found = Area.objects.filter(scheme=NATIONAL, code=root_code).first()
        if found is None:
            raise Invalid(N_("There is no division with the code %(code)s."), code=root_code)
        return found
    path = join_path("", root_code)
    if Area.objects.filter(path=path).exclude(scheme=held.division_scheme).exists():
        raise Invalid(N_("The root code %(code)s is taken by another jurisdiction."), code=root_code)
    root, _ = Area.objects.update_or_create(
        scheme=held.division_scheme,
        code=root_code,
        defaults={
            "name": pick(held.title, "zh-Hans"),
            "title": held.title,
            "level": Level.CITY,
            "path": path,
            "jurisdiction": held,
        },
    )
    return root


def put_area(
    jurisdiction: str,
    code: str,
    *,
    title: Mapping[str, str],
    level: int,
    parent_code: str | None = None,
    kind: str = "division",
    by: Viewer,
) -> None:
    """Add one area to a jurisdiction's tree or bring it to these values (see `put_areas`)."""
    put_areas(jurisdiction, [NewArea(code, title, level, parent_code, kind)], by=by)


def put_areas(jurisdiction: str, rows: Sequence[NewArea], *, by: Viewer) -> int:
    """Add areas or bring them to the given titles and kinds; parents must exist or come earlier in `rows`.

    Returns how many were new. NotFound for an unknown jurisdiction or parent, Invalid when a code belongs to
    another jurisdiction or lies at another place of the tree.
    """
    require(by, MANAGE)
    with deed("areas.put_areas", by=by, subject=f"jurisdiction:{jurisdiction}") as d:
        owner = Jurisdiction.objects.select_related("root").filter(code=jurisdiction).first()
        if owner is None or owner.root is None:
            raise NotFound(N_("There is no jurisdiction %(code)s."), code=jurisdiction)
        codes = {row.code for row in rows} | {row.parent_code for row in rows if row.parent_code}
        known = {owner.root.code: owner.root} | _by_code(owner.division_scheme, sorted(codes))
        n_new = sum(_put(row, owner, known) for row in rows)
        d.note(rows=len(rows), new=n_new)
    return n_new


def _by_code(scheme: str, codes: Sequence[str]) -> dict[str, Area]:
    found: dict[str, Area] = {}
    for start in range(0, len(codes), 500):
        part = codes[start : start + 500]
        found |= {area.code: area for area in Area.objects.filter(scheme=scheme, code__in=part)}
    return found


def _put(row: NewArea, owner: Jurisdiction, known: dict[str, Area]) -> bool:
    assert owner.root is not None
    parent = known.get(row.parent_code or owner.root.code)
    if parent is None or not parent.path.startswith(owner.root.path):
        raise NotFound(N_("There is no area %(code)s in %(place)s."), code=row.parent_code, place=owner.code)
    path = join_path(parent.path, row.code)
    held = known.get(row.code)
    if held is not None and (held.path != path or held.jurisdiction_id != owner.pk):
        raise Invalid(N_("The area code %(code)s is already used elsewhere in the tree."), code=row.code)
    area = held or Area(scheme=owner.division_scheme, code=row.code, parent=parent, path=path, jurisdiction=owner)
    area.title, area.name = dict(row.title), pick(row.title, "zh-Hans")
    area.level, area.kind, area.is_active = row.level, row.kind, True
    area.save()
    known[row.code] = area
    return held is None


def retire_area(jurisdiction: str, code: str, *, reason: str, by: Viewer) -> None:
    """Put an area and everything below it out of use; rows that point at it keep doing so. NotFound if unknown."""
    require(by, MANAGE)
    with deed("areas.retire_area", by=by, subject=f"area:{code}", reason=reason) as d:
        held = Area.objects.filter(jurisdiction__code=jurisdiction, code=code).first()
        if held is None:
            raise NotFound(N_("There is no area %(code)s in %(place)s."), code=code, place=jurisdiction)
        d.note(areas=Area.objects.filter(path__under=held.path).update(is_active=False))


def retire_jurisdiction(code: str, *, by: Viewer) -> None:
    """Put a jurisdiction out of use with the areas it added itself; national divisions stay."""
    require(by, MANAGE)
    with deed("areas.retire_jurisdiction", by=by, subject=f"jurisdiction:{code}") as d:
        n = Jurisdiction.objects.filter(code=code).exclude(code=COUNTRY).update(is_active=False)
        if not n:
            raise NotFound(N_("There is no jurisdiction %(code)s."), code=code)
        d.note(areas=Area.objects.filter(jurisdiction__code=code).update(is_active=False))
