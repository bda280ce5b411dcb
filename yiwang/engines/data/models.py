"""Tables of the data engine. Private: others call `data.actions` and `data.queries`."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from yiwang.base.access.fields import PathField
from yiwang.base.personal.fields import PersonalField, PersonalModel
from yiwang.kernel.clock import now
from yiwang.kernel.ids import new_uid


class Dataset(models.Model):
    """A dataset as it stands; `spec` is its description (`DatasetSpec`), empty for one that only has runs so far."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    name = models.CharField(max_length=60, unique=True)
    title = models.JSONField(default=dict)
    scene = models.CharField(max_length=60, blank=True)
    jurisdiction = models.ForeignKey("areas.Jurisdiction", null=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("organisation.Department", null=True, on_delete=models.PROTECT, related_name="+")
    department_path = PathField(blank=True)
    area_path = PathField(blank=True)
    spec = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    last_run = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["department_path", "area_path"], name="dataset_scope")]

    def __str__(self) -> str:
        return self.name


class DatasetVersion(models.Model):
    """A description as it was once in force: conditions and old rows keep the version they were written for."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    spec = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "version"], name="dataset_version_once")]


class RunState(models.TextChoices):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Run(models.Model):
    """One delivery read into a dataset: the file, what came of its rows, who did it. `number` counts per dataset."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveIntegerField()
    file_name = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    n_bytes = models.BigIntegerField(default=0)
    mapping = models.JSONField(null=True)
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    n_in = models.PositiveBigIntegerField(default=0)
    n_new = models.PositiveBigIntegerField(default=0)
    n_changed = models.PositiveBigIntegerField(default=0)
    n_same = models.PositiveBigIntegerField(default=0)
    n_rejected = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    error = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="run_number_once")]
        indexes = [
            models.Index(fields=["dataset", "digest"], name="run_digest"),
            models.Index(fields=["-started_at", "-id"], name="run_recent"),
        ]


class Reject(PersonalModel):
    """A row that could not be taken: its line and reasons; `detail` has its original text and what the reasons quote.

    `detail` is JSON, encrypted because it names people: `{"raw": …, "params": [{…} for each reason]}`.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rejects")
    line = models.PositiveBigIntegerField()
    reasons = models.JSONField(encoder=DjangoJSONEncoder)
    detail = PersonalField("text")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="reject_line_once")]


class RejectTrace(models.Model):
    """Blind indexes of telephone and identity numbers in a reject's text, so that erasing a person finds it."""

    reject = models.ForeignKey(Reject, on_delete=models.CASCADE, related_name="traces")
    blind = models.CharField(max_length=64, db_index=True)


class WriteState(models.TextChoices):
    """How a write to the lake stands."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"


class Write(models.Model):
    """The intent to write to the lake, committed before the write; recovery repeats open ones from their staged file.

    `number` is given under the dataset's lease, right before the commit that carries it.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    dataset = models.CharField(max_length=60)
    once = models.CharField(max_length=120, null=True)
    number = models.PositiveBigIntegerField(null=True)
    mode = models.CharField(max_length=8)
    keys = models.JSONField(default=list)
    n_rows = models.PositiveBigIntegerField(default=0)
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="writes")
    state = models.CharField(max_length=8, choices=WriteState.choices, default=WriteState.OPEN)
    version = models.BigIntegerField(null=True)
    n_new = models.PositiveBigIntegerField(default=0)
    n_changed = models.PositiveBigIntegerField(default=0)
    n_gone = models.PositiveBigIntegerField(default=0)
    error = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "once"], name="write_once"),
            models.UniqueConstraint(fields=["dataset", "number"], name="write_number_once"),
        ]
        indexes = [models.Index(fields=["dataset", "id"], name="write_open", condition=Q(state="open"))]


class Pin(models.Model):
    """A version of a table that must stay readable, and for what (a metric's snapshot, an appeal)."""

    dataset = models.CharField(max_length=60)
    version = models.BigIntegerField()
    purpose = models.CharField(max_length=120)
    pinned_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "version", "purpose"], name="pin_once")]


class Export(models.Model):
    """How far a published dataset has come: everything changed before `complete_until` is in the lake."""

    dataset = models.CharField(max_length=60, unique=True)
    cursor = models.JSONField(default=dict)
    complete_until = models.DateTimeField(null=True)
    exported_at = models.DateTimeField(null=True)
    n_rows = models.PositiveBigIntegerField(default=0)
    error = models.TextField(blank=True)
