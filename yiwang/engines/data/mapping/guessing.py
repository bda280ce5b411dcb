"""Guesses how a file's columns become a target's fields: by their names first, by their content where names fail.

Every choice comes with its reason, for a person to confirm. Names decide which column; the sample decides the form
of dates (12/04 or 04/12), which coordinates are placeholders, and refuses a column whose content does not fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yiwang.engines.data.mapping.content import (
    best_formats,
    coordinate_placeholders,
    looks_like,
    share_read,
    unique_share,
)
from yiwang.engines.data.mapping.specs import FieldRule, MappingSpec, TargetField, plain_name
from yiwang.engines.data.mapping.values import cell_text
from yiwang.engines.data.reader import FileFacts
from yiwang.kernel.text import N_, Text

FITTING = 0.8
"""Share of filled cells of the sample that must be readable as the field's type."""
MAX_JOINED = 5


@dataclass(frozen=True)
class Guess:
    """A guessed mapping, why for each field, and the columns nothing takes."""

    mapping: MappingSpec
    reasons: Mapping[str, tuple[Text, ...]]
    unused: tuple[str, ...]
    missing: tuple[str, ...]
    """Required fields for which no column was found."""


def guess_mapping(
    facts: FileFacts,
    sample: Sequence[Mapping[str, Any]] | None,
    target_fields: Sequence[TargetField],
    *,
    target: str = "event",
    time_zone: str | None = None,
) -> Guess:
    """Guess the mapping of a file; `sample` are rows as dictionaries (None: those of `facts`)."""
    rows = [row.values for row in facts.sample] if sample is None else list(sample)
    sampled = {name: [row.get(name) for row in rows] for name in facts.columns}
    guessing = _Guessing(facts.columns, sampled)
    for field in target_fields:
        guessing.by_name(field)
    for field in target_fields:
        if field.name not in guessing.chosen:
            guessing.by_content(field)
    rules = {field.name: guessing.rule(field) for field in target_fields if field.name in guessing.chosen}
    guessing.add_placeholders(rules, target_fields)
    taken = {name for rule in rules.values() for name in rule.sources}
    mapping = MappingSpec(target=target, time_zone=time_zone, sheet=facts.sheet or None, fields=rules)
    return Guess(
        mapping,
        {name: tuple(texts) for name, texts in guessing.reasons.items() if name in rules},
        tuple(name for name in facts.columns if name not in taken),
        tuple(field.name for field in target_fields if field.required and field.name not in rules),
    )


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Usual column names by concept, compared form, from `synonyms.yaml`."""
    read = yaml.safe_load(Path(__file__).with_name("synonyms.yaml").read_text(encoding="utf-8"))
    return {concept: tuple(dict.fromkeys(plain_name(str(name)) for name in names)) for concept, names in read.items()}


class _Guessing:
    """The state of one guess."""

    def __init__(self, columns: Sequence[str], sampled: Mapping[str, list[Any]]) -> None:
        self.columns = columns
        self.sampled = {name: [v for v in values if cell_text(v)] for name, values in sampled.items()}
        self.n_rows = max((len(values) for values in sampled.values()), default=0)
        self.plain = {name: plain_name(name) for name in columns}
        self.chosen: dict[str, tuple[str, ...]] = {}
        self.reasons: dict[str, list[Text]] = {}

    def by_name(self, field: TargetField) -> None:
        """Choose columns whose name is a usual one for the field and whose content fits; filled ones first."""
        words = [plain_name(name) for name in (*field.synonyms, field.name, *field.title.values())]
        words += synonyms().get(field.concept or field.name, ())
        named = [name for word in dict.fromkeys(words) for name in self.columns if self.plain[name] == word]
        found = [name for name in named if self._fits(field, name)]
        found.sort(key=lambda name: not self.sampled[name])  # stable: an empty column comes after filled ones
        if field.joins and len(found) > 1 and (levels := self._levels(found)):
            self.chosen[field.name] = levels
            self._say(field, N_("The names of the columns are levels of one another."))
        elif found:
            self.chosen[field.name] = (found[0],)
            self._say(field, N_("“%(column)s” is a usual name for it."), column=found[0])

    def _levels(self, found: Sequence[str]) -> tuple[str, ...]:
        """Columns such as 一级标签, 二级标签 in their order; () when they are none."""
        marks = ("一级", "二级", "三级", "四级", "大类", "中类", "小类", "细类")
        levels = [(marks.index(m), name) for name in found for m in marks if m in name]
        return tuple(name for _mark, name in sorted(levels))[:MAX_JOINED] if len(levels) > 1 else ()

    def by_content(self, field: TargetField) -> None:
        """Choose the first free column whose content can hardly be anything else."""
        taken = {name for names in self.chosen.values() for name in names}
        for name in self.columns:
            values = self.sampled[name]
            if name in taken or len(values) < 3:
                continue
            why = looks_like(field, values)
            if why is not None and (field.type != "string" or unique_share(values) == 1.0):
                self.chosen[field.name] = (name,)
                self._say(field, why, column=name)
                return

    def _fits(self, field: TargetField, name: str) -> bool:
        values = self.sampled[name]
        if field.type == "phone":  # half-hidden numbers (138****1234) are usual in exports: the field is then rejected
            return not values or share_read(field, values) >= 0.2
        return not values or share_read(field, values) >= FITTING

    def rule(self, field: TargetField) -> FieldRule:
        """The rule for a field with chosen columns."""
        names = self.chosen[field.name]
        if len(names) > 1:
            return FieldRule(columns=names, separator=" / ")
        formats: tuple[str, ...] = ()
        if field.type in ("date", "datetime"):
            formats = best_formats(self.sampled[names[0]])
            if formats:
                self._say(field, N_("Its times are written as %(formats)s."), formats=" | ".join(formats))
        return FieldRule(column=names[0], formats=formats)

    def add_placeholders(self, rules: dict[str, FieldRule], fields: Sequence[TargetField]) -> None:
        """Note coordinates that stand for "unknown" in rules of the types `lon` and `lat`."""
        for field in fields:
            rule = rules.get(field.name)
            if rule is None or field.type not in ("lon", "lat") or rule.column is None:
                continue
            values = coordinate_placeholders(self.sampled[rule.column])
            if values:
                rules[field.name] = rule.model_copy(update={"placeholders": values})
                told = N_("%(values)s occurs far too often for a place and counts as unknown.")
                self._say(field, told, values=", ".join(values))

    def _say(self, field: TargetField, msgid: str, **params: Any) -> None:
        self.reasons.setdefault(field.name, []).append(Text(msgid, params))


def frequent_values(values: Sequence[Any], most: int = 30) -> list[tuple[str, int]]:
    """The distinct values of a column with their counts, most frequent first; [] when there are more than `most`."""
    counts = Counter(cell_text(value) for value in values)
    return counts.most_common() if len(counts) <= most else []
