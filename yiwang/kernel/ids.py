"""Identifiers that cross a boundary: UUID version 7 (RFC 9562), ordered by time."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7


def new_uid() -> UUID:
    """A fresh UUIDv7; later ones sort after earlier ones."""
    return uuid7()
