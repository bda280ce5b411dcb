"""Grid systems, grids through time, duties; elements and addresses. Private: others call `actions` and `queries`.

A *grid* is an identity (system + code) that stays when it is redrawn; what it looked like, was called and belonged to
from when to when are its *versions*, half-open spans of time that never overlap. Duties, events and elements hang on
the identity. Shapes are WKB in WGS-84; `source_system` keeps which system they were drawn in.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from yiwang.engines.place.plates import Plate
from yiwang.kernel.ids import new_uid


class GridSystem(models.Model):
    """One way of dividing a jurisdiction's ground: council districts, police districts, the grids of the city.

    `stamp` changes with every write to the system or its grids, so that processes see when to load them again.
    """

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    title = models.JSONField()
    level = models.PositiveSmallIntegerField()
    is_primary = models.BooleanField(default=False)
    source_system = models.CharField(max_length=8, default="wgs84")
    tolerance_m = models.FloatField(default=1.0)
    scene = models.CharField(max_length=60, default="", blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=0)
    stamp = models.UUIDField(default=new_uid)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["jurisdiction", "code"], name="grid_system_code"),
            models.UniqueConstraint(
                fields=["jurisdiction"], condition=Q(is_primary=True, is_active=True), name="grid_system_primary"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Grid(models.Model):
    """One grid of a system, whatever shape it has; codes are never given to another grid."""

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    system = models.ForeignKey(GridSystem, on_delete=models.PROTECT, related_name="grids")
    code = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["system", "code"], name="grid_code"),
        ]

    def __str__(self) -> str:
        return self.code


class GridVersion(models.Model):
    """A grid's shape, title, area and department from `valid_from` until before `valid_to` (empty = still).

    `geometry` is a polygon or, for an enclave, several parts; the box columns are degrees of WGS-84.
    """

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="versions")
    title = models.JSONField()
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("organisation.Department", null=True, on_delete=models.PROTECT, related_name="+")
    geometry = models.BinaryField()
    source_system = models.CharField(max_length=8)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    area_m2 = models.FloatField()
    n_parts = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["grid"], condition=Q(valid_to=None), name="grid_version_last"),
            models.UniqueConstraint(fields=["grid", "valid_from"], name="grid_version_from"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="grid_version_span"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["west", "east", "south", "north"], name="grid_version_box"),
        ]

    def __str__(self) -> str:
        return f"{self.grid_id} from {self.valid_from:%Y-%m-%d}"


class DutyRole(models.TextChoices):
    """What somebody does in a grid: 网格长 leads it, 网格员 works in it."""

    LEADER = "grid_leader"
    WORKER = "grid_worker"


class GridDuty(models.Model):
    """Who is on duty in a grid: a person, or whoever holds a post; days inclusive, hours of the jurisdiction's zone.

    A shift with equal or later start than end runs over midnight; without hours it is the whole day.
    """

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="duties")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("organisation.Post", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=DutyRole.choices)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    shift_from = models.TimeField(null=True, blank=True)
    shift_to = models.TimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, post=None) | Q(account=None, post__isnull=False),
                name="grid_duty_one_holder",
            ),
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="grid_duty_days"),
            models.CheckConstraint(
                condition=Q(shift_from=None, shift_to=None) | Q(shift_from__isnull=False, shift_to__isnull=False),
                name="grid_duty_shift",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grid_id} {self.role}"


class GroundState(models.Model):
    """How far a jurisdiction's elements and addresses have come; `stamp` changes with every write, for all caches."""

    jurisdiction = models.OneToOneField("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)
    stamp = models.UUIDField(default=new_uid)

    def __str__(self) -> str:
        return f"{self.jurisdiction_id} {self.version}"


class Element(models.Model):
    """A thing of the city with a shape: building, road, water, green, lamp, manhole; codes are never used again.

    `geometry` is WKB in WGS-84, `lon` and `lat` a point on it, `quad` the cell that holds its box (see `quads`);
    `digest` tells whether a row that is put again says anything new.
    """

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    title = models.JSONField(default=dict)
    geometry = models.BinaryField()
    source_system = models.CharField(max_length=8, default="wgs84")
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    lon = models.FloatField()
    lat = models.FloatField()
    quad = models.BigIntegerField()
    height_m = models.FloatField(null=True)
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    grid_code = models.CharField(max_length=64, blank=True)
    address_text = models.CharField(max_length=300, blank=True)
    properties = models.JSONField(default=dict)
    digest = models.CharField(max_length=32)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["jurisdiction", "code"], name="element_code"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["jurisdiction", "quad"], name="element_quad"),
            models.Index(fields=["jurisdiction", "kind"], name="element_kind"),
            models.Index("jurisdiction", Plate("code"), name="element_plate"),
        ]

    def __str__(self) -> str:
        return self.code


class Address(models.Model):
    """A standard address and its point (WGS-84); how people may say it stands in its `AddressKey` rows."""

    uid = models.UUIDField(unique=True, default=new_uid, editable=False)
    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(max_length=300)
    kind = models.CharField(max_length=16)
    lon = models.FloatField()
    lat = models.FloatField()
    quad = models.BigIntegerField()
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    grid_code = models.CharField(max_length=64, blank=True)
    element_code = models.CharField(max_length=64, blank=True)
    parts = models.JSONField(default=dict)
    digest = models.CharField(max_length=32)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["jurisdiction", "text"], name="address_text"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["jurisdiction", "quad"], name="address_quad"),
        ]

    def __str__(self) -> str:
        return self.text


class AddressKey(models.Model):
    """One way of saying an address: the name it hangs on (road, estate, institution, crossing), number and suffix.

    Names are spelled as `spelling.plain` leaves them; a number of None means the named thing itself.
    """

    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="keys")
    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+", db_index=False)
    base = models.CharField(max_length=120)
    number = models.IntegerField(null=True)
    suffix = models.CharField(max_length=24, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["jurisdiction", "base", "number"], name="address_key"),
            # the things names hang on, which every process keeps: few among many house numbers
            models.Index(fields=["jurisdiction", "base"], condition=Q(number=None), name="address_key_name"),
        ]

    def __str__(self) -> str:
        return f"{self.base} {self.number or ''}{self.suffix}"
