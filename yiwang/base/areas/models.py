"""Jurisdictions and the tree of areas. Private: others call `areas.actions` and `areas.queries`.

An area belongs to a *scheme*: `cn_12` is the national tree of divisions, shared by all Chinese cities; any other
scheme is one jurisdiction's own tree. Codes are unique in a scheme; paths are unique everywhere, because scope
compares them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from yiwang.base.access.fields import PathField

NATIONAL = "cn_12"
COUNTRY = "cn"
OWN = "own"


class Level(models.IntegerChoices):
    """Depth in the national scheme; other schemes use what fits, grids are always the lowest."""

    COUNTRY = 0
    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    STREET = 4
    COMMUNITY = 5
    GRID = 6


class Jurisdiction(models.Model):
    """A city or district whose time zone, calendar, languages and division scheme hold for everything in it."""

    code = models.CharField(max_length=40, unique=True)
    title = models.JSONField()
    time_zone = models.CharField(max_length=64)
    calendar = models.CharField(max_length=40, default="CN")
    languages = models.JSONField(default=list)
    division_scheme = models.CharField(max_length=40)
    root = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class Area(models.Model):
    """One node of a scheme's tree: a division, a community, a grid or a district of a city abroad."""

    scheme = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    title = models.JSONField()
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    kind = models.CharField(max_length=24, default="division")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = PathField()
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="areas")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scheme", "code"], name="area_scheme_code"),
            models.UniqueConstraint(fields=["path"], name="area_path"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["name"], name="area_name")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
