"""`PersonalField`, a model field whose column holds ciphertext, and `PersonalModel`, the base of models that have one.

Assign plain text (or None); read a `Sealed`. The companion `<name>_index` is filled by itself. The column itself can
only be compared with NULL: equality goes through `filter(<name>_index=blind(kind, text))`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler

from yiwang.base.personal.kinds import kind_of
from yiwang.base.personal.sealed import INDEX_LENGTH, Sealed


class _Attribute:
    """Seals what is assigned and keeps the companion in step."""

    def __init__(self, field: PersonalField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:  # deferred by only() or defer()
            instance.refresh_from_db(fields=[name])
        return instance.__dict__[name]

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class BlindIndexField(models.CharField[str | None, str | None]):
    """The companion column: keyed index of the value in `source`."""

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        """Follow the source: a fresh value brings its index, None clears it, one read from the database keeps it."""
        if self.source in model_instance.__dict__:
            value = model_instance.__dict__[self.source]
            if value is None:
                setattr(model_instance, self.attname, None)
            elif value.index is not None:
                setattr(model_instance, self.attname, value.index)
        found: str | None = getattr(model_instance, self.attname)
        return found

    def deconstruct(self) -> Any:
        """As a plain CharField: migrations need not know the source."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class PersonalField(models.Field[str | Sealed | None, Sealed | None]):
    """An encrypted, nullable text column of a kind (`name`, `phone`, `citizen_id`, `address` …, see `kinds`)."""

    def __init__(self, kind: str = "text", *, companion: bool = True, **kwargs: Any) -> None:
        self.kind = kind_of(kind).code
        self.companion = companion
        kwargs |= {"null": True, "blank": True}
        super().__init__(**kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Add the field, its attribute and, outside migrations, the companion column."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Attribute(self))
        if self.companion and not cls._meta.abstract:
            index = BlindIndexField(
                source=self.attname, max_length=INDEX_LENGTH, null=True, editable=False, db_index=True
            )
            index.contribute_to_class(cls, f"{name}_index")

    def deconstruct(self) -> Any:
        """Without the companion, which migrations list by itself."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["null"], kwargs["blank"]
        return name, path, args, kwargs | {"kind": self.kind, "companion": False}

    def get_internal_type(self) -> str:
        """Stored as text."""
        return "TextField"

    def to_python(self, value: Any) -> Sealed | None:
        """Seal plain text; "" is None. Raises TypeError for anything else than text or a Sealed of this kind."""
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return Sealed.of(self.kind, value)
        if isinstance(value, Sealed):
            return value if value.kind == self.kind else Sealed.of(self.kind, value.open())
        raise TypeError(f"personal data is text, not {type(value).__name__}")

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        """Wrap the stored ciphertext."""
        return None if value is None else Sealed(self.kind, value)

    def get_prep_value(self, value: Any) -> str | None:
        """The ciphertext. Plain text is refused: `QuerySet.update` would leave the index behind."""
        if isinstance(value, str):
            raise TypeError(f"use {self.name}=Sealed.of(…) together with {self.name}_index=blind(…)")
        return value.token if isinstance(value, Sealed) else None

    def get_lookup(self, lookup_name: str) -> Any:
        """Only NULL can be asked of ciphertext (and, for rotation, the stored token itself)."""
        if lookup_name in {"isnull", "token", "token_prefix"}:
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: filter by {self.name}_index=blind({self.kind!r}, …)")

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        """None: a form built from the model never carries the value."""
        return None

    def value_to_string(self, obj: models.Model) -> str:
        """The ciphertext, for serialisers."""
        value = self.value_from_object(obj)
        return value.token if isinstance(value, Sealed) else ""

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """A model with personal fields inherits PersonalModel, else `save(update_fields=…)` loses the index."""
        found = super().check(**kwargs)
        if not issubclass(self.model, PersonalModel):
            hint = f"Let {self.model.__name__} inherit yiwang.base.personal.fields.PersonalModel."
            found.append(checks.Error("a model with personal fields must keep its index", hint, self, "personal.E001"))
        return found


class _OnToken(Lookup[str]):
    """Compares the stored ciphertext; only rotation does."""

    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """The comparison, with the text as a parameter."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = %s", (*params, self.rhs)


@PersonalField.register_lookup
class TokenIs(_OnToken):
    """`phone__token=text`: the stored ciphertext is this one."""

    lookup_name = "token"


@PersonalField.register_lookup
class TokenBegins(_OnToken):
    """`phone__token_prefix="v1.k2."`: the stored ciphertext begins so."""

    lookup_name = "token_prefix"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """The comparison of the first characters."""
        column, params = self.process_lhs(compiler, connection)
        return f"SUBSTR({column}, 1, {len(self.rhs)}) = %s", (*params, self.rhs)


class PersonalModel(models.Model):
    """Base of models with personal fields: a saved field takes its index with it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """As Django's, with the companions of the personal fields named in `update_fields`."""
        if update_fields is not None:
            names = set(update_fields)
            update_fields = names | {f"{f.name}_index" for f in personal_fields(type(self)) if f.name in names}
        super().save(*args, update_fields=update_fields, **kwargs)


def personal_fields(model: type[models.Model]) -> list[PersonalField]:
    """The model's personal fields."""
    return [f for f in model._meta.concrete_fields if isinstance(f, PersonalField)]
