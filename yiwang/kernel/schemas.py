"""The registry of typed schemas: which fields a condition may name, chosen by where the condition stands.

Packages register theirs while they load: `event`, `form:subsidy@3`, `flow:repair@2`, `dataset:reports@5`. A versioned
name stands for the same fields for ever, since running cases keep the version they began with.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager

from yiwang.kernel.conditions.types import Schema
from yiwang.kernel.errors import Conflict, NotFound
from yiwang.kernel.text import N_

_registered: dict[str, Schema] = {}


def register(schema: Schema, *, replace: bool = False) -> Schema:
    """Make a schema known by its name; the same again changes nothing.

    Conflict when other fields are registered under the name, unless `replace` says the definition was edited, which
    a versioned name (`…@3`) never allows.
    """
    known = _registered.get(schema.name)
    if known is not None and known != schema and (not replace or "@" in schema.name):
        raise Conflict(N_("the schema %(name)s is registered already with other fields"), name=schema.name)
    _registered[schema.name] = schema
    return schema


def get(name: str) -> Schema:
    """The schema of that name; NotFound, with the nearest name, when there is none."""
    schema = _registered.get(name)
    if schema is None:
        near = difflib.get_close_matches(name, _registered, n=1)
        if near:
            raise NotFound(N_("there is no schema %(name)s; did you mean %(near)s?"), name=name, near=near[0])
        raise NotFound(N_("there is no schema %(name)s"), name=name)
    return schema


def names() -> list[str]:
    """The names of all registered schemas, sorted."""
    return sorted(_registered)


def forget(name: str) -> None:
    """Take a schema out again (its scene was removed); unknown names are ignored."""
    _registered.pop(name, None)


@contextmanager
def kept_apart() -> Iterator[None]:
    """Within the block registrations are the block's own (a scene's trial run, tests); afterwards all is as before."""
    before = dict(_registered)
    try:
        yield
    finally:
        _registered.clear()
        _registered.update(before)
