"""What `checks/` of a scene may measure of events: an import of its sample, and who answers for a category."""

from __future__ import annotations

from typing import Any

from yiwang.base.access import SYSTEM
from yiwang.base.areas import queries as areas
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.importing.running import import_events
from yiwang.domains.events.responsibility import place_event
from yiwang.engines.data.mapping import load_mapping
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.scenes import InstallContext, register_runner
from yiwang.kernel.scenes.expectations import ExpectationSpec
from yiwang.kernel.text import N_

SAMPLE = "sample"


def register() -> None:
    """Make the measurements known; called when Django starts."""
    register_runner("import", _imported, targets="mappings")
    register_runner("department", _department, targets="categories")


def _imported(context: InstallContext, wanted: ExpectationSpec) -> Any:
    """`measure: import`: a file of `sample/` (`with: {file: …}`) taken in by the mapping `of`, as counts.

    equals: {rows: 30, new: 29, rejected: 1, open: 4, late: 5, with_both: 24, placeholders: 2}
    """
    sample = (context.scene.folder / SAMPLE).resolve()
    path = (sample / str(wanted.parameters.get("file", ""))).resolve()
    if not path.is_file() or not path.is_relative_to(sample):
        raise NotFound(N_("There is no file “%(name)s”."), name=str(wanted.parameters.get("file", "")))
    mapping = load_mapping(context.scene.folder / "data" / "mappings" / f"{wanted.of}.yaml")
    done = import_events(path, mapping, jurisdiction=_jurisdiction(context), by=SYSTEM)
    return {
        "rows": done.n_in,
        "new": done.n_new,
        "rejected": done.n_rejected,
        "open": done.n_open,
        "late": done.n_late,
        "with_both": done.n_with_both,
        "placeholders": done.n_placeholders,
    }


def _department(context: InstallContext, wanted: ExpectationSpec) -> Any:
    """`measure: department`: who the responsibility list names for the category `of` (`with: {area: code}`)."""
    place = _jurisdiction(context)
    rules = rules_of(place.id)
    area = str(wanted.parameters.get("area", ""))
    path = areas.area(area, place.code).path if area else place.root_path
    duty = place_event(rules, rules.by_code[str(wanted.of)].path, path, {}).duty
    return duty.department_code if duty else None


def _jurisdiction(context: InstallContext) -> areas.JurisdictionView:
    """Where the scene is installed. Invalid for a scene without a city."""
    if context.jurisdiction is None:
        raise Invalid(N_("Events need a jurisdiction: say into which city the scene is installed."))
    return areas.jurisdiction(context.jurisdiction.code)
