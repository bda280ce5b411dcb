"""Keys of keyset pages: where a page ended, as text for an address.

A list ordered by a moment and an id goes on behind the last row shown, however many rows come in meanwhile.
"""

from __future__ import annotations

from datetime import UTC, datetime

from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

SEPARATOR = "~"
LARGEST_ID = 2**63 - 1


def page_key(at: datetime, key: int) -> str:
    """The key of a row by its moment (aware) and id; needs no escaping in an address."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z{SEPARATOR}{key}"


def from_page_key(text: str) -> tuple[datetime, int]:
    """The moment (UTC) and id of a key. Invalid, in words, for anything that is none, however strange."""
    try:
        at, key = text.split(SEPARATOR)
        moment, number = datetime.fromisoformat(at), int(key)
        if moment.tzinfo is None or not 0 <= number <= LARGEST_ID:
            raise ValueError
        return moment.astimezone(UTC), number
    except (ValueError, OverflowError):
        raise Invalid(N_("This page address is damaged; please start from the first page.")) from None
