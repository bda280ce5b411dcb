"""Where things are: grids, locating, coordinate systems."""
