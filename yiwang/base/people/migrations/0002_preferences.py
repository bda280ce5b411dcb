"""Accounts remember how their pages should look."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds `Account.preferences`."""

    dependencies: ClassVar = [("people", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField(model_name="account", name="preferences", field=models.JSONField(default=dict)),
    ]
