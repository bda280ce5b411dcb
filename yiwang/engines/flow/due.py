"""Finds clocks that are due and says so: warnings at their fractions, misses when the limit has run out.

One indexed scan (`next_at`), then one deed per clock: the instance is locked and the clock looked at again, so two
workers at once, a restart in between or a clock that was extended meanwhile do no harm.
"""

from __future__ import annotations

import logging
from uuid import UUID

from yiwang.base.access import SYSTEM
from yiwang.base.deeds import deed
from yiwang.engines.flow import models, store
from yiwang.engines.flow.actions.moving import CLOCK_WARNED, clock_payload, tell
from yiwang.engines.flow.state import Event
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict, Failure

log = logging.getLogger(__name__)


def tell_due_clocks(*, limit: int = 500) -> int:
    """Warn and miss up to `limit` clocks whose moment has passed; returns how many were dealt with."""
    due = models.Clock.objects.filter(next_at__lt=clock.now()).order_by("next_at")
    found = list(due.values_list("instance__uid", "number")[:limit])
    return sum(_look_at(uid, number) for uid, number in found)


def _look_at(uid: UUID, number: int) -> bool:
    """Deal with one clock; False when it is not due any more, and then nothing is written."""
    try:
        with deed("flow.tell_due_clock", by=SYSTEM, subject=f"instance:{uid}") as d:
            found = store.load_by_uid(uid)
            d.subject, d.area_path = found.row.subject, found.row.area_path
            held = found.state.clocks.get(number)
            at = clock.now()
            is_out = held is not None and held.due_at is not None and at > held.due_at
            verb = "miss" if is_out else "warn"
            moved = store.apply(found, Event(verb, at, None, None, {"clock": number}))
            tell(d, found, verb, moved, None)
            if verb == "warn":
                payload = clock_payload(found, found.state.clocks[number])
                d.announce(CLOCK_WARNED, version=1, subject=moved.subject, payload=payload)
    except Conflict:
        return False
    except Failure:
        log.exception("clock %s of case %s", number, uid)  # one faulty case must not keep the others waiting
        return False
    return True
