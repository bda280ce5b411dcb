"""What the data engine holds of a person: originals of rejected rows, and rows in the lake."""

from __future__ import annotations

from datetime import datetime

from yiwang.base.erasure.registry import Person, register_ager, register_eraser
from yiwang.base.jobs.actions import enqueue
from yiwang.engines.data.models import Reject, RejectTrace, Run, RunState


def erase_person_data(person: Person) -> int:
    """Blank the rejected rows that name the person, and ask for the job that cleans the lake after the commit."""
    traces = RejectTrace.objects.filter(blind__in=set(person.blinds.values()))
    ids = set(traces.values_list("reject_id", flat=True))
    n = Reject.objects.filter(pk__in=ids).update(detail=None, detail_index=None)
    RejectTrace.objects.filter(reject_id__in=ids).delete()
    enqueue("data.erase_from_lake", blinds=dict(person.blinds))
    return n


def age_rejects(name: str, before: datetime, limit: int) -> int:
    """Delete rejected rows of runs that ended before; `name` is a dataset, or `*` for all."""
    old = Reject.objects.filter(run__ended_at__lt=before).exclude(run__state=RunState.RUNNING)
    if name != "*":
        old = old.filter(run__in=Run.objects.filter(dataset__name=name))
    ids = list(old.values_list("pk", flat=True)[:limit])
    RejectTrace.objects.filter(reject_id__in=ids).delete()
    return Reject.objects.filter(pk__in=ids).delete()[0]


register_eraser("data", erase_person_data)
register_ager("rejects", age_rejects)
