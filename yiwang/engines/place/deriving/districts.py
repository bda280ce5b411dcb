"""Polygons from trusted points: borders between cells of different labels, noded and polygonised.

Only the borders between Voronoi cells of different labels are kept, cut with the outline, and the faces between them
take the label of their nearest point. So the districts tile the outline without gap or overlap by construction; the
simplification works on all borders at once (Visvalingam on the coverage), and the last step snaps every corner to
1e-6° and polygonises again, so that what is written tiles exactly too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.spatial import Voronoi, cKDTree
from shapely.geometry.base import BaseGeometry

from yiwang.engines.place.deriving.points import Plane, Trusted, labelled, trusted
from yiwang.engines.place.index import GridIndex, Located, Shape
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

MARGIN_M = 300.0
SIMPLIFY_M = 40.0
HULL_RATIO = 0.15
MAX_CODE = 40  # what areas allow
SNAP_M = 0.01
SNAP_DEGREES = 1e-6


@dataclass(frozen=True)
class District:
    """One label's ground: WGS-84 polygon(s), and how many points it was drawn from.

    `code` is the label made fit for codes: lower-case letters and digits (of any script) joined by `_`.
    """

    code: str
    label: str
    geometry: BaseGeometry
    n_points: int


@dataclass(frozen=True)
class Derived:
    """The districts by label; what was dropped, by reason; and how well they give the labels back.

    `share_own` is the share of all points with a label and a place (placeholders left out, strays and outliers not)
    that lie in the polygon of their own label.
    """

    districts: tuple[District, ...]
    n_given: int
    n_used: int
    dropped: dict[str, int]
    share_own: float


def derive_districts(
    lons: ArrayLike,
    lats: ArrayLike,
    labels: Sequence[str],
    *,
    margin_m: float = MARGIN_M,
    simplify_m: float = SIMPLIFY_M,
) -> Derived:
    """Districts from n labelled points (degrees of WGS-84, NaN where unknown; "" = no label).

    `margin_m` is how far the districts reach beyond the outermost points, `simplify_m` the size of what is smoothed
    away at borders. `Invalid` when fewer than three points or two labels can be used. About 1 s for 10,000 points.
    """
    kept = trusted(lons, lats, labels)
    outline = _outline(kept.points, margin_m)
    faces, owner = _faces(kept, outline)
    present = np.unique(owner)
    whole = np.array([shapely.union_all(faces[owner == label]) for label in present], dtype=object)
    if simplify_m > 0:
        whole = shapely.coverage_simplify(whole, simplify_m)
    snapped = _snapped(whole, kept.plane)
    codes = _codes(kept.names)
    made = tuple(
        District(codes[label], kept.names[label], shape, int((kept.labels == label).sum()))
        for label, shape in sorted(zip(present.tolist(), snapped, strict=True), key=lambda p: _order(kept.names[p[0]]))
        if not shape.is_empty
    )
    if len(made) < 2:
        raise Invalid(N_("Districts need at least three usable points with two labels or more."))
    derived = Derived(made, len(labels), len(kept.points), kept.dropped, 0.0)
    return replace(derived, share_own=share_in_own(derived, lons, lats, labels))


def share_in_own(derived: Derived, lons: ArrayLike, lats: ArrayLike, labels: Sequence[str]) -> float:
    """The share of points with a label and a place that lie in the polygon of their own label (0 without any)."""
    degrees, names, good = labelled(lons, lats, labels)
    if not good.any():
        return 0.0
    index = GridIndex(
        [
            Shape(Located(n, each.label, {}, "", 0, "", None, ""), each.geometry)
            for n, each in enumerate(derived.districts)
        ]
    )
    found = index.at_many(degrees[good, 0], degrees[good, 1])
    hits = sum(one is not None and one.grid_code == name for one, name in zip(found, names[good], strict=True))
    return float(hits / good.sum())


def held_out_share(
    lons: ArrayLike,
    lats: ArrayLike,
    labels: Sequence[str],
    *,
    folds: int = 5,
    margin_m: float = MARGIN_M,
    simplify_m: float = SIMPLIFY_M,
) -> float:
    """As `share_own`, but every point is judged by districts drawn without it and its fold (every n-th point)."""
    x, y, names = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64), np.array(labels, dtype=object)
    _, _, good = labelled(x, y, labels)
    x, y, names = x[good], y[good], names[good]
    fold = np.arange(len(x)) % folds
    right = 0.0
    for n in range(folds):
        rest, out = fold != n, fold == n
        made = derive_districts(x[rest], y[rest], names[rest].tolist(), margin_m=margin_m, simplify_m=simplify_m)
        right += share_in_own(made, x[out], y[out], names[out].tolist()) * out.sum()
    return float(right / len(x))


def _codes(names: Sequence[str]) -> list[str]:
    """A code for each label, each once: `Washington Village/Pigtown` becomes `washington_village_pigtown`."""
    found: list[str] = []
    for name in names:
        stem = re.sub(r"[\W_]+", "_", name.lower()).strip("_")[:MAX_CODE] or "district"
        code, n = stem, 1
        while code in found:
            n += 1
            code = f"{stem[: MAX_CODE - 4]}_{n}"
        found.append(code)
    return found


def _order(name: str) -> tuple[int, int, str]:
    """Numbers by size before names by letter."""
    return (0, int(name), "") if name.isdecimal() else (1, 0, name)


def _outline(points: NDArray[np.float64], margin_m: float) -> BaseGeometry:
    """The ground the points cover: a hull that follows them, widened by the margin and rounded off."""
    hull = shapely.concave_hull(shapely.multipoints(points), ratio=HULL_RATIO)
    wide = shapely.simplify(shapely.buffer(hull, max(margin_m, 1.0), quad_segs=4), margin_m / 10)
    return shapely.Polygon(shapely.get_exterior_ring(wide))


def _faces(kept: Trusted, outline: BaseGeometry) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """The faces between the borders inside the outline, each with its label's number."""
    lines = [*_borders(kept, outline), shapely.get_exterior_ring(outline)]
    noded = shapely.union_all(np.array(lines, dtype=object), grid_size=SNAP_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.point_on_surface(faces)
    shapely.prepare(outline)
    within = shapely.intersects(outline, inside)
    faces, inside = faces[within], inside[within]
    _, nearest = cKDTree(kept.points).query(shapely.get_coordinates(inside))
    return faces, kept.labels[nearest]


def _borders(kept: Trusted, outline: BaseGeometry) -> NDArray[np.object_]:
    """The edges between Voronoi cells of different labels; points far outside make all edges here finite."""
    west, south, east, north = outline.bounds
    reach = 20 * max(east - west, north - south)
    turns = np.arange(8) * np.pi / 4 + 0.1
    far = np.column_stack([np.cos(turns), np.sin(turns)]) * reach + ((west + east) / 2, (south + north) / 2)
    diagram = Voronoi(np.vstack([kept.points, far]))
    labels = np.concatenate([kept.labels, np.full(len(far), -1)])
    pairs = diagram.ridge_points
    ends = np.array(diagram.ridge_vertices)
    wanted = (labels[pairs[:, 0]] != labels[pairs[:, 1]]) & (ends >= 0).all(axis=1)
    lines = shapely.linestrings(diagram.vertices[ends[wanted]])
    shapely.prepare(outline)
    meeting: NDArray[np.object_] = shapely.intersection(lines[shapely.intersects(outline, lines)], outline)
    return meeting


def _snapped(whole: NDArray[np.object_], plane: Plane) -> list[Any]:
    """The districts in degrees, every corner on the grid of 1e-6°, tiling exactly."""
    degrees = shapely.transform(whole, plane.round)
    noded = shapely.union_all(shapely.boundary(degrees), grid_size=SNAP_DEGREES)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    tree = shapely.STRtree(degrees)
    face, owner = tree.query(shapely.point_on_surface(faces), predicate="intersects")
    _, first = np.unique(face, return_index=True)
    face, owner = face[first], owner[first]
    return [
        shapely.union_all(faces[face[owner == n]]) if (owner == n).any() else shapely.Polygon()
        for n in range(len(whole))
    ]
