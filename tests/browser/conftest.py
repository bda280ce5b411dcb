"""What browser tests share: headless Chromium, pages that report any trouble, sign-in without the form, axe.

    def test_something(open_page, accessible):
        page = open_page("/work", account=somebody, theme="dark", width=390)
        page.click("text=Dispatch")
        accessible(page)

At the end of the test every page opened must be free of console errors, policy violations, failing answers and requests
that leave the machine (those are also blocked). Expected trouble is named: `open_page("/nope", expected=["404"])`.
The pages come from pytest-django's live server, in this process: the database is the test's own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    Route,
    expect,
    sync_playwright,
)

# Playwright's synchronous API runs an event loop in this thread; Django would refuse the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# What must appear may take longer on a busy machine; tests do not measure time (bench/ does).
PATIENCE_S = 20
expect.set_options(timeout=PATIENCE_S * 1000)

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
POLICY = """addEventListener("securitypolicyviolation", (event) => {
    console.error("policy violation: " + event.violatedDirective + " " + event.blockedURI);
})"""


@dataclass
class Trouble:
    """What went wrong on a page, as lines a person can read; `expected` are pieces of lines that are meant."""

    expected: Sequence[str] = ()
    lines: list[str] = field(default_factory=list)

    def note(self, line: str) -> None:
        """Keep a line unless it was expected."""
        if not any(piece in line for piece in self.expected):
            self.lines.append(line)

    def on_console(self, message: ConsoleMessage) -> None:
        """Console errors count, warnings do not."""
        if message.type == "error":
            self.note(f"console: {message.text} ({message.location.get('url', '')})")

    def on_response(self, response: Response) -> None:
        """So does every answer of 400 and above."""
        if response.status >= 400:
            self.note(f"{response.status} {response.url}")

    def on_route(self, route: Route, request: Request) -> None:
        """Block and note what would leave the machine."""
        parts = urlsplit(request.url)
        if parts.scheme in {"data", "blob", "about"} or parts.hostname in LOOPBACK:
            route.continue_()
        else:
            self.note(f"leaves the machine: {request.url}")
            route.abort()

    def watch(self, page: Page) -> None:
        """Follow a page from now on."""
        page.on("console", self.on_console)
        page.on("pageerror", lambda error: self.note(f"script: {error}"))
        page.on("response", self.on_response)
        page.route("**/*", self.on_route)
        page.add_init_script(POLICY)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """The system's Chromium, headless, started once."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def troubles() -> dict[Page, Trouble]:
    """The trouble of each page opened in this test."""
    return {}


@pytest.fixture
def open_page(browser: Browser, live_server: Any, troubles: dict[Page, Trouble]) -> Iterator[Callable[..., Page]]:
    """`open_page(path, theme=…, language=…, width=…, account=…, javascript=…, expected=[…])` → a watched page.

    Each call is a browser profile of its own: two people are two calls.
    """
    contexts: list[BrowserContext] = []

    def opened(
        path: str,
        *,
        theme: str = "light",
        language: str = "zh-CN",
        width: int = 1280,
        height: int = 900,
        account: Any = None,
        javascript: bool = True,
        expected: Sequence[str] = (),
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            java_script_enabled=javascript,
            reduced_motion="reduce",
            base_url=live_server.url,
        )
        contexts.append(context)
        context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
        if account is not None:
            client = Client()
            client.force_login(account)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        troubles[page] = Trouble(expected)
        troubles[page].watch(page)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [line for trouble in troubles.values() for line in trouble.lines] == []


@pytest.fixture
def becomes_true() -> Callable[..., None]:
    """`becomes_true(page, "window.x === 1")`; Playwright's wait_for_function needs eval, forbidden here."""

    def wait(page: Page, expression: str, seconds: float = PATIENCE_S) -> None:
        until = time.monotonic() + seconds
        while not page.evaluate(expression):
            assert time.monotonic() < until, f"did not become true in {seconds} s: {expression}"
            page.wait_for_timeout(50)

    return wait


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """`accessible(page)` fails with every violation of WCAG 2.2 A and AA that axe finds."""

    def check(page: Page) -> None:
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        lines = [
            f"{one['id']}: {node['html'][:200]} — {node['failureSummary']}" for one in found for node in one["nodes"]
        ]
        assert lines == []

    return check
