"""An index on the few events that were evaluated: a supervisor's list of the dissatisfied."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0002_desks")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("satisfaction__isnull", False)),
                fields=["satisfaction", "closed_at"],
                name="event_rated",
            ),
        )
    ]
