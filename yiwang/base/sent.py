"""What programs send: the base of all schemas that are read from a request of the outside API."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import field_validator


class Sent(Schema):
    """A body or a query; texts with a NUL are refused at their field: no database of ours keeps one alike."""

    @field_validator("*", mode="before")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:
        if isinstance(value, str) and "\0" in value:
            raise ValueError("a text may not hold the character NUL")
        return value
