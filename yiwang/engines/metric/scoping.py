"""Which part of a metric a viewer sees, as an SQL filter over its path columns.

A grant of `boards.view` opens the rows below its area and department (one single grant must cover a row, as
everywhere). A metric without such a column cannot be cut: it is shown only to whom a grant gives the whole.
"""

from __future__ import annotations

from yiwang.base.access import Viewer
from yiwang.engines.metric.specs import MetricSpec
from yiwang.kernel.errors import NotAllowed
from yiwang.kernel.text import N_

PERMISSION = "boards.view"

Filter = tuple[str, dict[str, str]]
"""SQL over `metric.…` columns, and its parameters."""


def scope_filter(viewer: Viewer, spec: MetricSpec, root_path: str) -> Filter:
    """The filter of a viewer's grants within the jurisdiction at `root_path`; NotAllowed when they open nothing."""
    if viewer.is_system:
        return "true", {}
    parts: list[str] = []
    values: dict[str, str] = {}
    for grant in sorted(set(viewer.grants_of(PERMISSION))):
        limits = _limits(spec, root_path, grant.area_path, grant.department_path)
        if limits is None:
            continue
        tests: list[str] = []
        for column, path in limits:
            name = f"scope_{len(values)}"
            values[name] = path
            tests.append(f"starts_with({column}, ${name})")
        if not tests:
            return "true", {}
        parts.append(f"({' and '.join(tests)})")
    if not parts:
        raise NotAllowed(N_("Your posts do not show you these figures."))
    return " or ".join(parts), values


def _limits(spec: MetricSpec, root: str, area: str, department: str) -> list[tuple[str, str]] | None:
    """The path prefixes a grant asks for; none at all: it covers everything; None: it opens nothing here."""
    limits: list[tuple[str, str]] = []
    if not root.startswith(area):
        if not area.startswith(root) or "area_path" not in spec.dimensions:
            return None
        limits.append(("area_path", area))
    if department:
        if "department_path" not in spec.dimensions:
            return None
        limits.append(("department_path", department))
    return limits
