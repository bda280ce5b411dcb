"""Writes to grid systems, grids and who is on duty in them."""

from yiwang.engines.place.actions.duties import Shift, end_duty, put_duty
from yiwang.engines.place.actions.grids import NewGrid, PutGrids, put_grids
from yiwang.engines.place.actions.systems import put_system, retire_system

__all__ = ["NewGrid", "PutGrids", "Shift", "end_duty", "put_duty", "put_grids", "put_system", "retire_system"]
