"""Forms with all their versions: answers are stored with the version they were given to. Private to the package."""

from __future__ import annotations

from django.db import models


class Form(models.Model):
    """A form; what it asks stands in its newest version."""

    key = models.CharField(max_length=60, unique=True)


class FormVersion(models.Model):
    """What a form asked from a moment on; never changed."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "version"], name="form_version_once")]
