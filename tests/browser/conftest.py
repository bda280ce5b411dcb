"""What browser tests share: headless Chromium, pages that report any trouble, sign-in without the form, axe.

    def test_something(open_page, accessible):
        page = open_page("/work", account=somebody, theme="dark", width=390)
        page.click("text=Dispatch")
        accessible(page)

At the end of the test every page opened must be free of console errors, policy violations, failing answers and requests
that leave the machine (those also lead nowhere). Expected trouble is named: `open_page("/nope", expected=["404"])`.
The pages come from pytest-django's live server, in this process: the database is the test's own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.sample_city import kept_city as kept_city
from tests.browser.sample_city import yunxi as yunxi
from tests.browser.seats import Seat, Seats, Trouble
from tests.browser.stream import Stream

# Playwright's synchronous API runs an event loop in this thread; Django would refuse the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# What must appear may take longer on a busy machine; tests do not measure time (bench/ does).
PATIENCE_S = 20
expect.set_options(timeout=PATIENCE_S * 1000)

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Whatever is not the loopback goes to a proxy that is not there. Playwright's routes would do it too, but they
    # switch the browser's cache off, and every page would fetch every module anew.
    "--proxy-server=127.0.0.1:9",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver, started once."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    """The system's Chromium, headless, started once; without WebGL: boxes of maps say that there is none."""
    chromium = playwright.chromium.launch(executable_path=chromium_path, args=[*QUIET, "--disable-3d-apis"])
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def map_browser(playwright: Playwright, chromium_path: str) -> Iterator[Callable[[], Browser]]:
    """One with WebGL, which the processor computes at great cost; started when a test first means the map."""
    started: list[Browser] = []

    def start() -> Browser:
        if not started:
            started.append(playwright.chromium.launch(executable_path=chromium_path, args=QUIET))
        return started[0]

    yield start
    for chromium in started:
        chromium.close()


@pytest.fixture(scope="session")
def seats(browser: Browser, map_browser: Callable[[], Browser]) -> Iterator[Seats]:
    """Browser profiles, used again after they have been emptied."""
    made = Seats()
    yield made
    made.end()


@pytest.fixture
def troubles() -> dict[Page, Trouble]:
    """The trouble of each page opened in this test."""
    return {}


@pytest.fixture
def open_page(
    browser: Browser,
    map_browser: Callable[[], Browser],
    seats: Seats,
    live_server: Any,
    troubles: dict[Page, Trouble],
) -> Iterator[Callable[..., Page]]:
    """`open_page(path, theme=…, language=…, width=…, account=…, javascript=…, maps=…, expected=[…])` → a watched page.

    Each call is a browser profile of its own: two people are two calls. With `maps=True` it can draw maps.
    """
    taken: list[Seat] = []

    def opened(
        path: str,
        *,
        theme: str = "light",
        language: str = "zh-CN",
        width: int = 1280,
        height: int = 900,
        account: Any = None,
        javascript: bool = True,
        maps: bool = False,
        expected: Sequence[str] = (),
    ) -> Page:
        trouble = Trouble(expected)
        program = map_browser() if maps else browser
        look = {"language": language, "javascript": javascript, "size": (width, height)}
        seat = seats.take(program, live_server.url, trouble=trouble, **look)
        taken.append(seat)
        troubles[seat.page] = trouble
        seat.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
        if account is not None:
            client = Client()
            client.force_login(account)
            name = settings.SESSION_COOKIE_NAME
            seat.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        seat.page.goto(path)
        return seat.page

    yield opened
    for seat in taken:
        seats.give_back(seat)
    assert [line for trouble in troubles.values() for line in trouble.lines] == []


@pytest.fixture
def stream(settings: Any) -> Iterator[Stream]:
    """`stream.lines.put("event: …")` reaches every page that listens."""
    made = Stream()
    origin = made.url.removesuffix("/stream")
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.STREAM_URL = made.url
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**policy, "connect-src": [*policy["connect-src"], origin]}}
    yield made
    made.lines.put(None)
    made.server.shutdown()
    made.server.server_close()


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
        found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
        lines = [
            f"{one['id']}: {node['html'][:200]} — {node['failureSummary']}" for one in found for node in one["nodes"]
        ]
        assert lines == []

    return check


@pytest.fixture
def quiet_walk(open_page: Callable[..., Page], accessible: Callable[[Page], None]) -> Callable[..., Page]:
    """`quiet_walk(paths, account=…, …)`: one person opens these pages; each is accessible, none scrolls sideways.

    Looks are those of `open_page`, with maps drawn; returns the page, which shows the last path.
    """

    def walk(paths: Sequence[str], **look: Any) -> Page:
        page = open_page(paths[0], **{"maps": True, **look})
        for path in paths:
            if path != paths[0]:
                page.goto(path)
            accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
        return page

    return walk
