"""Reads of the tree of areas: public facts, so no viewer is asked for. Records out, never model rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import CharField, QuerySet

from yiwang.base.access.paths import ancestor_paths
from yiwang.base.areas.models import Area, Jurisdiction
from yiwang.base.prepared import Given, Prepared
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title


@dataclass(frozen=True)
class AreaView:
    """One area; `id` serves foreign keys, `path` serves scope, `level` is 1 province … 4 street, 5, 6 grid."""

    id: int
    code: str
    name: str
    title: Title
    level: int
    kind: str
    parent_id: int | None
    path: str
    jurisdiction: str
    is_active: bool


@dataclass(frozen=True)
class JurisdictionView:
    """One jurisdiction; `root` is None only for the whole country."""

    id: int
    code: str
    title: Title
    time_zone: str
    calendar: str
    languages: tuple[str, ...]
    division_scheme: str
    root: AreaView | None
    is_active: bool

    @property
    def root_path(self) -> str:
        """The path everything in the jurisdiction starts with."""
        return self.root.path if self.root else ""


_JURISDICTION = Prepared(
    lambda: Jurisdiction.objects.select_related("root__jurisdiction").filter(code=Given("code", CharField()))
)


def jurisdiction(code: str) -> JurisdictionView:
    """The jurisdiction with this code. NotFound if there is none."""
    found = _JURISDICTION.first(code=code)
    if found is None:
        raise NotFound(N_("There is no jurisdiction %(code)s."), code=code)
    return _jurisdiction_view(found)


def jurisdictions() -> list[JurisdictionView]:
    """All jurisdictions in use that have a root (cities and districts, not the country), by code."""
    rows = Jurisdiction.objects.select_related("root__jurisdiction").filter(is_active=True, root__isnull=False)
    return [_jurisdiction_view(row) for row in rows.order_by("code")]


def jurisdiction_of(path: str) -> JurisdictionView:
    """The innermost jurisdiction whose root covers this area path. NotFound if none does."""
    rows = Jurisdiction.objects.select_related("root__jurisdiction").filter(
        root__path__in=ancestor_paths(path), is_active=True
    )
    found = max(rows, key=lambda row: len(row.root.path) if row.root else 0, default=None)
    if found is None:
        raise NotFound(N_("No jurisdiction covers %(path)s."), path=path)
    return _jurisdiction_view(found)


def area(code: str, jurisdiction: str) -> AreaView:
    """The area with this code inside a jurisdiction. NotFound if it has none such."""
    owner = Jurisdiction.objects.select_related("root").filter(code=jurisdiction).first()
    found = None
    if owner is not None:
        rows = _rows().filter(scheme=owner.division_scheme, code=code)
        found = rows.filter(path__under=owner.root.path if owner.root else "").first()
    if found is None:
        raise NotFound(N_("There is no area %(code)s in %(place)s."), code=code, place=jurisdiction)
    return _view(found)


def area_at(path: str) -> AreaView:
    """The area with this path. NotFound if there is none."""
    found = _rows().filter(path=path).first()
    if found is None:
        raise NotFound(N_("There is no area at %(path)s."), path=path)
    return _view(found)


def children(path: str, *, include_inactive: bool = False) -> list[AreaView]:
    """The areas directly below a path, by code; "" gives the roots of all trees."""
    rows = _rows().filter(parent__path=path) if path else _rows().filter(parent__isnull=True)
    return [_view(row) for row in (rows if include_inactive else rows.filter(is_active=True)).order_by("code")]


def ancestors(path: str, *, include_self: bool = True) -> list[AreaView]:
    """The areas above a path, from the root down."""
    rows = _rows().filter(path__in=ancestor_paths(path, include_self=include_self))
    return sorted((_view(row) for row in rows), key=lambda one: len(one.path))


def subtree(path: str, *, kind: str | None = None, level: int | None = None) -> list[AreaView]:
    """The area at a path and every active one below it, in path order; optionally of one kind or level."""
    rows = _rows().filter(path__under=path, is_active=True)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if level is not None:
        rows = rows.filter(level=level)
    return [_view(row) for row in rows.order_by("path")]


def areas_named(name: str, jurisdiction: str, *, limit: int = 20) -> list[AreaView]:
    """Active areas of a jurisdiction whose name contains `name`, upper levels first."""
    root = _root_path(jurisdiction)
    rows = _rows().filter(name__contains=name, path__under=root, is_active=True)
    return [_view(row) for row in rows.order_by("level", "path")[:limit]]


def _root_path(code: str) -> str:
    return jurisdiction(code).root_path


def _rows() -> QuerySet[Area]:
    return Area.objects.select_related("jurisdiction")


def _view(row: Area) -> AreaView:
    return AreaView(
        row.pk,
        row.code,
        row.name,
        row.title,
        row.level,
        row.kind,
        row.parent_id,
        row.path,
        row.jurisdiction.code,
        row.is_active,
    )


def _jurisdiction_view(row: Jurisdiction) -> JurisdictionView:
    return JurisdictionView(
        row.pk,
        row.code,
        row.title,
        row.time_zone,
        row.calendar,
        tuple(row.languages),
        row.division_scheme,
        _view(row.root) if row.root else None,
        row.is_active,
    )
