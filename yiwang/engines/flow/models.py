"""Rows of the flow engine: definitions and their versions, instances, tokens, work items, clocks, log.

Private to the package. No personal data: variables are declared codes and numbers, reasons stay in the audit, people
are account ids only. `number` counts within its instance. Paths are copied onto the work item so that an inbox is
answered from one index.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from yiwang.base.access.fields import PathField
from yiwang.engines.flow import state
from yiwang.kernel.ids import new_uid

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Sorts after every due moment: `order_at` of an item without one."""


OPEN = sorted(each.value for each in state.OPEN_ITEMS)


def _one_of(field: str, kind: type[StrEnum], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [each.value for each in kind]}), name=name)


class Definition(models.Model):
    """A process by its key, the name of its file."""

    key = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.key


class DefinitionVersion(models.Model):
    """One published version; never changed, because running cases keep it. `body` is a `FlowSpec` as JSON."""

    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    permissions = models.JSONField(default=list)
    """The permissions its steps ask for."""
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["definition", "version"], name="flow_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.definition_id}@{self.version}"


class FrozenCalendars(models.Model):
    """Calendars by name as JSON text, kept as they were when a case started; cases with equal ones share a row."""

    digest = models.CharField(max_length=64, primary_key=True)
    body = models.TextField()

    def __str__(self) -> str:
        return self.digest


class Instance(models.Model):
    """One running or ended case of a version, for a subject such as `event:<uid>`; locked by every verb."""

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    version = models.ForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="instances")
    digest = models.CharField(max_length=64)
    """The version's, so that a compiled definition is found without asking for the row."""
    subject = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    jurisdiction = models.CharField(max_length=60, blank=True, default="")
    department = models.ForeignKey(
        "organisation.Department", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department_path = PathField(blank=True, default="")
    area_path = PathField(blank=True, default="")
    variables = models.JSONField(default=dict)
    calendars = models.ForeignKey(FrozenCalendars, on_delete=models.PROTECT, related_name="+", db_index=False)
    """As they were when the case started."""
    done = models.JSONField(default=dict)
    """Step → who finished it last: `{node: [account, [department, path], item]}`."""
    status = models.CharField(max_length=10, default=state.InstanceStatus.OPEN.value)
    last_outcome = models.CharField(max_length=60, blank=True, default="")
    end_node = models.CharField(max_length=60, blank=True, default="")
    outcome = models.CharField(max_length=60, blank=True, default="")
    started_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    n_returns = models.PositiveIntegerField(default=0)
    n_tokens = models.PositiveIntegerField(default=0)
    n_items = models.PositiveIntegerField(default=0)
    n_clocks = models.PositiveIntegerField(default=0)
    n_log = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            _one_of("status", state.InstanceStatus, "flow_instance_status"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["subject"], name="flow_instance_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.title}"


class Token(models.Model):
    """Where a thread of an instance is."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="tokens", db_index=False)
    number = models.PositiveIntegerField()
    node = models.CharField(max_length=60)
    state = models.CharField(max_length=10)
    path = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["instance", "number"], name="flow_token_number"),
            _one_of("state", state.TokenState, "flow_token_state"),
        ]

    def __str__(self) -> str:
        return f"{self.instance_id}/{self.number} {self.node}"


class WorkItem(models.Model):
    """One piece of work. `due_at` copies its clock's; `order_at` = `due_at` or `NEVER`, for inboxes due first."""

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="items", db_index=False)
    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="items", db_index=False)
    number = models.PositiveIntegerField()
    node = models.CharField(max_length=60)
    permission = models.CharField(max_length=60)
    department = models.ForeignKey(
        "organisation.Department", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department_path = PathField(blank=True, default="")
    area_path = PathField(blank=True, default="")
    assignee = models.ForeignKey(
        "people.Account", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    is_given = models.BooleanField(default=False)
    state = models.CharField(max_length=12, default=state.ItemState.OPEN.value)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        "people.Account", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True)
    is_provisional = models.BooleanField(default=False)
    order_at = models.DateTimeField()
    outcome = models.CharField(max_length=60, blank=True, default="")
    data = models.JSONField(default=dict)
    n_urged = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["instance", "number"], name="flow_item_number"),
            _one_of("state", state.ItemState, "flow_item_state"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at__isnull=True) | Q(~Q(state__in=OPEN), ended_at__isnull=False),
                name="flow_item_open_or_ended",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["assignee", "order_at", "id"], condition=Q(ended_at=None), name="flow_item_mine"),
            models.Index(fields=["department", "order_at", "id"], condition=Q(ended_at=None), name="flow_item_unit"),
            models.Index(fields=["department_path"], condition=Q(ended_at=None), name="flow_item_department"),
            models.Index(fields=["area_path"], condition=Q(ended_at=None), name="flow_item_area"),
            models.Index(fields=["order_at", "id"], condition=Q(ended_at=None), name="flow_item_due"),
            models.Index(fields=["instance"], condition=Q(ended_at=None), name="flow_item_open"),
            models.Index(fields=["ended_by", "-ended_at"], condition=Q(ended_by__isnull=False), name="flow_item_done"),
        ]

    def __str__(self) -> str:
        return f"{self.instance_id}/{self.number} {self.node}"


class Clock(models.Model):
    """A time limit of an item, or of the whole case (`item` null). Minutes and calendar are frozen."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="clocks", db_index=False)
    item = models.ForeignKey(WorkItem, null=True, on_delete=models.CASCADE, related_name="clocks", db_index=False)
    number = models.PositiveIntegerField()
    calendar = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    warn_at = models.JSONField(default=list)
    state = models.CharField(max_length=10)
    due_at = models.DateTimeField(null=True)
    is_provisional = models.BooleanField(default=False)
    next_at = models.DateTimeField(null=True)
    n_warned = models.PositiveSmallIntegerField(default=0)
    n_extended = models.PositiveSmallIntegerField(default=0)
    holds = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["instance", "number"], name="flow_clock_number"),
            _one_of("state", state.ClockState, "flow_clock_state"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="flow_clock_next"),
            models.Index(
                fields=["instance"],
                condition=Q(state__in=["running", "held"], is_provisional=True),
                name="flow_clock_provisional",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instance_id}/{self.number} {self.state}"


class Log(models.Model):
    """One line of an instance's history for replay: verbs, and what was decided automatically and why."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="log", db_index=False)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("people.Account", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    verb = models.CharField(max_length=12)
    node = models.CharField(max_length=60, blank=True, default="")
    item = models.PositiveIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["instance", "number"], name="flow_log_number"),
        ]

    def __str__(self) -> str:
        return f"{self.instance_id}/{self.number} {self.verb}"
