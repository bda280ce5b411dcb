"""Licences of everything we depend on: permissive, or one of the named exceptions, or a complaint.

Python packages are judged by the metadata of what is installed from the lock files, browser libraries by
`package-lock.json`. A package that says nothing, or something not listed here, fails: somebody has to read its licence
and write the result down below.
"""

from __future__ import annotations

import json
import re
from importlib import metadata
from pathlib import Path

from tools.environment import DEV_LOCK, LOCK, NODE_LOCK, pins

TITLE = "licences of dependencies"
PERMISSIVE = {
    "0BSD", "APACHE-2.0", "BLUEOAK-1.0.0", "BSD", "BSD-0-CLAUSE", "BSD-2-CLAUSE", "BSD-3-CLAUSE", "BSL-1.0", "CC0-1.0",
    "HPND", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "PYTHON-2.0", "UNLICENSE", "ZLIB",
}  # fmt: skip
# Longer names in use for them, upper case.
NAMES = {
    "APACHE SOFTWARE LICENSE": "APACHE-2.0",
    "APACHE LICENSE 2.0": "APACHE-2.0",
    "APACHE 2.0": "APACHE-2.0",
    "BSD LICENSE": "BSD",
    "BSD 2-CLAUSE LICENSE": "BSD-2-CLAUSE",
    "BSD 3-CLAUSE LICENSE": "BSD-3-CLAUSE",
    "MIT LICENSE": "MIT",
    "ISC LICENSE (ISCL)": "ISC",
    "ISC LICENSE": "ISC",
    "MOZILLA PUBLIC LICENSE 2.0 (MPL 2.0)": "MPL-2.0",
    "PYTHON SOFTWARE FOUNDATION LICENSE": "PSF-2.0",
}
# Package → (licence it must have, why it is allowed). Used unmodified, none of them linked into anything we ship.
ALLOWED = {
    "psycopg": ("LGPL-3.0-ONLY", "database driver, used unmodified"),
    "psycopg-binary": ("LGPL-3.0-ONLY", "database driver, used unmodified"),
    "mozilla-django-oidc": ("MPL-2.0", "sign-in client, used unmodified"),
    "certifi": ("MPL-2.0", "list of certificate authorities, used unmodified"),
    "hypothesis": ("MPL-2.0", "tests only"),
    "pathspec": ("MPL-2.0", "tools only"),
}
# Packages whose metadata names no licence, and what their licence file was read to be.
READ = {"axe-playwright-python": "MIT", "numpy": "BSD-3-CLAUSE"}


def run(root: Path) -> list[str]:
    """Packages with an unknown licence or one that is not allowed."""
    found = []
    for lock in (LOCK, DEV_LOCK, NODE_LOCK):
        if not (root / lock).exists():
            continue
        for package in pins(root / lock):
            try:
                licence = licence_of(metadata.metadata(package))
            except metadata.PackageNotFoundError:
                continue  # of another platform or Python version, or the packaged npm that was not needed
            if not is_allowed(package, licence):
                found.append(f"{lock}: {package}: licence {licence or 'unknown'} is not on the list")
    return sorted(set(found)) + _browser(root)


def is_allowed(package: str, licence: str) -> bool:
    """True for a permissive licence (SPDX expression, or READ's word), and for a named exception with just that one."""
    licence = READ.get(package, licence) if not licence or package in READ else licence
    if package in ALLOWED:
        return licence.upper() == ALLOWED[package][0]
    return bool(licence) and _permissive(licence)


def licence_of(about: metadata.PackageMetadata) -> str:
    """The licence a package names: its SPDX expression, else its classifiers, else its short `License` field."""
    if "License-Expression" in about:
        return about["License-Expression"]
    classifiers = [
        line.rsplit("::", 1)[-1].strip() for line in about.get_all("Classifier") or [] if "License ::" in line
    ]
    if classifiers:
        return " OR ".join(NAMES.get(name.upper(), name) for name in classifiers)
    field = about["License"].strip() if "License" in about else ""
    return field if len(field) < 40 else ""


def _permissive(expression: str) -> bool:
    """Judge an SPDX expression: one permissive choice of an OR is enough, an AND needs all of its parts."""
    text = re.sub(r" WITH [A-Z0-9.-]+", "", NAMES.get(expression.upper(), expression.upper()))
    if text in PERMISSIVE:
        return True
    choices = _split(text, " OR ")
    if len(choices) > 1:
        return any(_permissive(choice) for choice in choices)
    parts = _split(text, " AND ")
    if len(parts) > 1:
        return all(_permissive(part) for part in parts)
    if text.startswith("(") and text.endswith(")"):
        return _permissive(text[1:-1])
    return False


def _split(text: str, word: str) -> list[str]:
    """Split at a word outside parentheses."""
    parts, depth, begin, at = [], 0, 0, 0
    while at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0 and text.startswith(word, at):
            parts.append(text[begin:at].strip())
            begin = at = at + len(word)
        else:
            at += 1
    return [*parts, text[begin:].strip()]


def _browser(root: Path) -> list[str]:
    """npm packages of the lock file with an unknown licence or one that is not allowed."""
    lock = root / "package-lock.json"
    if not lock.exists():
        return []
    found = []
    for path, about in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        name, licence = path.rpartition("node_modules/")[2], about.get("license", "")
        if path and not is_allowed(name, licence):
            found.append(f"package-lock.json: {name}: licence {licence or 'unknown'} is not on the list")
    return found
