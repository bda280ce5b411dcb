"""What is planned of the demo city's events: who says what, where and when, and how it will go; plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from yiwang.demo.ground import Spot
from yiwang.demo.speech import Saying

ZONE = ZoneInfo("Asia/Shanghai")
"""The city's clock."""


@dataclass(frozen=True)
class Caller:
    """Somebody who reports; the frequent ones call about every week."""

    id: str
    name: str
    phone: str
    home: str
    """Code of the community they live in."""
    is_frequent: bool = False


@dataclass(frozen=True)
class Fate:
    """How a matter goes. Shares are parts of the category's own limit (1 = exactly in time), pauses are minutes."""

    accept_share: float = 0.5
    handle_share: float = 0.4
    dispatch_pause: int = 12
    """Until somebody dispatches what the platform could not."""
    n_returns: int = 0
    is_rejected: bool = False
    fails_check: bool = False
    is_supervised: bool = False
    more_minutes: int = 0
    """An extension of the deadline, asked for in time."""
    verify_pause: int = 60
    close_pause: int = 30
    score: int | None = None
    evaluate_pause: int = 300
    is_reopened: bool = False
    reopen_pause: int = 600
    has_photo: bool = False
    has_after: bool = False


@dataclass(frozen=True)
class Words:
    """What officials and the citizen say in its course."""

    result: str = ""
    return_reasons: tuple[str, ...] = ()
    reject_reason: str = ""
    checked: str = ""
    check_failed: str = ""
    second_result: str = ""
    evaluation: str = ""
    reopen_reason: str = ""
    supervision: str = ""
    extension: str = ""


@dataclass(frozen=True)
class Planned:
    """One report that will come in, with the truth about it."""

    key: str
    """Its number in the other system, and what its submission is made from."""
    at: datetime
    source: str
    """Our channel: phone, app, web, patrol, letter, email."""
    channel: str
    """As an export names it: 电话, 微信小程序 …"""
    text: str
    category: str
    """The true one."""
    given: str
    """What the operator or citizen chose; "" for none."""
    spot: Spot
    lon: float | None
    lat: float | None
    address: str
    element: str
    caller: Caller | None
    """None for patrols."""
    group: str = ""
    """Reports of the same group are about one matter."""
    part_of: str = ""
    """The key of the group's first report, for the later ones."""
    call: str = ""
    """Reports with the same one were said in one call."""
    phrasing: str = ""
    mood: str = ""
    urgency: str = ""
    is_public: bool = True
    is_rainy: bool = False
    fate: Fate = field(default_factory=Fate)
    words: Words = field(default_factory=Words)
    saying: Saying | None = None
    """As the generator of speech knows it, to have it said again in other words."""
    taken_by: str = ""
    """The user name of who takes it in or reports it signed in; "" for whoever's turn it is."""
    hands: str = ""
    """The user name of who works on it; "" as above."""
    n_steps: int | None = None
    """How many steps of its course are done; None for all."""


@dataclass(frozen=True)
class Plan:
    """All reports in order of time, and the weather they came in."""

    reports: tuple[Planned, ...]
    rain_mm: dict[date, float]
    begin: datetime
    end: datetime
