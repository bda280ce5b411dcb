"""Weighs the citizen's report page before a map is opened: HTML, sheet, picture, scripts; plain and as gzip sends it.

Two limits of 20,000 bytes: what the page needs to work (HTML, sheet, picture), plain; and everything it loads with its
scripts, as gzip sends it. The page is the sample city's, in a data directory of its own.
"""

from __future__ import annotations

import gzip
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "assets" / "static"
PATH = "/report/"


@dataclass(frozen=True)
class Weight:
    """Bytes of a page and of what it loads; `plain` and `packed` are HTML, sheets and pictures together.

    `packed_whole` is `packed` with the scripts.
    """

    html: int
    plain: int
    packed: int
    scripts: int
    packed_whole: int


def weight(client: Any, language: str, path: str = PATH) -> Weight:
    """Weigh a page as Django's test client gets it. ValueError when it does not answer 200."""
    answer = client.get(path, headers={"Accept-Language": language, "Host": "127.0.0.1"})
    if answer.status_code != 200:
        raise ValueError(f"{path} answers {answer.status_code}")
    html: bytes = answer.content
    loaded = re.findall(r'(?:href|src)="/static/([^"?#]+)', html.decode())
    parts = {name: (STATIC / _plain_name(name)).read_bytes() for name in loaded}
    shown = [body for name, body in parts.items() if not name.endswith(".js")]
    return Weight(
        html=len(html),
        plain=len(html) + sum(map(len, shown)),
        packed=sum(len(gzip.compress(body, 6)) for body in (html, *shown)),
        scripts=sum(len(body) for name, body in parts.items() if name.endswith(".js")),
        packed_whole=sum(len(gzip.compress(body, 6)) for body in (html, *parts.values())),
    )


def _plain_name(name: str) -> str:
    """A static file's own name, without the digest the storage may have put in (`citizen.0a1b2c3d4e5f.css`)."""
    return re.sub(r"\.[0-9a-f]{8,12}(?=\.\w+$)", "", name)


def main() -> None:
    """Measure and append to the results."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["YIWANG_HOME"] = scratch
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.web.settings")
        measure()


def measure() -> None:
    """Set a city up in the fresh data directory and weigh its page."""
    import django

    django.setup()
    from django.core.management import call_command

    from yiwang.base.access import SYSTEM
    from yiwang.base.scenes.actions import install_scene

    call_command("migrate", verbosity=0)
    install_scene(ROOT / "scenes" / "city_events", by=SYSTEM)
    from django.test import Client

    from bench.report import append_result

    rows = []
    for language, name in (("zh-hans", "Chinese"), ("en", "English")):
        found = weight(Client(), language)
        rows.append((f"{name}: HTML, sheet, picture", f"{found.plain:,} B", f"HTML {found.html:,} B; aim ≤ 20,000"))
        rows.append((f"{name}: the same as gzip", f"{found.packed:,} B", f"scripts, not counted: {found.scripts:,} B"))
        rows.append(
            (f"{name}: with its scripts, gzip", f"{found.packed_whole:,} B", "aim ≤ 20,000, before a map is opened")
        )
    append_result("The citizen's report page", rows)


if __name__ == "__main__":
    main()
