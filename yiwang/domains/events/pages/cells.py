"""CSV that a spreadsheet cannot take for a programme.

A cell that starts with = + - @, a tab or a line break may be run as a formula (OWASP "CSV injection"); East Asian
versions also take the full-width signs. Such text gets an apostrophe in front, which spreadsheets show as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """A value as cell text; numbers stay numbers, dangerous text is defused."""
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def csv_row(values: Iterable[object]) -> bytes:
    """One line of CSV (RFC 4180) in UTF-8."""
    line = io.StringIO()
    csv.writer(line).writerow([safe_cell(value) for value in values])
    return line.getvalue().encode()
