"""The bytes on disk: `settings.FILES/ab/cd/<sha256><suffix>`, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings

CHUNK = 1024 * 1024
THUMBNAIL = ".small"


def path_of(digest: str, suffix: str, *, is_thumbnail: bool = False) -> Path:
    """Where the bytes with this SHA-256 lie."""
    name = f"{digest}{THUMBNAIL if is_thumbnail else ''}{suffix}"
    return Path(settings.FILES) / digest[:2] / digest[2:4] / name


def digest_of(file: BinaryIO) -> str:
    """SHA-256 (hex) of a seekable file, left at its start."""
    file.seek(0)
    found = hashlib.sha256()
    while chunk := file.read(CHUNK):
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def keep(file: BinaryIO, path: Path) -> None:
    """Write a file's bytes to `path` unless they lie there already; a crash leaves nothing half-written there."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{uuid4().hex}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            file.seek(0)
            while chunk := file.read(CHUNK):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def forget(digest: str, suffix: str) -> None:
    """Remove the bytes with this SHA-256 and their thumbnail."""
    for is_thumbnail in (False, True):
        path_of(digest, suffix, is_thumbnail=is_thumbnail).unlink(missing_ok=True)
