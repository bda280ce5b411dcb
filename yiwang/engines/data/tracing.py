"""Numbers in free text that point at a person: found for blind indexes, starred for display."""

from __future__ import annotations

import re
import unicodedata

from yiwang.base.personal.sealed import blind
from yiwang.kernel.codes import citizen_id, credit_code, phone

_RUNS = re.compile(r"(?<![0-9A-Za-z])\+?[0-9](?:[0-9Xx]|[ -](?=[0-9])){5,24}(?![0-9A-Za-z])|[0-9A-HJ-NP-RT-UW-Y]{18}")
_STARRED = re.compile(r"(?<![0-9A-Za-z.])[0-9]{3}([0-9]{4,12})[0-9Xx]{2,4}(?![0-9A-Za-z])")


def blinds_in(text: str) -> set[str]:
    """Blind indexes of every telephone, citizen and credit code number a text contains."""
    found: set[str] = set()
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text)):
        for kind, codes in (("phone", phone), ("citizen_id", citizen_id), ("credit_code", credit_code)):
            if codes.problem(run) is None:
                found.add(blind(kind, codes.normalise(run)))
    return found


def starred(text: str) -> str:
    """The text with the middle of long digit runs hidden: enough to recognise a row, not to call somebody."""
    return _STARRED.sub(lambda m: f"{m[0][:3]}{'*' * len(m[1])}{m[0][3 + len(m[1]) :]}", text)
