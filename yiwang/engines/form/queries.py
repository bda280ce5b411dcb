"""Reads of forms: what is asked is public, so no viewer is asked for. Answers belong to whoever stores them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from yiwang.engines.form.building import SceneForm, form_class
from yiwang.engines.form.kinds import condition_schema
from yiwang.engines.form.models import FormVersion
from yiwang.engines.form.specs import FormSpec
from yiwang.kernel import schemas
from yiwang.kernel.conditions import Schema
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_


@dataclass(frozen=True)
class FormView:
    """One version of a form; `name` (`road@3`) is how cases and flows keep it."""

    key: str
    version: int
    spec: FormSpec
    digest: str
    published_at: datetime

    @property
    def name(self) -> str:
        """Key and version."""
        return f"{self.key}@{self.version}"


def form_version(key: str, version: int | None = None) -> FormView:
    """A form, in its newest version unless told; its condition schema is registered. NotFound when there is none."""
    rows = FormVersion.objects.select_related("form").filter(form__key=key).order_by("-version")
    row = rows.first() if version is None else rows.filter(version=version).first()
    if row is None:
        raise NotFound(N_("There is no form %(name)s."), name=key if version is None else f"{key}@{version}")
    view = _view(row)
    form_schema(view)
    return view


def form_named(name: str) -> FormView:
    """A form by `key` or `key@version`. NotFound when there is none."""
    key, _, number = name.partition("@")
    if number and not number.isdigit():
        raise NotFound(N_("There is no form %(name)s."), name=name)
    return form_version(key, int(number) if number else None)


def forms() -> list[FormView]:
    """Every form in its newest version, by key."""
    newest: dict[str, FormVersion] = {}
    for row in FormVersion.objects.select_related("form").order_by("form__key", "version"):
        newest[row.form.key] = row
    return [_view(row) for row in newest.values()]


def class_of(view: FormView, *, language: str, zone: str | None = None) -> type[SceneForm]:
    """The Django form class of a version; made once for each language and zone."""
    return _class_of(view.key, view.version, view.digest, language, zone)


def form_schema(view: FormView) -> Schema:
    """The schema `form:<key>@<version>` that conditions over the answers are read with, registered in the kernel."""
    schema = condition_schema(view.spec, f"form:{view.name}")
    return schemas.register(schema)


@lru_cache(maxsize=512)
def _class_of(key: str, version: int, digest: str, language: str, zone: str | None) -> type[SceneForm]:
    spec = form_version(key, version).spec
    return form_class(spec, language=language, key=key, version=version, zone=zone)


def _view(row: FormVersion) -> FormView:
    return FormView(row.form.key, row.version, FormSpec.model_validate(row.body), row.digest, row.published_at)
