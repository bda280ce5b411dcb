"""Departments, roles, posts, appointments. Private: others call `organisation.actions` and `organisation.queries`."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from yiwang.base.access.fields import PathField
from yiwang.kernel.ids import new_uid


class Department(models.Model):
    """A department of one jurisdiction; its path starts with the jurisdiction's code, so that paths never clash."""

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    code = models.CharField(max_length=60)
    title = models.JSONField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = PathField()
    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["jurisdiction", "code"], name="department_code"),
            models.UniqueConstraint(fields=["path"], name="department_path"),
        ]

    def __str__(self) -> str:
        return self.path


class Role(models.Model):
    """A named set of permissions; data, edited by administrators."""

    code = models.CharField(max_length=40, unique=True)
    title = models.JSONField()
    permissions = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.code


class Reach(models.TextChoices):
    """Which department subtree a post's grants cover."""

    DEPARTMENT = "department"
    JURISDICTION = "jurisdiction"
    INSTALLATION = "installation"


class Post(models.Model):
    """A seat with a role: grants of the role on a department subtree and an area subtree."""

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    code = models.CharField(max_length=80, unique=True)
    title = models.JSONField()
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="posts")
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="posts")
    area = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+")
    reach = models.CharField(max_length=12, choices=Reach.choices, default=Reach.DEPARTMENT)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(department__isnull=False) | models.Q(reach=Reach.INSTALLATION),
                name="post_without_department",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Appointment(models.Model):
    """Somebody holds a post from one day to another, both included; `to_on` empty = until further notice."""

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")), name="appointment_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.from_on}"
