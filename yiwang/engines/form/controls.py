"""Django form fields for the widgets of forms: the browser's own controls, values in ISO form in any language."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, BinaryIO, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext

from yiwang.base.files.judging import DOCUMENTS, PHOTOS, judge
from yiwang.kernel.codes import citizen_id, credit_code, phone
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import Text

MAX_FILES = 9
_POINT = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，;；\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*\Z")


class CodeField(forms.CharField):
    """A number with a check of its own (citizen id, credit code, telephone); cleaned to its normal form."""

    def __init__(self, problem: Callable[[str], Text | None], normalise: Callable[[str], str], **more: Any) -> None:
        super().__init__(**more)
        self._problem, self._normalise = problem, normalise

    def clean(self, value: Any) -> Any:
        """The normal form; ValidationError with the reason in the reader's language."""
        text = super().clean(value)
        if not text:
            return text
        wrong = self._problem(text)
        if wrong is not None:
            raise ValidationError(wrong.render(gettext), code="invalid")
        return self._normalise(text)


CODES: dict[str, tuple[Callable[[str], Text | None], Callable[[str], str]]] = {
    "phone": (phone.problem, phone.normalise),
    "citizen_id": (citizen_id.problem, citizen_id.normalise),
    "credit_code": (credit_code.problem, credit_code.normalise),
}


class PointField(forms.CharField):
    """A place as `longitude, latitude` in degrees of WGS-84; scripts put a position in, people can type it."""

    def __init__(self, **more: Any) -> None:
        attrs = {"data-map-point": "", "inputmode": "text", "autocomplete": "off", "placeholder": "118.9452, 29.6377"}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=60, **more)

    def clean(self, value: Any) -> Any:
        """`{"lon": …, "lat": …}`, None for nothing. ValidationError for anything else, swapped coordinates named."""
        text = super().clean(value)
        if not text:
            return None
        found = _POINT.match(text)
        if found is None:
            raise ValidationError(gettext("Write longitude and latitude, such as 118.9452, 29.6377."), code="invalid")
        lon, lat = float(found[1]), float(found[2])
        if abs(lat) > 90 and abs(lon) <= 90:
            raise ValidationError(gettext("Longitude comes first; these two seem to be swapped."), code="invalid")
        if abs(lon) > 180 or abs(lat) > 90:
            raise ValidationError(gettext("There is no such place on earth."), code="invalid")
        return {"lon": lon, "lat": lat}

    def prepare_value(self, value: Any) -> Any:
        """A stored point as text."""
        return f"{value['lon']}, {value['lat']}" if isinstance(value, dict) else value


class ZonedDateTimeField(forms.DateTimeField):
    """A moment to the minute, asked and shown in one zone."""

    def __init__(self, zone: str, **more: Any) -> None:
        self._zone = ZoneInfo(zone)
        control = forms.DateTimeInput(format="%Y-%m-%dT%H:%M")
        control.input_type = "datetime-local"
        super().__init__(widget=control, **more)

    def to_python(self, value: Any) -> datetime | None:
        """An aware moment."""
        with timezone.override(self._zone):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """The moment in the zone, from a datetime or ISO text."""
        if isinstance(value, str) and value.endswith(("Z", "+00:00")):
            value = datetime.fromisoformat(value)
        with timezone.override(self._zone):
            return super().prepare_value(value)


class DayField(forms.DateField):
    """A day with the browser's calendar."""

    def __init__(self, **more: Any) -> None:
        control = forms.DateInput(format="%Y-%m-%d")
        control.input_type = "date"
        super().__init__(widget=control, **more)

    def prepare_value(self, value: Any) -> Any:
        """A day from a date or ISO text."""
        return value.isoformat() if isinstance(value, date) else value


class ManyFiles(forms.ClearableFileInput):
    """A control for several files, photographs taken on the spot where the device can."""

    allow_multiple_selected = True


class OneFile(forms.FileInput):
    """A control for one file."""


class UploadField(forms.FileField):
    """One or several files, judged by their content; cleaned to a list."""

    def __init__(self, *, photos: bool, many: bool, **more: Any) -> None:
        attrs: dict[str, Any] = {"accept": "image/*", "data-photo": ""} if photos else {}
        control = ManyFiles(attrs={**attrs, "multiple": True}) if many else OneFile(attrs=attrs)
        super().__init__(widget=control, **more)
        self.kinds = PHOTOS if photos else (*PHOTOS, *DOCUMENTS)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The uploads; ValidationError with the reason for one that is not taken, or too many."""
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(given) > MAX_FILES:
            raise ValidationError(gettext("At most %(n)s files.") % {"n": MAX_FILES}, code="invalid")
        if not given:
            super().clean(None, initial)
            return []
        return [self._judged(super(UploadField, self).clean(one, initial)) for one in given]

    def _judged(self, upload: UploadedFile[Any]) -> UploadedFile[Any]:
        try:
            if upload.file is not None:
                judge(cast(BinaryIO, upload.file), kinds=self.kinds)
        except Invalid as wrong:
            raise ValidationError(f"{upload.name}: {wrong.text.render(gettext)}", code="invalid") from None
        return upload
