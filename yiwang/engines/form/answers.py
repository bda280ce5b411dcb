"""From a filled-in form to answers that can be stored, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from yiwang.engines.form.building import SceneForm
from yiwang.engines.form.validating import plain_answers
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text


def answers(form: SceneForm) -> dict[str, Any]:
    """The answers as JSON: dates and moments as ISO text, points as `{lon, lat}`; hidden and empty ones left out.

    Files are not in it: see `uploads` and `actions.keep_uploads`. Invalid, with the fields named, for a form that is
    not valid.
    """
    if not form.is_valid():
        fields = {name: [Text("%(m)s", {"m": str(m)}) for m in found] for name, found in form.errors.items()}
        raise Invalid(N_("Some answers are missing or do not fit."), fields=fields)
    return plain_answers(form)


def uploads(form: SceneForm) -> dict[str, list[UploadedFile[Any]]]:
    """The files of a valid form by field, each judged by its content."""
    return {name: list(form.cleaned_data.get(name) or []) for name, kind in form.kinds.items() if kind in FILE_KINDS}


FILE_KINDS = ("file", "files")


def initial_of(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as a form's `initial` (a draft resumed, a case corrected)."""
    return {name: value for name, value in stored.items() if value is not None}


def spoken(form_type: type[SceneForm], stored: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Stored answers as (label, words) in the form's order, for reading; answers the form no longer asks come last."""
    found: list[tuple[str, str]] = []
    for name, field in form_type.base_fields.items():
        if name in stored:
            found.append((str(field.label), _said(form_type, name, stored[name])))
    found += [(name, str(value)) for name, value in stored.items() if name not in form_type.base_fields]
    return found


def _said(form_type: type[SceneForm], name: str, value: Any) -> str:
    labels = {str(v): str(label) for v, label in getattr(form_type.base_fields[name], "choices", ())}
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(labels.get(str(one), str(one)) for one in value)
    if isinstance(value, dict):
        return f"{value.get('lon')}, {value.get('lat')}"
    return labels.get(str(value), str(value))
