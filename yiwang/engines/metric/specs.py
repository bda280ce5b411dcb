"""What `metrics/<id>.yaml` of a scene may say: an indicator as one SELECT over datasets of the lake.

title: {zh-Hans: 按时办结率, en: Closed in time}
datasets: [events]
value: ratio
shown: share
dimensions:
  area_path: {zh-Hans: 区域, en: Area}
direction: up
target: 0.95
thresholds: [{below: 0.85, tone: danger}, {below: 0.95, tone: warning}]
compare: [previous, year]

The SELECT (here, or `<id>.sql` beside it) yields `day` (DATE in the jurisdiction's zone, see `$zone`), one column per
dimension, and `value`, or `numerator` and `denominator` for a ratio: sums add up over any of them, quotients would not.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from yiwang.kernel.specs import Id, Spec, SpecError, TitleField
from yiwang.kernel.text import N_

Comparison = Literal["previous", "year"]
"""`previous`: the equally long time just before (环比); `year`: the same days of the year before (同比)."""
Tone = Literal["success", "warning", "danger"]

RESERVED = frozenset({"day", "week", "month", "year", "value", "numerator", "denominator"})
GRAINS = ("day", "week", "month", "year")
PARAMETERS = ("jurisdiction", "zone", "since", "until")
"""What the SELECT may name as `$…`: the jurisdiction's code and time zone, the first day and the day after the last."""


class ThresholdSpec(Spec):
    """A value below `below`, or of `from` and above, gets the tone; the first that fits counts."""

    below: float | None = None
    from_: float | None = Field(default=None, alias="from")
    tone: Tone

    @model_validator(mode="after")
    def _has_one_side(self) -> ThresholdSpec:
        if (self.below is None) == (self.from_ is None):
            raise SpecError(N_("a threshold has either “below” or “from”"))
        return self

    def fits(self, value: float) -> bool:
        """Whether a value lies on the threshold's side."""
        return value < self.below if self.below is not None else self.from_ is not None and value >= self.from_


class MetricSpec(Spec):
    """One indicator; see the module for an example."""

    title: TitleField
    about: TitleField | None = None
    """How it is counted, in words: what is in the denominator, what is left out."""
    datasets: Annotated[tuple[Id, ...], Field(min_length=1)]
    """The datasets the SELECT reads."""
    sql: str | None = None
    """The SELECT; without it `<id>.sql` beside this file."""
    dimensions: dict[Id, TitleField] = {}
    """Columns to break it down by. `area_path` and `department_path` also decide who sees which part."""
    value: Literal["sum", "ratio"] = "sum"
    shown: Literal["number", "share", "duration"] = "number"
    """A plain number, a fraction shown in per cent, or seconds shown as hours and days."""
    unit: TitleField | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    direction: Literal["up", "down", "none"] = "none"
    """Which way is good; colours the comparisons."""
    target: float | None = None
    thresholds: tuple[ThresholdSpec, ...] = ()
    compare: tuple[Comparison, ...] = ()

    @model_validator(mode="after")
    def _names_are_free(self) -> MetricSpec:
        for name in self.dimensions:
            if name in RESERVED:
                raise SpecError(N_("“%(name)s” cannot be a dimension"), at=("dimensions", name), name=name)
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """What the SELECT must yield, in any order."""
        return ("day", *self.dimensions, *self.measures)

    @property
    def measures(self) -> tuple[str, ...]:
        """The columns that are added up."""
        return ("value",) if self.value == "sum" else ("numerator", "denominator")

    def tone(self, value: float | None) -> str:
        """The tone of a value, "" for none."""
        if value is None:
            return ""
        return next((one.tone for one in self.thresholds if one.fits(value)), "")
