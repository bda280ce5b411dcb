"""Background work of the flow engine."""

from __future__ import annotations

from yiwang.base.jobs.registry import job, schedule
from yiwang.engines.flow.due import tell_due_clocks

EVERY_S = 30
BATCH = 200


@job("flow.tell_due_clocks", lease_s=120)
def tell_due() -> None:
    """Warn of and miss all clocks that are due; each is its own transaction, so a repeated run does nothing twice."""
    while tell_due_clocks(limit=BATCH) == BATCH:
        pass


schedule("flow.tell_due_clocks", job="flow.tell_due_clocks", every_s=EVERY_S)
