"""The process behind `yiwang simulate`: looks at the switch, lets the simulator tick, tells that it lives.

One at a time: a second one finds the lock held and ends. While the switch is off it holds nothing in memory.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from datetime import datetime, timedelta
from typing import IO

from django.db import Error as DatabaseError
from django.db import close_old_connections

from yiwang.base.areas import queries as areas
from yiwang.demo import switch
from yiwang.demo.accounts import city_officials
from yiwang.demo.city import CITY, load_city, places_file
from yiwang.demo.plan.places import load_places
from yiwang.demo.simulator import Simulator
from yiwang.demo.truth import live_truth_file
from yiwang.engines.place.queries import forget_indexes
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Failure

TICK_S, LOOK_S, BEAT = 1.0, 5.0, timedelta(seconds=10)

log = logging.getLogger(__name__)


def live_on(stopping: threading.Event) -> bool:
    """Run until told to end; False when another one runs already."""
    with _turn() as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        simulator: Simulator | None = None
        told = datetime.min.replace(tzinfo=now().tzinfo)
        while not stopping.is_set():
            live = switch.live()
            if not (live.is_on and switch.is_ready()):
                simulator = None
                stopping.wait(LOOK_S)
                continue
            try:
                simulator = simulator or _simulator()
                simulator.tick(switch.SPEEDS[live.speed])
                if now() - told >= BEAT:
                    told = now()
                    _tell(simulator, told)
            except (DatabaseError, Failure, OSError):
                log.exception("a tick of the demo city failed")
                close_old_connections()
                stopping.wait(LOOK_S)
            stopping.wait(TICK_S)
    return True


def _turn() -> IO[str]:
    switch.folder().mkdir(parents=True, exist_ok=True)
    return (switch.folder() / "simulate.lock").open("w")


def _simulator() -> Simulator:
    """The simulator of the city that was set up here."""
    plan = load_city()
    place = areas.jurisdiction(CITY)
    forget_indexes()
    officials = city_officials(place, plan)
    places = load_places(places_file(), plan.seed)
    return Simulator(place, places, officials, seed=plan.seed, file=live_truth_file(), begun=plan.end)


def _tell(simulator: Simulator, at: datetime) -> None:
    told = switch.Beat(at, os.getpid(), simulator.n_reports, simulator.n_steps, simulator.n_open, simulator.pausing)
    switch.keep_beat(told)
