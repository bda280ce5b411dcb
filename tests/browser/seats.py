"""Browser profiles that are used again: a new one costs a process, an emptied one nearly nothing.

A *seat* is one profile with one page. `Seats.take` gives one that nobody uses, as empty as a new one: no cookies,
nothing stored, cached or kept by a service worker, no permission, on the network. Seats taken at a time share nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, Response

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
STILL = "/static/mark.svg"
"""A document of the same origin that does nothing: what a tab has stored can be emptied from it."""
STORED = "cookies,file_systems,indexeddb,local_storage,service_workers,cache_storage,storage_buckets"
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

    def on_request(self, request: Request) -> None:
        """Note what would leave the machine; the browser's proxy leads it nowhere."""
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.hostname not in LOOPBACK:
            self.note(f"leaves the machine: {request.url}")


@dataclass
class Seat:
    """A profile with its page; `trouble` is that of whoever uses it now."""

    kind: tuple[Browser, str, str, bool]
    origin: str
    context: BrowserContext
    page: Page
    trouble: Trouble = field(default_factory=Trouble)

    def watch(self) -> None:
        """Follow the page for as long as it lives."""
        self.page.on("console", lambda message: self.trouble.on_console(message))
        self.page.on("pageerror", lambda error: self.trouble.note(f"script: {error}"))
        self.page.on("response", lambda response: self.trouble.on_response(response))
        self.page.on("request", lambda request: self.trouble.on_request(request))
        self.page.add_init_script(POLICY)

    def empty(self) -> None:
        """Leave nothing of whoever used it; fails where the page is gone."""
        self.trouble = Trouble()  # what still arrives was asked for before
        for other in self.context.pages:
            if other is not self.page:
                other.close()
        self.context.set_offline(False)
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.goto(self.origin + STILL)  # before the cookies go: a live page would ask without them
        self.context.clear_permissions()
        self.context.set_geolocation(None)
        self.context.clear_cookies()
        if self.kind[3]:
            self.page.evaluate("sessionStorage.clear()")
        session = self.context.new_cdp_session(self.page)
        session.send("Storage.clearDataForOrigin", {"origin": self.origin, "storageTypes": STORED})
        session.send("Network.clearBrowserCache")
        session.detach()
        self.trouble = Trouble()


class Seats:
    """The seats of a run; given back they wait for the next."""

    def __init__(self) -> None:
        self.free: list[Seat] = []

    def take(
        self, browser: Browser, origin: str, *, language: str, javascript: bool, size: tuple[int, int], trouble: Trouble
    ) -> Seat:
        """An empty profile for pages of `origin`, in a window of this size."""
        kind = (browser, origin, language, javascript)
        viewport = {"width": size[0], "height": size[1]}
        for seat in self.free:
            if seat.kind == kind:
                self.free.remove(seat)
                seat.page.set_viewport_size(viewport)
                seat.trouble = trouble
                return seat
        context = browser.new_context(
            viewport=viewport,
            locale=language,
            java_script_enabled=javascript,
            reduced_motion="reduce",
            base_url=origin,
        )
        seat = Seat(kind, origin, context, context.new_page(), trouble)
        seat.watch()
        return seat

    def give_back(self, seat: Seat) -> None:
        """Empty it; what cannot be emptied is closed."""
        try:
            seat.empty()
        except Error:
            seat.context.close()
        else:
            self.free.append(seat)

    def end(self) -> None:
        """Close all."""
        for seat in self.free:
            seat.context.close()
        self.free.clear()
