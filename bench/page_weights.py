"""Weighs the main pages as a browser first loads them: bytes over the line by kind, gzip as the server sends it.

    python3 start.py bench page_weights [--home DIR] [--dry]

HTML, sheets, scripts (with what they fetch: data, map tiles), fonts and pictures, until the page has been quiet for a
while. Each page is opened in a browser context of its own with an empty cache, signed in where it must be; the sample
city is small and does not live. `--home` takes an installation that is there. Needs Playwright and Chromium.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.city import City, load, running
from bench.report import append_result
from bench.understanding import demo_city

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--use-gl=angle", "--use-angle=swiftshader")
QUIET_MS, LONGEST_MS = 4_000, 45_000
WIDE, PHONE = {"width": 1920, "height": 1080}, {"width": 390, "height": 844}
PAGES = (
    ("home, not signed in", "", "/", WIDE),
    ("citizen's report, phone", "", "/report/", PHONE),
    ("public list", "", "/public/", WIDE),
    ("home of a supervisor", "supervisor", "/", WIDE),
    ("hotline desk", "operator", "/events/new/", WIDE),
    ("my work", "handler", "/work/", WIDE),
    ("nearby tasks, phone", "street", "/work/near/", PHONE),
    ("event page", "supervisor", "event", WIDE),
    ("events map", "supervisor", "/events/map/", WIDE),
    ("wall", "supervisor", "/boards/city/", WIDE),
)
KINDS = {"Document": "HTML", "Stylesheet": "CSS", "Script": "JS", "Font": "fonts", "Image": "pictures"}
SHOWN = ("HTML", "CSS", "JS", "fonts", "pictures", "data")


def weigh(browser: Any, url: str, cookies: list[Any], viewport: dict[str, int]) -> Counter[str]:
    """Bytes by kind of one page in a fresh context, and the number of requests as `n`."""
    context = browser.new_context(viewport=viewport, locale="zh-CN", reduced_motion="reduce")
    context.add_cookies(cookies)
    page = context.new_page()
    line = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    found: Counter[str] = Counter()

    def told(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = KINDS.get(event.get("type", ""), "data")

    def loaded(event: dict[str, Any]) -> None:
        found[kinds.get(event["requestId"], "data")] += int(event["encodedDataLength"])
        found["n"] += 1

    line.on("Network.responseReceived", told)
    line.on("Network.loadingFinished", loaded)
    line.send("Network.enable")
    answer = page.goto(url, wait_until="load", timeout=LONGEST_MS)
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{url} answers {answer and answer.status}")
    before, waited = -1, 0
    while found["n"] != before and waited < LONGEST_MS:
        before = found["n"]
        page.wait_for_timeout(QUIET_MS)
        waited += QUIET_MS
    context.close()
    return found


def signed_in(browser: Any, base: str, username: str, password: str) -> tuple[list[Any], str]:
    """The cookies of somebody signed in, and the address of the first event of the list."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{base}/sign-in")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"{base}/events/")
    links = page.eval_on_selector_all("a[href^='/events/']", "all => all.map(one => one.getAttribute('href'))")
    event = next((link for link in links if "-E0" in link), "")
    cookies = context.cookies()
    context.close()
    return cookies, event


def measure(home: Path, port: int) -> list[tuple[str, ...]]:
    """A row a page."""
    from playwright.sync_api import sync_playwright

    with (home / "first-accounts.csv").open(newline="") as file:
        passwords = {row["username"]: row["password"] for row in csv.DictReader(file)}
    base, rows = f"http://127.0.0.1:{port}", []
    with sync_playwright() as playwright:
        flags = [*FLAGS, "--enable-unsafe-swiftshader"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        known = {name: signed_in(browser, base, name, passwords[name]) for name in {page[1] for page in PAGES} - {""}}
        for title, username, path, viewport in PAGES:
            cookies, event = known.get(username, ([], ""))
            found = weigh(browser, base + (event if path == "event" else path), cookies, viewport)
            whole = sum(found[kind] for kind in SHOWN)
            rows.append((title, f"{whole:,}", *(f"{found[kind]:,}" for kind in SHOWN), str(found["n"])))
            print(rows[-1], flush=True)
        browser.close()
    return rows


@contextmanager
def served(home: str) -> Iterator[tuple[Path, int]]:
    """A small demo city that stands still, served."""
    with demo_city("small", home) as env:
        folder = Path(env["YIWANG_HOME"])
        if not home:
            (folder / "demo" / "live.json").write_text('{"is_on": false}')
        with running(City("SQLite", folder, env)) as port:
            yield folder, port


def main() -> None:
    """Measure and append to the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", default="", help="an installation that is there")
    parser.add_argument("--dry", action="store_true", help="print, do not append")
    options = parser.parse_args()
    began = load()
    with served(options.home) as (folder, port):
        rows = measure(folder, port)
    if not options.dry:
        append_result(
            "Page weights, first visit",
            rows,
            heads=("page", "bytes in all", *SHOWN, "requests"),
            note=f"As Chromium received them (gzip where the server packs). Demo city of size small. Load {began}.",
        )


if __name__ == "__main__":
    main()
