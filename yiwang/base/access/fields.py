"""`PathField`: a materialised path compared by code point on both databases, and the look-up `__under`.

PostgreSQL's usual collations ignore "/" at first sight, so a range of paths would be wrong and an index useless;
the column is therefore declared COLLATE "C". SQLite compares by byte already. Give the column an ordinary entry in
`Meta.indexes` (not `db_index`, which would add a second pattern index on PostgreSQL).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler

from yiwang.base.access.paths import SEPARATOR, end_of


class PathField(models.CharField[str, str]):
    """Text holding codes joined by "/" with a trailing one; "" = nowhere yet, or above all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 255)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Adds the code-point collation where the database would not compare so by itself."""
        found = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            found["collation"] = "C"
        return found


@models.CharField.register_lookup
class Under(Lookup[Any]):
    """`path__under="a/b/"`: the row's path is that one or below it, answered by the index as a range."""

    lookup_name = "under"

    def get_prep_lookup(self) -> str:
        """The path as text. ValueError unless it is "" or ends with the separator."""
        path = str(self.rhs)
        if path and not path.endswith(SEPARATOR):
            raise ValueError(f"a path ends with {SEPARATOR}: {path!r}")
        return path

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """A half-open range; on PostgreSQL it names the collation, so that it is right on any text column."""
        column, params = self.process_lhs(compiler, connection)
        if not self.rhs:
            return f"{column} IS NOT NULL", tuple(params)
        if connection.vendor == "postgresql":
            column = f'{column} COLLATE "C"'
        return f"({column} >= %s AND {column} < %s)", (*params, self.rhs, *params, end_of(self.rhs))
