"""What "overdue" and "about to be" mean, in one place: the deadline is of handling, so what was handled is neither."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

DUE_SOON = timedelta(hours=4)


def overdue(at: datetime) -> Q:
    """Not handled, and the deadline lies before `at`. Of unfinished events; closed ones have `is_late`."""
    return Q(handled_at=None, due_at__lt=at)


def due_soon(at: datetime, within: timedelta = DUE_SOON) -> Q:
    """Not handled, and the deadline comes within this time."""
    return Q(handled_at=None, due_at__gte=at, due_at__lt=at + within)


def is_overdue(due_at: datetime | None, handled_at: datetime | None, at: datetime) -> bool:
    """As `overdue`, of one unfinished event."""
    return due_at is not None and handled_at is None and due_at < at
