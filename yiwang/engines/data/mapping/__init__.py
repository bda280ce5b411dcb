"""From a department's columns to the fields of a target: mappings guessed, shown, saved and applied.

The caller declares the target (`TargetField`s); this package knows no events, only the usual names of columns.
"""

from yiwang.engines.data.mapping.applying import FieldProblem, Mapped, Mapper, apply_mapping
from yiwang.engines.data.mapping.files import load_mapping, mapping_text, save_mapping
from yiwang.engines.data.mapping.guessing import Guess, frequent_values, guess_mapping
from yiwang.engines.data.mapping.specs import FieldRule, MappingSpec, TargetField, table_of

__all__ = [
    "FieldProblem",
    "FieldRule",
    "Guess",
    "Mapped",
    "Mapper",
    "MappingSpec",
    "TargetField",
    "apply_mapping",
    "frequent_values",
    "guess_mapping",
    "load_mapping",
    "mapping_text",
    "save_mapping",
    "table_of",
]
