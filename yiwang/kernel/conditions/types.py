"""The types a condition may speak of, and the schema that gives each field one.

Eight plain types and lists of them. Exact ranges, the same in Python, DuckDB and Spark:

* INTEGER: 64 bits signed; DECIMAL: 20 digits before the point, 6 after it (`DECIMAL(26,6)`); FLOAT: finite double;
* DATE: years 1 to 9999; DATETIME: the same years, UTC, microseconds; STRING: Unicode, compared by code point.

A value outside its range is unknown, never wrapped, never infinite.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Type:
    """One type; `item` is set for a list only. Compare with `==`."""

    name: str
    item: Type | None = None

    def __str__(self) -> str:
        return f"LIST({self.item})" if self.item else self.name


BOOLEAN = Type("BOOLEAN")
INTEGER = Type("INTEGER")
DECIMAL = Type("DECIMAL")
FLOAT = Type("FLOAT")
STRING = Type("STRING")
DATE = Type("DATE")
DATETIME = Type("DATETIME")
NULL = Type("NULL")  # of the word NULL before its place gives it a type; never a field's

PLAIN = (BOOLEAN, INTEGER, DECIMAL, FLOAT, STRING, DATE, DATETIME)
NUMBERS = (INTEGER, DECIMAL, FLOAT)  # in the order they widen
ITEMS = (INTEGER, STRING, DATE, DATETIME)

_NAME = re.compile(r"[^\W\d]\w*")


def list_of(item: Type) -> Type:
    """The type of a list of INTEGER, STRING, DATE or DATETIME; ValueError for another item (no exact equality)."""
    if item not in ITEMS:
        raise ValueError(f"no lists of {item}")
    return Type("LIST", item)


@dataclass(frozen=True)
class Schema:
    """A named set of typed fields, e.g. `event` or `form:subsidy@3`.

    ValueError for a name that is not a word, a type that is no field's, or two names that differ by case only
    (the databases would take them for one).
    """

    name: str
    fields: Mapping[str, Type]

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for name, kind in self.fields.items():
            if not _NAME.fullmatch(name):
                raise ValueError(f"{self.name}: {name!r} is not a field name")
            if kind not in PLAIN and kind.item is None:
                raise ValueError(f"{self.name}: {name} cannot be {kind}")
            if name.casefold() in seen:
                raise ValueError(f"{self.name}: {name} and {seen[name.casefold()]} differ by case only")
            seen[name.casefold()] = name
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))

    def __hash__(self) -> int:
        return hash((self.name, tuple(self.fields.items())))
