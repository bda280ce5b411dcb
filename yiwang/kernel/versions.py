"""Versions of scenes and of Yiwang itself: semantic versioning (semver.org 2.0) and simple ranges of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

_VERSION = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?\Z")
_COMPARISON = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(\S+)\s*\Z")


@total_ordering
@dataclass(frozen=True)
class Version:
    """A semantic version; a pre-release (`1.0.0-beta.2`) sorts before its release."""

    major: int
    minor: int = 0
    patch: int = 0
    pre: str = ""

    def __lt__(self, other: Version) -> bool:
        return self._key() < other._key()

    def _key(self) -> tuple[tuple[int, int, int], bool, list[tuple[bool, int, str]]]:
        parts = self.pre.split(".") if self.pre else []
        ranked = [(not p.isdigit(), int(p) if p.isdigit() else 0, p) for p in parts]
        return (self.major, self.minor, self.patch), not self.pre, ranked

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}" + (f"-{self.pre}" if self.pre else "")


def version(text: str) -> Version:
    """Read `1`, `1.4`, `1.4.0` or `1.4.0-beta.1`; raises ValueError."""
    found = _VERSION.match(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no version")
    major, minor, patch, pre = found.groups()
    return Version(int(major), int(minor or 0), int(patch or 0), pre or "")


def satisfies(text: str, wanted: str) -> bool:
    """Whether version `text` meets every comparison of `wanted`, such as `>=0.1, <1`; raises ValueError."""
    have = version(text)
    for comparison in wanted.split(","):
        found = _COMPARISON.match(comparison)
        if found is None:
            raise ValueError(f"{wanted!r} is no range of versions")
        operator, bound_text = found.groups()
        bound = version(bound_text)
        holds = {
            ">=": have >= bound,
            "<=": have <= bound,
            ">": have > bound,
            "<": have < bound,
            "==": have == bound,
            "!=": have != bound,
        }
        if not holds[operator]:
            return False
    return True
