"""Tables of metrics: the definitions in force with all their versions, and snapshots. Private to the package."""

from __future__ import annotations

from django.db import models

from yiwang.kernel.ids import new_uid


class Metric(models.Model):
    """An indicator of a jurisdiction; what it says stands in its newest version."""

    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    scene = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "key"], name="metric_key_once")]


class MetricVersion(models.Model):
    """What a metric said from a moment on; never changed."""

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    body = models.JSONField()
    sql = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["metric", "version"], name="metric_version_once")]


class Snapshot(models.Model):
    """Figures as they were told, with everything needed to compute them again: definition, question, table versions."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    version = models.ForeignKey(MetricVersion, on_delete=models.PROTECT, related_name="snapshots")
    since = models.DateField()
    until = models.DateField()
    by = models.JSONField(default=list)
    depth = models.PositiveSmallIntegerField(null=True)
    dataset_versions = models.JSONField()
    columns = models.JSONField()
    rows = models.JSONField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    taken_at = models.DateTimeField()
    account = models.ForeignKey("people.Account", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["version", "-taken_at"], name="snapshot_recent")]
