"""Live pages: one stream per page, messages become events of <body>, a lost stream comes back by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.stream import Stream

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
