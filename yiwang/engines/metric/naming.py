"""Names for the values of dimensions: figures are kept by path or code, people read titles.

register_names("category_path", titles)   # titles(jurisdiction: JurisdictionView) -> {value: title}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from yiwang.base.access import SYSTEM
from yiwang.base.areas import queries as areas
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.organisation import queries as organisation
from yiwang.kernel.titles import Title

Names = Callable[[JurisdictionView], Mapping[str, Title]]

_registered: dict[str, Names] = {}


def register_names(dimension: str, names: Names) -> None:
    """Say how the values of a dimension are called; ValueError when another package has done so."""
    if _registered.setdefault(dimension, names) is not names:
        raise ValueError(f"names of {dimension} are registered twice")


def names_of(dimension: str, jurisdiction: JurisdictionView) -> Mapping[str, Title]:
    """The titles of a dimension's values; empty for one whose values speak for themselves."""
    names = _registered.get(dimension)
    return names(jurisdiction) if names is not None else {}


def _areas(jurisdiction: JurisdictionView) -> Mapping[str, Title]:
    return {one.path: one.title for one in areas.subtree(jurisdiction.root_path)}


def _departments(jurisdiction: JurisdictionView) -> Mapping[str, Title]:
    return {one.path: one.title for one in organisation.departments(SYSTEM, jurisdiction=jurisdiction.code)}


def register_own_names() -> None:
    """Areas and departments, which the base knows."""
    register_names("area_path", _areas)
    register_names("department_path", _departments)
