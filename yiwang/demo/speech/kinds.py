"""The matters: per category what is said, by whom, when and where; read from `words/*.yaml` once a process."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from yiwang.demo.speech.grammar import lines
from yiwang.demo.speech.rhythm import by_hour, by_month, by_weekday

WORDS = Path(__file__).parent / "words"
NOT_MATTERS = {"turns.yaml", "officials.yaml", "people.yaml", "wear.yaml"}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, where PyYAML was built with libyaml
Tone = Literal["calm", "annoyed", "angry", "urgent", "ask", "praise"]
Role = Literal["street", "home", "shop", "work"]


@dataclass(frozen=True)
class Phrasing:
    """One way of putting a matter; `id` stays as long as its words stay, wherever the line moves."""

    id: str
    text: str

    @property
    def has_place(self) -> bool:
        """Whether its sentence holds the place."""
        return "{at}" in self.text or "{in}" in self.text


@dataclass(frozen=True)
class MatterKind:
    """A kind of matter people report."""

    category: str
    """Code of the leaf category."""
    weight: float
    """How often, beside the others; a pothole is 10."""
    by_hour: tuple[float, ...]
    by_weekday: tuple[float, ...]
    by_month: tuple[float, ...]
    rain: float
    """How many times as often on a rainy day."""
    spots: tuple[str, ...]
    """Kinds of spot it happens at; empty where it has no place."""
    tone: Tone
    elements: tuple[str, ...]
    """Kinds of facility or element it is about."""
    role: Role
    """What the place is to the matter: where it happens, the caller's home, a shop, a workplace."""
    is_lasting: bool
    is_sudden: bool
    topic: str
    says: tuple[Phrasing, ...]
    notes: tuple[Phrasing, ...]
    """As a grid worker writes it down."""
    so: tuple[str, ...]
    want: tuple[str, ...]


@cache
def read_words(name: str) -> Mapping[str, Any]:
    """A file of `words/`."""
    found: Mapping[str, Any] = yaml.load((WORDS / name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
    return found


@cache
def matters() -> tuple[MatterKind, ...]:
    """All kinds, by category code."""
    kinds = [
        _kind(code, told)
        for path in sorted(WORDS.glob("*.yaml"))
        if path.name not in NOT_MATTERS
        for code, told in read_words(path.name).items()
    ]
    return tuple(sorted(kinds, key=lambda kind: kind.category))


@cache
def matter_of(category: str) -> MatterKind:
    """The kind with this category; KeyError when nobody reports it."""
    return {kind.category: kind for kind in matters()}[category]


def _kind(code: str, told: Mapping[str, Any]) -> MatterKind:
    how = told["how"]
    rhythm = how.get("when", "day")
    spots = tuple(how.get("at", ()))
    return MatterKind(
        category=code,
        weight=float(how["weight"]),
        by_hour=by_hour(rhythm),
        by_weekday=by_weekday(rhythm),
        by_month=by_month(how.get("season", "")),
        rain=float(how.get("rain", 1)),
        spots=spots,
        tone=how.get("tone", "calm"),
        elements=tuple(how.get("about", ())),
        role=how.get("role", "home" if spots[:1] == ("estate",) else "street"),
        is_lasting=bool(how.get("lasts", False)),
        is_sudden=bool(how.get("sudden", False)),
        topic=told["topic"],
        says=_phrasings(code, "s", told["say"]),
        notes=_phrasings(code, "n", told.get("note", "")),
        so=lines(told.get("so", "")),
        want=lines(told.get("want", "")),
    )


def _phrasings(code: str, kind: str, block: str) -> tuple[Phrasing, ...]:
    return tuple(Phrasing(f"{code}.{kind}{zlib.crc32(text.encode()):08x}", text) for text in lines(block))
