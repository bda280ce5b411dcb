"""How a scene brings grids: `places/<id>.yaml` with a GeoJSON file beside it, one grid system each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.engines.place.actions import NewGrid, put_grids, put_system, retire_system
from yiwang.engines.place.features import Feature, read_features
from yiwang.engines.place.geometry import faults, in_wgs84, overlaps, unsound
from yiwang.engines.place.models import GridSystem
from yiwang.engines.place.specs import GridSystemSpec
from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes import Documents, InstallContext, Part, Scene, SceneDocument, register_part
from yiwang.kernel.text import N_, Text

PART = "places"
MAX_CODE = 60


def register() -> None:
    """Make the part known; called when Django starts. `places/areas.yaml` belongs to `base/areas`."""
    register_part(
        Part(
            name=PART,
            folder="places",
            spec=GridSystemSpec,
            suffixes=(".geojson",),
            order=30,
            check=check_places,
            install=install_places,
            upgrade=lambda context, documents, _from: install_places(context, documents),
            remove=remove_places,
        )
    )


def check_places(scene: Scene, documents: Documents, problems: Problems) -> None:
    """Everything wrong with the scene's grids: files, codes, references, shapes, coordinates, overlaps."""
    files = scene.files.get(PART, {})
    used: dict[str, SceneDocument] = {}
    primary: SceneDocument | None = None
    for document in documents.values():
        spec: GridSystemSpec = document.spec
        if not scene.refer(problems, document, ("file",), f"{PART}.files", spec.file):
            continue
        used[spec.file] = document
        if spec.primary and primary is not None:
            told = N_("“%(name)s” is the primary system already; there is one")
            problems.add(document.file, document.line_of(("primary",)), told, name=primary.id)
        primary = document if spec.primary else primary
        _check_file(scene, files[spec.file], spec, problems)
    for name, path in files.items():
        if name not in used and not any(path.stem == document for document in documents):
            problems.add(path, 0, N_("no file in places/ reads this one"))


def _check_file(scene: Scene, path: Path, spec: GridSystemSpec, problems: Problems) -> None:
    seen: dict[str, Feature] = {}
    shapes: dict[str, BaseGeometry] = {}
    for feature in read_features(path, problems):
        grid = _grid(feature, spec)
        for text in _property_faults(scene, path, feature, spec, grid, problems):
            _add(problems, path, feature, text)
        if grid is None:
            continue
        first = seen.setdefault(grid.code, feature)
        if first is not feature:
            told = N_("the code “%(code)s” is taken by feature %(number)s already")
            _add(problems, path, feature, Text(told, {"code": grid.code, "number": first.number}))
            continue
        fault = feature.fault or _shape_fault(grid.geometry)
        if fault is not None:
            _add(problems, path, feature, fault)
        elif grid.geometry is not None:
            shapes[grid.code] = in_wgs84(grid.geometry, spec.coordinates)
    codes = sorted(shapes)
    for each in overlaps(codes, np.array([shapes[code] for code in codes], dtype=object), spec.tolerance_m):
        _add(problems, path, seen[each.other], each.text)


def _shape_fault(geometry: BaseGeometry | None) -> Text | None:
    """Why a polygon cannot be taken as it stands; a scene's author mends it, other sources are mended for them."""
    fault = faults(geometry)
    if fault is None and geometry is not None and not shapely.is_valid(geometry):
        return Text(N_("the polygon is not sound: %(reason)s"), {"reason": unsound(geometry)})
    return fault


def _add(problems: Problems, path: Path, feature: Feature, text: Text) -> None:
    told = N_("feature %(number)s: %(message)s")
    problems.add(path, feature.line, told, number=feature.number, message=text)


def _property_faults(
    scene: Scene, path: Path, feature: Feature, spec: GridSystemSpec, grid: NewGrid | None, problems: Problems
) -> Iterator[Text]:
    """What is wrong with a feature's properties."""
    names = spec.properties
    if grid is None:
        yield Text(N_("the property “%(name)s” must be a code of 1 to %(most)s characters"), _code_named(names.code))
        return
    if _title(feature.properties.get(names.title)) is None:
        yield Text(N_("the property “%(name)s” must be a title"), {"name": names.title})
    if names.area is not None:
        if grid.area_code is None:
            yield Text(N_("the property “%(name)s” is missing"), {"name": names.area})
        else:
            scene.names.refer(problems, "areas", grid.area_code, path, feature.line)
    if grid.department_code is not None:
        scene.names.refer(problems, "departments", grid.department_code, path, feature.line)


def _code_named(name: str) -> dict[str, Any]:
    return {"name": name, "most": MAX_CODE}


def _grid(feature: Feature, spec: GridSystemSpec) -> NewGrid | None:
    """The grid a feature describes; None without a usable code."""
    names = spec.properties
    code = _code(feature.properties.get(names.code))
    if code is None:
        return None
    return NewGrid(
        code=code,
        title=_title(feature.properties.get(names.title)) or {"zh-Hans": code, "en": code},
        geometry=feature.geometry,
        area_code=_code(feature.properties.get(names.area)) if names.area else None,
        department_code=_code(feature.properties.get(names.department)) if names.department else None,
    )


def _code(value: Any) -> str | None:
    """A property as a code: text, or a whole number as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float):
        if not value.is_integer():
            return None
        value = int(value)
    code = str(value).strip()
    return code if 0 < len(code) <= MAX_CODE and "/" not in code else None


def _title(value: Any) -> dict[str, str] | None:
    """A property as a title: an object of languages, or one text for all of them."""
    if isinstance(value, dict):
        sound = bool(value) and all(isinstance(text, str) and text.strip() for text in value.values())
        return {str(language): text for language, text in value.items()} if sound else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and value.strip():
        return {"zh-Hans": value.strip(), "en": value.strip()}
    return None


def install_places(context: InstallContext, documents: Documents) -> None:
    """Put every system and its grids; systems this scene no longer has go out of use. Repeatable."""
    code = context.jurisdiction.code
    scene = context.scene
    for document in documents.values():
        spec: GridSystemSpec = document.spec
        problems = Problems()
        features = read_features(scene.files[PART][spec.file], problems)
        problems.raise_if_any()
        put_system(
            code,
            document.id,
            title=spec.title,
            level=spec.level,
            is_primary=spec.primary,
            source_system=spec.coordinates,
            tolerance_m=spec.tolerance_m,
            scene=scene.name,
            by=context.by,
        )
        grids = [grid for feature in features if (grid := _grid(feature, spec)) is not None]
        put_grids(code, document.id, grids, source_system=spec.coordinates, by=context.by)
    _retire(context, keep=set(documents))


def remove_places(context: InstallContext) -> None:
    """Put the scene's systems out of use; what was located in them keeps its grid's code."""
    _retire(context, keep=set())


def _retire(context: InstallContext, *, keep: set[str]) -> None:
    owner = jurisdiction_named(context.jurisdiction.code)
    rows = GridSystem.objects.filter(jurisdiction_id=owner.id, scene=context.scene.name, is_active=True)
    for code in rows.exclude(code__in=keep).values_list("code", flat=True):
        retire_system(owner.code, code, reason=f"scene {context.scene.name}", by=context.by)
