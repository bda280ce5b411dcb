"""Uploads are what their bytes say; photos are written anew; files are read by whom their owner lets."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

from yiwang.base.access import ANONYMOUS, SYSTEM, Viewer
from yiwang.base.files import actions, judging, queries, readers
from yiwang.base.files.models import StoredFile
from yiwang.base.files.photos import MAX_SIDE
from yiwang.base.people.actions import create_account
from yiwang.kernel import clock
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILES = tmp_path / "files"
    return settings.FILES


def official(name: str = "li") -> Viewer:
    made = create_account(name, display_name=name, by=SYSTEM)
    return Viewer(made.id, made.uid, name, "official")


def upload(content: bytes, name: str = "whatever.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30), **save) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form, **save)
    return out.getvalue()


def workbook() -> bytes:
    out = io.BytesIO()
    book = Workbook()
    book.active.append(["编号", "主题"])
    book.save(out)
    return out.getvalue()


def archive(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


XLSX_NAMES = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (picture("JPEG"), "jpeg"),
        (picture("PNG"), "png"),
        (picture("WEBP"), "webp"),
        (b"%PDF-1.7\n%%EOF", "pdf"),
        (workbook(), "xlsx"),
        ("编号,主题\n1,路灯不亮\n".encode(), "csv"),
        ("编号,主题\n1,路灯不亮\n".encode("gb18030"), "csv"),
        ("编号,主题\n1,路灯不亮\n".encode("utf-16"), "csv"),
        (("路灯," * 5000).encode(), "csv"),
        (("a" + "路灯," * 5000).encode("gb18030"), "csv"),
    ],
)
def test_the_kind_is_told_from_the_bytes(content, code):
    assert judging.judge(io.BytesIO(content), kinds=(*judging.PHOTOS, *judging.DOCUMENTS)).code == code


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (HTML, "not taken"),
        (b"\xef\xbb\xbf  " + HTML, "not taken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not taken"),
        (b"MZ\x90\x00" + bytes(200), "not taken"),
        (b"GIF89a" + bytes(200), "not taken"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "HEIC"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Old Office"),
        (archive({"a.txt": b"x"}), "Archives"),
        (archive({**XLSX_NAMES, "xl/vbaProject.bin": b"x"}), "macros"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "damaged"),
        (picture()[:400], "damaged"),
    ],
)
def test_what_is_not_taken_is_refused_with_the_reason(content, words, folder):
    with pytest.raises(Invalid, match=words):
        actions.store_upload(upload(content, "photo.jpg"), by=SYSTEM)
    assert not StoredFile.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_only_the_kinds_asked_for_are_taken():
    with pytest.raises(Invalid, match="JPEG, PNG, WEBP"):
        actions.store_upload(upload(b"%PDF-1.7\n%%EOF"), by=SYSTEM, kinds=judging.PHOTOS)


class Endless(io.RawIOBase):
    """A file that says it is large and fails the test when anybody reads beyond its head."""

    def __init__(self, head: bytes, size: int) -> None:
        self.head, self.size, self.at = head, size, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset if whence == 0 else self.size + offset
        return self.at

    def read(self, n: int = -1) -> bytes:
        assert 0 <= n <= judging.HEAD, "a file over the limit is read"
        return self.head[:n]


@pytest.mark.parametrize(("head", "limit"), [(b"\xff\xd8\xff\xe0", 10), (b"%PDF-1.7", 50)])
def test_a_file_over_the_limit_is_refused_without_reading_it(head, limit):
    with pytest.raises(Invalid, match=f"{limit} MB"):
        judging.judge(Endless(head, limit * 1024 * 1024 + 1), kinds=(judging.JPEG, judging.PDF))


def test_a_workbook_that_unpacks_to_too_much_is_not_opened():
    bomb = archive({**XLSX_NAMES, "xl/worksheets/sheet1.xml": bytes(300 * 1024 * 1024)})
    assert len(bomb) < 1024 * 1024
    with pytest.raises(Invalid, match="unpacks"):
        actions.store_upload(upload(bomb, "a.xlsx"), by=SYSTEM)


def test_a_workbook_of_overlapping_entries_is_not_opened():
    packed = bytearray(archive({**XLSX_NAMES, "xl/a.xml": os.urandom(2000), "xl/b.xml": os.urandom(2000)}))
    directory = [i for i in range(len(packed) - 4) if packed[i : i + 4] == b"PK\x01\x02"]
    first = packed[directory[2] + 42 : directory[2] + 46]
    packed[directory[3] + 42 : directory[3] + 46] = first  # both entries point at the same bytes
    with pytest.raises(Invalid, match="unpacks"):
        judging.judge_workbook(io.BytesIO(bytes(packed)))


def test_an_ordinary_workbook_is_fine():
    judging.judge_workbook(io.BytesIO(workbook()))


def test_a_photo_is_written_anew_upright_and_without_metadata():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "SpyCam"
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 0.0)  # where it was taken
    payload = b"<?php system($_GET[0]) ?>"
    content = picture(size=(400, 200), exif=exif) + payload
    stored = actions.store_upload(upload(content, "照片.php"), by=official())
    kept = stored.path.read_bytes()
    assert b"SpyCam" not in kept
    assert b"Exif" not in kept
    assert payload not in kept
    assert (stored.width, stored.height) == (200, 400)
    assert stored.name == "照片.jpg"
    with Image.open(stored.path) as again:
        assert not again.getexif()
        assert again.size == (200, 400)
    with Image.open(stored.thumbnail_path) as small:
        assert max(small.size) == 320


def test_a_large_photo_shrinks_and_a_transparent_one_stays_so():
    big = actions.store_upload(upload(picture(size=(6000, 3000))), by=SYSTEM)
    assert (big.width, big.height) == (MAX_SIDE, MAX_SIDE // 2)
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    clear = actions.store_upload(upload(out.getvalue()), by=SYSTEM)
    assert clear.media_type == "image/webp"
    with Image.open(clear.path) as again:
        assert again.getpixel((0, 0))[3] == 0


def test_a_pixel_bomb_is_refused_before_it_is_decoded():
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    with pytest.raises(Invalid, match="pixels"):
        actions.store_upload(upload(bomb), by=SYSTEM)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.csv"),
        ("C:\\docs\\a.exe", "a.csv"),
        ("", "file.csv"),
        ("evil\u202egpj.csv", "evilgpj.csv"),
        ('a"\r\nSet-Cookie: x', "a Set-Cookie x.csv"),
        ("x" * 300, "x" * 100 + ".csv"),
    ],
)
def test_a_name_to_download_under_is_harmless(given, kept):
    assert actions.safe_name(given, judging.CSV) == kept


def test_the_owner_of_the_subject_says_who_reads():
    reader, stranger = official("reader"), official("stranger")
    uid = str(UUID(int=5))
    readers.register_reader("trial", lambda viewer, subject: viewer.uid == reader.uid and subject == uid)
    try:
        stored = actions.store_upload(upload(picture()), by=SYSTEM, subject=f"trial:{uid}")
        assert queries.stored_file(reader, stored.uid) == stored
        for nobody in (stranger, ANONYMOUS):
            with pytest.raises(NotFound):
                queries.stored_file(nobody, stored.uid)
    finally:
        readers.forget_reader("trial")


def test_a_file_that_belongs_nowhere_is_read_by_its_sender_only():
    sender, other = official("sender"), official("other")
    stored = actions.store_upload(upload(picture()), by=sender)
    assert queries.stored_file(sender, stored.uid).size == stored.path.stat().st_size
    for nobody in (other, ANONYMOUS):
        with pytest.raises(NotFound):
            queries.stored_file(nobody, stored.uid)
    assert actions.attach_files([stored.uid], subject="event:1", by=other) == 0
    with pytest.raises(NotAllowed):
        actions.attach_files([stored.uid], subject="event:1", by=ANONYMOUS)
    assert actions.attach_files([stored.uid], subject="event:1", by=sender) == 1
    assert actions.attach_files([stored.uid], subject="event:2", by=sender) == 0  # it does not move
    assert [one.uid for one in queries.files_of("event:1")] == [stored.uid]
    assert queries.files_of_many(["event:1", "event:2"])["event:2"] == []


def test_equal_bytes_are_kept_once_and_removed_with_their_last_row(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        one = actions.store_upload(upload(picture()), by=SYSTEM, subject="event:1")
        two = actions.store_upload(upload(picture()), by=SYSTEM, subject="event:2")
    assert one.path == two.path
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_files("event:1", reason="asked for", by=SYSTEM)
    assert two.path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_files("event:2", reason="asked for", by=SYSTEM)
    assert not two.path.exists()
    assert not two.thumbnail_path.exists()


def test_everything_a_person_sent_can_be_erased(django_capture_on_commit_callbacks):
    sender = official()
    with django_capture_on_commit_callbacks(execute=True):
        stored = actions.store_upload(upload(picture()), by=sender, subject="event:1")
        actions.erase_files_of([sender.account_id], reason="asked for", by=SYSTEM)
    assert not stored.path.exists()


def test_bytes_without_a_row_are_swept_after_a_day(folder):
    kept = actions.store_upload(upload(picture()), by=SYSTEM)
    orphan = folder / "aa" / "bb" / ("aabb" + "0" * 60 + ".jpg")
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")
    assert actions.sweep_files() == 0
    os.utime(orphan, (clock.now().timestamp() - 90_000,) * 2)
    os.utime(kept.path, (clock.now().timestamp() - 90_000,) * 2)
    assert actions.sweep_files() == 1
    assert kept.path.exists()
    assert not orphan.exists()


def test_what_nobody_with_an_account_sent_and_nothing_took_is_removed_after_a_day(
    django_capture_on_commit_callbacks,
):
    waiting = actions.store_upload(upload(b"a,b\n1,2\n"), by=ANONYMOUS)
    taken = actions.store_upload(upload(b"a,b\n3,4\n"), by=ANONYMOUS, subject="report:1")
    mine = actions.store_upload(upload(b"a,b\n5,6\n"), by=official())
    assert actions.remove_unclaimed(by=SYSTEM) == 0
    later = clock.now() + actions.LEFT_ALONE * 2
    with clock.frozen(later), django_capture_on_commit_callbacks(execute=True):
        assert actions.remove_unclaimed(by=SYSTEM) == 1
    assert not waiting.path.exists()
    assert taken.path.exists() and mine.path.exists()
