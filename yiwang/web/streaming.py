"""`/stream`: server-sent events to signed-in browsers, as one small ASGI process beside the WSGI pages.

It is a subscriber of the outbox like any other (`stream`): a thread takes its deliveries every `POLL_S`, hands them
to the open connections, and marks them done. What goes out are ids only (`{"topic", "subject", "uid"}` under the
topic's first word); the page then asks for the scoped data itself. A slow reader loses messages and is told to
reload instead of holding up the others.

`yiwang.web.stream` is the process's entry; run exactly one, since deliveries are taken.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.http import HttpRequest

from yiwang.base.messages import actions as messages
from yiwang.base.messages import queries as outbox

POLL_S = 0.4
HEARTBEAT_S = 15.0
QUEUE = 200
MAX_CONNECTIONS = 2_000
SUBSCRIBER = "stream"
LOGGER = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(eq=False)
class Listener:
    """One open connection: the first words of the topics it wants and what waits to be sent."""

    topics: frozenset[str]
    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def put(self, chunk: bytes) -> None:
        """Queue a chunk; a full queue is emptied and replaced by the advice to reload."""
        try:
            self.queue.put_nowait(chunk)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(b"event: reconnected\ndata: {}\n\n")


class Broadcaster(threading.Thread):
    """Takes the stream's deliveries and hands them round."""

    def __init__(self) -> None:
        super().__init__(name="stream-broadcaster", daemon=True)
        self.listeners: set[Listener] = set()
        self.stopping = threading.Event()

    def run(self) -> None:
        """Until stopped: take, hand round, mark; a database that does not answer is tried again."""
        while not self.stopping.is_set():
            try:
                close_old_connections()
                found = outbox.pending_for(SUBSCRIBER)
                self.hand_round(found)
                if found:
                    messages.mark_done([one.id for one in found])
            except DatabaseError:
                LOGGER.exception("the stream cannot read the outbox")
                connection.close()
                self.stopping.wait(5)
            self.stopping.wait(POLL_S)

    def hand_round(self, found: list[outbox.Pending]) -> None:
        """Put each message into the queues of those who want its topic."""
        for one in found:
            word = one.letter.topic.split(".", 1)[0]
            data = {"topic": one.letter.topic, "subject": one.letter.subject, "uid": str(one.letter.uid)}
            chunk = f"id: {one.letter.uid}\nevent: {word}\ndata: {json.dumps(data)}\n\n".encode()
            for listener in tuple(self.listeners):
                if word in listener.topics:
                    listener.loop.call_soon_threadsafe(listener.put, chunk)


broadcaster = Broadcaster()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application: `/stream?topics=event,notice` for the signed-in, 4xx otherwise."""
    if scope["type"] != "http":
        return
    origin = _header(scope, b"origin")
    if scope["path"] != "/stream" or scope["method"] != "GET":
        await _refuse(send, 404, origin)
    elif not _is_own(origin, _header(scope, b"host")):
        await _refuse(send, 403, "")
    elif len(broadcaster.listeners) >= MAX_CONNECTIONS:
        await _refuse(send, 503, origin)
    elif not await asyncio.to_thread(_is_signed_in, _header(scope, b"cookie")):
        await _refuse(send, 401, origin)
    else:
        words = parse_qs(scope["query_string"].decode()).get("topics", [""])[0].split(",")
        await _stream(frozenset(w for w in words if w), origin, receive, send)


async def _stream(topics: frozenset[str], origin: str, receive: Receive, send: Send) -> None:
    """Send until the browser goes away."""
    listener = Listener(topics, asyncio.get_running_loop())
    broadcaster.listeners.add(listener)
    gone = asyncio.ensure_future(_wait_for_end(receive))
    try:
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), *_cors(origin)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
        while not gone.done():
            waiting = asyncio.ensure_future(listener.queue.get())
            await asyncio.wait({waiting, gone}, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                chunk = waiting.result()
            else:
                waiting.cancel()
                chunk = b": still here\n\n"
            if not gone.done():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
    finally:
        gone.cancel()
        broadcaster.listeners.discard(listener)


async def _wait_for_end(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _is_signed_in(cookies: str) -> bool:
    """Whether the session cookie belongs to somebody; leaves no database connection behind."""
    try:
        found = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
        if found is None:
            return False
        request = HttpRequest()
        request.session = SessionStore(found.value)
        user = get_user(request)
        return bool(user.is_authenticated and user.is_active)
    finally:
        connection.close()


def _is_own(origin: str, host: str) -> bool:
    """A page of this installation: the same host name, whatever the port (embedded mode), and an allowed host."""
    name = urlsplit(f"//{host}").hostname or ""
    allowed = {h.strip("[]") for h in settings.ALLOWED_HOSTS}
    return name in allowed and (not origin or urlsplit(origin).hostname == name)


def _cors(origin: str) -> list[tuple[bytes, bytes]]:
    """In the embedded mode the stream has its own port; the browser asks whether the page's origin may read it."""
    if not origin:
        return []
    return [
        (b"access-control-allow-origin", origin.encode()),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin"),
    ]


def _header(scope: Scope, name: bytes) -> str:
    return next((v.decode("latin-1") for k, v in scope["headers"] if k == name), "")


async def _refuse(send: Send, status: int, origin: str) -> None:
    await send({"type": "http.response.start", "status": status, "headers": _cors(origin)})
    await send({"type": "http.response.body", "body": b""})
