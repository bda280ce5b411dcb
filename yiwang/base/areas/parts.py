"""What a scene says about its areas: `places/areas.csv`, districts, streets and communities below the root.

    code,parent,title_zh,title_en,level,kind
    canton,us-md-bal,坎顿,Canton,5,neighbourhood

An empty `parent` is the jurisdiction's root; else it is the root, an earlier row, or a national division, which are
all there already and are referred to by their twelve digits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from yiwang.base.areas.actions import NewArea, put_areas
from yiwang.base.areas.divisions import read_divisions
from yiwang.kernel.errors import Invalid, Problems
from yiwang.kernel.scenes import Documents, InstallContext, Name, Part, Scene, register_part
from yiwang.kernel.specs import Id, Refers, Spec, read_row_specs
from yiwang.kernel.text import N_

PART = "divisions"
TABLE = "areas.csv"
AreaCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_.-]{1,40}$")]
Label = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class AreaRow(Spec):
    """One area; `level` as in the national scheme: 2 city, 3 district, 4 street, 5 community or neighbourhood."""

    code: AreaCode
    parent: Annotated[AreaCode | None, Refers("areas")] = None
    title_zh: Label
    title_en: Label
    level: Annotated[int, Field(ge=2, le=5)]
    kind: Id = "division"


class NoDocument(Spec):
    """Areas stand in the CSV table; there is no YAML for them."""


@cache
def national_codes() -> frozenset[str]:
    """The codes of all shipped divisions."""
    return frozenset(division.code for division in read_divisions())


def _provides() -> Mapping[str, Collection[str]]:
    return {"areas": national_codes()}


def _names(scene: Scene, _documents: Documents) -> Iterable[Name]:
    """Every row's code, and the root of a tree of its own."""
    place = scene.spec.jurisdiction
    if place is not None and place.division_scheme == "own" and scene.source is not None:
        line = scene.source.line_of(("jurisdiction", "root_area"))
        yield Name("areas", place.root_area, scene.source.file, line)
    for line, row in _rows(scene, Problems()):
        yield Name("areas", row.code, _table(scene), line)


def _check(scene: Scene, _documents: Documents, problems: Problems) -> None:
    """Sound rows, whose parents stand before them."""
    rows = _rows(scene, problems)
    own = {row.code for _line, row in rows}
    seen: set[str] = set()
    for line, row in rows:
        if row.parent in own and row.parent not in seen:
            told = N_("the parent “%(code)s” must stand in an earlier row")
            problems.add(_table(scene), line, told, code=row.parent)
        elif row.parent:
            scene.names.refer(problems, "areas", row.parent, _table(scene), line)
        seen.add(row.code)


def _install(context: InstallContext, _documents: Documents) -> None:
    rows = [row for _line, row in _rows(context.scene, Problems())]
    if rows and context.jurisdiction is None:
        raise Invalid(N_("A scene with places or departments needs a jurisdiction."))
    if rows:
        areas = [
            NewArea(row.code, {"zh-Hans": row.title_zh, "en": row.title_en}, row.level, row.parent, row.kind)
            for row in rows
        ]
        put_areas(context.jurisdiction.code, areas, by=context.by)


def _table(scene: Scene) -> Path:
    return scene.folder / "places" / TABLE


def _rows(scene: Scene, problems: Problems) -> list[tuple[int, AreaRow]]:
    path = scene.files.get(PART, {}).get(TABLE)
    return read_row_specs(path, AreaRow, problems) if path is not None else []


def register_areas() -> None:
    """Make the part known. Areas outlive the scene that brought them: events lie in them."""
    register_part(
        Part(
            name=PART,
            folder="places",
            ids=("areas",),
            spec=NoDocument,
            suffixes=(".csv",),
            order=5,
            names=_names,
            provides=_provides,
            check=_check,
            install=_install,
        )
    )
