"""Showing personal data to a person: always for a purpose, always logged."""

from __future__ import annotations

from django.db import models, transaction

from yiwang.base.access import Viewer, require
from yiwang.base.deeds import deed
from yiwang.base.personal.fields import PersonalField
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text


def unmask(
    record: models.Model,
    field: str,
    *,
    by: Viewer,
    purpose: str,
    permission: str,
    department_path: str | None = None,
    area_path: str | None = None,
) -> str:
    """The plain text of `record.field` for a reader who may see it there; "" when there is none.

    The log entry is committed before the text is returned, so this cannot run inside another transaction
    (RuntimeError). Raises NotAllowed without one grant covering `permission`, Invalid without a purpose.
    """
    require(by, permission, department_path=department_path, area_path=area_path)
    if len(purpose.strip()) < 2:
        said = Text(N_("Say what you need it for; your reason is kept in the audit."))
        raise Invalid(said, fields={"purpose": [said]})
    if not isinstance(record._meta.get_field(field), PersonalField):
        raise TypeError(f"{field} is not a personal field")
    subject = f"{record._meta.model_name}:{getattr(record, 'uid', None) or record.pk}"
    with (
        transaction.atomic(durable=True),
        deed("personal.unmask_field", by=by, subject=subject, area_path=area_path or "", reason=purpose.strip()) as d,
    ):
        d.note(field=field, permission=permission)
        sealed = getattr(record, field)
        return sealed.open() if sealed is not None else ""
