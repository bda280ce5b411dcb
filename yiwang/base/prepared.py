"""Statements built once: look-ups by fixed filters, inserts and updates of rows, for the paths that every verb takes.

Django composes a query's SQL anew each time, which for a look-up by key costs many times what the database needs to
answer. Here a queryset is compiled on first use and run again with other values; rows come out as the queryset would
give them. Conversions to and from the database are the fields' own. No signals are sent, and none are listened to.

    _BY_UID = Prepared(lambda: Event.objects.filter(uid=Given("uid", models.UUIDField())).select_for_update())
    event = _BY_UID.first(uid=uid)
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

MOST = 20
M = TypeVar("M", bound=Model)


class Given(Expression):
    """Stands in a prepared queryset's filter for the value given at each run, converted as `field` would."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """One parameter, filled in by `Prepared`."""
        return "%s", [self]

    def prepared(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """The value as the database wants it."""
        return self.output_field.get_db_prep_value(value, connection)


@dataclass
class _Plan:
    """A compiled queryset, for one connection."""

    connection: BaseDatabaseWrapper
    compiler: Any
    sql: str
    params: tuple[Any, ...]

    def __post_init__(self) -> None:
        info = self.compiler.klass_info
        columns = info["select_fields"]
        self.model = info["model"]
        self.own = slice(columns[0], columns[-1] + 1)
        self.names = [column[0].target.attname for column in self.compiler.select[self.own]]
        self.converters = self.compiler.get_converters([s[0] for s in self.compiler.select[: self.compiler.col_count]])
        self.related = get_related_populators(info, self.compiler.select, self.connection.alias)  # type: ignore[call-arg]
        self.locks = bool(self.compiler.query.select_for_update)

    def rows(self, values: dict[str, Any]) -> list[Any]:
        """Run it."""
        connection = self.connection
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("a row is locked within a transaction")
        params = [p.prepared(values[p.name], connection) if isinstance(p, Given) else p for p in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found: Iterable[Any] = cursor.fetchall()
        if self.converters:
            found = self.compiler.apply_converters(found, self.converters)
        made = []
        for row in found:
            one = self.model.from_db(connection.alias, self.names, row[self.own])
            for each in self.related:
                each.populate(row, one)
            made.append(one)
        return made


class Prepared(Generic[M]):
    """A queryset with `Given` values: filters, `select_related`, a lock, an order, a slice; no annotations."""

    def __init__(self, make: Callable[[], QuerySet[M]]) -> None:
        self._make = make
        self._kept = threading.local()

    def rows(self, **values: Any) -> list[M]:
        """The rows for these values. KeyError when one is missing."""
        connection = connections[DEFAULT_DB_ALIAS]
        plan: _Plan | None = getattr(self._kept, "plan", None)
        if plan is None or plan.connection is not connection:
            compiler = self._make().query.get_compiler(connection=connection)
            sql, params = compiler.as_sql()
            plan = self._kept.plan = _Plan(connection, compiler, sql, tuple(params))
        return plan.rows(values)

    def first(self, **values: Any) -> M | None:
        """The only or first row, in the queryset's own order; None when there is none."""
        return next(iter(self.rows(**values)), None)


def insert(rows: Sequence[Model], *, unique: tuple[str, ...] = (), changing: tuple[str, ...] = ()) -> None:
    """Insert rows of one model in one statement and give them their ids.

    With `unique`, a row that meets a stored one with the same values there changes that one's `changing` fields. Meant
    for the few rows of a verb: a list longer than `MOST` goes the usual way of Django.
    """
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    model = type(rows[0])
    if len(rows) > MOST:
        many = model._default_manager
        if unique:
            many.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=changing)
        else:
            many.bulk_create(rows)
        return
    for row in rows:
        # takes the ids of rows that were stored after they were assigned
        row._prepare_related_fields_for_save("insert")  # type: ignore[attr-defined]
    fields = _inserted(model)
    sql = _insert_sql(connection.vendor, model, len(rows), unique, changing)
    params = [f.get_db_prep_save(f.pre_save(row, True), connection) for row in rows for f in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        ids = cursor.fetchall()
    key = model._meta.pk.attname
    for row, (pk,) in zip(rows, ids, strict=True):
        setattr(row, key, pk)
        row._state.adding, row._state.db = False, connection.alias


def update(row: Model, names: Iterable[str]) -> None:
    """Write these fields of a row that is stored."""
    connection = connections[DEFAULT_DB_ALIAS]
    model, wanted = type(row), tuple(names)
    if not wanted:
        return
    fields = [model._meta.get_field(name) for name in wanted]
    params = [f.get_db_prep_save(f.pre_save(row, False), connection) for f in fields]  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(_update_sql(connection.vendor, model, wanted), [*params, row.pk])


@cache
def _inserted(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    """The fields an insert writes: all but an id that the database gives."""
    return tuple(f for f in model._meta.local_concrete_fields if not f.db_returning)


@cache
def _insert_sql(vendor: str, model: type[Model], n: int, unique: tuple[str, ...], changing: tuple[str, ...]) -> str:
    operations = connections[DEFAULT_DB_ALIAS].ops
    fields = _inserted(model)
    row = f"({', '.join(['%s'] * len(fields))})"
    columns = ", ".join(operations.quote_name(str(f.column)) for f in fields)
    conflict = ""
    if unique:
        conflict = operations.on_conflict_suffix_sql(
            fields, OnConflict.UPDATE, [_column(model, name) for name in changing], [_column(model, n) for n in unique]
        )
    table, pk = operations.quote_name(model._meta.db_table), operations.quote_name(_column(model, "pk"))
    # Names of our own tables and columns; values are parameters.
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * n)} {conflict} RETURNING {pk}"  # noqa: S608


@cache
def _update_sql(vendor: str, model: type[Model], names: tuple[str, ...]) -> str:
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    changes = ", ".join(f"{quoted(_column(model, name))} = %s" for name in names)
    table, pk = quoted(model._meta.db_table), quoted(_column(model, "pk"))
    return f"UPDATE {table} SET {changes} WHERE {pk} = %s"  # noqa: S608 - names of our own tables and columns


def _column(model: type[Model], name: str) -> str:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return str(field.column)  # type: ignore[union-attr]
