"""How a deadline looks: state, share of the time used, words. Reckons in plain elapsed time for display only.

The binding due time is the flow engine's (working calendar, holds); pass its working seconds as `seconds_left` to show
those instead of the difference on the wall clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext, ngettext

from yiwang.kernel import clock

State = Literal["on_time", "warning", "overdue", "held", "met", "missed", "none"]
TONES: dict[State, str] = {
    "on_time": "success",
    "warning": "warning",
    "overdue": "danger",
    "held": "neutral",
    "met": "success",
    "missed": "danger",
    "none": "neutral",
}
ICONS: dict[State, str] = {
    "on_time": "clock",
    "warning": "clock",
    "overdue": "alert",
    "held": "pause",
    "met": "check-circle",
    "missed": "flag",
    "none": "minus",
}
UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


@dataclass(frozen=True)
class Face:
    """A clock as shown; `percent` 0-100 of the time used, `words` in the reader's language."""

    state: State
    due_at: datetime | None
    percent: int
    words: str
    is_provisional: bool = False

    @property
    def tone(self) -> str:
        """Colour name of the state."""
        return TONES[self.state]

    @property
    def icon(self) -> str:
        """Icon of the state, so that colour is never the only sign."""
        return ICONS[self.state]


def face(
    due_at: datetime | None,
    *,
    started_at: datetime | None = None,
    finished_at: datetime | None = None,
    held_since: datetime | None = None,
    seconds_left: int | None = None,
    is_provisional: bool = False,
    is_closed: bool = True,
    warn_at: float = 0.75,
) -> Face:
    """The face of a clock at this moment; all times aware. `warn_at` is the share used from which it warns.

    `is_closed` False: finished in time or not, but a check or the close is still to come, so it says "handled".
    """
    if due_at is None:
        return Face("none", None, 0, gettext("No time limit"))
    at = finished_at or held_since or clock.now()
    left = int((due_at - at).total_seconds()) if seconds_left is None else seconds_left
    used = _share(started_at, at, due_at) if left > 0 else 1.0
    percent = round(100 * used)
    if finished_at is not None:
        state: State = "met" if left >= 0 else "missed"
        words = _ended(left, is_closed)
    elif held_since is not None:
        state, words = "held", gettext("Clock stopped, %(time)s left") % {"time": duration(max(left, 0))}
    elif left < 0:
        state, words = "overdue", gettext("%(time)s overdue") % {"time": duration(-left)}
    else:
        state = "warning" if used >= warn_at else "on_time"
        words = gettext("%(time)s left") % {"time": duration(left)}
    return Face(state, due_at, percent, words, is_provisional)


def _ended(left: int, is_closed: bool) -> str:
    """How a clock ended, with `left` seconds (negative: late)."""
    if left >= 0:
        return gettext("Done in time") if is_closed else gettext("Handled in time")
    late = {"time": duration(-left)}
    return (gettext("Done %(time)s late") if is_closed else gettext("Handled %(time)s late")) % late


def duration(seconds: float) -> str:
    """A length of time in its two largest units: `2 days 3 hours`, `45 minutes`, `less than a minute`."""
    rest, parts = abs(int(seconds)), []
    for size, unit in UNITS:
        n, rest = divmod(rest, size)
        if n:
            parts.append(_counted(unit, n))
        elif parts:
            break  # 2 days 5 minutes would only look exact
        if len(parts) == 2:
            break
    return " ".join(parts) or gettext("less than a minute")


def _counted(unit: str, n: int) -> str:
    if unit == "day":
        return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}
    if unit == "hour":
        return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}
    return ngettext("%(n)s minute", "%(n)s minutes", n) % {"n": n}


def _share(started_at: datetime | None, at: datetime, due_at: datetime) -> float:
    if started_at is None or due_at <= started_at:
        return 0.0
    return min(1.0, max(0.0, (at - started_at) / (due_at - started_at)))
