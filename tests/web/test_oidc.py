"""Sign-in by an outside provider: a small one runs here and gives good and bad tokens."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import include, path

from yiwang.base.access import SYSTEM
from yiwang.base.people import actions
from yiwang.web.environment import oidc

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
urlpatterns = [path("oidc/", include("mozilla_django_oidc.urls")), path("", include("yiwang.web.urls"))]
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(HTTPServer):
    """An identity provider on 127.0.0.1 that signs whatever claims a test sets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.claims: dict[str, object] = {}
        self.key = KEY
        self.asked: list[dict[str, list[str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        self.tell({"keys": [{**key, "kid": "k1", "alg": "RS256"}]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append(parse_qs(body))
        signed = jwt.encode(self.server.claims, self.server.key, algorithm="RS256", headers={"kid": "k1"})
        self.tell({"id_token": signed, "access_token": "x"})

    def tell(self, data: object) -> None:
        content = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def provider(settings):
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    environ = {
        "YIWANG_OIDC_ISSUER": server.url,
        "YIWANG_OIDC_CLIENT_ID": "yiwang",
        "YIWANG_OIDC_CLIENT_SECRET": "secret",
        "YIWANG_OIDC_AUTHORIZE_URL": f"{server.url}/authorize",
        "YIWANG_OIDC_TOKEN_URL": f"{server.url}/token",
        "YIWANG_OIDC_JWKS_URL": f"{server.url}/jwks",
    }
    for name, value in oidc(environ).items():
        setattr(settings, name, value)
    account = actions.create_account("li", display_name="Li", by=SYSTEM)
    actions.link_identity(account.uid, issuer=server.url, sub="42", by=SYSTEM)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def signed_in_with(client: Client, provider: Provider, **changed: object) -> bool:
    """Go through the whole flow with the right claims but for `changed`; True when a session is open afterwards."""
    away = client.get("/oidc/authenticate/?next=/account")
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid"]
    right = {"iss": provider.url, "aud": "yiwang", "sub": "42", "nonce": asked["nonce"][0]}
    provider.claims = right | changed
    back = client.get("/oidc/callback/", {"code": "c", "state": asked["state"][0]})
    assert back["Location"] in {"/account", "/sign-in?refused=1"}
    return client.get("/account").status_code == 200


def test_a_linked_identity_signs_in(client, provider):
    assert signed_in_with(client, provider)
    assert provider.asked[0]["code_verifier"]


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": "43"},
        {"sub": ""},
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"aud": ["yiwang", "another-client"]},
        {"aud": ["yiwang", "another-client"], "azp": "another-client"},
        {"nonce": "replayed"},
        {"exp": 1_000_000_000},
        {"sub": "44", "email": "li@example.com", "preferred_username": "li"},
    ],
)
def test_any_other_token_does_not(client, provider, changed):
    assert not signed_in_with(client, provider, **changed)


def test_a_token_of_another_key_does_not(client, provider):
    provider.key = OTHER_KEY
    assert not signed_in_with(client, provider)


def test_a_closed_account_does_not_and_loses_its_session(client, provider):
    assert signed_in_with(client, provider)
    uid = actions.ensure_account("li", display_name="Li")
    actions.disable_account(uid, reason="left", by=SYSTEM)
    assert client.get("/account").status_code == 302
    assert not signed_in_with(Client(), provider)


def test_the_page_offers_it_only_where_it_is_set_up(client, provider, settings):
    assert "/oidc/authenticate/" in client.get("/sign-in").content.decode()
    settings.OIDC_RP_CLIENT_ID = ""
    assert "/oidc/authenticate/" not in client.get("/sign-in").content.decode()


def test_without_an_issuer_nothing_is_set_and_a_missing_part_is_named():
    assert oidc({}) == {}
    with pytest.raises(KeyError, match="YIWANG_OIDC_CLIENT_ID"):
        oidc({"YIWANG_OIDC_ISSUER": "https://id.example"})
