"""What `scene.yaml` may say."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError, model_validator

from yiwang.kernel.specs import (
    Day,
    Id,
    Language,
    SemVer,
    Spec,
    SpecError,
    TimeZoneName,
    TitleField,
    VersionRange,
)
from yiwang.kernel.text import N_

SpdxExpression = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*$")]
Maturity = Literal["alpha", "beta", "stable"]


class JurisdictionSpec(Spec):
    """The area root a scene belongs to: who it is, its time, its languages and how its divisions are coded."""

    code: Id
    """Short name of the city or district, unique in an installation."""
    title: TitleField
    time_zone: TimeZoneName
    """IANA zone in which days begin and deadlines fall."""
    calendar: Literal["CN", "none"]
    """Public holidays: `CN` with make-up days (调休); `none`: weekends only, plus the jurisdiction's overrides."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    """Languages people read here, the first by default."""
    division_scheme: Literal["cn_12", "own"]
    """`cn_12`: the national 12-digit codes; `own`: codes of the scene's own (a city abroad)."""
    root_area: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
    """Code of the area at the root, in that scheme (quote it: it is text)."""

    @model_validator(mode="after")
    def _root_fits_scheme(self) -> JurisdictionSpec:
        if self.division_scheme == "cn_12" and not re.fullmatch(r"[0-9]{12}", self.root_area):
            raise SpecError(N_("a national division code has 12 digits"), at=("root_area",))
        if len(set(self.languages)) != len(self.languages):
            raise SpecError(N_("a language stands there twice"), at=("languages",))
        return self


class RequiresSpec(Spec):
    """What must be there before this scene works."""

    yiwang: VersionRange
    """Versions of Yiwang this scene was made for: `>=0.1, <1`."""
    scenes: dict[Id, VersionRange] = {}
    """Other scenes and their versions; their names may be referred to."""


class DataSourceSpec(Spec):
    """Where data shown or shipped by the scene comes from, and under which terms."""

    title: TitleField
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    licence: Annotated[str, StringConstraints(min_length=1)]
    """Terms of the data, as the publisher names them."""
    retrieved_on: Day | None = None


class SceneSpec(Spec):
    """A scene: one matter of a city, described as data on the shared engines."""

    name: Id
    """The same as the folder's name."""
    version: SemVer
    title: TitleField
    summary: TitleField
    """One or two sentences: what it does for whom."""
    jurisdiction: JurisdictionSpec | None = None
    """The city it belongs to; left out when it can be installed anywhere."""
    requires: RequiresSpec
    maturity: Maturity = "alpha"
    licence: SpdxExpression = "Apache-2.0"
    """Licence of the scene itself, as an SPDX expression."""
    data_sources: tuple[DataSourceSpec, ...] = ()


_NEUTRAL: dict[str, Any] = {
    "name": "unnamed",
    "version": "0.0.0",
    "title": {"zh-Hans": "?", "en": "?"},
    "summary": {"zh-Hans": "?", "en": "?"},
    "requires": {"yiwang": ">=0"},
}


def salvaged(data: Any) -> SceneSpec:
    """A stand-in for a faulty `scene.yaml`, so that the rest of the scene can still be checked.

    Sound keys are kept, faulty ones take neutral values; a scene with such a spec is never installed.
    """
    given = data if isinstance(data, dict) else {}
    faulty: set[str | int] = set()
    try:
        SceneSpec.model_validate(given)
    except ValidationError as failed:
        faulty = {error["loc"][0] for error in failed.errors(include_url=False) if error["loc"]}
    return SceneSpec.model_validate({**_NEUTRAL, **{key: value for key, value in given.items() if key not in faulty}})
