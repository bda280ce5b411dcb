"""What an upload really is, told from its bytes; name and declared type are never believed.

Refused with a reason: archives, HEIC, old Office formats, macros, pages and scripts, and workbooks that would unpack
to far more than they are (zip bombs, overlapping entries). Nothing is unpacked to find out: the sizes stand in the
archive's directory, and reading stops at them.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

PHOTO_LIMIT = 10 * 1024 * 1024
DOCUMENT_LIMIT = 50 * 1024 * 1024
UNPACKED_LIMIT = 512 * 1024 * 1024
ENTRIES_LIMIT = 5_000
RATIO_LIMIT = 200
HEAD = 4096
ENCODINGS = ("utf-8-sig", "gb18030")
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})


@dataclass(frozen=True)
class Kind:
    """A kind of file the platform takes."""

    code: str
    media_type: str
    suffix: str
    is_photo: bool = False


JPEG = Kind("jpeg", "image/jpeg", ".jpg", is_photo=True)
PNG = Kind("png", "image/png", ".png", is_photo=True)
WEBP = Kind("webp", "image/webp", ".webp", is_photo=True)
PDF = Kind("pdf", "application/pdf", ".pdf")
XLSX = Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")
CSV = Kind("csv", "text/csv", ".csv")
PHOTOS = (JPEG, PNG, WEBP)
DOCUMENTS = (PDF, XLSX, CSV)


def judge(file: BinaryIO, *, kinds: tuple[Kind, ...]) -> Kind:
    """The kind of a seekable file, left at its start. Invalid when it is none of `kinds`, too large or unsafe."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Invalid(N_("The file is empty."))
    kind = _kind_of(head, file)
    if kind not in kinds:
        raise Invalid(N_("Files of this kind are not taken here. Taken are: %(kinds)s"), kinds=_named(kinds))
    limit = PHOTO_LIMIT if kind.is_photo else DOCUMENT_LIMIT
    if size > limit:
        raise Invalid(N_("The file is too large; at most %(limit)s MB."), limit=limit // 1024 // 1024)
    if kind == XLSX:
        judge_workbook(file)
    file.seek(0)
    return kind


def _named(kinds: tuple[Kind, ...]) -> str:
    return ", ".join(kind.code.upper() for kind in kinds)


def _kind_of(head: bytes, file: BinaryIO) -> Kind | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        raise Invalid(N_("HEIC photos cannot be read here. Send it as JPEG (the phone offers “most compatible”)."))
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive_kind(file)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Invalid(N_("Old Office files cannot be read here. Save it as .xlsx or PDF."))
    return CSV if _is_text(head, file) else None


def _archive_kind(file: BinaryIO) -> Kind:
    try:
        names = set(_directory(file))
    except zipfile.BadZipFile:
        raise Invalid(N_("The file is damaged: it starts like an archive but is none.")) from None
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise Invalid(N_("Archives are not taken. Send the files one by one."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Invalid(N_("Workbooks with macros are not taken. Save it as .xlsx."))
    return XLSX


def _directory(file: BinaryIO) -> list[str]:
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        return archive.namelist()


def judge_workbook(file: BinaryIO) -> None:
    """Invalid when an XLSX would unpack to too much, judged from the archive's directory alone; left at its start."""
    size = file.seek(0, 2)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise Invalid(N_("The file is damaged: it starts like an archive but is none.")) from None
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    starts = {entry.header_offset for entry in entries}
    is_sound = (
        len(entries) <= ENTRIES_LIMIT
        and unpacked <= UNPACKED_LIMIT
        and unpacked <= RATIO_LIMIT * max(packed, 1) + 1024 * 1024
        and packed <= size
        and len(starts) == len(entries)
        and not any(entry.flag_bits & 0x1 for entry in entries)
        and not any(entry.filename.lower().endswith((".zip", ".xlsx")) for entry in entries)
    )
    if not is_sound:
        raise Invalid(N_("This workbook unpacks to far more than it should and is not opened."))
    file.seek(0)


def _is_text(head: bytes, file: BinaryIO) -> bool:
    """Plain text of a table: no control characters, not the beginning of a page or drawing."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        text = _decoded(head, encoding, is_whole=len(head) < HEAD)
        if text is not None:
            printable = all(c.isprintable() or c in "\t\r\n" or ord(c) > 0x9F for c in text)
            return printable and not text.lstrip("\ufeff \t\r\n").startswith("<")
    return False


def _decoded(head: bytes, encoding: str, *, is_whole: bool) -> str | None:
    for cut in range(1 if is_whole else 4):  # the head may end within a character
        try:
            return head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
