"""The three reads every verb begins with, as fixed statements: building them anew by the ORM costs a third of a verb.

Only names of tables and columns are put together here, once; values are always parameters. Rows come out as ordinary
model instances.
"""

from __future__ import annotations

import json
from functools import cache
from uuid import UUID

from django.db import connection
from django.db.models import Model

from yiwang.engines.flow.models import Clock, Instance, Token, WorkItem


@cache
def _columns(model: type[Model], alias: str) -> str:
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


def locked_instance(*, uid: UUID | None = None, item_uid: UUID | None = None) -> Instance | None:
    """The instance with this uid, or the one that has this work item; its row is locked until the transaction ends.

    On SQLite the whole database is (transactions there are IMMEDIATE).
    """
    if item_uid is not None:
        key = WorkItem._meta.get_field("uid").get_db_prep_value(item_uid, connection)
        where = "i.id = (SELECT w.instance_id FROM flow_workitem w WHERE w.uid = %s)"
    else:
        key = Instance._meta.get_field("uid").get_db_prep_value(uid, connection)
        where = "i.uid = %s"
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    sql = f"SELECT {_columns(Instance, 'i')} FROM flow_instance i WHERE {where}{lock}"  # noqa: S608 - names only
    return next(iter(Instance.objects.raw(sql, [key])), None)


def open_rows(instance: Instance) -> list[WorkItem]:
    """The instance's open work items, each with its token."""
    sql = (
        f"SELECT {_columns(WorkItem, 'w')}, t.number AS token_number, t.node AS token_node, "  # noqa: S608 - names only
        "t.state AS token_state, t.path AS token_path "
        "FROM flow_workitem w JOIN flow_token t ON t.id = w.token_id "
        "WHERE w.instance_id = %s AND w.ended_at IS NULL"
    )
    rows = list(WorkItem.objects.raw(sql, [instance.pk]))
    for row in rows:
        number, node, state, path = (getattr(row, f"token_{name}") for name in ("number", "node", "state", "path"))
        known = json.loads(path) if isinstance(path, str) else path
        row.token = Token(row.token_id, instance.pk, number, node, state, known)
    return rows


def counting_clocks(instance: Instance) -> list[Clock]:
    """The instance's clocks that run or are held."""
    sql = (
        f"SELECT {_columns(Clock, 'c')} FROM flow_clock c "  # noqa: S608 - names only
        "WHERE c.instance_id = %s AND c.state IN ('running', 'held')"
    )
    return list(Clock.objects.raw(sql, [instance.pk]))
