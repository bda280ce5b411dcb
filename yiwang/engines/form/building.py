"""A spec becomes a Django form: rendered on the server, complete without JavaScript, checked on the server only.

Every conditional field is in the form; what is hidden for the answers given is dropped and never an error. Scripts
only fold such fields away earlier (`form.js`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import get_language, gettext, gettext_lazy

from yiwang.engines.form.branches import Branches, Shape, branches
from yiwang.engines.form.controls import CODES, CodeField, DayField, PointField, UploadField, ZonedDateTimeField
from yiwang.engines.form.kinds import Kind, kinds, values_of, widget_of
from yiwang.engines.form.specs import FormSpec
from yiwang.engines.form.validating import schema_errors
from yiwang.kernel.titles import pick

TEXT_LIMIT = 5_000


@dataclass(frozen=True)
class AskedField:
    """A field as the template draws it."""

    field: BoundField
    is_shown: bool
    is_deciding: bool


@dataclass(frozen=True)
class AskedGroup:
    """Fields under one heading; the first group may have none."""

    title: str
    help: str
    fields: tuple[AskedField, ...]


class SceneForm(forms.Form):
    """Base of the classes `form_class` makes; after `is_valid()` use `answers.answers(form)`."""

    spec: ClassVar[FormSpec]
    language: ClassVar[str]
    kinds: ClassVar[Mapping[str, Kind]]
    branches: ClassVar[Branches]
    form_key: ClassVar[str] = ""
    form_version: ClassVar[int | None] = None

    required_css_class = "required"

    def clean(self) -> dict[str, Any]:
        """Drop what is hidden, ask for what is needed, check the whole against the JSON Schema."""
        cleaned = dict(super().clean() or {})
        shape = self.shape(cleaned)
        for name in self.fields:
            if name not in shape.shown:
                cleaned.pop(name, None)
                self.errors.pop(name, None)
            elif name in shape.required and name not in self.errors and self._is_empty(name, cleaned.get(name)):
                self.add_error(name, gettext("Please answer this."))
        self.cleaned_data = cleaned
        for field, message in schema_errors(self, shape):
            if field is None or field not in self.errors:
                self.add_error(field, message)
        return {name: value for name, value in cleaned.items() if name not in self.errors}

    def _is_empty(self, name: str, value: Any) -> bool:
        """Whether nothing was answered; an empty box is an answer ("no")."""
        return self.kinds[name] != "boolean" and (value is None or value == "" or value == [])

    def shape(self, values: Mapping[str, Any] | None = None) -> Shape:
        """Which fields are shown and needed: for cleaned values, else for what was sent or stored."""
        if values is None:
            values = self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else self._given()
        record = {name: self._typed(name, values.get(name)) for name in self.branches.schema.fields}
        return self.branches.shape(record)

    def groups(self) -> Iterator[AskedGroup]:
        """The fields in order, under their headings."""
        shown = self.shape().shown
        spec = self.spec
        grouped = {name for group in spec.ui.groups for name in group.fields}
        loose = [name for name in spec.ordered if name not in grouped]
        if loose:
            yield AskedGroup("", "", tuple(self._asked(name, shown) for name in loose))
        for group in spec.ui.groups:
            about = pick(group.help, self.language) if group.help else ""
            yield AskedGroup(
                pick(group.title, self.language), about, tuple(self._asked(name, shown) for name in group.fields)
            )

    def _asked(self, name: str, shown: frozenset[str]) -> AskedField:
        return AskedField(self[name], name in shown, name in self.branches.deciding)

    def _given(self) -> dict[str, Any]:
        """Initial values as cleaned ones; what does not fit is left out."""
        found: dict[str, Any] = {}
        for name, field in self.fields.items():
            value = self.get_initial_for_field(field, name)
            if value is None or isinstance(field, forms.FileField):
                continue
            try:
                found[name] = field.clean(field.prepare_value(value))
            except forms.ValidationError:
                continue
        return found

    def _typed(self, name: str, value: Any) -> Any:
        """A cleaned value as conditions take it."""
        if value in ("", None) or value == []:
            return None
        if self.kinds[name] == "choice":
            wanted = {str(one): one for one in values_of(self.spec.properties[name])}.get(str(value))
            return Decimal(str(wanted)) if isinstance(wanted, float) else wanted
        return value


def form_class(
    spec: FormSpec,
    *,
    language: str | None = None,
    key: str = "",
    version: int | None = None,
    zone: str | None = None,
) -> type[SceneForm]:
    """The Django form of a sound spec: labels in `language` (the reader's), moments in `zone` (the display zone)."""
    spoken = language or get_language() or settings.LANGUAGE_CODE
    found = kinds(spec)
    members: dict[str, Any] = {
        name: _field(spec, name, found[name], spoken, zone or settings.DISPLAY_TIME_ZONE) for name in spec.ordered
    }
    members |= {
        "spec": spec,
        "language": spoken,
        "kinds": found,
        "branches": branches(spec, f"form:{key or 'unnamed'}@{version or 0}"),
        "form_key": key,
        "form_version": version,
        "__module__": __name__,
    }
    return type("SceneFormOf", (SceneForm,), members)


def _field(spec: FormSpec, name: str, kind: Kind, language: str, zone: str) -> forms.Field:
    """The Django field of one property. `required` is left to `clean`, which knows what is shown."""
    ui, prop, widget = spec.ui.fields[name], spec.properties[name], widget_of(spec, name)
    common: dict[str, Any] = {
        "label": pick(ui.title, language),
        "help_text": pick(ui.help, language) if ui.help else "",
        "required": False,
    }
    field: forms.Field
    if kind in ("choice", "choices"):
        field = _choice(spec, name, kind, widget, language, common)
    elif kind in ("file", "files"):
        field = UploadField(photos=widget == "photo", many=kind == "files", **common)
    elif kind == "date":
        field = DayField(**common)
    elif kind == "datetime":
        field = ZonedDateTimeField(zone, **common)
    elif kind == "boolean":
        field = forms.BooleanField(**common)
    elif kind == "point":
        field = PointField(**common)
    elif kind in ("integer", "number"):
        number = forms.IntegerField if kind == "integer" else forms.DecimalField
        field = number(min_value=prop.get("minimum"), max_value=prop.get("maximum"), **common)
    else:
        field = _text(prop, widget, common)
    if ui.placeholder:
        field.widget.attrs["placeholder"] = pick(ui.placeholder, language)
    # Fields needed wherever they are shown are marked so; the browser itself never insists (branches may hide them).
    if name in spec.required and kind != "boolean":
        field.widget.attrs["aria-required"] = "true"
    return field


def _choice(
    spec: FormSpec, name: str, kind: Kind, widget: str, language: str, common: dict[str, Any]
) -> forms.ChoiceField | forms.MultipleChoiceField:
    labels = spec.ui.fields[name].options
    choices = [(str(v), pick(labels.get(str(v), {}), language) or str(v)) for v in values_of(spec.properties[name])]
    if kind == "choices":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    if widget == "radio":
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[("", gettext_lazy("Please choose")), *choices], **common)


def _text(prop: Mapping[str, Any], widget: str, common: dict[str, Any]) -> forms.CharField:
    if widget in CODES:
        problem, normalise = CODES[widget]
        field: forms.CharField = CodeField(problem, normalise, max_length=40, **common)
        field.widget.attrs.update(_CODE_ATTRS[widget])
        return field
    limits: dict[str, Any] = {"min_length": prop.get("minLength"), "max_length": prop.get("maxLength") or TEXT_LIMIT}
    if widget == "textarea":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **limits, **common)
    field = forms.CharField(**limits, **common)
    if widget == "address":
        field.widget.attrs.update({"autocomplete": "street-address", "data-address": ""})
    return field


_CODE_ATTRS = {
    "phone": {"inputmode": "tel", "autocomplete": "tel"},
    "citizen_id": {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    "credit_code": {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
}
