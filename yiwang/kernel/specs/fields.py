"""Field types that specs share: ids, titles in both languages, languages, zones, versions, and what refers to what.

Identifiers follow the house rule (YAML file name = id): lower-case ASCII letters, digits and `_`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema

from yiwang.kernel.text import N_, Text

LANGUAGES = ("zh-Hans", "en")
"""The languages every title must have."""

ID_PATTERN = r"^[a-z][a-z0-9_]{0,59}$"


class SpecError(ValueError):
    """Raised by validators of specs: a translatable message, and where it belongs below the validated value."""

    def __init__(self, msgid: str | Text, *, at: tuple[str | int, ...] = (), **params: Any) -> None:
        self.text = msgid if isinstance(msgid, Text) else Text(msgid, params)
        self.at = at
        super().__init__(str(self.text))


@dataclass(frozen=True)
class Defines:
    """Marks a text field (`Annotated[Id, Defines("categories")]`) whose value is a new name of that kind.

    A `local` name is known within its own file only, such as the steps of a flow.
    """

    kind: str
    local: bool = False


@dataclass(frozen=True)
class Refers:
    """Marks a text field whose value must be a name of that kind, defined somewhere; checked by `check_scene`."""

    kind: str
    local: bool = False


Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
"""An identifier: a lower-case letter, then letters, digits, `_`; at most 60."""

FileId = Id
"""The id of a document, which is its file's name without the suffix."""

_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$")


def _title(value: Any) -> Any:
    """Check a title; raises SpecError saying which language is missing or empty."""
    if not isinstance(value, dict):
        raise SpecError(N_("needs both languages: {zh-Hans: …, en: …}"))
    for language, label in value.items():
        if not isinstance(language, str) or not _LANGUAGE.match(language):
            raise SpecError(N_("“%(code)s” is no language code such as zh-Hans or en"), at=(language,), code=language)
        if not isinstance(label, str):
            raise SpecError(N_("text expected; put it in quotes"), at=(language,))
        if not label.strip():
            raise SpecError(N_("the translation into %(language)s is empty"), at=(language,), language=language)
    missing = [language for language in LANGUAGES if language not in value]
    if missing:
        raise SpecError(N_("the translation into %(languages)s is missing"), languages=", ".join(missing))
    return value


TitleField = Annotated[
    dict[str, str],
    BeforeValidator(_title),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {language: {"type": "string", "minLength": 1} for language in LANGUAGES},
            "required": list(LANGUAGES),
            "additionalProperties": {"type": "string", "minLength": 1},
        }
    ),
]
"""A label in every language people read, `{zh-Hans: 内涝, en: Flooding}`; both of `LANGUAGES` are required."""


def _day(value: Any) -> Any:
    """Read an ISO day; raises SpecError. Pydantic alone would take "86400" for a day in 1970."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}\Z", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise SpecError(N_("“%(value)s” is no day; write it as 2026-01-31"), value=value)


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
"""A day, written `2026-01-31`."""


def _language(value: str) -> str:
    if not _LANGUAGE.match(value):
        raise SpecError(N_("“%(code)s” is no language code such as zh-Hans or en"), code=value)
    return value


Language = Annotated[str, AfterValidator(_language)]
"""A language code (BCP 47 without variants): `zh-Hans`, `en`, `pt-BR`."""


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise SpecError(N_("“%(zone)s” is no time zone such as Asia/Shanghai"), zone=value) from None
    if value not in available_timezones():
        raise SpecError(N_("“%(zone)s” is no time zone such as Asia/Shanghai"), zone=value)
    return value


TimeZoneName = Annotated[str, AfterValidator(_zone)]
"""An IANA time zone: `Asia/Shanghai`."""

SEMVER_PATTERN = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$"

SemVer = Annotated[str, StringConstraints(pattern=SEMVER_PATTERN)]
"""A semantic version: `1.4.0`, `2.0.0-beta.1` (quote it in YAML only if it has fewer than three parts)."""

VERSION_RANGE_PATTERN = r"^\s*(>=|<=|>|<|==|!=)\s*\d+(\.\d+){0,2}\s*(,\s*(>=|<=|>|<|==|!=)\s*\d+(\.\d+){0,2}\s*)*$"

VersionRange = Annotated[str, StringConstraints(pattern=VERSION_RANGE_PATTERN)]
"""Comparisons that must all hold: `>=0.1, <1`."""
