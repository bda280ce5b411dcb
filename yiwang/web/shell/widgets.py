"""Widgets that give a form field the browser's own control."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms


class DateInput(forms.DateInput):
    """A date field with the browser's calendar; the value travels as ISO 8601 whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """A moment in the page's zone, to the minute, with the browser's picker."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class HintedRadios(forms.RadioSelect):
    """Radio buttons of which each may carry a line of explanation (`hints`: value → text, may be lazy)."""

    def __init__(self, hints: Mapping[str, Any] | None = None, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.hints = dict(hints or {})


class PhotoInput(forms.ClearableFileInput):
    """One or several photographs, taken on the spot where the device can."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/*", "multiple": True, "data-photo": "", **(attrs or {})})
