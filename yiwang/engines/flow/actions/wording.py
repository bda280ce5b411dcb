"""Takes words out of the cases of a subject: titles, reasons and answers that an erased person stands in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yiwang.base.access import Viewer
from yiwang.base.deeds import deed
from yiwang.engines.flow import models

Reword = Callable[[str], str]


def reword_cases(subject: str, *, title: str, reword: Reword, by: Viewer) -> int:
    """Give all cases of a subject (`event:<uid>`), ended ones too, a title, and pass every text they hold through
    `reword`; returns how many rows changed.
    """
    n = 0
    with deed("flow.reword_cases", by=by, subject=subject) as d:
        for case in models.Instance.objects.select_for_update().filter(subject=subject):
            variables = reworded(case.variables, reword)
            n += models.Instance.objects.filter(pk=case.pk).update(title=title[:200], variables=variables)
            for rows in (case.items.all(), case.log.all()):
                for row in rows:
                    data = reworded(row.data, reword)
                    if data != row.data:
                        row.data = data
                        row.save(update_fields=["data"])
                        n += 1
        d.note(rows=n)
    return n


def reworded(value: Any, reword: Reword) -> Any:
    """JSON with `reword` applied to every text in it; keys stay."""
    if isinstance(value, str):
        return reword(value)
    if isinstance(value, list):
        return [reworded(one, reword) for one in value]
    if isinstance(value, dict):
        return {key: reworded(one, reword) for key, one in value.items()}
    return value
