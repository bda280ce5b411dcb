"""Nothing in the tree that is not for the world: keys, tokens, passwords, package hosts, private addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path

from tools.tree import files

TITLE = "no secret, no private address"
BINARY = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".xz", ".gz", ".zip", ".xlsx", ".woff2", ".parquet", ".pdf"}
LARGEST = 5_000_000  # bytes; nothing in the tree should be larger

SECRETS = {
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "a cloud access key": r"\b(?:AKIA|ASIA|LTAI)[A-Za-z0-9]{16,}\b",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})",
    "a GitLab token": r"\bglpat-[A-Za-z0-9_-]{18,}",
    "an API token": (
        r"\b(?:sk-[A-Za-z0-9_-]{24,}|xox[abprs]-[A-Za-z0-9-]{10,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,})"
    ),
    "a signed web token": r"\beyJ[A-Za-z0-9_-]{12,}\.eyJ[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{12,}",
    "a password in an address": r"\b[a-z][a-z0-9+.-]*://[^\s/:@{}<>\"'$%]+:(?!password@|secret@|\*+@)[^\s/:@{}<>\"'$%]+@",
}
# Not asked of tests, which make up accounts.
PASSWORD = re.compile(
    r"(?i)\b(?:[a-z]+_)?(?:password|passwd|secret_key|api_key|access_token)[\"']?\s*[:=]\s*"
    r"[\"'](?![\"'{<%$*])[^\"'\s]{6,}[\"']"
)
# Package hosts and mirrors, put together so that this file does not name them itself.
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))]
HOSTS += [
    ".".join(parts) for parts in (("yarnpkg", "com"), ("npmmirror", "com"), ("crates", "io"), ("tuna", "tsinghua"))
]
PRIVATE_NAME = re.compile(r"(?i)https?://[a-z0-9.-]+\.(?:internal|intranet|corp|lan|local)\b(?!\.example)")
ADDRESS = re.compile(r"(?<![\d.A-Za-z_-])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.])")
PRIVATE = [
    ipaddress.ip_network(n)
    for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16")
]
# What looks like a secret and is none: tests and docs make their own, marked so at the end of the line.
EXCUSE = "not a secret"
OWN = "tools/checks/leaks.py"  # names the ranges it looks for


def run(root: Path) -> list[str]:
    """Every find as `file:line: what`; the find itself is not repeated."""
    found = []
    for path in files(root):
        name = str(path.relative_to(root))
        if path.stat().st_size > LARGEST:
            found.append(f"{name}: {path.stat().st_size:,} bytes; large files do not belong here")
        elif path.suffix not in BINARY and name != OWN:
            text = path.read_text("utf-8", errors="replace")
            found += [f"{name}:{line}: {what}" for line, what in finds(text, is_test=name.startswith("tests/"))]
    return found


def finds(text: str, *, is_test: bool = False) -> Iterator[tuple[int, str]]:
    """(line number, what) for everything suspicious in a text."""
    for number, line in enumerate(text.splitlines(), 1):
        if EXCUSE in line:
            continue
        for what, pattern in SECRETS.items():
            if re.search(pattern, line):
                yield number, f"looks like {what} (if it is none, say '{EXCUSE}' on that line)"
        if not is_test and PASSWORD.search(line):
            yield number, f"looks like a password written down (if it is none, say '{EXCUSE}' on that line)"
        if any(host in line.lower() for host in HOSTS):
            yield number, "names a package host; leave that to the user's own settings"
        if PRIVATE_NAME.search(line) or any(_is_private(found) for found in ADDRESS.findall(line)):
            yield number, "names a private address; use one of the documentation ranges (192.0.2.0/24, example.org)"


def _is_private(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in PRIVATE)
