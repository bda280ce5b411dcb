"""Copies closed events inside PostgreSQL, so that a million stand there in minutes: for `bench.seeding` only.

A copy happened on another day, some 100 m away, and has its own ids; words, category, area, department, course and
reporter are those of its original, its story is the line that it was taken over. Indexes are made anew at the end.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, models, transaction
from psycopg import sql

KEPT_TIMES = {"recorded_at", "changed_at"}
"""When the platform learned of it is the same for a copy."""
JITTER = 0.001
"""Degrees a point is moved by at most."""
SETTINGS = {"maintenance_work_mem": "1GB", "work_mem": "512MB", "session_replication_role": "replica"}
"""The last one lets triggers rest: references are right as they were, and cells are counted at the end in one go."""
FRESH = {"uid": "gen_random_uuid()", "flow_instance": "NULL", "submission": "NULL", "follow_hash": "NULL"}
COPIES = """
CREATE TEMPORARY TABLE copied ON COMMIT DROP AS
SELECT {first} + row_number() OVER (ORDER BY occurred_at + shift) AS new_id, id AS old_id, shift,
    (random() - 0.5) * 2 * {jitter} AS dlon, (random() - 0.5) * 2 * {jitter} AS dlat
FROM (
    SELECT id, occurred_at, make_interval(days =>
        age - least({days}, took + 1 + floor(random() * greatest(0, {days} - took - 1)))::int) AS shift
    FROM (
        SELECT id, occurred_at, extract(day FROM {at} - occurred_at)::int AS age,
            extract(day FROM closed_at - occurred_at)::int AS took
        FROM events_event, generate_series(1, {times})
        WHERE status = 'closed' AND closed_at < {at}
        ORDER BY random() LIMIT {wanted}
    ) AS chosen
) AS moved
"""
NUMBER_ON = "SELECT setval(pg_get_serial_sequence('events_event', 'id'), (SELECT max(id) FROM events_event))"
COPY = "INSERT INTO {table} ({columns}) SELECT {values} FROM copied c JOIN {table} o ON {which} ORDER BY c.new_id"
CELL = "floor((o.lat + c.dlat + 90) / {d}) * {columns} + floor((o.lon + c.dlon + 180) / {d})::bigint % {columns}"


def copy_closed(n_copies: int, *, days: int) -> None:
    """Add `n_copies` closed events of the last `days` days, made of those that are there."""
    from yiwang.domains.events.counting import count_anew
    from yiwang.domains.events.locating import CELL_DEGREES
    from yiwang.domains.events.models import Event, EventEntry, Report
    from yiwang.kernel.clock import now

    columns = round(360 / CELL_DEGREES)
    n_closed = Event.objects.filter(status="closed").count()
    with transaction.atomic(), connection.cursor() as cursor:
        for setting, value in SETTINGS.items():
            cursor.execute(sql.SQL("SET LOCAL {} = {}").format(sql.Identifier(setting), sql.Literal(value)))
        first = models.Max("id")
        given: dict[str, Any] = {"first": Event.objects.aggregate(n=first)["n"], "jitter": JITTER, "days": days}
        given |= {"at": now(), "times": n_copies // n_closed + 2, "wanted": n_copies}
        cursor.execute(sql.SQL(COPIES).format(**{name: sql.Literal(value) for name, value in given.items()}))
        cursor.execute("CREATE INDEX ON copied (old_id)")
        cursor.execute("ANALYZE copied")
        tables = ("events_event", "events_report", "events_evententry", "events_search")
        dropped = [one for table in tables for one in _drop_indexes(cursor, table)]
        cell = CELL.format(d=CELL_DEGREES, columns=columns)
        moved = {"lon": "o.lon + c.dlon", "lat": "o.lat + c.dlat"}
        _copy(cursor, Event, "o.id = c.old_id", {"id": "c.new_id", "cell": cell, **moved})
        numbered = {"event": "c.new_id", "external_id": "o.external_id || '-' || c.new_id"}
        _copy(cursor, Report, "o.event_id = c.old_id", {**numbered, **moved})
        _copy(cursor, EventEntry, "o.event_id = c.old_id AND o.kind = 'imported'", {"event": "c.new_id"})
        cursor.execute(
            "INSERT INTO events_search (event_id, grams) "
            "SELECT c.new_id, o.grams FROM copied c JOIN events_search o ON o.event_id = c.old_id ORDER BY c.new_id"
        )
        for made in dropped:
            cursor.execute(made)
        cursor.execute(NUMBER_ON)
    count_anew()


def _copy(cursor: Any, model: type[models.Model], which: str, made: dict[str, str]) -> None:
    """Rows of a model for the copies: columns as they were but for those `made` by field name; in order of id."""
    columns: list[sql.Composable] = []
    values: list[sql.Composable] = []
    for field in model._meta.concrete_fields:
        if field.primary_key and field.name not in made:
            continue  # its sequence numbers them
        column = sql.Identifier(str(field.column))
        columns.append(column)
        old = sql.SQL("o.{}").format(column)
        if field.name in made or field.name in FRESH:
            values.append(sql.SQL(made.get(field.name) or FRESH[field.name]))
        elif isinstance(field, models.DateTimeField) and field.name not in KEPT_TIMES:
            values.append(old + sql.SQL(" + c.shift"))
        else:
            values.append(old)
    statement = (
        "INSERT INTO {table} ({columns}) SELECT {values} FROM copied c JOIN {table} o ON {which} ORDER BY c.new_id"
    )
    cursor.execute(
        sql.SQL(statement).format(
            table=sql.Identifier(model._meta.db_table),
            columns=sql.SQL(", ").join(columns),
            values=sql.SQL(", ").join(values),
            which=sql.SQL(which),
        )
    )


def _drop_indexes(cursor: Any, table: str) -> list[str]:
    """Drop the indexes of a table that keep no constraint; returns the statements that make them again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN "
        "(SELECT conindid::regclass::text FROM pg_constraint WHERE conindid <> 0) AND indexdef NOT LIKE %s",
        (table, "CREATE UNIQUE%"),
    )
    found: list[tuple[str, str]] = cursor.fetchall()
    for name, _made in found:
        cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [made for _name, made in found]
