"""Stored files over HTTP; and bodies too large are refused before they are read."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from PIL import Image

from yiwang.base.access import SYSTEM
from yiwang.base.files.actions import store_upload
from yiwang.base.organisation.queries import viewer_of
from yiwang.base.people.actions import create_account
from yiwang.base.people.queries import account_for_sign_in
from yiwang.web.middleware import UploadLimitMiddleware

pytestmark = pytest.mark.django_db


@pytest.fixture
def sender(settings, tmp_path, client):
    settings.FILES = tmp_path / "files"
    account = account_for_sign_in(create_account("li", display_name="Li", by=SYSTEM).uid)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return viewer_of(account)


def sent(content: bytes, sender, name: str = "照片.bin"):
    return store_upload(SimpleUploadedFile(name, content), by=sender)


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (500, 400)).save(out, "JPEG")
    return out.getvalue()


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_photo_is_shown_and_nothing_in_it_can_run(client, sender):
    stored = sent(photo(), sender)
    answer = client.get(f"/files/{stored.uid}")
    assert body(answer) == stored.path.read_bytes()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"].startswith("private")
    assert answer["Content-Disposition"].startswith("inline")
    small = client.get(f"/files/{stored.uid}?size=small")
    assert len(body(small)) < stored.size
    assert client.get(f"/files/{stored.uid}", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_document_is_downloaded_under_its_name(client, sender):
    stored = sent(b"a,b\n1,2\n", sender)
    answer = client.get(f"/files/{stored.uid}")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "%E7%85%A7%E7%89%87.csv" in answer["Content-Disposition"]
    body(answer)


def test_who_may_not_read_a_file_learns_nothing_of_it(client, sender):
    stored = sent(photo(), sender)
    assert Client().get(f"/files/{stored.uid}").status_code == 404
    assert client.post(f"/files/{stored.uid}").status_code == 405


def test_bytes_that_are_gone_are_not_found(client, sender):
    stored = sent(photo(), sender)
    stored.path.unlink()
    assert client.get(f"/files/{stored.uid}").status_code == 404


class Unread(io.RawIOBase):
    """A body that fails the test when anybody reads it."""

    def read(self, n: int = -1) -> bytes:
        raise AssertionError("the body is read")


@pytest.mark.parametrize(("path", "limit"), [("/sign-in", "64 MB"), ("/api/x", "1 MB")])
def test_a_hundred_megabytes_are_refused_before_they_are_read(client, path, limit):
    size = str(100 * 1024 * 1024)
    answer = client.generic("POST", path, b"", **{"wsgi.input": Unread(), "CONTENT_LENGTH": size})
    assert answer.status_code == 413
    assert limit in answer.content.decode()


def test_an_ordinary_body_goes_on():
    request = RequestFactory().post("/", {"a": "b"})
    assert UploadLimitMiddleware(lambda request: request.POST["a"])(request) == "b"
