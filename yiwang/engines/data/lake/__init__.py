"""The lake: Delta tables, written exactly once, read by DuckDB and only through here."""

from yiwang.engines.data.lake.reading import Lake, current_version, open_lake, scan
from yiwang.engines.data.lake.writing import Mode, Written, recover, write

__all__ = ["Lake", "Mode", "Written", "current_version", "open_lake", "recover", "scan", "write"]
