"""`import_events`: a file from the outside, by a mapping, into a jurisdiction — or only tried."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError

from yiwang.base.access import SYSTEM, Viewer, require
from yiwang.base.areas import queries as areas
from yiwang.base.deeds import deed
from yiwang.domains.events.course import Rules, rules_of
from yiwang.domains.events.importing.converting import POINT, Converter, Incoming
from yiwang.domains.events.importing.fields import FIELDS
from yiwang.domains.events.importing.storing import Tally, known_rows, store_chunk
from yiwang.domains.events.models import ImportBatch
from yiwang.engines.data import actions as data
from yiwang.engines.data import queries as data_queries
from yiwang.engines.data.mapping import FieldProblem, Mapper, MappingSpec
from yiwang.engines.data.reader import BadRow, Row, RowSource, open_rows
from yiwang.engines.data.records import Counts, Reason, RejectedRow
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Conflict
from yiwang.kernel.text import N_, Text

CHUNK = 1_000
FIRST_REJECTS = 20
MOST_REASONS = 500
IMPORT = "events.import"
Told = Callable[[int], None]


@dataclass
class Imported:
    """What an import did (or, tried only, would do)."""

    n_in: int = 0
    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    n_open: int = 0
    n_rejected: int = 0
    n_late: int = 0
    n_with_both: int = 0
    n_placeholders: int = 0
    first_rejects: list[RejectedRow] = field(default_factory=list)
    reasons: dict[tuple[str, str], tuple[Text, int]] = field(default_factory=dict)
    """How often rows were rejected for what: by field and reason (at most `MOST_REASONS` different ones)."""

    @property
    def n_taken(self) -> int:
        """Rows that could be used: new, changed and same ones."""
        return self.n_in - self.n_rejected

    def counts(self) -> Counts:
        """For the run."""
        return Counts(self.n_in, self.n_new, self.n_changed, self.n_same, self.n_rejected)


def import_events(
    path: Path,
    mapping: MappingSpec,
    *,
    jurisdiction: areas.JurisdictionView,
    by: Viewer,
    source_name: str = "",
    is_dry: bool = False,
    told: Told = lambda _n: None,
) -> Imported:
    """Read a file and store its rows; `is_dry` only counts. The same file again adds nothing.

    Every chunk of `CHUNK` rows commits by itself, so an import that was killed goes on where it ended when it is
    run again. Rows that cannot be used become rejects with line and reason. Raises Invalid for a mapping or a file
    that cannot be used at all, NotAllowed without `events.import`.
    """
    require(by, IMPORT, area_path=jurisdiction.root_path)
    rules = rules_of(jurisdiction.id)
    source = open_rows(path, mapping.sheet)
    mapper = Mapper(mapping, FIELDS, time_zone=jurisdiction.time_zone, columns=source.columns)
    run = _Run(source, mapper, rules, source_name or jurisdiction.code, by, told)
    if is_dry:
        return run.go(None)
    batch, opened = _opened(path, mapping, jurisdiction, by)
    try:
        done = run.go(batch)
    except BaseException:
        data.close_run(opened, run.done.counts(), by=by, error=Text(N_("The import was broken off.")))
        batch.ended_at = now()
        batch.save(update_fields=["ended_at"])
        raise
    data.close_run(opened, done.counts(), by=by)
    batch.counts = {"new": done.n_new, "changed": done.n_changed, "same": done.n_same, "rejected": done.n_rejected}
    batch.ended_at = now()
    batch.save(update_fields=["counts", "ended_at"])
    return done


def _opened(
    path: Path, mapping: MappingSpec, jurisdiction: areas.JurisdictionView, by: Viewer
) -> tuple[ImportBatch, UUID]:
    """The batch and the run of an import that begins."""
    _end_killed(jurisdiction, by)
    digest = _file_digest(path)
    told = mapping.model_dump(mode="json", exclude_defaults=True)
    opened = data.open_run(
        f"events_{jurisdiction.code}",
        by=by,
        file_name=path.name,
        digest=digest,
        n_bytes=path.stat().st_size,
        mapping=told,
        title={"zh-Hans": "事件导入", "en": "Imported events"},
        area_path=jurisdiction.root_path,
        permission=IMPORT,
    )
    batch = ImportBatch.objects.create(
        jurisdiction_id=jurisdiction.id,
        file_name=path.name[:200],
        digest=digest,
        mapping=told,
        run=opened.uid,
        started_at=now(),
        by_name="" if by.is_system else by.name,
        counts={"process": [socket.gethostname(), os.getpid()]},
    )
    return batch, opened.uid


def _end_killed(jurisdiction: areas.JurisdictionView, by: Viewer) -> None:
    """Close what was left open by imports on this machine whose process is gone (kill -9, power)."""
    for batch in ImportBatch.objects.filter(jurisdiction_id=jurisdiction.id, ended_at=None, run__isnull=False):
        host, process = batch.counts.get("process", ("", 0))
        if host != socket.gethostname() or process == os.getpid() or _is_alive(process):
            continue
        if batch.run is not None:
            with suppress(Conflict):
                counts = data_queries.run(SYSTEM, batch.run).counts
                data.close_run(batch.run, counts, by=by, error=Text(N_("The import was killed.")))
        batch.ended_at = now()
        batch.save(update_fields=["ended_at"])


def _is_alive(process: int) -> bool:
    """Whether a process of this number runs, ours or somebody else's."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@dataclass
