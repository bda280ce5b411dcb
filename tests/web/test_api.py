"""The outside API: who gets in, in which shape refusals come, how much it takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from yiwang.base.access import SYSTEM
from yiwang.base.people import actions
from yiwang.base.people.queries import account_for_sign_in

pytestmark = pytest.mark.django_db
LIST = "/api/v1/events/"


@pytest.fixture(autouse=True)
def empty_counters() -> None:
    """No calls counted yet."""
    cache.clear()


@pytest.fixture
def token() -> str:
    """An API token of somebody without any post."""
    account = actions.create_account("program", display_name="Program", kind="service", by=SYSTEM)
    return str(actions.create_token(account.uid, title="test", by=SYSTEM))


def call(method: str, path: str, token: str = "", body: Any = None, **headers: str) -> Any:
    """One call, with a body as JSON."""
    if token:
        headers["Authorization"] = f"Bearer {token}"
    client = Client(headers={"accept-language": "en", **headers}, enforce_csrf_checks=True)
    data = body if isinstance(body, str) else json.dumps(body or {})
    return client.generic(method, path, data, content_type="application/json")


def test_nobody_gets_in_without_signing_in() -> None:
    answer = call("GET", LIST)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["error"] == "NotAllowed"


def test_a_token_that_is_none_is_refused() -> None:
    assert call("GET", LIST, "yw_wrong").status_code == 401


def test_a_token_lists_what_its_account_may_see(token: str) -> None:
    answer = call("GET", LIST, token)
    assert (answer.status_code, answer.json()) == (200, {"events": [], "after": ""})


def test_a_session_reads_but_does_not_write(client: Client) -> None:
    account = actions.create_account("li", display_name="李雷", by=SYSTEM)
    client.force_login(account_for_sign_in(account.uid))
    assert client.get(LIST).status_code == 200
    assert client.post("/api/v1/events/YW-E000000018/accept").status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"jurisdiction": "yunxi"}, "body.text"),
        ({"jurisdiction": "yunxi", "text": "x", "lon": "east"}, "body.lon"),
        ({"jurisdiction": "yunxi", "text": "x" * 5_001}, "body.text"),
    ],
)
def test_a_wrong_body_names_its_fields(token: str, body: dict[str, Any], field: str) -> None:
    answer = call("POST", LIST + "reports", token, body)
    assert answer.status_code == 422
    told = answer.json()
    assert told["error"] == "Invalid"
    assert any(name.endswith(field.split(".")[-1]) for name in told["fields"])


def test_what_is_no_json_is_refused_in_the_same_shape(token: str) -> None:
    answer = call("POST", LIST + "reports", token, "{not json")
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "message"}


@pytest.mark.parametrize("path", [LIST + "YW-E000000018", LIST + "nothing"])
def test_what_is_not_there_is_404_in_the_same_shape(token: str, path: str) -> None:
    answer = call("GET", path, token)
    assert (answer.status_code, answer.json()["error"]) == (404, "NotFound")


def test_a_body_too_large_is_refused_before_it_is_read(token: str, settings: Any) -> None:
    settings.API_BODY_LIMIT = 1_000
    answer = call("POST", LIST + "reports", token, {"jurisdiction": "yunxi", "text": "x" * 2_000})
    assert (answer.status_code, answer.json()["error"]) == (413, "Invalid")


def test_one_account_that_calls_too_often_waits_and_others_do_not(token: str, settings: Any) -> None:
    settings.API_CALLS_A_MINUTE = 3
    assert [call("GET", LIST, token).status_code for _ in range(3)] == [200] * 3
    refused = call("GET", LIST, token)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    other = actions.create_account("other", display_name="Other", kind="service", by=SYSTEM)
    assert call("GET", LIST, str(actions.create_token(other.uid, title="t", by=SYSTEM))).status_code == 200


def test_it_describes_itself_without_loading_anything_from_outside() -> None:
    assert call("GET", "/api/v1/docs").status_code in (401, 404)
    described = call("GET", "/api/v1/openapi.json")
    assert described.status_code == 200
    assert "/api/v1/events/reports" in described.json()["paths"]
