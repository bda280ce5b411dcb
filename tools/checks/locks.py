"""Lock files fit what asks for them: pyproject.toml and package.json. Works offline, by comparing."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from tools.environment import DEV_LOCK, LOCK, NODE_LOCK, pins

TITLE = "lock files fit"
ADVICE = "lock again: uv pip compile --universal --generate-hashes"


def run(root: Path) -> list[str]:
    """What the locks lack, disagree on or should not hold."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    found = _lacks(root, LOCK, project["project"]["dependencies"])
    found += _lacks(root, DEV_LOCK, project["project"]["dependencies"] + project["dependency-groups"]["dev"])
    for extra, wanted in project["project"].get("optional-dependencies", {}).items():
        found += _lacks(root, f"requirements-{extra}.lock", wanted)
    if (root / LOCK).exists() and (root / DEV_LOCK).exists():
        run_pins, dev_pins = pins(root / LOCK), pins(root / DEV_LOCK)
        found += [
            f"{DEV_LOCK}: {name} is {dev_pins.get(name, 'absent')}, {LOCK} has {version}"
            for name, version in run_pins.items()
            if dev_pins.get(name) != version
        ]
    for lock in sorted({LOCK, DEV_LOCK, NODE_LOCK, *(path.name for path in root.glob("requirements*.lock"))}):
        found += _unhashed(root / lock) if (root / lock).exists() else [f"{lock}: is missing"]
    return found + _npm(root)


def _lacks(root: Path, lock: str, wanted: list[str]) -> list[str]:
    """Requirements a lock does not meet."""
    if not (root / lock).exists():
        return [f"{lock}: is missing; {ADVICE}"]
    held, found = pins(root / lock), []
    for requirement in map(Requirement, wanted):
        version = held.get(re.sub(r"[-_.]+", "-", requirement.name).lower())
        if version is None:
            found.append(f"{lock}: lacks {requirement}; {ADVICE}")
        elif not requirement.specifier.contains(version, prereleases=True):
            found.append(f"{lock}: has {requirement.name} {version}, wanted is {requirement}; {ADVICE}")
    return found


def _unhashed(path: Path) -> list[str]:
    """Pins without a hash, and lines that name a package source."""
    text = path.read_text(encoding="utf-8")
    found = [
        f"{path.name}: names a package source: {line.split()[0]}" for line in text.splitlines() if line[:2] == "--"
    ]
    for block in re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^\s*#.*\n?", "", text)):
        name = block.split("==")[0].strip()
        if name and "--hash=sha256:" not in block:
            found.append(f"{path.name}: {name[:60]} has no hash")
    return found


def _npm(root: Path) -> list[str]:
    """Differences between package.json and package-lock.json, and addresses in the latter."""
    wanted = json.loads((root / "package.json").read_text(encoding="utf-8")).get("dependencies", {})
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    found = []
    if lock["packages"][""].get("dependencies", {}) != wanted:
        found.append("package-lock.json: does not fit package.json; run npm install --package-lock-only")
    for path, about in lock["packages"].items():
        if path and "integrity" not in about:
            found.append(f"package-lock.json: {path} has no integrity hash")
        if "resolved" in about:
            found.append(f"package-lock.json: {path} names an address")
    return found
