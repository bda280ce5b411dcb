"""What `places/<id>.yaml` may say: one grid system and how to read its file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from yiwang.kernel.specs import Spec, TitleField

FileName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}\.geojson$")]
PropertyName = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class PropertiesSpec(Spec):
    """Which property of the file's features says what."""

    code: PropertyName = "code"
    """The grid's code, unique in the system; a number is taken as text."""
    title: PropertyName = "title"
    """The grid's name: text, or an object with both languages `{"zh-Hans": …, "en": …}`."""
    area: PropertyName | None = None
    """Code of the area the grid belongs to; left out, all belong to the jurisdiction's root."""
    department: PropertyName | None = None
    """Code of the department that looks after the grid."""


class GridSystemSpec(Spec):
    """A grid system: one layer of polygons over the jurisdiction, from a GeoJSON file beside this one."""

    title: TitleField
    level: Annotated[int, Field(ge=1, le=6)] = 6
    """1 province, 2 city, 3 county or district, 4 street, 5 community, 6 grid."""
    primary: bool = False
    """Asked when nobody names a system; without one, the finest."""
    coordinates: Literal["wgs84", "gcj02", "bd09"] = "wgs84"
    """Which system the file's coordinates are in; kept, and converted to WGS-84."""
    file: FileName
    properties: PropertiesSpec = PropertiesSpec()
    tolerance_m: Annotated[float, Field(ge=0, le=1000)] = 1.0
    """Metres of mean width up to which neighbours may overlap."""
