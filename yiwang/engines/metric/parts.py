"""Metrics in scenes: the folder `metrics/`, one YAML file for each, its SELECT inside or in `<id>.sql` beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from yiwang.base.access import SYSTEM
from yiwang.engines.metric.actions import put_metric, switch_off_metrics
from yiwang.engines.metric.checks import sql_problems
from yiwang.engines.metric.queries import measure
from yiwang.engines.metric.specs import MetricSpec
from yiwang.kernel import clock
from yiwang.kernel.errors import Invalid, Problems
from yiwang.kernel.scenes import Documents, InstallContext, Part, Scene, register_part, register_runner
from yiwang.kernel.scenes.expectations import ExpectationSpec
from yiwang.kernel.text import N_

PART = "metrics"


def register_metrics() -> None:
    """Make the part known, and the measurement `metric` of `checks/`."""
    register_part(
        Part(
            name=PART,
            folder="metrics",
            spec=MetricSpec,
            suffixes=(".sql",),
            order=70,
            check=_check,
            install=_install,
            remove=_remove,
        )
    )
    register_runner("metric", _measured, targets=PART)


def _check(scene: Scene, documents: Documents, problems: Problems) -> None:
    """Datasets that exist, exactly one SELECT for each metric, and that one sound."""
    files = dict(scene.files.get(PART, {}))
    for document in documents.values():
        spec: MetricSpec = document.spec
        known = scene.names.known("datasets")
        if known:
            for n, name in enumerate(spec.datasets):
                scene.refer(problems, document, ("datasets", n), "datasets", name)
        path = files.pop(f"{document.id}.sql", None)
        if spec.sql is not None and path is not None:
            document.source.add(problems, ("sql",), N_("the SELECT stands here and in %(file)s"), file=path.name)
        elif spec.sql is not None:
            for wrong in sql_problems(spec, spec.sql):
                line = document.source.line_in(("sql",), wrong.line - 1)
                problems.add(document.file, line, wrong.text)
        elif path is not None:
            for wrong in sql_problems(spec, path.read_text(encoding="utf-8")):
                problems.add(path, wrong.line, wrong.text)
        else:
            problems.add(document.file, 0, N_("the SELECT is missing: “sql” here, or %(id)s.sql"), id=document.id)
    for path in files.values():
        if path.stem not in scene.of(PART):
            problems.add(path, 0, N_("no metric belongs to this file"))


def _install(context: InstallContext, documents: Documents) -> None:
    files = context.scene.files.get(PART, {})
    place = _place(context)
    for document in documents.values():
        sql = document.spec.sql or _text(files[f"{document.id}.sql"])
        put_metric(place, document.id, document.spec, sql, scene=context.scene.name, by=context.by)
    switch_off_metrics(place, scene=context.scene.name, by=context.by, keep=list(documents))


def _remove(context: InstallContext) -> None:
    switch_off_metrics(_place(context), scene=context.scene.name, by=context.by)


def _place(context: InstallContext) -> str:
    """The jurisdiction's code. Invalid for a scene installed into none: a figure without a city says nothing."""
    if context.jurisdiction is None:
        raise Invalid(N_("Metrics need a jurisdiction: say into which city the scene is installed."))
    return str(context.jurisdiction.code)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _measured(context: InstallContext, wanted: ExpectationSpec) -> Any:
    """`measure: metric`: the whole of a metric `with` since and until (days; all time without them)."""
    told = wanted.parameters
    since = date.fromisoformat(str(told["since"])) if "since" in told else date(1900, 1, 1)
    zone = context.jurisdiction.time_zone
    until = date.fromisoformat(str(told["until"])) if "until" in told else clock.today(zone).replace(year=2999)
    return measure(SYSTEM, str(wanted.of), since=since, until=until, jurisdiction=_place(context)).total
