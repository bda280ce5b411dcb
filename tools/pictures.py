"""Takes the pictures of the documentation from a running installation with the sample city.

    python3 start.py                                  (in one terminal)
    .venv/bin/python -m tools.pictures                (in another; --url and --home say where, else the defaults)

Writes `docs/pictures/<name>.<zh|en>.webp`, each at most `LARGEST` bytes: the picture is made smaller where it needs
more than that. Needs the developers' packages and the system's Chromium.
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
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tools.show import Stop, say

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
LARGEST = 250_000
QUALITY = 86
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LANGUAGES = {"zh": ("zh-CN", "zh-hans"), "en": ("en-US", "en")}
SETTLE_MS = 2_500  # maps and charts draw themselves
MAP_MS = 10_000  # what follows a map: marks, names that find their places
DRAWN, DRAWN_MS = "data-drawn", 180_000
WEBGL = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
EXPORT_TRIES = 24
WORDS = {
    "zh": ("湖滨路58号门前的井盖缺了一块，夜里看不见，很危险。", "湖滨路58号"),
    "en": ("A manhole cover in front of 58 Hubin Road is broken; nobody sees it at night.", "58 Hubin Road"),
}

CALL = "湖滨路52号门前的路灯不亮，天天摸黑走。另外路口的井盖翘起来了，很危险。"
"""What is said on the telephone in this city, whatever language the desk is in."""


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page, who looks at it, and the window in CSS pixels."""

    name: str
    path: str
    account: str = ""
    width: int = 1280
    height: int = 800
    scale: float = 1.5
    settle_ms: int = SETTLE_MS


SHOTS = (
    Shot("wall", "/boards/city/", "leader", 1920, 1080, 1.0, MAP_MS),
    Shot("wall-wide", "/boards/city/", "leader", 3840, 1080, 0.7, MAP_MS),
    Shot("wall-phone", "/boards/city/", "leader", 390, 844, 1.5, MAP_MS),
    Shot("home", "/", ""),
    Shot("start", "/", "supervisor", 1280, 900),
    Shot("events", "/events/?state=open", "supervisor"),
    Shot("map", "/events/map/?state=open", "supervisor", settle_ms=MAP_MS),
    Shot("event", "/events/?state=handling", "supervisor", 1280, 900),
    Shot("hotline", "/events/new/", "operator", 1440, 1000),
    Shot("knowledge", "/knowledge/", "operator"),
    Shot("work", "/work/?tab=department", "verifier"),
    Shot("near", "/work/near/", "handler", 390, 844, 1.5),
    Shot("supervise", "/supervise/", "supervisor", 1280, 900),
    Shot("classifier", "/classifier/", "supervisor", 1280, 1000),
    Shot("search", "/search/?q=解放路", "supervisor"),
    Shot("notices", "/notices", "supervisor"),
    Shot("demo", "/demo/", "admin"),
    Shot("report", "/report/", "", 390, 844, 1.5),
    Shot("public", "/public/yunxi/", settle_ms=MAP_MS),
)


def take(browser: Browser, shot: Shot, language: str, *, url: str, passwords: dict[str, str]) -> bytes:
    """The picture of one shot in one language, small enough for the documentation."""
    with _page(browser, shot, language, url) as page:
        if shot.account:
            _sign_in(page, shot.account, passwords[shot.account], LANGUAGES[language][1])
        page.goto(shot.path, timeout=DRAWN_MS)
        if shot.name == "event":
            page.locator("main tbody a[href^='/events/']").first.click()
        if shot.name == "hotline":
            page.locator("textarea").first.press_sequentially(CALL, delay=5)
            expect(page.locator("[data-category]").first).to_be_visible(timeout=DRAWN_MS)
        if shot.name == "report":
            page.fill("#id_text", WORDS[language][0])
            page.fill("#id_address", WORDS[language][1])
            page.locator("#id_address").blur()
        for _ in range(EXPORT_TRIES):  # figures from the lake come a minute after the first start
            if not page.locator(".tile-problem:not(.tile-nothing)").count():
                break
            page.wait_for_timeout(5_000)
            page.reload()
        page.wait_for_load_state("load")
        _drawn(page)
        page.wait_for_timeout(shot.settle_ms)
        page.keyboard.press("Escape")  # the first walk, where it has begun
        page.wait_for_timeout(SETTLE_MS // 5)
        return small(page.screenshot())


def _drawn(page: Page) -> None:
    """Wait until the maps one sees are drawn; the processor alone takes its time for a city in depth."""
    for box in page.locator("[data-map], [data-spots]").all():
        if box.is_visible():
            expect(box).to_have_attribute(DRAWN, "yes", timeout=DRAWN_MS)


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
    """The picture as WebP, made narrower in steps of a tenth until it has at most `LARGEST` bytes."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    whole = picture.size
    for tenths in range(10, 3, -1):
        size = (whole[0] * tenths // 10, whole[1] * tenths // 10)
        shown = picture if tenths == 10 else picture.resize(size, Image.Resampling.LANCZOS)
        out = io.BytesIO()
        shown.save(out, "WEBP", quality=QUALITY, method=5)
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
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", *WEBGL])
        for shot in SHOTS:
            for language in LANGUAGES if not options.names or shot.name in options.names else ():
                taken = take(browser, shot, language, url=options.url, passwords=passwords)
                path = FOLDER / f"{shot.name}.{language}.webp"
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
