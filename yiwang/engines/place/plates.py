"""Codes on the plates of facilities, as people write them down: in any case and width, with or without dashes.

A *key* is a code without dashes and blanks in upper case; the database computes it for its index as `Plate`.
"""

from __future__ import annotations

import re
from itertools import pairwise

from django.db.models import Func, TextField

from yiwang.engines.place.spelling import plain

LEAST, LEAST_DIGITS = 4, 6
"""A key this short, or of digits alone and this short, says nothing in a text full of numbers."""
MAX_TEXT, MOST = 2_000, 40
_WORD = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_BETWEEN = re.compile(r"[-_ ]")


class Plate(Func):
    """The key of a column with codes; its literals stand in the SQL, so that both databases find the index by it."""

    template = "UPPER(REPLACE(REPLACE(REPLACE(%(expressions)s, '-', ''), '_', ''), ' ', ''))"
    arity = 1
    output_field = TextField()


def plates_in(text: str) -> list[tuple[int, int, str]]:
    """What may be a code in a text: (start, end, key) of each word with a digit, alone and with the one behind it."""
    told = plain(text[:MAX_TEXT])
    words = [(one.start(), one.end()) for one in _WORD.finditer(told)][:MOST]
    pairs = [(a, d) for (a, b), (c, d) in pairwise(words) if told[b:c] == " "]
    keys = [(start, end, _BETWEEN.sub("", told[start:end]).upper()) for start, end in (*words, *pairs)]
    return [(start, end, key) for start, end, key in keys if _is_plate(key)]


def _is_plate(key: str) -> bool:
    return len(key) >= (LEAST_DIGITS if key.isdigit() else LEAST) and any(c.isdigit() for c in key)
