"""Decision tables: rows of conditions with typed results, written in YAML or edited as a spreadsheet.

`build_table(spec, schema)` (or `table_from_sheet`) checks a table once; `decide(record)` says which rows held, what
they give, and what was not known.
"""

from yiwang.kernel.tables.building import Flaw, TableError, build_table, check_table
from yiwang.kernel.tables.sheets import table_from_sheet
from yiwang.kernel.tables.specs import InputSpec, OutputSpec, RowSpec, TableSpec
from yiwang.kernel.tables.table import AmbiguousDecision, Decision, DecisionTable, Reason, Row

__all__ = [
    "AmbiguousDecision",
    "Decision",
    "DecisionTable",
    "Flaw",
    "InputSpec",
    "OutputSpec",
    "Reason",
    "Row",
    "RowSpec",
    "TableError",
    "TableSpec",
    "build_table",
    "check_table",
    "table_from_sheet",
]
