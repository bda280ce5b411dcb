"""Signing in and out, limits on guessing, the own account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory, override_settings

from yiwang.base.access import SYSTEM
from yiwang.base.people import actions, queries
from yiwang.base.people.models import Account, SignInCount
from yiwang.kernel import clock
from yiwang.web.signin.addresses import client_address

pytestmark = pytest.mark.django_db
GOOD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Real ones take 0.3 s each, on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def li():
    return actions.create_account("li", display_name="李雷", password=GOOD, by=SYSTEM)


def attempt(client: Client, username: str = "li", password: str = "wrong-one", **extra):
    return client.post("/sign-in", {"username": username, "password": password}, **extra)


def test_the_right_password_opens_a_session_and_leads_on(client, li):
    answer = client.post("/sign-in", {"username": "li", "password": GOOD, "next": "/account"})
    assert (answer.status_code, answer["Location"]) == (302, "/account")
    assert client.get("/account").status_code == 200
    assert client.get("/sign-in")["Location"] == "/"
    client.post("/sign-out")
    assert client.get("/account")["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("bad", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_nobody_is_led_to_another_host(client, li, bad):
    answer = client.post("/sign-in", {"username": "li", "password": GOOD, "next": bad})
    assert answer["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client, li):
    known, unknown = attempt(client), attempt(client, username="nobody")
    assert known.status_code == unknown.status_code == 422
    for answer in (known, unknown):
        assert "密码" in answer.content.decode() or "do not match" in answer.content.decode()
    assert "wrong-one" not in known.content.decode()


def test_guessing_is_stopped_per_account_and_address_until_the_window_ends(client, li):
    at = clock.now()
    with clock.frozen(at):
        assert [attempt(client).status_code for _ in range(6)] == [422] * 5 + [429]
        assert attempt(client, password=GOOD).status_code == 429  # even the right one
        elsewhere = attempt(client, password=GOOD, REMOTE_ADDR="203.0.113.9")
        assert elsewhere.status_code == 302
    with clock.frozen(at + timedelta(minutes=16)):
        assert attempt(Client(), password=GOOD).status_code == 302


def test_one_address_cannot_try_many_names(client):
    with clock.frozen(clock.now()):
        answers = [attempt(client, username=f"user{n}").status_code for n in range(61)]
    assert answers[:60] == [422] * 60
    assert answers[60] == 429


def test_a_whole_office_behind_one_address_can_sign_in(li):
    with clock.frozen(clock.now()):
        assert {attempt(Client(), password=GOOD).status_code for _ in range(65)} == {302}


def test_neither_name_nor_address_of_an_attempt_is_kept(client, li):
    attempt(client, REMOTE_ADDR="203.0.113.9")
    kept = str(SignInCount.objects.values_list())
    assert "203.0.113.9" not in kept
    assert "li" not in [row.key for row in SignInCount.objects.all()]


def test_the_address_is_what_our_own_proxy_saw():
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "192.0.2.77, 203.0.113.9"}, REMOTE_ADDR="192.0.2.1")
    assert client_address(request) == "192.0.2.1"
    with override_settings(PROXY_HOPS=1):
        assert client_address(request) == "203.0.113.9"
    six = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2:3:4:5:6")
    assert client_address(six) == "2001:db8:1:2::/64"


def test_a_closed_account_loses_its_session_at_once(client, li):
    attempt(client, password=GOOD)
    actions.disable_account(li.uid, reason="left", by=SYSTEM)
    assert client.get("/account").status_code == 302
    assert attempt(Client(), password=GOOD).status_code == 422


def test_changing_the_password_keeps_this_session_and_ends_others(client, li):
    other = Client()
    attempt(client, password=GOOD)
    attempt(other, password=GOOD)
    new = {"current": GOOD, "password": "another-fine-phrase", "again": "another-fine-phrase"}
    for wrong in ({"current": "x"}, {"again": "different-phrase"}, {"password": "short", "again": "short"}):
        assert client.post("/account", {**new, **wrong}).status_code == 422
    assert client.post("/account", new).status_code == 302
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302


def test_a_token_is_shown_once_and_can_be_ended(client, li):
    attempt(client, password=GOOD)
    page = client.post("/account/tokens", {"title": "export"}).content.decode()
    listed = queries.tokens(SYSTEM, li.uid)[0]
    assert f'data-copy="{listed.prefix}' in page
    assert listed.prefix in client.get("/account").content.decode()
    assert client.post(f"/account/tokens/{listed.uid}/end").status_code == 302
    assert queries.tokens(SYSTEM, li.uid)[0].revoked_at is not None


def test_nobody_ends_the_token_of_somebody_else(client, li):
    wang = actions.create_account("wang", display_name="Wang", password=GOOD, by=SYSTEM)
    actions.create_token(wang.uid, title="t", by=SYSTEM)
    attempt(client, password=GOOD)
    token = queries.tokens(SYSTEM, wang.uid)[0]
    assert client.post(f"/account/tokens/{token.uid}/end").status_code == 403
    assert queries.tokens(SYSTEM, wang.uid)[0].revoked_at is None


def test_the_chosen_language_stays_with_the_account(client, li):
    attempt(client, password=GOOD)
    client.post("/language", {"language": "en", "next": "/account"})
    assert Account.objects.get(uid=li.uid).language == "en"
    assert "My account" in client.get("/account").content.decode()
    fresh = Client()
    attempt(fresh, password=GOOD)
    assert "My account" in fresh.get("/account").content.decode()


def test_forms_refuse_a_foreign_page(li):
    strict = Client(enforce_csrf_checks=True)
    assert attempt(strict, password=GOOD).status_code == 403
