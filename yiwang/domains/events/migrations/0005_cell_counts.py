"""Counts of ended events by cell, and the triggers that keep them; see `events.counting`."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import yiwang.base.access.fields

COUNT = """
INSERT INTO events_cellcount (jurisdiction_id, cell, area_path, department_path, status, n)
SELECT jurisdiction_id, cell, area_path, department_path, status, COUNT(*) FROM events_event
WHERE status IN ('closed', 'rejected') AND cell IS NOT NULL
GROUP BY jurisdiction_id, cell, area_path, department_path, status
"""
POSTGRES = (
    """
CREATE FUNCTION events_count_cell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status IN ('closed', 'rejected') AND OLD.cell IS NOT NULL THEN
        INSERT INTO events_cellcount (jurisdiction_id, cell, area_path, department_path, status, n)
        VALUES (OLD.jurisdiction_id, OLD.cell, OLD.area_path, OLD.department_path, OLD.status, -1);
    END IF;
    IF NEW.status IN ('closed', 'rejected') AND NEW.cell IS NOT NULL THEN
        INSERT INTO events_cellcount (jurisdiction_id, cell, area_path, department_path, status, n)
        VALUES (NEW.jurisdiction_id, NEW.cell, NEW.area_path, NEW.department_path, NEW.status, 1);
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER events_cell_counted AFTER INSERT ON events_event FOR EACH ROW
WHEN (NEW.status IN ('closed', 'rejected') AND NEW.cell IS NOT NULL)
EXECUTE FUNCTION events_count_cell()
""",
    """
CREATE TRIGGER events_cell_recounted AFTER UPDATE ON events_event FOR EACH ROW
WHEN ((OLD.status IN ('closed', 'rejected') OR NEW.status IN ('closed', 'rejected'))
    AND (OLD.status, OLD.cell, OLD.area_path, OLD.department_path, OLD.jurisdiction_id)
    IS DISTINCT FROM (NEW.status, NEW.cell, NEW.area_path, NEW.department_path, NEW.jurisdiction_id))
EXECUTE FUNCTION events_count_cell()
""",
)
SQLITE = (
    """
CREATE TRIGGER events_cell_counted AFTER INSERT ON events_event
WHEN NEW.status IN ('closed', 'rejected') AND NEW.cell IS NOT NULL
BEGIN
    INSERT INTO events_cellcount (jurisdiction_id, cell, area_path, department_path, status, n)
    VALUES (NEW.jurisdiction_id, NEW.cell, NEW.area_path, NEW.department_path, NEW.status, 1);
END
""",
    """
CREATE TRIGGER events_cell_recounted
AFTER UPDATE OF status, cell, area_path, department_path, jurisdiction_id ON events_event
WHEN (OLD.status IN ('closed', 'rejected') OR NEW.status IN ('closed', 'rejected'))
    AND (OLD.status IS NOT NEW.status OR OLD.cell IS NOT NEW.cell OR OLD.area_path IS NOT NEW.area_path
        OR OLD.department_path IS NOT NEW.department_path OR OLD.jurisdiction_id IS NOT NEW.jurisdiction_id)
BEGIN
    INSERT INTO events_cellcount (jurisdiction_id, cell, area_path, department_path, status, n)
    SELECT OLD.jurisdiction_id, OLD.cell, OLD.area_path, OLD.department_path, OLD.status, -1
    WHERE OLD.status IN ('closed', 'rejected') AND OLD.cell IS NOT NULL;
    INSERT INTO events_cellcount (jurisdiction_id, cell, area_path, department_path, status, n)
    SELECT NEW.jurisdiction_id, NEW.cell, NEW.area_path, NEW.department_path, NEW.status, 1
    WHERE NEW.status IN ('closed', 'rejected') AND NEW.cell IS NOT NULL;
END
""",
)
POSTGRES_UNDO = (
    "DROP TRIGGER events_cell_counted ON events_event",
    "DROP TRIGGER events_cell_recounted ON events_event",
    "DROP FUNCTION events_count_cell()",
)
SQLITE_UNDO = ("DROP TRIGGER events_cell_counted", "DROP TRIGGER events_cell_recounted")


def begin_counting(apps: Any, schema_editor: Any) -> None:
    """The triggers first (they hold writers off), then what is there already."""
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)
    schema_editor.execute(COUNT)


def end_counting(apps: Any, schema_editor: Any) -> None:
    """Undo `begin_counting`; the counts go with their table."""
    for statement in POSTGRES_UNDO if schema_editor.connection.vendor == "postgresql" else SQLITE_UNDO:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0001_initial"),
        ("events", "0004_addressed"),
    ]

    operations = [
        migrations.CreateModel(
            name="CellCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cell", models.BigIntegerField()),
                ("area_path", yiwang.base.access.fields.PathField(blank=True, max_length=255)),
                ("department_path", yiwang.base.access.fields.PathField(blank=True, max_length=255)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("dispatched", "Dispatched"),
                            ("handling", "Handling"),
                            ("verifying", "Verifying"),
                            ("closing", "Closing"),
                            ("closed", "Closed"),
                            ("merged", "Merged"),
                            ("rejected", "Rejected"),
                        ],
                        max_length=12,
                    ),
                ),
                ("n", models.IntegerField()),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.jurisdiction",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["jurisdiction", "cell"], name="cell_count_place")]},
        ),
        migrations.RunPython(begin_counting, end_counting, elidable=False),
    ]
