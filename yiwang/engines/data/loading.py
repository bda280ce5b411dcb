"""Loads a delivered file into a described dataset: read, mapped, checked, upserted batch by batch, rejects kept.

A killed load is begun again with the same file: what is in the table already is found unchanged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from yiwang.base.access import Viewer, require
from yiwang.engines.data.actions.runs import MANAGE, add_rejects, close_run, note_progress, open_run
from yiwang.engines.data.lake.tables import arrow_schema
from yiwang.engines.data.lake.writing import write
from yiwang.engines.data.mapping import FieldProblem, Mapper, MappingSpec, guess_mapping
from yiwang.engines.data.mapping.targets import fields_of
from yiwang.engines.data.models import Dataset
from yiwang.engines.data.queries import dataset_specs
from yiwang.engines.data.reader import BadRow, open_rows, sniff
from yiwang.engines.data.reader.records import DEFAULT_LIMITS, Limits
from yiwang.engines.data.records import Counts, Reason, RejectedRow, RunView
from yiwang.engines.data.specs import DatasetSpec
from yiwang.kernel.conditions import Condition, condition
from yiwang.kernel.errors import Failure, Invalid, NotFound
from yiwang.kernel.text import N_, Text

BATCH = 20_000


def load_file(
    dataset: str,
    path: Path,
    *,
    by: Viewer,
    mapping: MappingSpec | None = None,
    time_zone: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> RunView:
    """Load a file into a dataset; without a mapping it is guessed from the columns' names.

    Raises NotFound for a dataset without description, NotAllowed, and Invalid for a file or a mapping that does not
    fit; the run is then kept as failed. Not inside a transaction.
    """
    spec = dataset_specs([dataset]).get(dataset)
    if spec is None:
        raise NotFound(N_("There is no dataset %(name)s."), name=dataset)
    owner = Dataset.objects.values_list("department_path", "area_path").get(name=dataset)
    require(by, MANAGE, department_path=owner[0] or None, area_path=owner[1])
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    run = open_run(dataset, by=by, file_name=path.name, digest=digest, n_bytes=path.stat().st_size)
    load = _Load(dataset, spec, run)
    try:
        load.read(path, mapping, time_zone, limits)
    except Failure as failure:
        close_run(run.uid, load.counts, by=by, error=failure.text)
        raise
    return close_run(run.uid, load.counts, by=by)


class _Load:
    """One load under way."""

    def __init__(self, dataset: str, spec: DatasetSpec, run: RunView) -> None:
        self.dataset, self.spec, self.run = dataset, spec, run
        self.counts = Counts()
        self._rows: list[dict[str, Any]] = []
        self._rejects: list[RejectedRow] = []
        self._schema = arrow_schema(spec)
        typed = spec.typed_schema(dataset, 1)
        self._checks: list[tuple[Condition, Text]] = [
            (condition(check.condition, typed), Text(N_("The check “%(name)s” failed."), {"name": check.name}))
            for check in spec.checks
            if check.severity == "error"
        ]

    def read(self, path: Path, mapping: MappingSpec | None, time_zone: str | None, limits: Limits) -> None:
        """Read the whole file."""
        facts = sniff(path, mapping.sheet if mapping else None, limits)
        fields = fields_of(self.spec)
        if mapping is None:
            mapping = guess_mapping(facts, None, fields, target=self.dataset, time_zone=time_zone).mapping
        mapper = Mapper(mapping, fields, time_zone=time_zone, columns=facts.columns if facts.kind != "jsonl" else None)
        for row in open_rows(path, mapping.sheet, limits):
            if isinstance(row, BadRow):
                self._reject(row.line, [Reason(row.reason)], row.raw)
            else:
                mapped = mapper.apply(row.values)
                reasons = _reasons(mapped.problems) or self._failed_checks(mapped.values)
                if reasons:
                    self._reject(row.line, reasons, "\t".join(str(v) for v in row.values.values() if v is not None))
                else:
                    self._rows.append(mapped.values)
            if len(self._rows) + len(self._rejects) >= BATCH:
                self._put()
        self._put()
        if not self.counts.n_in:
            raise Invalid(N_("The file has no rows."))

    def _failed_checks(self, values: dict[str, Any]) -> list[Reason]:
        record = {name: values.get(name) for name in self.spec.columns if self.spec.columns[name].type != "wkb"}
        return [Reason(text) for check, text in self._checks if check.holds(record) is False]

    def _reject(self, line: int, reasons: Sequence[Reason], raw: str) -> None:
        self._rejects.append(RejectedRow(line, tuple(reasons), raw))

    def _put(self) -> None:
        """Write what has gathered."""
        told = self.counts
        n_new = n_changed = n_same = 0
        if self._rows:
            given = pa.schema([self._schema.field(name) for name in self._rows[0]])
            data = pa.Table.from_pylist(self._rows, schema=given)
            done = write(self.dataset, data, mode="upsert", run=self.run.uid)
            # Rows that another one of the batch with the same key replaced count as changed.
            n_new, n_same = done.n_new, done.n_same
            n_changed = len(self._rows) - n_new - n_same
        if self._rejects:
            add_rejects(self.run.uid, self._rejects)
        self.counts = Counts(
            n_in=told.n_in + len(self._rows) + len(self._rejects),
            n_new=told.n_new + n_new,
            n_changed=told.n_changed + n_changed,
            n_same=told.n_same + n_same,
            n_rejected=told.n_rejected + len(self._rejects),
        )
        self._rows, self._rejects = [], []
        note_progress(self.run.uid, self.counts)


def _reasons(problems: Sequence[FieldProblem]) -> list[Reason]:
    return [Reason(problem.text, problem.field, problem.columns) for problem in problems]
