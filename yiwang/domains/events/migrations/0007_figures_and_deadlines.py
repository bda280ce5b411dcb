"""Open events by deadline in every city at once; the satisfaction of what was reported in the last days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0001_initial"),
        ("events", "0006_counted_spans"),
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="event",
            name="event_open",
        ),
        migrations.RemoveIndex(
            model_name="event",
            name="event_reported",
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(condition=models.Q(("closed_at", None)), fields=["due_at", "id"], name="event_open"),
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
                    "satisfaction",
                    "category_path",
                    "area_path",
                    "department_path",
                ],
                name="event_reported",
            ),
        ),
    ]
