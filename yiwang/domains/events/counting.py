"""Counts of ended events by cell, kept by the database itself; what else they must do: be folded, and counted anew.

Of a million events nearly all are over, and these hardly change. How many lie where is therefore not asked of the
events: triggers (migration 0005) add a row of `CellCount` in the transaction that ends an event, opens one again, or
puts an ended one elsewhere. Rows are only added, so that two who end events in the same place do not wait for each
other; a sum over them is exact at every moment. Folding makes them few again. Events are never deleted; who does so
by hand counts anew.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Count

from yiwang.domains.events.models import CellCount, Status

ENDED = (Status.CLOSED, Status.REJECTED)
"""What is counted; merged events are nowhere on a map, open ones are few and change."""
KEY = ("jurisdiction_id", "cell", "area_path", "department_path", "status")
FOLDED_AT_ONCE = 5_000
COUNT = """
INSERT INTO events_cellcount (jurisdiction_id, cell, area_path, department_path, status, n)
SELECT jurisdiction_id, cell, area_path, department_path, status, COUNT(*) FROM events_event
WHERE status IN ('closed', 'rejected') AND cell IS NOT NULL
GROUP BY jurisdiction_id, cell, area_path, department_path, status
"""


def fold_counts() -> int:
    """Put rows of the same key together, each key in its own transaction; returns how many keys were folded."""
    several = CellCount.objects.values(*KEY).annotate(rows=Count("id")).filter(rows__gt=1).order_by()
    keys = [{name: row[name] for name in KEY} for row in several[:FOLDED_AT_ONCE]]
    for key in keys:
        with transaction.atomic():
            rows = list(CellCount.objects.filter(**key).select_for_update().order_by("id"))
            if len(rows) < 2:  # somebody else was quicker
                continue
            total = sum(row.n for row in rows)
            CellCount.objects.filter(pk__in=[row.pk for row in rows[1:]]).delete()
            CellCount.objects.filter(pk=rows[0].pk).update(n=total)
    return len(keys)


def count_anew() -> int:
    """Throw the counts away and count all ended events; writers wait meanwhile. Returns how many rows there are now."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("LOCK TABLE events_event IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM events_cellcount")
        cursor.execute(COUNT)
        n_rows: int = cursor.rowcount
    return n_rows
