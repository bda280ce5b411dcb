"""The rows a viewer may see, as a filter the database answers from an index."""

from __future__ import annotations

import hashlib

from django.db.models import Q

from yiwang.base.access.viewer import Grant, Viewer

NOTHING = Q(pk__in=())


def scope(
    viewer: Viewer,
    permission: str,
    *,
    department: str | None = "department_path",
    area: str | None = "area_path",
    participants: Q | None = None,
) -> Q:
    """A filter for rows covered by one single grant, or in which the viewer participates.

    `department` and `area` name the model's path columns (with `__` through relations), None where it has no such
    column. `participants` is what makes the viewer part of a row (author, handler, copied). The filter agrees with
    `viewer.may(permission, department_path=row.…, area_path=row.…)` on every row. The platform itself sees all.
    """
    if viewer.is_system:
        return Q()
    found = participants if participants is not None and viewer.is_signed_in else None
    for grant in _widest(viewer, permission):
        covered = _grant_filter(viewer, grant, department, area)
        found = covered if found is None else found | covered
    return NOTHING if found is None else found


def scope_key(viewer: Viewer, permission: str) -> str:
    """A short key equal for viewers who see the same rows by grant: for caches of metrics, tiles and exports."""
    if viewer.is_system:
        return "system"
    parts = sorted(
        f"{grant.department_path}|{grant.area_path}|{grant.is_home:d}|{viewer.covers_undispatched(grant):d}"
        for grant in _widest(viewer, permission)
    )
    return hashlib.sha256("\n".join([permission, *parts]).encode()).hexdigest()[:32]


def _widest(viewer: Viewer, permission: str) -> list[Grant]:
    """The viewer's grants without those another one makes superfluous (undispatched rows included)."""
    kept: list[Grant] = []
    for grant in sorted(set(viewer.grants_of(permission))):
        reaches = viewer.covers_undispatched(grant)
        if not any(other.covers(grant) and viewer.covers_undispatched(other) >= reaches for other in kept):
            kept.append(grant)
    return kept


def _grant_filter(viewer: Viewer, grant: Grant, department: str | None, area: str | None) -> Q:
    """One grant as a filter over the named columns."""
    found = Q(**{f"{area}__under": grant.area_path}) if area and grant.area_path else Q()
    if department is None:
        return found or ~NOTHING
    dispatched = Q(**{f"{department}__gt": ""})
    if grant.department_path:
        dispatched = Q(**{f"{department}__under": grant.department_path})
    if grant.is_home:  # given to the department: wherever it lies
        return dispatched | (found & Q(**{department: ""})) if viewer.covers_undispatched(grant) else dispatched
    if viewer.covers_undispatched(grant):
        if not grant.department_path:
            return found or ~NOTHING
        dispatched |= Q(**{department: ""})
    return found & dispatched
