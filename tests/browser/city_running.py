"""A city that really runs, for browser tests: the sample city in a data directory of its own, served by `yiwang up`.

Web, stream and worker are the processes of an installation, not pytest-django's live server; the database is SQLite, or
one made for this run on the server `YIWANG_TEST_POSTGRES` names. `Visits` opens watched pages of it (see conftest.py).
"""

from __future__ import annotations

import csv
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from playwright.sync_api import Browser, Page
from psycopg import sql

from tests.browser.seats import Seat, Seats, Trouble
from tests.installed import PROGRAM, ROOT, Installations, told
from tools.serving import _end_with_us

PATIENCE_S = 60.0


@dataclass(frozen=True)
class City:
    """Where it is served, its data directory, the log of its processes, and the password of each account."""

    url: str
    home: Path
    log: Path
    passwords: dict[str, str]
    env: dict[str, str]

    def run(self, *command: str) -> str:
        """One command of `yiwang` on this city; returns what it printed."""
        return told([*PROGRAM, *command], self.env)


@contextmanager
def running_city(home: Path, installations: Installations) -> Iterator[City]:
    """Set the city up, start it, and end every process of it afterwards."""
    with database_of_its_own() as address:
        env = installations.make(home, address)
        with (home / "first-accounts.csv").open(newline="") as file:
            passwords = {row["username"]: row["password"] for row in csv.DictReader(file)}
        port = free_pair()
        log = home / "up.log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [*PROGRAM, "up", "--port", str(port)],
                cwd=ROOT,
                env=env,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=_end_with_us,
            )
        try:
            _wait_for(f"http://127.0.0.1:{port}/", process, log)
            yield City(f"http://127.0.0.1:{port}", home, log, passwords, env)
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask `up` to end, as Ctrl-C would; by force, with everything it started, when it does not."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def database_of_its_own() -> Iterator[str]:
    """The address of a fresh database on the server of `YIWANG_TEST_POSTGRES`, or "" for SQLite."""
    server = os.environ.get("YIWANG_TEST_POSTGRES")
    if not server:
        yield ""
        return
    suffix, worker = os.environ.get("YIWANG_TEST_DB_SUFFIX", ""), os.environ.get("PYTEST_XDIST_WORKER", "")
    database = sql.Identifier(f"yiwang_city{suffix}{worker}_{os.getpid()}")
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(sql.SQL("create database {}").format(database))
        try:
            yield urlunsplit(urlsplit(server)._replace(path="/" + database.as_string().strip('"')))
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(database))


def free_pair() -> int:
    """A port of the loopback that is free together with the next one, which the stream takes."""
    for _ in range(50):
        with closing(socket.socket()) as one, closing(socket.socket()) as other:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
    raise AssertionError("no two neighbouring ports are free")


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the first page answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        assert process.poll() is None, f"`yiwang up` ended:\n{log.read_text()}"
        try:
            with opener.open(url, timeout=10) as answer:
                answer.read()
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"no page after {PATIENCE_S} s:\n{log.read_text()}")


@dataclass
class Visits:
    """Opens watched pages of a city, each in a browser profile of its own, and knows the trouble of all of them."""

    browser: Browser
    map_browser: Callable[[], Browser]
    city: City
    seats: Seats
    troubles: list[Trouble] = field(default_factory=list)
    taken: list[Seat] = field(default_factory=list)

    def page(
        self,
        path: str,
        *,
        as_: str = "",
        width: int = 1280,
        height: int = 900,
        language: str = "zh-CN",
        theme: str = "light",
        javascript: bool = True,
        maps: bool = False,
        expected: Sequence[str] = (),
    ) -> Page:
        """A page at `path`, signed in through the form as `as_` where given."""
        trouble = Trouble(expected)
        self.troubles.append(trouble)
        look = {"language": language, "javascript": javascript, "size": (width, height)}
        program = self.map_browser() if maps else self.browser
        seat = self.seats.take(program, self.city.url, trouble=trouble, **look)
        self.taken.append(seat)
        seat.context.add_cookies([{"name": "theme", "value": theme, "url": self.city.url}])
        page = seat.page
        if as_:
            self.sign_in(page, as_, "zh-hans" if language.startswith("zh") else "en")
        page.goto(path)
        return page

    def sign_in(self, page: Page, username: str, language: str) -> None:
        """Through the form, like everybody; then the pages are switched to `language` where the account has another."""
        page.goto("/sign-in")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", self.city.passwords[username])
        page.click("form[action='/sign-in'] button")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        button = page.locator(f"form[action='/language'] button[value='{language}']").first
        if (page.get_attribute("html", "lang") or "").lower() != language:
            with page.expect_navigation():
                button.dispatch_event("click")  # on a phone it stands in a closed menu

    def end(self) -> list[str]:
        """Give every profile back; returns what went wrong on any page."""
        for seat in self.taken:
            self.seats.give_back(seat)
        self.taken.clear()
        return [line for trouble in self.troubles for line in trouble.lines]
