"""Reads of stored files, scoped by the owner of their subject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from yiwang.base.access import Viewer
from yiwang.base.files.models import StoredFile
from yiwang.base.files.readers import may_read
from yiwang.base.files.store import path_of
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_


@dataclass(frozen=True)
class FileView:
    """A stored file; `path` and `thumbnail_path` lie on disk, width and height are pixels of a photo."""

    uid: UUID
    subject: str
    name: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    created_at: datetime
    account_id: int | None
    path: Path
    thumbnail_path: Path | None

    @property
    def is_photo(self) -> bool:
        """True for a picture a page can show."""
        return self.media_type.startswith("image/")


def stored_file(viewer: Viewer, uid: UUID) -> FileView:
    """A file the viewer may read: its subject's owner says so, or the viewer sent it. NotFound otherwise."""
    row = StoredFile.objects.filter(uid=uid).first()
    if row is None or not _may(viewer, row):
        raise NotFound(N_("There is no such file."))
    return file_view(row)


def files_of(subject: str) -> list[FileView]:
    """The files of a subject, oldest first; for its owner, who has checked that the subject may be seen."""
    return [file_view(row) for row in StoredFile.objects.filter(subject=subject).order_by("id")]


def files_of_many(subjects: Iterable[str]) -> dict[str, list[FileView]]:
    """As `files_of` for several subjects, in one query."""
    wanted = list(subjects)
    found: dict[str, list[FileView]] = {subject: [] for subject in wanted}
    for row in StoredFile.objects.filter(subject__in=wanted).order_by("id"):
        found[row.subject].append(file_view(row))
    return found


def _may(viewer: Viewer, row: StoredFile) -> bool:
    if viewer.is_system or (row.subject and may_read(viewer, row.subject)):
        return True
    return viewer.account_id is not None and viewer.account_id == row.account_id


def file_view(row: StoredFile) -> FileView:
    """A model row as a record (for this package)."""
    return FileView(
        uid=row.uid,
        subject=row.subject,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        width=row.width,
        height=row.height,
        created_at=row.created_at,
        account_id=row.account_id,
        path=path_of(row.digest, row.suffix),
        thumbnail_path=path_of(row.digest, row.suffix, is_thumbnail=True) if row.has_thumbnail else None,
    )
