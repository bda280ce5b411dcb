"""Boards in scenes: the folder `boards/`, one YAML file for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from yiwang.engines.board.actions import put_board, take_down_boards
from yiwang.engines.board.live import live_names, live_query
from yiwang.engines.board.specs import BoardSpec, FromSpec, TileSpec
from yiwang.engines.metric.specs import GRAINS, MetricSpec
from yiwang.kernel.errors import Invalid, Problems
from yiwang.kernel.scenes import Documents, InstallContext, Part, Scene, SceneDocument, register_part
from yiwang.kernel.specs import Path
from yiwang.kernel.text import N_

PART = "boards"


def register_boards() -> None:
    """Make the part known; names of live queries are those the running platform offers."""
    register_part(
        Part(
            name=PART,
            folder="boards",
            spec=BoardSpec,
            order=80,
            provides=_provides,
            check=_check,
            install=_install,
            remove=_remove,
        )
    )


def _provides() -> Mapping[str, Collection[str]]:
    return {"live": live_names()}


def _check(scene: Scene, documents: Documents, problems: Problems) -> None:
    """Breakdowns the metrics have, parameters and columns the live queries have."""
    for document in documents.values():
        spec: BoardSpec = document.spec
        for name, tile in spec.tiles.items():
            if tile.from_.live in live_names():
                _check_live(document, name, tile, problems)
            if tile.shade and tile.shade.live in live_names():
                _check_params(document, ("tiles", name, "shade"), tile.shade, problems)
            for key in tile.from_.metric_keys:
                metric = scene.of("metrics").get(key)
                if metric is not None:
                    _check_metric(document, name, tile, metric.spec, problems)


def _check_live(document: SceneDocument, name: str, tile: TileSpec, problems: Problems) -> None:
    query = live_query(str(tile.from_.live))
    columns = {column.name for column in query.columns}
    for param in tile.from_.params:
        if param not in query.params:
            asked = ("tiles", name, "from", "params", param)
            document.source.add(
                problems, asked, N_("%(query)s has no parameter “%(name)s”"), query=query.name, name=param
            )
    for n, column in enumerate(tile.columns):
        if column not in columns:
            at = ("tiles", name, "columns", n)
            document.source.add(problems, at, N_("%(query)s has no column “%(name)s”"), query=query.name, name=column)
    if tile.kind == "map" and not {"lon", "lat"} <= {column.kind for column in query.columns}:
        document.source.add(
            problems, ("tiles", name, "from", "live"), N_("%(query)s has no points for a map"), query=query.name
        )


def _check_params(document: SceneDocument, path: Path, source: FromSpec, problems: Problems) -> None:
    query = live_query(str(source.live))
    for param in source.params:
        if param not in query.params:
            told = N_("%(query)s has no parameter “%(name)s”")
            document.source.add(problems, (*path, "params", param), told, query=query.name, name=param)


def _check_metric(document: SceneDocument, name: str, tile: TileSpec, metric: MetricSpec, problems: Problems) -> None:
    for n, by in enumerate(tile.from_.by):
        if by not in (*GRAINS, *metric.dimensions):
            told = N_("the metric has no dimension “%(name)s”")
            document.source.add(problems, ("tiles", name, "from", "by", n), told, name=by)


def _install(context: InstallContext, documents: Documents) -> None:
    place = _place(context)
    for document in documents.values():
        put_board(place, document.id, document.spec, scene=context.scene.name, by=context.by)
    take_down_boards(place, scene=context.scene.name, by=context.by, keep=list(documents))


def _remove(context: InstallContext) -> None:
    take_down_boards(_place(context), scene=context.scene.name, by=context.by)


def _place(context: InstallContext) -> str:
    """The jurisdiction's code. Invalid for a scene installed into none."""
    if context.jurisdiction is None:
        raise Invalid(N_("Boards need a jurisdiction: say into which city the scene is installed."))
    return str(context.jurisdiction.code)
