"""Which points can be trusted to say where a district is.

Dropped, each counted: points without label; without a place on earth; *placeholders* (whole degrees in both axes, or
one point carrying three labels or more: what a source writes when it knows no place); *outliers* (further from the
median than three times the distance within which 95 % lie); *strays* (none of the eight nearest says the same).
What is left is smoothed: islands of a label far smaller than the label take the label around them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, cKDTree

from yiwang.engines.place.cells import METRES_PER_DEGREE
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LABELS_OF_PLACEHOLDER = 3
OUTLIER_TIMES = 3.0
NEIGHBOURS = 8
ISLAND_SHARE = 0.03
ISLAND_POINTS = 3
SAME_SPOT_M = 0.5


@dataclass(frozen=True)
class Plane:
    """A local plane around a WGS-84 point, metres east and north (equirectangular)."""

    lon: float
    lat: float

    @property
    def _scale(self) -> Floats:
        return np.array([METRES_PER_DEGREE * math.cos(math.radians(self.lat)), METRES_PER_DEGREE])

    def flat(self, degrees: Floats) -> Floats:
        """Metres, (n, 2), of points in degrees, (n, 2)."""
        metres: Floats = (degrees - (self.lon, self.lat)) * self._scale
        return metres

    def round(self, metres: Floats) -> Floats:
        """Degrees, (n, 2), of points in metres, (n, 2)."""
        degrees: Floats = metres / self._scale + (self.lon, self.lat)
        return degrees


@dataclass(frozen=True)
class Trusted:
    """The points kept: metres in `plane` (n, 2), each with the number of its label; and what was dropped why."""

    plane: Plane
    points: Floats
    labels: Ints
    names: tuple[str, ...]
    dropped: dict[str, int]


def labelled(lons: ArrayLike, lats: ArrayLike, labels: Sequence[str]) -> tuple[Floats, NDArray[Any], NDArray[np.bool_]]:
    """Degrees (n, 2), trimmed labels (n) and a mask (n) of those on earth that are no placeholder and have a label."""
    degrees = np.column_stack([np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)])
    names = np.array([str(label).strip() for label in labels], dtype=object)
    if len(degrees) != len(names):
        raise Invalid(N_("There are %(points)s points but %(labels)s labels."), points=len(degrees), labels=len(names))
    on_earth = _on_earth(degrees)
    return degrees, names, on_earth & (names != "") & ~_placeholders(degrees, names, on_earth)


def trusted(lons: ArrayLike, lats: ArrayLike, labels: Sequence[str]) -> Trusted:
    """The points to draw districts from. Arrays n long, degrees of WGS-84, NaN where unknown; "" = no label.

    `Invalid` when fewer than three points or two labels are left, or lengths differ.
    """
    degrees, names, good = labelled(lons, lats, labels)
    on_earth = _on_earth(degrees)
    dropped = {
        "unlabelled": int((names == "").sum()),
        "nowhere": int((~on_earth & (names != "")).sum()),
        "placeholder": int((on_earth & (names != "") & ~good).sum()),
    }
    degrees, names = degrees[good], names[good]
    _require_some(names)
    plane = Plane(float(np.median(degrees[:, 0])), float(np.median(degrees[:, 1])))
    points = plane.flat(degrees)
    away = np.hypot(points[:, 0], points[:, 1])
    near = away <= OUTLIER_TIMES * np.quantile(away, 0.95)
    dropped["outlier"] = int((~near).sum())
    known, numbers = np.unique(names[near].astype(str), return_inverse=True)
    points, numbers = _one_for_each_spot(points[near], numbers.astype(np.int64))
    _require_some(known[numbers])
    kept = ~_strays(points, numbers)
    dropped["stray"] = int((~kept).sum())
    points, numbers = points[kept], numbers[kept]
    _require_some(known[numbers])
    return Trusted(plane, points, _without_islands(points, numbers), tuple(known.tolist()), dropped)


def _require_some(names: NDArray[Any]) -> None:
    if len(names) < 3 or len(set(names.tolist())) < 2:
        raise Invalid(N_("Districts need at least three usable points with two labels or more."))


def _on_earth(degrees: Floats) -> NDArray[np.bool_]:
    inside = (np.abs(degrees[:, 0]) <= 180) & (np.abs(degrees[:, 1]) <= 90)  # false for NaN
    good: NDArray[np.bool_] = inside & ~((degrees[:, 0] == 0) & (degrees[:, 1] == 0))
    return good


def _placeholders(degrees: Floats, names: NDArray[Any], on_earth: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whole degrees in both axes, or a spot that carries several labels."""
    whole = on_earth & (degrees == np.floor(degrees)).all(axis=1)
    of_spot: dict[tuple[float, float], set[str]] = {}
    spots = [tuple(spot) for spot in degrees.tolist()]
    for spot, name, counts in zip(spots, names.tolist(), on_earth.tolist(), strict=True):
        if counts and name:
            of_spot.setdefault(spot, set()).add(name)
    shared = [len(of_spot.get(spot, ())) >= LABELS_OF_PLACEHOLDER for spot in spots]
    found: NDArray[np.bool_] = whole | np.array(shared, dtype=bool)
    return found


