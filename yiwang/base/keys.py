"""Secret files of an installation: made once, readable by the owner only, whole or not at all.

Keys never live in the database: whoever copies or alters the database has neither the sealing key of the audit nor
the keys of personal data. They are files under `settings.KEYS`, or come from the environment.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from django.conf import settings


def keys_folder() -> Path:
    """The folder of secrets (`settings.KEYS`), made with mode 0700 when missing."""
    folder = Path(settings.KEYS)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def secret_file(name: str, make: Callable[[], bytes]) -> bytes:
    """Content of the secret `name`; the first of several processes makes it, all of them read the same."""
    path = keys_folder() / name
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes()
    fresh = _written(path, make())
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)  # a link is atomic and never replaces: the first wins
    fresh.unlink()
    return path.read_bytes()


def replace_secret(name: str, content: bytes) -> None:
    """Put new content in the place of the secret `name`, atomically (readers see the old or the new one)."""
    path = keys_folder() / name
    _written(path, content).replace(path)


def _written(path: Path, content: bytes) -> Path:
    fresh = path.with_name(f".{path.name}.{uuid4().hex}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return fresh
