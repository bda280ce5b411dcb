"""Background work of events."""

from __future__ import annotations

from yiwang.base.jobs.registry import job, schedule
from yiwang.domains.events.actions.warning import BATCH, tell_untaken

EVERY_S = 60


@job("events.tell_untaken", lease_s=120)
def tell_all_untaken() -> None:
    """Tell of everything nobody has accepted in time; each is its own transaction."""
    while tell_untaken() == BATCH:
        pass


schedule("events.tell_untaken", job="events.tell_untaken", every_s=EVERY_S)