def _one_for_each_spot(points: Floats, labels: Ints) -> tuple[Floats, Ints]:
    """One point for each spot of half a metre, with the label most often given there."""
    _, first, spot = np.unique(np.round(points / SAME_SPOT_M), axis=0, return_index=True, return_inverse=True)
    votes = np.zeros((len(first), int(labels.max()) + 1), dtype=np.int32)
    np.add.at(votes, (spot.ravel(), labels), 1)
    return points[first], votes.argmax(axis=1).astype(np.int64)


def _strays(points: Floats, labels: Ints) -> NDArray[np.bool_]:
    """Points of a label with more than one point none of whose nearest neighbours has the same label."""
    k = min(NEIGHBOURS, len(points) - 1)
    _, near = cKDTree(points).query(points, k=k + 1)
    alone = (labels[near[:, 1:]] != labels[:, None]).all(axis=1)
    counts = np.bincount(labels)
    last = np.array([alone[labels == n].all() for n in range(len(counts))])  # never drop a label's every point
    strays: NDArray[np.bool_] = alone & (counts[labels] > 1) & ~last[labels]
    return strays


def _without_islands(points: Floats, labels: Ints) -> Ints:
    """Labels where small groups cut off from their label's largest group take the label most common around them."""
    try:
        first, second = _edges(points)
    except ValueError:  # all on one line: nothing can be an island
        return labels
    for _ in range(3):
        same = labels[first] == labels[second]
        graph = coo_matrix((np.ones(same.sum()), (first[same], second[same])), shape=(len(points), len(points)))
        n_groups, group = connected_components(graph, directed=False)
        sizes = np.bincount(group, minlength=n_groups)
        label_of = np.zeros(n_groups, dtype=np.int64)
        label_of[group] = labels
        small = _small_groups(sizes, label_of, labels)
        if not small.any():
            break
        labels = _relabelled(labels, group, small, first, second)
    return labels


def _edges(points: Floats) -> tuple[Ints, Ints]:
    """The Delaunay neighbours, each pair once. ValueError when all points lie on one line."""
    from scipy.spatial import QhullError

    try:
        corners = Delaunay(points).simplices
    except QhullError as error:
        raise ValueError("all points lie on one line") from error
    pairs = np.sort(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1)
    pairs = np.unique(pairs, axis=0).astype(np.int64)
    return pairs[:, 0], pairs[:, 1]


def _small_groups(sizes: Ints, label_of: Ints, labels: Ints) -> NDArray[np.bool_]:
    """Groups too small to be a part of their district; the largest group of each label never is."""
    totals = np.bincount(labels, minlength=int(label_of.max()) + 1)
    small: NDArray[np.bool_] = sizes < np.maximum(ISLAND_POINTS, ISLAND_SHARE * totals[label_of])
    for label in np.unique(label_of):
        mine = np.flatnonzero(label_of == label)
        small[mine[np.argmax(sizes[mine])]] = False
    return small


def _relabelled(labels: Ints, group: Ints, small: NDArray[np.bool_], first: Ints, second: Ints) -> Ints:
    """Each small group with the label most of its neighbours outside have."""
    votes: dict[int, dict[int, int]] = {}
    crossing = group[first] != group[second]
    for a, b in zip(first[crossing].tolist(), second[crossing].tolist(), strict=True):
        for here, there in ((a, b), (b, a)):
            if small[group[here]] and not small[group[there]]:
                of_group = votes.setdefault(int(group[here]), {})
                of_group[int(labels[there])] = of_group.get(int(labels[there]), 0) + 1
    made = labels.copy()
    for number, found in votes.items():
        made[group == number] = max(found.items(), key=lambda each: (each[1], -each[0]))[0]
    return made
