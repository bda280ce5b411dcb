"""What `forms/<id>.yaml` of a scene may say: what is asked (JSON Schema 2020-12) and how (groups, widgets, branches).

title: {zh-Hans: 占道申请, en: Occupying a road}
schema:
  type: object
  required: [applicant, credit_code]
  properties:
    applicant: {type: string, enum: [person, company]}
    credit_code: {type: string}
ui:
  fields:
    applicant:
      title: {zh-Hans: 申请人类型, en: Applicant}
      widget: radio
      options: {person: {zh-Hans: 个人, en: A person}, company: {zh-Hans: 企业, en: A company}}
    credit_code:
      title: {zh-Hans: 统一社会信用代码, en: Credit code}
      widget: credit_code
      show_if: applicant = 'company'

The schema stays plain JSON Schema, so that other systems can read it; labels live in `ui`. A field with `show_if` is
asked only where that holds: elsewhere its answer is dropped, and `required` counts only where it is shown.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from pydantic import Field, JsonValue

from yiwang.kernel.specs import Id, Spec, TitleField

Widget = Literal[
    "text",
    "textarea",
    "number",
    "date",
    "datetime",
    "select",
    "radio",
    "checkboxes",
    "boolean",
    "phone",
    "citizen_id",
    "credit_code",
    "address",
    "map_point",
    "photo",
    "file",
]


class FieldSpec(Spec):
    """How one property is asked."""

    title: TitleField
    help: TitleField | None = None
    placeholder: TitleField | None = None
    widget: Widget | None = None
    """The control; what fits the property's type when left out."""
    options: dict[str, TitleField] = {}
    """The label of each value of an `enum`."""
    show_if: str | None = None
    """A condition over the other answers; asked only where it holds."""
    required_if: str | None = None
    """A condition over the other answers; an answer is needed where it holds."""


class GroupSpec(Spec):
    """Fields that belong together, under a heading."""

    title: TitleField
    help: TitleField | None = None
    fields: tuple[Id, ...] = Field(min_length=1)


class UiSpec(Spec):
    """How the questions are put."""

    fields: dict[Id, FieldSpec] = Field(min_length=1)
    groups: tuple[GroupSpec, ...] = ()
    """Fields in no group come first, without a heading."""
    order: tuple[Id, ...] = ()
    """The order of fields without groups; that of `fields` unless given."""


class FormSpec(Spec):
    """One form; see the module for an example."""

    title: TitleField
    about: TitleField | None = None
    schema_: dict[str, JsonValue] = Field(alias="schema")
    ui: UiSpec

    @property
    def properties(self) -> dict[str, dict[str, Any]]:
        """The schema's properties that are described as objects."""
        found = self.schema_.get("properties")
        return {k: v for k, v in found.items() if isinstance(v, dict)} if isinstance(found, dict) else {}

    @property
    def required(self) -> frozenset[str]:
        """The properties that must be answered where they are shown."""
        found = self.schema_.get("required")
        return frozenset(str(name) for name in found) if isinstance(found, list) else frozenset()

    @property
    def ordered(self) -> tuple[str, ...]:
        """The fields in the order they are asked."""
        grouped = [name for group in self.ui.groups for name in group.fields]
        loose = [name for name in (*self.ui.order, *self.ui.fields) if name not in grouped]
        return tuple(dict.fromkeys([*loose, *grouped]))

    @property
    def body(self) -> dict[str, Any]:
        """The spec as JSON."""
        return self.model_dump(mode="json", by_alias=True)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of its content; equal digests, equal versions."""
        return hashlib.sha256(json.dumps(self.body, ensure_ascii=False).encode()).hexdigest()