class _Run:
    """One pass over a file."""

    source: RowSource
    mapper: Mapper
    rules: Rules
    source_name: str
    by: Viewer
    told: Told

    def __post_init__(self) -> None:
        fields = self.mapper.mapping.fields
        fillers = [name for name in POINT if name in fields and fields[name].placeholders]
        self.converter = Converter(self.rules, fillers)
        self.done = Imported()
        self.rows: dict[str, Incoming] = {}
        self.rejects: list[RejectedRow] = []

    def go(self, batch: ImportBatch | None) -> Imported:
        """Read to the end, storing chunk by chunk; without a batch nothing is written."""
        for row in self.source:
            self.done.n_in += 1
            if isinstance(row, BadRow):
                self._reject(row.line, row.raw, [Reason(row.reason)])
            else:
                self._take(row, batch)
            if len(self.rows) + len(self.rejects) >= CHUNK:
                self._flush(batch)
        self._flush(batch)
        return self.done

    def _take(self, row: Row, batch: ImportBatch | None) -> None:
        mapped = self.mapper.apply(row.values)
        incoming, problems = self.converter.convert(mapped)
        if incoming is None:
            raw = "\t".join("" if v is None else str(v) for v in row.values.values())
            self._reject(row.line, raw, [_reason(p) for p in problems])
            return
        if incoming.external_id in self.rows:  # twice in the file: the later one is a change of the first
            self._flush(batch)
        self.rows[incoming.external_id] = incoming
        self.done.n_placeholders += incoming.place_quality == "placeholder"
        self.done.n_late += incoming.is_late is True
        self.done.n_with_both += incoming.is_late is not None

    def _reject(self, line: int, raw: str, reasons: list[Reason]) -> None:
        rejected = RejectedRow(line, tuple(reasons), raw)
        self.rejects.append(rejected)
        self.done.n_rejected += 1
        if len(self.done.first_rejects) < FIRST_REJECTS:
            self.done.first_rejects.append(rejected)
        for reason in reasons:
            key = (reason.field, str(reason.text))
            _text, n = self.done.reasons.get(key, (reason.text, 0))
            if n or len(self.done.reasons) < MOST_REASONS:
                self.done.reasons[key] = (reason.text, n + 1)

    def _flush(self, batch: ImportBatch | None) -> None:
        rows = list(self.rows.values())
        if batch is None:
            known = known_rows(self.source_name, self.rows)
            same = sum(1 for r in rows if r.external_id in known and known[r.external_id].digest == r.digest)
            self.done.n_same += same
            self.done.n_changed += sum(1 for r in rows if r.external_id in known) - same
            self.done.n_new += sum(1 for r in rows if r.external_id not in known)
            self.done.n_open += sum(1 for r in rows if r.external_id not in known and not r.is_closed)
        elif rows or self.rejects:
            tally = self._stored(rows, batch)
            self.done.n_new += tally.n_new
            self.done.n_changed += tally.n_changed
            self.done.n_same += tally.n_same
            self.done.n_open += tally.n_open
            if batch.run is not None:
                data.note_progress(batch.run, self.done.counts())
        self.rows, self.rejects = {}, []
        self.told(self.done.n_in)

    def _stored(self, rows: list[Incoming], batch: ImportBatch) -> Tally:
        """Store a chunk; once more when another import of the same rows was quicker, which then are known."""
        try:
            return self._store(rows, batch)
        except IntegrityError:
            return self._store(rows, batch)

    def _store(self, rows: list[Incoming], batch: ImportBatch) -> Tally:
        path = self.rules.jurisdiction.root_path
        with deed("events.import_chunk", by=self.by, subject=f"import:{batch.uid}", area_path=path) as d:
            tally = store_chunk(rows, batch, self.source_name, self.rules, by=self.by, d=d)
            if batch.run is not None:
                data.add_rejects(batch.run, self.rejects)
            d.note(new=tally.n_new, changed=tally.n_changed, same=tally.n_same, rejected=len(self.rejects))
            if tally.n_new or tally.n_changed:
                d.announce("event.imported", version=1, subject=str(batch.uid), payload={"n": len(rows)})
        return tally


def _reason(problem: FieldProblem) -> Reason:
    return Reason(problem.text, problem.field, problem.columns)


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
