"""From what the YAML says to a table that works, with every flaw found at once and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.conditions import BOOLEAN, Condition, ConditionError, Expression, Schema, condition, expression
from yiwang.kernel.conditions.tree import And, Literal, Node
from yiwang.kernel.errors import Invalid, Problems
from yiwang.kernel.specs import Document, Path
from yiwang.kernel.tables.cells import cell_test, constant_text
from yiwang.kernel.tables.specs import TYPES, TableSpec
from yiwang.kernel.tables.table import DecisionTable, Row
from yiwang.kernel.text import N_, Text

ALWAYS = Literal(BOOLEAN, True)


@dataclass(frozen=True)
class Flaw:
    """One thing wrong with a table: where (keys and indexes into the spec, line from 0 in a text there) and what."""

    path: Path
    text: Text
    line: int = 0


class TableError(Invalid):
    """A table that cannot be used; `flaws` holds all that is wrong with it."""

    def __init__(self, flaws: list[Flaw]) -> None:
        self.flaws = flaws
        lines = "\n".join(f"{'.'.join(str(part) for part in flaw.path)}: {flaw.text}" for flaw in flaws)
        super().__init__(Text("%(list)s", {"list": lines}))


def build_table(spec: TableSpec, schema: Schema) -> DecisionTable:
    """The table of a spec over a schema's fields; TableError with all flaws when there are any."""
    builder = _Builder(spec, schema)
    table = builder.table()
    if builder.flaws:
        raise TableError(builder.flaws)
    return table


def check_table(
    spec: TableSpec, schema: Schema, document: Document, problems: Problems, at: Path = ()
) -> DecisionTable | None:
    """As `build_table`, noting flaws as problems at their lines of the YAML; `at` is the table's path in it."""
    try:
        return build_table(spec, schema)
    except TableError as error:
        for flaw in error.flaws:
            problems.add(document.file, document.line_in((*at, *flaw.path), flaw.line), flaw.text)
    return None


class _Builder:
    """Builds one table, collecting flaws instead of stopping."""

    def __init__(self, spec: TableSpec, schema: Schema) -> None:
        self.spec = spec
        self.schema = schema
        self.flaws: list[Flaw] = []
        self.inputs: dict[str, Expression] = {}

    def flaw(self, path: Path, msgid: str | Text, **params: Any) -> None:
        self.flaws.append(Flaw(path, msgid if isinstance(msgid, Text) else Text(msgid, params)))

    def wrong(self, path: Path, error: ConditionError) -> None:
        """Note what is wrong with a condition or expression."""
        found = Text(N_("column %(column)s: %(message)s"), {"column": error.column, "message": error.message})
        self.flaws.append(Flaw(path, found, error.line - 1))

    def table(self) -> DecisionTable:
        """The table as far as it could be built."""
        for name in self.spec.inputs:
            try:
                self.inputs[name] = expression(self.spec.input(name).value, self.schema)
            except ConditionError as error:
                self.wrong(("inputs", name), error)
        rows = tuple(self.row(index) for index in range(len(self.spec.rows)))
        default = None if self.spec.default is None else self.outputs(("default",), self.spec.default)
        self.refuse_unreachable(rows)
        types = {name: TYPES[self.spec.output(name).type] for name in self.spec.outputs}
        return DecisionTable(self.spec.hit, self.schema, types, rows, default)

    def row(self, index: int) -> Row:
        """Row number `index + 1`."""
        given, path = self.spec.rows[index], ("rows", index)
        if isinstance(given.when, str):
            made = self.whole(given.when, (*path, "when"))
        else:
            made = self.cells(given.when or {}, (*path, "when"))
        return Row(index + 1, made, self.outputs((*path, "then"), given.then), given.note)

    def whole(self, text: str, path: Path) -> Condition:
        """A row's condition written in one piece."""
        try:
            return condition(text, self.schema)
        except ConditionError as error:
            self.wrong(path, error)
        return Condition(text, self.schema, ALWAYS)

    def cells(self, cells: Mapping[str, Any], path: Path) -> Condition:
        """A row's condition from its cells: all of them hold."""
        nodes: list[Node] = []
        for name, cell in cells.items():
            if name not in self.spec.inputs:
                self.flaw((*path, name), N_("there is no input %(name)s"), name=name)
                continue
            source = self.inputs.get(name)
            if source is None:
                continue  # its own flaw is noted already
            try:
                text = cell_test(self.spec.input(name).value, source.type, cell)
                if text is not None:
                    nodes.append(condition(text, self.schema).node)
            except ConditionError as error:
                self.flaw((*path, name), N_("%(cell)s: %(message)s"), cell=str(cell), message=error.message)
            except Invalid as error:
                self.flaw((*path, name), error.text)
        node = And(BOOLEAN, tuple(nodes)) if len(nodes) > 1 else (nodes[0] if nodes else ALWAYS)
        return Condition("", self.schema, node)

    def outputs(self, path: Path, given: Mapping[str, Any]) -> dict[str, Expression]:
        """The typed results of a row or of the default."""
        for name in given:
            if name not in self.spec.outputs:
                self.flaw((*path, name), N_("there is no output %(name)s"), name=name)
        made: dict[str, Expression] = {}
        for name in self.spec.outputs:
            output, value = self.spec.output(name), given.get(name)
            kind = TYPES[output.type]
            made[name] = Expression("NULL", self.schema, Literal(kind, None))
            if value is None:
                if not output.optional:
                    self.flaw(path, N_("the output %(name)s is missing"), name=name)
                continue
            is_formula = isinstance(value, str) and value.startswith("=")
            try:
                text = value[1:] if is_formula else constant_text(value, kind)
                made[name] = expression(text, self.schema, expect=kind)
            except ConditionError as error:
                if is_formula:
                    self.wrong((*path, name), error)
                else:
                    self.flaw((*path, name), error.message)
            except Invalid as error:
                self.flaw((*path, name), error.text)
        return made

    def refuse_unreachable(self, rows: tuple[Row, ...]) -> None:
        """Note rows no record can reach, and rows that always clash, where that can be seen without a record."""
        if self.spec.hit == "collect" or self.flaws:
            return
        seen: dict[Node, int] = {}
        always = 0
        for row in rows:
            path = ("rows", row.number - 1)
            earlier = always or seen.get(row.condition.node, 0)
            if earlier and self.spec.hit == "first":
                self.flaw(
                    path,
                    N_("row %(row)s is never reached: row %(earlier)s comes first"),
                    row=row.number,
                    earlier=earlier,
                )
            elif earlier:
                self.flaw(path, N_("row %(row)s always clashes with row %(earlier)s"), row=row.number, earlier=earlier)
            seen.setdefault(row.condition.node, row.number)
            if row.condition.node == ALWAYS and not always:
                always = row.number
        if self.spec.hit == "unique" and always > 1:
            self.flaw(("rows", always - 1), N_("row %(row)s holds always: write it as the default"), row=always)
