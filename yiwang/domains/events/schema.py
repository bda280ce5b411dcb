"""The typed schema `event`: what conditions in rules and alerts may say about an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yiwang.kernel.conditions import BOOLEAN, DATETIME, FLOAT, INTEGER, STRING, Schema

EVENT_SCHEMA = Schema(
    "event",
    {
        "category": STRING,
        "urgency": STRING,
        "area": STRING,
        "grid": STRING,
        "source": STRING,
        "text": STRING,
        "address": STRING,
        "occurred_at": DATETIME,
        "hour": INTEGER,
        "lon": FLOAT,
        "lat": FLOAT,
        "n_reports": INTEGER,
        "is_public": BOOLEAN,
    },
)


def event_record(values: Mapping[str, Any], local: datetime) -> dict[str, Any]:
    """The record conditions see: the schema's fields from `values`, the hour from the jurisdiction's local time."""
    record = {name: values.get(name) for name in EVENT_SCHEMA.fields}
    record["hour"] = local.hour
    return record
