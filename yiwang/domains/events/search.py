"""Full-text search over events inside the database, so that it is transactional and scoped like any list.

Character 1+2-grams (`kernel.grams`) go into what each database has without extensions: PostgreSQL a `tsvector` with
a GIN index, SQLite an FTS5 table. The tables are made by this package's migration; rows follow the event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from yiwang.domains.events.models import Event
from yiwang.kernel.grams import grams

MAX_QUERY_GRAMS = 40

_PUT = {
    "postgresql": "INSERT INTO events_search (event_id, grams) "
    "SELECT event, array_to_tsvector(string_to_array(words, ' ')) "
    "FROM unnest(%s::bigint[], %s::text[]) AS given (event, words) "
    "ON CONFLICT (event_id) DO UPDATE SET grams = EXCLUDED.grams",
    "sqlite": "INSERT OR REPLACE INTO events_search (rowid, grams) VALUES (%s, %s)",
}
_FIND = {
    "postgresql": "SELECT event_id FROM events_search WHERE grams @@ %s::tsquery",
    "sqlite": "SELECT rowid FROM events_search WHERE events_search MATCH %s",
}


def index_event(event: Event, category_title: Mapping[str, str]) -> None:
    """(Re)index one saved event by its text, address and category."""
    index_events([(event, category_title)])


def index_events(pairs: Iterable[tuple[Event, Mapping[str, str]]]) -> None:
    """As `index_event`, for many in one go (imports)."""
    rows = [(event.pk, " ".join(_words(event, title))) for event, title in pairs]
    with connection.cursor() as cursor:
        if rows and connection.vendor == "postgresql":  # all in one statement
            cursor.execute(_PUT["postgresql"], ([pk for pk, _words in rows], [words for _pk, words in rows]))
        elif rows:
            cursor.executemany(_PUT["sqlite"], rows)


def forget_events(ids: Iterable[int]) -> None:
    """Take events out of the index (erasure)."""
    column = "event_id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM events_search WHERE {column} = %s", [(i,) for i in ids])  # noqa: S608


def settle_index() -> None:
    """Write SQLite's index anew where it only marked words as gone, so that an erased person's are nowhere in it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO events_search (events_search) VALUES ('optimize')")


def matching(events: QuerySet[Event], text: str) -> QuerySet[Event]:
    """Keep the events whose words hold every gram of `text`; text without a gram (punctuation) matches nothing."""
    wanted = _query(text)
    if not wanted:
        return events.none()
    return events.filter(pk__in=RawSQL(_FIND[connection.vendor], (wanted,)))  # noqa: S611


def _words(event: Event, category_title: Mapping[str, str]) -> list[str]:
    """The distinct grams of an event."""
    text = "\n".join([event.title, event.text, event.address_text, *category_title.values()])
    return list(dict.fromkeys(grams(text)))


def _query(text: str) -> str:
    """All grams joined with AND, quoted for the database's own query language."""
    words = list(dict.fromkeys(grams(text)))
    longer = [w for w in words if len(w) > 1]
    chosen = (longer or words)[:MAX_QUERY_GRAMS]
    if connection.vendor == "postgresql":
        return " & ".join("'" + w.replace("\\", "\\\\").replace("'", "''") + "'" for w in chosen)
    return " ".join('"' + w.replace('"', '""') + '"' for w in chosen)
