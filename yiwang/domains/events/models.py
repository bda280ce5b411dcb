"""Tables of 一网统管: categories, the responsibility list, reports, events and their history.

A *report* is what one source said; an *event* is the thing to handle. Flow owns work items and clocks: the event's
`status`, `department`, `due_at` are projections written by `events.actions` from what the flow returned, in the
same transaction. `EventEntry` rows are appended and never edited. Private to the package.
"""

from __future__ import annotations

from django.db import models

from yiwang.base.access.fields import PathField
from yiwang.base.personal.fields import PersonalField, PersonalModel
from yiwang.kernel.ids import new_uid


class Status(models.TextChoices):
    """Where an event stands; allowed moves are the flow's, this is its readable projection."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    VERIFYING = "verifying"
    CLOSING = "closing"
    CLOSED = "closed"
    MERGED = "merged"
    REJECTED = "rejected"


OPEN_STATUSES = (Status.RECEIVED, Status.DISPATCHED, Status.HANDLING, Status.VERIFYING, Status.CLOSING)


class Urgency(models.TextChoices):
    """How fast a matter wants hands; the category gives it, a dispatcher may change it."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class PlaceQuality(models.TextChoices):
    """How well the place is known: a measured point, one found from an address, a known filler, none."""

    EXACT = "exact"
    ADDRESS = "address"
    PLACEHOLDER = "placeholder"
    OUTSIDE = "outside"
    NONE = "none"


class Category(models.Model):
    """A node of the category tree (up to four levels); leaves and inner nodes may both be used."""

    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=64)
    title = models.JSONField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = PathField()
    level = models.PositiveSmallIntegerField()
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    accept_minutes = models.PositiveIntegerField(null=True)
    handle_minutes = models.PositiveIntegerField(null=True)
    calendar = models.CharField(max_length=32, blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    words = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "code"], name="category_code_once")]


class Responsibility(models.Model):
    """A row of the responsibility list: category subtree × area subtree (× condition) → department."""

    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField()
    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey("areas.Area", null=True, on_delete=models.CASCADE, related_name="+")
    condition = models.CharField(max_length=500, blank=True)
    department = models.ForeignKey("organisation.Department", on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "row"], name="responsibility_row_once")]


class Course(models.Model):
    """How a jurisdiction handles its events: flow, thresholds and switches of `rules/events.yaml`."""

    jurisdiction = models.OneToOneField("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    flow = models.CharField(max_length=64)
    settings = models.JSONField(default=dict)
    version = models.CharField(max_length=64)


class Event(models.Model):
    """The thing to handle, with its present values; how it came to them stands in `EventEntry`.

    Its readable number is made from the id (`numbers.event_number`): no counter row that writers would queue for.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    jurisdiction = models.ForeignKey(
        "areas.Jurisdiction", on_delete=models.PROTECT, related_name="+", db_index=False
    )  # event_recent begins with it
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    address_text = models.CharField(max_length=300, blank=True)
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    category_path = PathField(blank=True)
    area = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+")
    area_path = PathField(blank=True)
    grid_code = models.CharField(max_length=64, blank=True)
    element_code = models.CharField(max_length=64, blank=True)
    """The facility it is about (a lamp, a manhole cover), where somebody scanned or named one."""
    department = models.ForeignKey(
        "organisation.Department", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # event_department begins with it
    department_path = PathField(blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    cell = models.BigIntegerField(null=True)
    place_quality = models.CharField(max_length=12, choices=PlaceQuality.choices, default=PlaceQuality.NONE)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RECEIVED)
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    source = models.CharField(max_length=16)
    flow_instance = models.UUIDField(null=True, unique=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    accept_due_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    is_provisional_due = models.BooleanField(default=False)
    handled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=32, blank=True)
    is_late = models.BooleanField(null=True)
    n_reports = models.PositiveIntegerField(default=1)
    n_returns = models.PositiveSmallIntegerField(default=0)
    n_reopened = models.PositiveSmallIntegerField(default=0)
    n_urged = models.PositiveSmallIntegerField(default=0)
    is_supervised = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False)
    is_imported = models.BooleanField(default=False)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged", db_index=False)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-occurred_at", "-id"], name="event_newest"),
            models.Index(fields=["jurisdiction", "-occurred_at", "-id"], name="event_recent"),
            # The few that are not finished, and the few that were merged: small indexes, which no planner passes over.
            models.Index(fields=["due_at", "id"], condition=models.Q(closed_at=None), name="event_open"),
            models.Index(
                fields=["jurisdiction", "-occurred_at", "-id"],
                condition=models.Q(closed_at=None),
                name="event_open_newest",
            ),
            models.Index(fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="event_merged"),
            models.Index(fields=["jurisdiction", "status", "due_at"], name="event_due"),
            models.Index(
                fields=["jurisdiction", "due_at", "id"], condition=models.Q(due_at__isnull=False), name="event_by_due"
            ),
            models.Index(fields=["jurisdiction", "category", "-occurred_at"], name="event_category"),
            models.Index(fields=["department", "status", "due_at"], name="event_department"),
            models.Index(fields=["cell", "occurred_at"], name="event_cell"),
            # Where a matter without a point may be the same as another: by its address, among the open ones.
            models.Index(
                fields=["address_text"],
                condition=models.Q(closed_at=None) & ~models.Q(address_text=""),
                name="event_addressed",
            ),
            models.Index(fields=["changed_at", "id"], name="event_changed"),
            # What boards count of the last days stands in these two alone: no event's row is looked up for it.
            models.Index(
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
            models.Index(
                fields=[
                    "jurisdiction",
                    "closed_at",
                    "status",
                    "is_late",
                    "satisfaction",
                    "area_path",
                    "department_path",
                ],
                condition=models.Q(closed_at__isnull=False),
                name="event_ended",
            ),
            models.Index(
                fields=["satisfaction", "closed_at"],
                name="event_rated",
                condition=models.Q(satisfaction__isnull=False),
            ),
            models.Index(
                fields=["accept_due_at"], name="event_untaken", condition=models.Q(accept_due_at__isnull=False)
            ),
        ]


class Report(PersonalModel):
    """What one source said at one time; several reports may speak of one event."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+", db_index=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="reports")
    source = models.CharField(max_length=16)
    source_name = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=128, blank=True)
    row_hash = models.CharField(max_length=64, blank=True)
    batch = models.ForeignKey("ImportBatch", null=True, on_delete=models.PROTECT, related_name="reports")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reporter = models.ForeignKey(
        "people.Account", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    reporter_name = PersonalField(kind="name")
    reporter_phone = PersonalField(kind="phone")
    text = models.TextField()
    address_text = models.CharField(max_length=300, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    place_quality = models.CharField(max_length=12, choices=PlaceQuality.choices, default=PlaceQuality.NONE)
    given_category = models.CharField(max_length=200, blank=True)
    classified = models.JSONField(null=True)
    files = models.JSONField(default=list)
    extra = models.JSONField(default=dict)
    follow_hash = models.CharField(max_length=64, null=True, unique=True)
    submission = models.UUIDField(null=True, unique=True)
    element_code = models.CharField(max_length=64, blank=True)
    call = models.UUIDField(null=True)
    """Reports with the same one were said in one call or letter."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_name", "external_id"],
                condition=~models.Q(external_id=""),
                name="report_external_once",
            )
        ]
        # Most reports have no account. An index that held their NULLs too would look useless to SQLite's planner,
        # which then reads the whole table to find one person's few.
        indexes = [
            models.Index(fields=["reporter"], condition=models.Q(reporter__isnull=False), name="report_reporter"),
            models.Index(fields=["call"], condition=models.Q(call__isnull=False), name="report_call"),
        ]


class EventEntry(models.Model):
    """One line of an event's story: who did or said what; appended, never edited."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    by = models.ForeignKey("people.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=24)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    is_public = models.BooleanField(default=False)


class DuplicateLink(models.Model):
    """Two events that look like one matter; merging sets `merged_into` on the later one and can be undone."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="duplicate_links")
    other = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="proposed")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "other"], name="duplicate_pair_once")]


class Evaluation(models.Model):
    """What the citizen thought of the result: 1 (very dissatisfied) … 5 (very satisfied)."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="evaluations")
    report = models.ForeignKey(Report, null=True, on_delete=models.SET_NULL, related_name="+")
    score = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(score__gte=1, score__lte=5), name="evaluation_score_1_to_5")
        ]


