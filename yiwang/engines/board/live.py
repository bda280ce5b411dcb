"""The registry of live queries: what domains offer to boards for the present moment.

    register_live("events.today", today, columns=(
        Column("received", N_("Received"), kind="number"),
        Column("overdue", N_("Overdue"), kind="number", tone="danger"),
    ))

    def today(viewer: Viewer, *, jurisdiction: JurisdictionView, **params: Any) -> LiveResult:
        return LiveResult(rows=((12, 3),))

A board is looked at by many who see the same, so the query gets the viewer's rights without the person
(`account_id` None): nothing "mine" can get into an answer that others with the same rights are shown for a moment.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from yiwang.kernel import clock
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_, Text

Kind = Literal["text", "number", "share", "duration", "day", "moment", "status", "url", "lon", "lat", "area"]
"""`share` is a fraction 0…1 shown in per cent, `duration` seconds, `day` a date, `moment` an aware datetime,
`status` a code or `Label` with a tone, `url` where the row leads (never shown as such), `lon`/`lat` degrees WGS-84,
`area` the code of the area a row is about (never shown; the row turns the board to it)."""


Words = str | Text | Mapping[str, str]
"""A message id, a `Text`, or a title in several languages."""


@dataclass(frozen=True)
class Label:
    """A cell with a code (for its colour) and words: plain text (not translated), `Text`, or a title."""

    code: str
    text: Words


@dataclass(frozen=True)
class Column:
    """One column of an answer; `tone` colours a number (success, warning, danger).

    `before` names the column that holds the same number as of yesterday at this hour; it is not shown itself.
    """

    name: str
    title: Words
    kind: Kind = "text"
    unit: Words = ""
    tone: str = ""
    before: str = ""
    is_shown: bool = True


@dataclass(frozen=True)
class LiveResult:
    """Rows of cells in the order of the registered columns (n rows x n columns; None = unknown), as of `at`.

    Cells are plain values, `Text`, titles in several languages, or `Label`.
    """

    rows: Sequence[Sequence[Any]]
    at: datetime = field(default_factory=clock.now)


Ask = Callable[..., LiveResult]


@dataclass(frozen=True)
class LiveQuery:
    """A registered query; see `register_live`."""

    name: str
    ask: Ask
    columns: tuple[Column, ...]
    params: frozenset[str]
    keep_s: float
    follows_area: bool = False


_registered: dict[str, LiveQuery] = {}


def register_live(
    name: str,
    ask: Ask,
    *,
    columns: Sequence[Column],
    params: Sequence[str] = (),
    keep_s: float = 1.0,
    follows_area: bool = False,
) -> LiveQuery:
    """Offer `ask(viewer, *, jurisdiction, **params) -> LiveResult` to boards under `name` (`events.today`).

    `params` are the names of what a board may set; answers are kept for `keep_s` seconds for viewers with equal rights.
    With `follows_area` it is also given `area_path`, the part of the city the board is turned to ("" for the whole).
    ValueError when another function has the name.
    """
    made = LiveQuery(name, ask, tuple(columns), frozenset(params), keep_s, follows_area)
    known = _registered.setdefault(name, made)
    if known != made:
        raise ValueError(f"the live query {name} is registered twice")
    return made


def live_query(name: str) -> LiveQuery:
    """The query with this name. NotFound, with the nearest name, when no package offers it."""
    found = _registered.get(name)
    if found is None:
        near = difflib.get_close_matches(name, _registered, n=1)
        told = N_("There is no live query %(name)s; nearest: %(near)s.")
        raise NotFound(told, name=name, near=near[0] if near else "—")
    return found


def live_names() -> list[str]:
    """All names on offer, sorted."""
    return sorted(_registered)


def forget_live(name: str) -> None:
    """Take a query out again; for tests."""
    _registered.pop(name, None)
