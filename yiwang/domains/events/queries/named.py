"""Titles of events by number, for pages that only hold a link to them (notices)."""

from __future__ import annotations

from collections.abc import Iterable

from yiwang.base.access import Viewer
from yiwang.domains.events.models import Event
from yiwang.domains.events.numbers import event_id, event_number
from yiwang.domains.events.queries.lists import event_scope


def titles_of(viewer: Viewer, numbers: Iterable[str]) -> dict[str, str]:
    """Number → title of the events among these that the viewer may see, in one query."""
    ids = {pk for pk in map(event_id, numbers) if pk is not None}
    rows = Event.objects.filter(event_scope(viewer), pk__in=ids).values_list("pk", "title") if ids else ()
    return {event_number(pk): title for pk, title in rows}
