"""Writes to grid systems, grids and who is on duty in them; to elements and addresses."""

from yiwang.engines.place.actions.addresses import NewAddress, put_addresses
from yiwang.engines.place.actions.duties import Shift, end_duty, put_duties, put_duty
from yiwang.engines.place.actions.elements import NewElement, put_elements
from yiwang.engines.place.actions.grids import NewGrid, PutGrids, put_grids
from yiwang.engines.place.actions.ground import PutRows
from yiwang.engines.place.actions.systems import put_system, retire_system

__all__ = [
    "NewAddress",
    "NewElement",
    "NewGrid",
    "PutGrids",
    "PutRows",
    "Shift",
    "end_duty",
    "put_addresses",
    "put_duties",
    "put_duty",
    "put_elements",
    "put_grids",
    "put_system",
    "retire_system",
]
