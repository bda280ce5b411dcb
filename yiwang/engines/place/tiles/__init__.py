"""Vector tiles: geometries in degrees on their way to a map, cut, simplified, encoded, kept on disk.

tiles.encode([Layer("pits", [Feature(shapely.Point(118.9, 29.6), {"depth": 3})])], z, x, y)  → bytes (not zipped)
tiles.bounds(z, x, y)                                                                       → west, south, east, north
"""

from yiwang.engines.place.tiles.cutting import EXTENT, MAX_ZOOM, bounds
from yiwang.engines.place.tiles.encoding import Feature, Layer, encode

__all__ = ["EXTENT", "MAX_ZOOM", "Feature", "Layer", "bounds", "encode"]
