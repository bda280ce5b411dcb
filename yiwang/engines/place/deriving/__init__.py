"""Districts drawn from points: for a city that has labelled records (its district's name) but no polygons.

Each place belongs to the label of the nearest trustworthy point (Voronoi cells dissolved by label), clipped to where
the points are. Borders are right to about half the distance between points; official polygons are always better.
"""

from yiwang.engines.place.deriving.districts import Derived, District, derive_districts, held_out_share
from yiwang.engines.place.deriving.reading import LabelledPoints, read_points
from yiwang.engines.place.deriving.writing import geojson_text

__all__ = [
    "Derived",
    "District",
    "LabelledPoints",
    "derive_districts",
    "geojson_text",
    "held_out_share",
    "read_points",
]
