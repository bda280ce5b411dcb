"""Live pages: one stream per page, messages become events of <body>, a lost stream comes back by itself."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Stream:
    """A stand-in for /stream: sends what the test puts in, drops the line when told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.lines: queue.Queue[str | None] = queue.Queue()
        stream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stream.asked.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", ""))
                self.send_header("Access-Control-Allow-Credentials", "true")
                self.end_headers()
                self.wfile.write(b": hello\n\n")
                while (line := stream.lines.get()) is not None:
                    self.wfile.write(line.encode())
                    self.wfile.flush()

            def log_message(self, *args: Any) -> None:
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/stream"


@pytest.fixture
def stream(settings: Any) -> Iterator[Stream]:
    made = Stream()
    origin = made.url.removesuffix("/stream")
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.STREAM_URL = made.url
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**policy, "connect-src": [*policy["connect-src"], origin]}}
    yield made
    made.lines.put(None)
    made.server.shutdown()
    made.server.server_close()


LISTEN = """async () => {
    window.heard = [];
    const { subscribe } = await import("yiwang/live");
    subscribe("events", (detail) => window.heard.push(detail.id));
    document.body.addEventListener("live:reconnected", () => window.heard.push("back"));
}"""


def test_messages_arrive_and_a_lost_stream_comes_back(
    open_page: Callable[..., Page], stream: Stream, becomes_true: Callable[..., None]
) -> None:
    page = open_page("/design", expected=["ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION"])
    page.evaluate(LISTEN)
    stream.lines.put('event: events\ndata: {"id": "a"}\n\n')
    becomes_true(page, "window.heard.length === 1")
    stream.lines.put(None)  # the line drops
    stream.lines.put('event: events\ndata: {"id": "b"}\n\n')
    becomes_true(page, "window.heard.includes('b')")
    assert page.evaluate("window.heard") == ["a", "back", "b"]
    assert stream.asked == ["/stream?topics=events"] * 2


def test_htmx_sends_the_csrf_token_with_every_request(open_page: Callable[..., Page]) -> None:
    page = open_page("/design")
    page.evaluate("""async () => {
        const { default: htmx } = await import("htmx");
        const button = document.createElement("button");
        button.setAttribute("hx-post", "/language");
        button.setAttribute("hx-swap", "none");
        button.id = "probe";
        document.querySelector("main").append(button);
        htmx.process(button);
    }""")
    with page.expect_request("**/language") as asked:
        page.evaluate("document.getElementById('probe').click()")
    assert len(asked.value.headers["x-csrftoken"]) == 64
    answer = asked.value.response()
    assert answer is not None
    assert answer.status < 400
