"""Writes of stored files: take an upload, attach it, remove it, sweep what no row names."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction

from yiwang.base.access import Viewer
from yiwang.base.deeds import deed
from yiwang.base.files.judging import DOCUMENTS, PHOTOS, Kind, judge
from yiwang.base.files.models import StoredFile
from yiwang.base.files.photos import Photo, rewrite
from yiwang.base.files.queries import FileView, file_view
from yiwang.base.files.store import THUMBNAIL, digest_of, forget, keep, path_of
from yiwang.kernel.clock import now
from yiwang.kernel.errors import NotAllowed, NotFound
from yiwang.kernel.text import N_

LEFT_ALONE = timedelta(days=1)


class Upload(Protocol):
    """What a form hands over (Django's UploadedFile): a name and a seekable binary file."""

    name: str | None

    @property
    def file(self) -> BinaryIO | None:
        """The bytes."""


def store_upload(
    upload: Upload, *, by: Viewer, kinds: tuple[Kind, ...] = (*PHOTOS, *DOCUMENTS), subject: str = ""
) -> FileView:
    """Judge an upload by its content, write photos anew, keep it. Invalid, with the reason, when it is not taken.

    `subject` (`event:<uid>`) is what it belongs to; its owner decides who reads it (see `readers`). Photos lose all
    metadata, where they were taken included.
    """
    file = upload.file
    if file is None:
        raise NotFound(N_("There is no such file."))
    kind = judge(file, kinds=kinds)
    photo = rewrite(file) if kind.is_photo else None
    content: BinaryIO = io.BytesIO(photo.content) if photo else file
    row = _row(photo.kind if photo else kind, content, photo, upload.name or "", by)
    row.subject = subject
    # Bytes before the row: a row never names bytes that are not there; bytes without a row are swept.
    _keep_bytes(row, content, photo)
    with deed("files.store_upload", by=by, subject=f"file:{row.uid}") as d:
        row.save()
        # Again once the row is committed: equal bytes may have been removed with their last other row meanwhile.
        transaction.on_commit(lambda: _keep_bytes(row, content, photo))
        d.note(media_type=row.media_type, size=row.size, digest=row.digest, of=subject)
    return file_view(row)


def _keep_bytes(row: StoredFile, content: BinaryIO, photo: Photo | None) -> None:
    keep(content, path_of(row.digest, row.suffix))
    if photo:
        keep(io.BytesIO(photo.thumbnail), path_of(row.digest, row.suffix, is_thumbnail=True))


def _row(kind: Kind, content: BinaryIO, photo: Photo | None, name: str, by: Viewer) -> StoredFile:
    return StoredFile(
        name=safe_name(name, kind),
        media_type=kind.media_type,
        suffix=kind.suffix,
        digest=digest_of(content),
        size=content.seek(0, io.SEEK_END),
        width=photo.width if photo else None,
        height=photo.height if photo else None,
        has_thumbnail=photo is not None,
        account_id=by.account_id,
    )


def safe_name(name: str, kind: Kind) -> str:
    """A name to download under: no folder, no control or bidirectional characters, the suffix of the real kind."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/"))
    stem = PurePosixPath(plain).stem
    stem = "".join(c for c in stem if unicodedata.category(c)[0] != "C")
    stem = re.sub(r'[<>:"|?*\s]+', " ", stem).strip(" .")[:100]
    return f"{stem or 'file'}{kind.suffix}"


def attach_files(uids: Iterable[UUID], *, subject: str, by: Viewer) -> int:
    """Make files that belong nowhere yet part of a subject; only those the viewer sent. Returns how many."""
    rows = StoredFile.objects.filter(uid__in=list(uids), subject="")
    if not by.is_system:
        if by.account_id is None:
            raise NotAllowed(N_("Please sign in first."))
        rows = rows.filter(account_id=by.account_id)
    with deed("files.attach_files", by=by, subject=subject) as d:
        n = rows.update(subject=subject)
        d.note(files=n)
    return n


def remove_files(subject: str, *, reason: str, by: Viewer) -> int:
    """Remove all files of a subject from database and disk, for its owner; returns how many."""
    with deed("files.remove_files", by=by, subject=subject, reason=reason) as d:
        n = _remove(list(StoredFile.objects.filter(subject=subject)))
        d.note(files=n)
    return n


def erase_files_of(account_ids: Iterable[int], *, reason: str, by: Viewer) -> int:
    """Remove every file these accounts sent, wherever it is attached (a person's right to be erased)."""
    with deed("files.erase_files_of", by=by, subject="files", reason=reason) as d:
        n = _remove(list(StoredFile.objects.filter(account_id__in=list(account_ids))))
        d.note(files=n)
    return n


def _remove(rows: list[StoredFile]) -> int:
    StoredFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    bytes_of = {(row.digest, row.suffix) for row in rows}

    def forget_bytes() -> None:
        for digest, suffix in bytes_of:
            if not StoredFile.objects.filter(digest=digest).exists():
                forget(digest, suffix)

    transaction.on_commit(forget_bytes)
    return len(rows)


def remove_unclaimed(*, by: Viewer) -> int:
    """Remove files somebody without an account sent a day ago and that became part of nothing; returns how many.

    A citizen's photo lies so while the rest of the report is put right, and for ever when they give up.
    """
    rows = list(StoredFile.objects.filter(subject="", account=None, created_at__lt=now() - LEFT_ALONE)[:1_000])
    if not rows:
        return 0
    with deed("files.remove_unclaimed", by=by, subject="files") as d:
        n = _remove(rows)
        d.note(files=n)
    return n


def sweep_files() -> int:
    """Remove bytes that no row names and that have lain a day (an upload broken off); returns how many files."""
    root = Path(settings.FILES)
    before = (now() - LEFT_ALONE).timestamp()
    n = 0
    for path in root.glob("*/*/*") if root.is_dir() else ():
        digest = path.name.split(".")[0]
        is_kept = bool(digest) and StoredFile.objects.filter(digest=digest).exists()
        if not is_kept and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            n += THUMBNAIL not in path.name
    return n
