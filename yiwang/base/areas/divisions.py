"""The national divisions shipped with the product: 34 provinces down to 41,351 streets (codes of 2023).

The source counts 41,352: one of them is a county without streets, repeated as its own street. The table is made by
`tools/divisions.py`; here it is only unpacked. Codes grow to their twelve digits (GB/T 2260, GB/T 10114), and each
parent is found from the code alone.
"""

from __future__ import annotations

import csv
import io
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from yiwang.base.access.paths import join_path

TABLE = Path(__file__).with_name("divisions.csv.xz")
LEVEL_OF_LENGTH = {2: 1, 4: 2, 6: 3, 9: 4}


@dataclass(frozen=True)
class Division:
    """One division as shipped: twelve-digit code, level 1-4, parent's code (None for a province), path, titles."""

    code: str
    name: str
    title: dict[str, str]
    level: int
    parent_code: str | None
    path: str


def read_divisions() -> Iterator[Division]:
    """All divisions, every parent before its children."""
    text = io.StringIO(lzma.decompress(TABLE.read_bytes()).decode(), newline="")
    paths: dict[str, str] = {}
    for row in csv.DictReader(text):
        short = row["code"]
        parent = next((short[:n] for n in (6, 4, 2) if n < len(short) and short[:n] in paths), None)
        path = paths[short] = join_path(paths[parent] if parent else "", full_code(short))
        title = {"zh-Hans": row["name"]} | ({"en": row["en"]} if row["en"] else {})
        parent_code = full_code(parent) if parent else None
        yield Division(full_code(short), row["name"], title, LEVEL_OF_LENGTH[len(short)], parent_code, path)


def full_code(short: str) -> str:
    """The twelve-digit code of a shortened one."""
    return short.ljust(12, "0")
