"""Background work of events."""

from __future__ import annotations

from yiwang.base.access import SYSTEM
from yiwang.base.areas.queries import jurisdiction
from yiwang.base.jobs.registry import job, schedule
from yiwang.domains.events.actions.announcing import tell_round
from yiwang.domains.events.actions.warning import BATCH, tell_untaken
from yiwang.domains.events.counting import fold_counts
from yiwang.domains.events.learning import train_from_events
from yiwang.domains.events.queries.shadow import TRAIN_JOB
from yiwang.kernel.errors import Invalid

EVERY_S = 60
TELL_S = 20
FOLD_S = 600
TRAIN_LEASE_S = 900


@job("events.tell_untaken", lease_s=120)
def tell_all_untaken() -> None:
    """Tell of everything nobody has accepted in time; each is its own transaction."""
    while tell_untaken() == BATCH:
        pass


@job("events.tell_work", lease_s=60)
def tell_all_work() -> None:
    """Tell people of all work that came since the last round, and reporters of its end; a batch a transaction."""
    while tell_round():
        pass


@job("events.fold_counts", lease_s=FOLD_S)
def fold_all_counts() -> None:
    """Keep the counts of ended events few."""
    fold_counts()


@job(TRAIN_JOB, retries=1, lease_s=TRAIN_LEASE_S)
def train_on_own_events(*, place: str, acts: bool = False) -> None:
    """Train on a city's closed events; where there are too few, nothing is made and its page says so."""
    try:
        train_from_events(jurisdiction=jurisdiction(place), by=SYSTEM, acts=acts)
    except Invalid:
        return


schedule("events.tell_untaken", job="events.tell_untaken", every_s=EVERY_S)
schedule("events.tell_work", job="events.tell_work", every_s=TELL_S)
schedule("events.fold_counts", job="events.fold_counts", every_s=FOLD_S)
