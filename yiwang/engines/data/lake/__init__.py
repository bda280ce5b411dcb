"""The lake: Delta tables, written exactly once, read by DuckDB and only through here."""

from yiwang.engines.data.lake.querying import QueryLimits, query
from yiwang.engines.data.lake.reading import Lake, current_version, open_lake, scan
from yiwang.engines.data.lake.tidying import pin_version, unpin_version
from yiwang.engines.data.lake.writing import Mode, Written, recover, write

__all__ = [
    "Lake",
    "Mode",
    "QueryLimits",
    "Written",
    "current_version",
    "open_lake",
    "pin_version",
    "query",
    "recover",
    "scan",
    "unpin_version",
    "write",
]
