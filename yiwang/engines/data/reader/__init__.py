"""Reads departments' files as they are: any encoding, any dialect, bad rows set aside with line and reason.

for row in open_rows(path):
    match row:
        case BadRow(line, reason, raw): …keep it with its reason…
        case Row(line, values): …
"""

from yiwang.engines.data.reader.encodings import detect_encoding
from yiwang.engines.data.reader.records import BadRow, FileFacts, Limits, Row
from yiwang.engines.data.reader.source import RowSource, open_rows, sniff

__all__ = ["BadRow", "FileFacts", "Limits", "Row", "RowSource", "detect_encoding", "open_rows", "sniff"]
