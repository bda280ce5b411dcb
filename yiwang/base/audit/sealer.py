"""Gives committed entries their place in the chain and signs the head; heads also go to a file outside the database.

Entries are found by "has no number yet", never by "id greater than the last one": on PostgreSQL a row with a lower id
may commit later. One sealer at a time: it holds the first seal's row; a second one finds it locked and leaves.
Until sealed (aim: 5 s) a *removed* entry leaves no trace; an altered or inserted one is found by its mac at any time.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction

from yiwang.base.audit.models import Entry, Seal
from yiwang.base.audit.proof import FIELDS, head_text, link, sign
from yiwang.kernel import clock

BATCH = 500
GENESIS = bytes(32)


def heads_path() -> Path:
    """File the heads are exported to: `YIWANG_HOME/audit/heads.jsonl`, one JSON object a line."""
    return Path(settings.HOME) / "audit" / "heads.jsonl"


def seal_entries(limit: int = 20_000) -> int:
    """Seal up to `limit` committed entries in batches, export the heads, and return how many were sealed.

    Returns 0 when nothing waits or another sealer is at work.
    """
    if not Entry.objects.filter(number__isnull=True).exists():
        export_heads()
        return 0
    sealed = 0
    while sealed < limit:
        done = _seal_batch()
        sealed += done
        if done < BATCH:
            break
    export_heads()
    return sealed


def _seal_batch() -> int:
    _begin_chain()
    with transaction.atomic():
        first = Seal.objects.select_for_update(skip_locked=True).filter(number_to=0).first()
        if first is None:
            return 0
        last = Seal.objects.order_by("-number_to")[0]
        columns = ("id", *FIELDS, "digest", "mac")
        rows = list(Entry.objects.filter(number__isnull=True).order_by("id").values(*columns)[:BATCH])
        if not rows:
            return 0
        number, head = last.number_to, bytes(last.head_hash)
        places: list[tuple[int, bytes, int]] = []
        for row in rows:
            number += 1
            head = link(head, number, row)
            places.append((number, head, row["id"]))
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE audit_entry SET number = %s, hash = %s WHERE id = %s", places)
        _insert_seal(first.chain, last.number_to + 1, number, head)
    return len(rows)


def _begin_chain() -> None:
    if Seal.objects.filter(number_to=0).exists():
        return
    with transaction.atomic():
        chain, at = uuid4(), clock.now()
        key_id, signature = sign(head_text(chain, 0, 0, GENESIS, at))
        start = Seal(
            chain=chain, number_from=0, number_to=0, head_hash=GENESIS, at=at, key_id=key_id, signature=signature
        )
        Seal.objects.bulk_create([start], ignore_conflicts=True)  # another process may begin it at the same moment


def _insert_seal(chain: Any, number_from: int, number_to: int, head: bytes) -> None:
    at = clock.now()
    key_id, signature = sign(head_text(chain, number_from, number_to, head, at))
    Seal.objects.create(
        chain=chain,
        number_from=number_from,
        number_to=number_to,
        head_hash=head,
        at=at,
        key_id=key_id,
        signature=signature,
    )


def export_heads() -> int:
    """Append the heads the file does not have yet (also those a killed sealer left behind); returns how many."""
    path = heads_path()
    last = _last_exported(path)
    missing = Seal.objects.filter(number_to__gt=last).order_by("number_to")
    lines = [
        json.dumps(
            {
                "chain": str(s.chain),
                "from": s.number_from,
                "to": s.number_to,
                "hash": bytes(s.head_hash).hex(),
                "at": s.at.isoformat(),
                "key": s.key_id,
                "signature": bytes(s.signature).hex(),
            }
        )
        for s in missing
    ]
    if lines:
        path.parent.mkdir(parents=True, exist_ok=True)
        _cut_broken_line(path)
        with path.open("ab") as file:
            file.write(("\n".join(lines) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())
    return len(lines)


def _cut_broken_line(path: Path) -> None:
    """Take away a last line that a crash cut in two; it is written again, whole."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        file.seek(max(0, path.stat().st_size - 8192))
        content = file.read()
        if content and not content.endswith(b"\n"):
            file.truncate(file.tell() - len(content) + content.rfind(b"\n") + 1)


def _last_exported(path: Path) -> int:
    """Highest number in the file's last lines; -1 when there is none."""
    if not path.exists():
        return -1
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 8192))
        tail = file.read().splitlines()
    best = -1
    for line in tail:
        try:
            best = max(best, int(json.loads(line)["to"]))
        except (ValueError, KeyError, TypeError):
            continue
    return best