class ImportBatch(models.Model):
    """One run of `events import`: which file, by which mapping, with what result."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    run = models.UUIDField(null=True)
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by_name = models.CharField(max_length=80, blank=True)


class Knowledge(models.Model):
    """An article for those who answer: what to tell a caller about a matter, who does it, what to ask back."""

    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=64)
    title = models.JSONField()
    text = models.JSONField()
    category = models.ForeignKey(Category, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.JSONField(default=list)
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "code"], name="knowledge_code_once")]


class SavedView(models.Model):
    """A list somebody keeps: the query of a page's address under a name of their own."""

    account = models.ForeignKey("people.Account", on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=16)
    title = models.CharField(max_length=40)
    query = models.CharField(max_length=1_000)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "page", "title"], name="saved_view_once")]


class Seen(models.Model):
    """When somebody last looked at an event; what changed since then is marked unread for them."""

    account = models.ForeignKey("people.Account", on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "event"], name="seen_once")]


class Classifier(models.Model):
    """Which trained models a jurisdiction uses: one that acts, one that only watches (shadow), and how sure to be.

    `precision` is what the acting model must keep where it decides by itself; its card holds a threshold per class.
    """

    jurisdiction = models.OneToOneField("areas.Jurisdiction", on_delete=models.CASCADE, related_name="+")
    acting = models.CharField(max_length=64, blank=True)
    shadow = models.CharField(max_length=64, blank=True)
    precision = models.FloatField(default=0.9)
    changed_at = models.DateTimeField()


class ShadowGuess(models.Model):
    """What a model in the shadow would have said of a report, kept to be compared with what people decided."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    version = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    certainty = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "version"], name="shadow_guess_once")]


class CellCount(models.Model):
    """How many ended events lie in a cell, by area, department and how they ended; rows of the same key add up.

    The database writes them itself (migration 0005, a row for each event that ends or is opened again), so that no
    writer can forget and none waits for another; `counting.fold_counts` puts rows of the same key together.
    """

    jurisdiction = models.ForeignKey("areas.Jurisdiction", on_delete=models.PROTECT, related_name="+", db_index=False)
    cell = models.BigIntegerField()
    area_path = PathField(blank=True)
    department_path = PathField(blank=True)
    status = models.CharField(max_length=12, choices=Status.choices)
    n = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["jurisdiction", "cell"], name="cell_count_place")]
