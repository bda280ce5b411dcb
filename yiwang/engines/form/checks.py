"""Everything wrong with a form beyond what its spec's types say, each with its place in the YAML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yiwang.engines.form.branches import circle
from yiwang.engines.form.kinds import WIDGETS, condition_schema, kind_of, kinds, values_of
from yiwang.engines.form.specs import FormSpec
from yiwang.kernel.conditions import ConditionError, condition
from yiwang.kernel.specs import Path
from yiwang.kernel.text import N_, Text

Found = tuple[Path, Text]
MAX_FIELDS = 200


def check_form(key: str, spec: FormSpec) -> list[Found]:
    """The problems of a form as (path, message); empty when it is sound."""
    found = [*_schema_problems(spec), *_field_problems(spec), *_group_problems(spec)]
    return found or list(_condition_problems(key, spec))


def _schema_problems(spec: FormSpec) -> Iterator[Found]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(spec.schema_)
    except SchemaError as wrong:
        path = ("schema", *(part for part in wrong.absolute_path))
        yield path, Text(N_("this is no JSON Schema: %(reason)s"), {"reason": wrong.message[:200]})
        return
    if spec.schema_.get("type") != "object" or not spec.properties:
        yield ("schema",), Text(N_("the schema must be of type object and have properties"))
    if any(_references(spec.schema_)):
        yield ("schema",), Text(N_("references ($ref) are not followed; write it out"))
    if len(spec.ui.fields) > MAX_FIELDS:
        yield ("ui", "fields"), Text(N_("a form has at most %(n)s fields"), {"n": MAX_FIELDS})
    for name in spec.required:
        if name not in spec.properties:
            yield ("schema", "required"), Text(N_("there is no property “%(name)s”"), {"name": name})


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("$ref", "$dynamicRef"):
                yield str(value)
            yield from _references(value)
    elif isinstance(part, list):
        for item in part:
            yield from _references(item)


def _field_problems(spec: FormSpec) -> Iterator[Found]:
    for name in spec.properties:
        if name not in spec.ui.fields:
            yield ("schema", "properties", name), Text(N_("“ui.fields” does not say how this is asked"))
    for name, field in spec.ui.fields.items():
        at: Path = ("ui", "fields", name)
        prop = spec.properties.get(name)
        if prop is None:
            yield at, Text(N_("there is no property “%(name)s”"), {"name": name})
            continue
        kind = kind_of(prop, field.widget)
        if kind is None:
            yield at, Text(N_("a property of this type cannot be asked on a form"))
        elif field.widget and field.widget not in WIDGETS[kind]:
            allowed = ", ".join(WIDGETS[kind])
            yield (*at, "widget"), Text(N_("this property can be asked with: %(widgets)s"), {"widgets": allowed})
        values = {str(value) for value in values_of(prop)}
        for value in field.options:
            if value not in values:
                yield (*at, "options", value), Text(N_("“%(value)s” is none of the values"), {"value": value})
        for value in sorted(values - set(field.options)) if kind in ("choice", "choices") else ():
            yield (*at, "options"), Text(N_("the value “%(value)s” has no label"), {"value": value})


def _group_problems(spec: FormSpec) -> Iterator[Found]:
    seen: set[str] = set()
    for n, group in enumerate(spec.ui.groups):
        for k, name in enumerate(group.fields):
            at: Path = ("ui", "groups", n, "fields", k)
            if name not in spec.ui.fields:
                yield at, Text(N_("there is no field “%(name)s”"), {"name": name})
            elif name in seen:
                yield at, Text(N_("the field “%(name)s” stands in two groups"), {"name": name})
            seen.add(name)
    for k, name in enumerate(spec.ui.order):
        if name not in spec.ui.fields:
            yield ("ui", "order", k), Text(N_("there is no field “%(name)s”"), {"name": name})


def _condition_problems(key: str, spec: FormSpec) -> Iterator[Found]:
    schema = condition_schema(spec, f"form:{key}")
    needs: dict[str, frozenset[str]] = {}
    for name, field in spec.ui.fields.items():
        for which, text in (("show_if", field.show_if), ("required_if", field.required_if)):
            if text is None:
                continue
            at: Path = ("ui", "fields", name, which)
            try:
                rule = condition(text, schema)
            except ConditionError as wrong:
                yield at, wrong.text
                continue
            if name in rule.fields:
                yield at, Text(N_("a field cannot depend on itself"))
            elif which == "show_if":
                needs[name] = rule.fields
    for name in circle(tuple(kinds(spec)), needs):
        yield ("ui", "fields", name, "show_if"), Text(N_("the fields wait for each other"))
