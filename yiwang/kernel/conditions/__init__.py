"""One language for conditions: a small, typed part of SQL with two back ends that give the same three-valued results.

`condition(text, schema)` and `expression(text, schema)` read a text once; `holds`, `value` and `explain` run it for one
record, `sql` writes it for a table in DuckDB or Spark. For authors the language is described in docs/conditions.md.
"""

from yiwang.kernel.conditions.errors import ConditionError, RecordError
from yiwang.kernel.conditions.explain import Explanation
from yiwang.kernel.conditions.expressions import Condition, Expression, condition, expression
from yiwang.kernel.conditions.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    FLOAT,
    INTEGER,
    STRING,
    Schema,
    Type,
    list_of,
)

__all__ = [
    "BOOLEAN",
    "DATE",
    "DATETIME",
    "DECIMAL",
    "FLOAT",
    "INTEGER",
    "STRING",
    "Condition",
    "ConditionError",
    "Explanation",
    "Expression",
    "RecordError",
    "Schema",
    "Type",
    "condition",
    "expression",
    "list_of",
]
