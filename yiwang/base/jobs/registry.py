"""Jobs and schedules as code declares them, in each package's `jobs.py` (imported when Django is ready).

@job("events.retrain", retries=3, lease_s=600)
def retrain(*, tree: str) -> None: …

schedule("events.nightly_retrain", job="events.retrain", daily_at=time(2, 30), zone="Asia/Shanghai", tree="city")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, TypeVar

Work = TypeVar("Work", bound=Callable[..., None])


@dataclass(frozen=True)
class JobKind:
    """What a job's name means; see `job`."""

    name: str
    work: Callable[..., None]
    retries: int
    lease_s: float
    first_wait_s: float
    is_atomic: bool
    forgets: bool = False


@dataclass(frozen=True)
class ScheduleRule:
    """When a job comes back; exactly one of `every_s` and `daily_at`."""

    name: str
    job: str
    every_s: int | None
    daily_at: time | None
    zone: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


_jobs: dict[str, JobKind] = {}
_schedules: dict[str, ScheduleRule] = {}


def job(
    name: str,
    *,
    retries: int = 5,
    lease_s: float = 300,
    first_wait_s: float = 5,
    atomic: bool = False,
    forgets: bool = False,
) -> Callable[[Work], Work]:
    """Declare a function with keyword arguments (JSON values) as the job `name`.

    A failed run is repeated up to `retries` times after waits that double from `first_wait_s` (at most an hour).
    A running job renews its lease of `lease_s` seconds; when its worker is killed, another one repeats it after that.
    So a job may run more than once: with `atomic` its database effects and its end commit together, hence count once;
    otherwise it takes care itself (`running().uid` is an idempotency key). An atomic job must be short.
    With `forgets` the arguments are emptied when it has ended well: for what must not be kept (whom to erase).
    """

    def register(work: Work) -> Work:
        known = _jobs.get(name)
        if known is not None and known.work is not work:
            raise ValueError(f"the job {name} is declared twice")
        _jobs[name] = JobKind(name, work, retries, lease_s, first_wait_s, atomic, forgets)
        return work

    return register


def schedule(
    name: str,
    *,
    job: str,
    every_s: int | None = None,
    daily_at: time | None = None,
    zone: str = "UTC",
    **arguments: Any,
) -> None:
    """Declare that a job comes back every `every_s` seconds, or daily at a local time of an IANA zone. ValueError."""
    if (every_s is None) == (daily_at is None) or (every_s is not None and every_s <= 0):
        raise ValueError("a schedule has either every_s or daily_at")
    _schedules[name] = ScheduleRule(name, job, every_s, daily_at, zone, arguments)


def kind_of(name: str) -> JobKind:
    """The job kind of this name. Raises LookupError when no package declares it."""
    try:
        return _jobs[name]
    except KeyError:
        raise LookupError(f"no job is called {name}") from None


def known_jobs() -> list[str]:
    """Names of all declared jobs."""
    return list(_jobs)


def forget(name: str) -> None:
    """Forget a job and schedule of that name (tests)."""
    _jobs.pop(name, None)
    _schedules.pop(name, None)


def declared_schedules() -> list[ScheduleRule]:
    """All schedules that code declares."""
    return list(_schedules.values())
