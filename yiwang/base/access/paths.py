"""Materialised paths: codes joined by "/", with a trailing one (`330000000000/330100000000/`); "" is above all.

A subtree is a range of strings: everything that starts with `a/b/` lies in `["a/b/", "a/b0")`, because "0" is the
character after "/". Both databases answer that from an ordinary index when they compare by code point.
"""

from __future__ import annotations

from collections.abc import Iterable

SEPARATOR = "/"
AFTER_SEPARATOR = chr(ord(SEPARATOR) + 1)


def join_path(parent_path: str, code: str) -> str:
    """The path of `code` below `parent_path`. Raises ValueError for an empty code or one with a separator."""
    if not code or SEPARATOR in code:
        raise ValueError(f"not a code that a path can hold: {code!r}")
    return f"{parent_path}{code}{SEPARATOR}"


def covers(upper: str, lower: str) -> bool:
    """True when `lower` is `upper` or lies below it."""
    return lower.startswith(upper)


def ancestor_paths(path: str, *, include_self: bool = True) -> list[str]:
    """The paths above `path`, from the root down, with itself last unless told otherwise."""
    found: list[str] = []
    at = path.find(SEPARATOR)
    while at >= 0:
        found.append(path[: at + 1])
        at = path.find(SEPARATOR, at + 1)
    return found if include_self else found[:-1]


def end_of(path: str) -> str:
    """The first string after the subtree of a non-empty `path`."""
    return path[:-1] + AFTER_SEPARATOR


def outermost(paths: Iterable[str]) -> list[str]:
    """The paths that no other of them covers, sorted."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not covers(kept[-1], path):
            kept.append(path)
    return kept
