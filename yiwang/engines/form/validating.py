"""The last word on answers has the JSON Schema; its complaints in the words of the form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from yiwang.engines.form.branches import Shape
from yiwang.engines.form.kinds import values_of
from yiwang.kernel.text import N_

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from yiwang.engines.form.building import SceneForm

MESSAGES = {
    "minLength": N_("Write at least %(limit)s characters."),
    "maxLength": N_("Write at most %(limit)s characters."),
    "pattern": N_("This is not written as expected."),
    "minimum": N_("At least %(limit)s."),
    "maximum": N_("At most %(limit)s."),
    "exclusiveMinimum": N_("More than %(limit)s."),
    "exclusiveMaximum": N_("Less than %(limit)s."),
    "multipleOf": N_("Only multiples of %(limit)s."),
    "enum": N_("Choose one of the answers offered."),
    "minItems": N_("Choose at least %(limit)s."),
    "maxItems": N_("Choose at most %(limit)s."),
    "uniqueItems": N_("Each answer only once."),
    "required": N_("Please answer this."),
}


def plain_answers(form: SceneForm) -> dict[str, Any]:
    """The cleaned answers as JSON has them; hidden and empty ones, and files, are not in it."""
    found: dict[str, Any] = {}
    for name, value in form.cleaned_data.items():
        kind = form.kinds[name]
        if kind in ("file", "files") or value in (None, "") or value == []:
            continue
        found[name] = _plain(form, name, value)
    return found


def schema_errors(form: SceneForm, shape: Shape) -> Iterator[tuple[str | None, str]]:
    """(field or None for the whole, message) for everything the schema has against the answers."""
    from jsonschema import Draft202012Validator

    uploads = {name for name, kind in form.kinds.items() if kind in ("file", "files")}
    schema = dict(form.spec.schema_)
    # What is needed has been asked for already, where it is shown; files are judged by content.
    schema.pop("required", None)
    schema["properties"] = {name: prop for name, prop in form.spec.properties.items() if name not in uploads}
    answers = plain_answers(form)
    for error in Draft202012Validator(schema).iter_errors(answers):
        name = str(error.absolute_path[0]) if error.absolute_path else None
        if name is None or name in shape.shown:
            yield name if name in form.fields else None, _message(error)


def _message(error: ValidationError) -> str:
    if error.validator == "const" and error.validator_value is True:
        return gettext("Please tick this.")
    told = MESSAGES.get(str(error.validator))
    if told is None:
        return (
            gettext("These answers do not fit together.") if not error.absolute_path else gettext("This does not fit.")
        )
    return gettext(told) % {"limit": error.validator_value}


def _plain(form: SceneForm, name: str, value: Any) -> Any:
    """A cleaned value as JSON: ISO dates, moments in UTC, whole decimals as integers, choices in their own type."""
    if form.kinds[name] == "choice":
        return {str(one): one for one in values_of(form.spec.properties[name])}.get(str(value), value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
