"""The live stream: ids only, to the signed-in, of this installation's own pages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from yiwang.base.access import SYSTEM
from yiwang.base.messages.actions import announce
from yiwang.base.people.actions import create_account
from yiwang.base.people.queries import account_for_sign_in
from yiwang.web import streaming

Result = TypeVar("Result")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cookie() -> str:
    """The session cookie of somebody signed in."""
    account = account_for_sign_in(create_account("viewer", display_name="V", by=SYSTEM).uid)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def ask(
    cookie: str = "", *, origin: str = "", path: str = "/stream", topics: str = "event", during: Any = None
) -> tuple[int, dict[str, str], bytes]:
    """Open the stream, do `during`, leave after a moment; returns status, headers and what was sent."""

    async def run() -> tuple[int, dict[str, str], bytes]:
        sent: list[MutableMapping[str, Any]] = []
        leave = asyncio.Event()

        async def receive() -> MutableMapping[str, Any]:
            await leave.wait()
            return {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        headers = [(b"host", b"127.0.0.1:8001"), (b"cookie", cookie.encode()), (b"origin", origin.encode())]
        scope = {"type": "http", "method": "GET", "path": path, "query_string": f"topics={topics}".encode()}
        open_stream = asyncio.ensure_future(streaming.application({**scope, "headers": headers}, receive, send))
        for _ in range(100):
            await asyncio.sleep(0.02)
            if sent:
                break
        if during is not None:
            await asyncio.to_thread(during)
            await asyncio.sleep(0.05)
        leave.set()
        await open_stream
        start = sent[0]
        body = b"".join(m.get("body", b"") for m in sent[1:])
        return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body

    return in_a_loop_of_its_own(run())


def in_a_loop_of_its_own(work: Coroutine[Any, Any, Result]) -> Result:
    """Run in another thread: browser tests leave a running loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def take_round() -> None:
    """One round of the broadcaster, in a thread of its own."""
    from django.db import connection

    from yiwang.base.messages import actions, queries

    found = queries.pending_for(streaming.SUBSCRIBER)
    streaming.broadcaster.hand_round(found)
    actions.mark_done([one.id for one in found])
    connection.close()


def said(topic: str, subject: str) -> None:
    from django.db import transaction

    with transaction.atomic():
        announce(topic, version=1, subject=subject, payload={"secret": "not for browsers"})


def test_who_listens_hears_ids_of_the_wanted_topics_only(cookie: str) -> None:
    def during() -> None:
        said("event.closed", "the-uid")
        take_round()

    status, headers, body = ask(cookie, during=during)
    assert status == 200 and headers["content-type"] == "text/event-stream"
    line = next(x for x in body.decode().splitlines() if x.startswith("data: "))
    told = json.loads(line.removeprefix("data: "))
    assert (told["topic"], told["subject"]) == ("event.closed", "the-uid")
    assert b"not for browsers" not in body
    status, _headers, body = ask(cookie, topics="notice", during=during)
    assert b"event.closed" not in body


def test_strangers_and_foreign_pages_are_refused(cookie: str) -> None:
    assert ask()[0] == 401
    assert ask("sessionid=forged")[0] == 401
    assert ask(cookie, origin="https://evil.example")[0] == 403
    assert ask(cookie, path="/other")[0] == 404
    status, headers, _body = ask(cookie, origin="http://127.0.0.1:8000")
    assert (status, headers["access-control-allow-origin"]) == (200, "http://127.0.0.1:8000")


def test_a_slow_reader_is_told_to_reload_and_holds_up_nobody() -> None:
    async def run() -> list[bytes]:
        listener = streaming.Listener(frozenset({"event"}), asyncio.get_running_loop())
        for n in range(streaming.QUEUE + 1):
            listener.put(b"%d" % n)
        return [listener.queue.get_nowait() for _ in range(listener.queue.qsize())]

    assert in_a_loop_of_its_own(run()) == [b"event: reconnected\ndata: {}\n\n"]
