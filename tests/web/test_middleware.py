"""Who a request acts as, and what becomes of failures."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from yiwang.base.access import SYSTEM, require
from yiwang.base.people import actions
from yiwang.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from yiwang.kernel.text import Text

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
GOOD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Real ones take 0.3 s each, on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


FAILURES = {
    "invalid": (Invalid("Wrong: %(what)s", fields={"title": [Text("Too long")]}, what="<b>x</b>"), 422),
    "notfound": (NotFound("There is no such thing."), 404),
    "conflict": (Conflict("Somebody was quicker."), 409),
    "unavailable": (Unavailable("The lake does not answer."), 503),
    "database": (OperationalError("server closed the connection, password=secret"), 503),
}


def fail(request: HttpRequest, kind: str) -> HttpResponse:
    raise FAILURES[kind][0]


def whoami(request: HttpRequest) -> HttpResponse:
    viewer = request.viewer
    return HttpResponse(f"{viewer.kind} {viewer.name}")


def restricted(request: HttpRequest) -> HttpResponse:
    require(request.viewer, "accounts.manage")
    return HttpResponse("in")


urlpatterns = [
    path("", include("yiwang.web.urls")),
    path("fail/<kind>", fail),
    path("api/fail/<kind>", fail),
    path("who", whoami),
    path("api/who", whoami),
    path("restricted", restricted),
    path("api/restricted", restricted),
]


@pytest.fixture
def li():
    return actions.create_account("li", display_name="LiLei", password=GOOD, by=SYSTEM)


@pytest.fixture
def signed_in(client, li) -> Client:
    client.post("/sign-in", {"username": "li", "password": GOOD})
    return client


@pytest.mark.parametrize("kind", FAILURES)
def test_a_failure_becomes_a_page_a_fragment_and_json_of_its_status(client, kind):
    status = FAILURES[kind][1]
    page = client.get(f"/fail/{kind}")
    assert page.status_code == status
    assert "<html" in page.content.decode()
    fragment = client.get(f"/fail/{kind}", headers={"HX-Request": "true"})
    assert fragment.status_code == status
    assert "<html" not in fragment.content.decode()
    told = client.get(f"/api/fail/{kind}")
    assert told.status_code == status
    assert json.loads(told.content)["message"]
    for answer in (page, fragment, told):
        assert "secret" not in answer.content.decode()


def test_what_was_typed_is_escaped_in_the_message(client):
    assert "<b>x</b>" not in client.get("/fail/invalid").content.decode()
    assert json.loads(client.get("/api/fail/invalid").content)["fields"] == {"title": ["Too long"]}


def test_who_is_not_signed_in_is_sent_to_sign_in(client):
    assert client.get("/restricted?a=1")["Location"] == "/sign-in?next=%2Frestricted%3Fa%3D1"
    part = client.get("/restricted", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (401, "/sign-in")
    api = client.get("/api/restricted")
    assert (api.status_code, api["WWW-Authenticate"]) == (401, "Bearer")


def test_who_is_signed_in_without_the_right_is_told_so(signed_in):
    assert signed_in.get("/restricted").status_code == 403
    assert signed_in.get("/api/restricted").status_code == 403


def test_a_token_acts_as_its_account(client, li):
    token = actions.create_token(li.uid, title="t", by=SYSTEM)
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/who", headers=bearer).content == b"official LiLei"
    assert client.post("/api/who", headers=bearer).content == b"official LiLei"
    wrong = client.get("/api/who", headers={"Authorization": "Bearer yw_guess"})
    assert wrong.status_code == 401


def test_a_wrong_token_is_not_replaced_by_the_session(signed_in):
    assert signed_in.get("/who", headers={"Authorization": "Bearer yw_guess"}).status_code in {302, 403}


def test_a_cookie_reads_the_api_but_never_writes(signed_in):
    assert signed_in.get("/api/who").content == b"official LiLei"
    assert signed_in.post("/api/who").content == b"anonymous anonymous"


def test_a_page_that_asks_for_nobody_reads_no_session(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/fail/conflict")


def test_a_failure_is_told_in_the_language_of_the_reader(client, li):
    actions.set_language(li.uid, language="en", by=SYSTEM)
    token = actions.create_token(li.uid, title="t", by=SYSTEM)
    with override_settings(LANGUAGE_CODE="zh-hans"):
        told = client.get("/api/restricted", headers={"Authorization": f"Bearer {token}"})
    assert "Your posts do not allow this" in json.loads(told.content)["message"]
