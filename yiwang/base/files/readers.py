"""Who may read a file: the package that owns its subject says so.

A subject reads `<kind>:<uid>`; each owner registers for its kind a function (viewer, uid) → bool when Django starts.
A file without a subject, or of a kind nobody registered, is read by who sent it only.
"""

from __future__ import annotations

from collections.abc import Callable

from yiwang.base.access import Viewer

MayRead = Callable[[Viewer, str], bool]
_readers: dict[str, MayRead] = {}


def register_reader(kind: str, may_read: MayRead) -> None:
    """Let `may_read(viewer, uid)` decide on files of subjects `<kind>:<uid>`. ValueError when another one does."""
    if _readers.setdefault(kind, may_read) is not may_read:
        raise ValueError(f"files of {kind} have a reader already")


def forget_reader(kind: str) -> None:
    """Take a reader out again (tests)."""
    _readers.pop(kind, None)


def may_read(viewer: Viewer, subject: str) -> bool:
    """What the owner of a subject says; False where nobody owns it."""
    kind, _, uid = subject.partition(":")
    reader = _readers.get(kind)
    return reader is not None and reader(viewer, uid)
