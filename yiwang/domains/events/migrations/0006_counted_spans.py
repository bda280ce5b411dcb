"""Indexes that answer what boards count of the last days, and lists by deadline, at a million events."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0001_initial"),
        ("events", "0005_cell_counts"),
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["jurisdiction", "-occurred_at", "-id"],
                name="event_open_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["jurisdiction", "due_at", "id"],
                name="event_by_due",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=[
                    "jurisdiction",
                    "occurred_at",
                    "status",
                    "source",
                    "is_late",
                    "category_path",
                    "area_path",
                    "department_path",
                ],
                name="event_reported",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=[
                    "jurisdiction",
                    "closed_at",
                    "status",
                    "is_late",
                    "satisfaction",
                    "area_path",
                    "department_path",
                ],
                name="event_ended",
            ),
        ),
    ]
