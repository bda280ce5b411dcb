"""Takes the pictures of the documentation from a running installation with the sample city.

    python3 start.py                                  (in one terminal)
    .venv/bin/python -m tools.pictures                (in another; --url and --home say where, else the defaults)

Writes `docs/pictures/<name>.<zh|en>.png`, each at most `LARGEST` bytes: colours are reduced to a palette of 256, and
the picture is made smaller where that is not enough. Needs the developers' packages and the system's Chromium.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tools.show import Stop, say

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
LARGEST = 300_000
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LANGUAGES = {"zh": ("zh-CN", "zh-hans"), "en": ("en-US", "en")}
SETTLE_MS = 2_500  # maps and charts draw themselves
EXPORT_TRIES = 24
WORDS = {
    "zh": ("湖滨路58号门前的井盖缺了一块，夜里看不见，很危险。", "湖滨路58号"),
    "en": ("A manhole cover in front of 58 Hubin Road is broken; nobody sees it at night.", "58 Hubin Road"),
}


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page, who looks at it, and the window in CSS pixels."""

    name: str
    path: str
    account: str = ""
    width: int = 1280
    height: int = 800
    scale: float = 1.5


SHOTS = (
    Shot("wall", "/boards/city/", "leader", 1920, 1080, 1.0),
    Shot("events", "/events/?state=open", "supervisor"),
    Shot("event", "/events/?state=handling", "supervisor", 1280, 900),
    Shot("work", "/work/?tab=department", "verifier"),
    Shot("report", "/report/", "", 390, 844, 1.5),
)


def take(browser: Browser, shot: Shot, language: str, *, url: str, passwords: dict[str, str]) -> bytes:
    """The PNG of one shot in one language, small enough for the documentation."""
    with _page(browser, shot, language, url) as page:
        if shot.account:
            _sign_in(page, shot.account, passwords[shot.account], LANGUAGES[language][1])
        page.goto(shot.path)
        if shot.name == "event":
            page.locator("main tbody a[href^='/events/']").first.click()
        if shot.name == "report":
            page.fill("#id_text", WORDS[language][0])
            page.fill("#id_address", WORDS[language][1])
            page.locator("#id_address").blur()
        for _ in range(EXPORT_TRIES):  # figures from the lake come a minute after the first start
            if not page.locator(".tile-problem").count():
                break
            page.wait_for_timeout(5_000)
            page.reload()
        page.wait_for_load_state("load")
        page.wait_for_timeout(SETTLE_MS)
        return small(page.screenshot())


@contextmanager
def _page(browser: Browser, shot: Shot, language: str, url: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        device_scale_factor=shot.scale,
        locale=LANGUAGES[language][0],
        reduced_motion="reduce",
        base_url=url,
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def _sign_in(page: Page, username: str, password: str, language: str) -> None:
    """Through the form; then the pages are switched to the language."""
    page.goto("/sign-in")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.click("form[action='/sign-in'] button")
    page.wait_for_url(lambda now: "/sign-in" not in now)
    if (page.get_attribute("html", "lang") or "").lower() != language:
        with page.expect_navigation():
            page.locator(f"form[action='/language'] button[value='{language}']").first.dispatch_event("click")


def small(taken: bytes) -> bytes:
    """The picture with 256 colours, made narrower in steps of a tenth until it has at most `LARGEST` bytes."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    whole = picture.size
    for tenths in range(10, 3, -1):
        size = (whole[0] * tenths // 10, whole[1] * tenths // 10)
        shown = picture if tenths == 10 else picture.resize(size, Image.Resampling.LANCZOS)
        out = io.BytesIO()
        shown.quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            return out.getvalue()
    raise Stop("The picture stays too large; show less on it.")


def main(arguments: list[str]) -> int:
    """Take the pictures the command line names, or all; returns the exit code."""
    parser = argparse.ArgumentParser("tools.pictures", description=str(__doc__).partition("\n")[0])
    parser.add_argument("names", nargs="*", help=f"which ones: {', '.join(shot.name for shot in SHOTS)}")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("YIWANG_HOME", ROOT / "var")))
    options = parser.parse_args(arguments)
    program = os.environ.get("YIWANG_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise Stop("There is no Chromium on this machine; install it or name one in YIWANG_CHROMIUM.")
    with (options.home / "first-accounts.csv").open(newline="", encoding="utf-8") as file:
        passwords = {row["username"]: row["password"] for row in csv.DictReader(file)}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for shot in SHOTS:
            for language in LANGUAGES if not options.names or shot.name in options.names else ():
                taken = take(browser, shot, language, url=options.url, passwords=passwords)
                path = FOLDER / f"{shot.name}.{language}.png"
                path.write_bytes(taken)
                say(f"{path.relative_to(ROOT)}  {len(taken) // 1000} kB")
        browser.close()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        say(str(stop))
        sys.exit(1)
