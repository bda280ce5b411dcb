"""Keys of keyset pages: what was written is read, anything else is refused in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.errors import Invalid
from yiwang.kernel.page_keys import from_page_key, page_key

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8))])
MOMENTS = st.datetimes(timezones=ZONES).filter(lambda at: 1900 < at.year < 2200)


@given(MOMENTS, st.integers(0, 2**63 - 1))
def test_what_was_written_is_read(at: datetime, key: int) -> None:
    assert from_page_key(page_key(at, key)) == (at, key)


@given(st.text())
def test_anything_is_read_or_refused(text: str) -> None:
    try:
        at, key = from_page_key(text)
    except Invalid:
        return
    assert at.tzinfo is UTC and key >= 0


@pytest.mark.parametrize(
    "text",
    [
        *("", "~", "2026-01-01T00:00:00~1", "0001-01-01T00:00:00+14:00~1", "9999-12-31T23:59:59-14:00~1"),
        *("2026-01-01T00:00:00+00:00~-1", "2026-01-01T00:00:00+00:00~99999999999999999999", "x~y"),
    ],
)
def test_damaged_keys_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        from_page_key(text)
