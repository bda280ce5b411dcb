"""The project's own Python environment `.venv`: made once, filled from the hashed lock files, then left alone.

A lock is installed again only when its content changed; the SHA-256 of what is installed is kept in
`.venv/yiwang-locks.json`. Package sources (indexes, proxies, certificates) are the user's own pip settings.
Standard library only.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

from tools.show import Step, Stop, run, step

FOLDER = ".venv"
STAMPS = "yiwang-locks.json"
COMPILED = "compiled"
LOCK, DEV_LOCK, NODE_LOCK = "requirements.lock", "requirements-dev.lock", "requirements-node.lock"
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)

LAUNCHER = """#!/bin/sh
# Starts the command line of Yiwang with the Python of this environment.
here=$(CDPATH= cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
exec "$here/python" -m yiwang.web.cli "$@"
"""


def python(root: Path) -> Path:
    """The environment's Python."""
    return root / FOLDER / "bin" / "python"


def keep_compiled(root: Path) -> None:
    """Where this machine asks Python to write no compiled code beside the sources, have it kept in `.venv` instead.

    Holds for this process and those it starts. Without it each of them compiles 1,200 modules before its first line:
    half of its start. Who names a folder (`PYTHONPYCACHEPREFIX`) keeps it.
    """
    if sys.dont_write_bytecode and sys.pycache_prefix is None and (root / FOLDER).is_dir():
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(root / FOLDER / COMPILED)
        sys.dont_write_bytecode = False
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def ready(root: Path, lock: str) -> bool:
    """True when the environment stands and holds what `lock` says."""
    return python(root).exists() and _installed(root, lock) and _launcher(root).exists() and _path_file(root).exists()


def prepare(root: Path, lock: str) -> None:
    """Make the environment where it is missing or broken, and install `lock` where it changed. Raises Stop."""
    if not _works(root):
        with step("Python environment") as doing:
            _create(root, doing)
    install(root, lock)
    _path_file(root).write_text(f"{root}\n", encoding="utf-8")
    launcher = _launcher(root)
    launcher.write_text(LAUNCHER, encoding="utf-8")
    launcher.chmod(0o755)


def install(root: Path, lock: str) -> None:
    """Install a lock file with its hashes checked; nothing to do when it is already in. Raises Stop."""
    if _installed(root, lock):
        return
    wanted = len(pins(root / lock))
    with step(f"Python packages of {lock} ({wanted})") as doing:
        seen = 0

        def note(line: str) -> str | None:
            nonlocal seen
            if line.startswith("Collecting "):
                seen += 1
                return f"{seen}/{wanted} {line.split()[1]}"
            return "installing" if line.startswith("Installing collected") else None

        command = ["-m", "pip", "install", "--require-hashes", "--only-binary=:all:", "-r", str(root / lock)]
        # compiling what may never be imported would double the time; Python does it at the first import
        quiet = ["--no-input", "--disable-pip-version-check", "--progress-bar=off", "--no-compile"]
        run(
            [python(root), *command, *quiet],
            doing,
            cwd=root,
            env={"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"},
            note=note,
        )
        stamps = _stamps(root)
        stamps[lock] = digest(root / lock)
        _stamp_file(root).write_text(json.dumps(stamps, indent=1), encoding="utf-8")


def pins(lock: Path) -> dict[str, str]:
    """Package name (lower case, dashes) → version of every pin in a lock file."""
    found = PIN.findall(lock.read_text(encoding="utf-8"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _installed(root: Path, lock: str) -> bool:
    """True when this lock is in; the developers' lock counts for the smaller one when it pins the same versions."""
    stamps = _stamps(root)
    if stamps.get(lock) == digest(root / lock):
        return True
    dev = root / DEV_LOCK
    if lock != LOCK or not dev.exists() or stamps.get(DEV_LOCK) != digest(dev):
        return False
    return pins(root / LOCK).items() <= pins(dev).items()


def _works(root: Path) -> bool:
    """True when the environment's Python runs and has pip (a system upgrade may have taken its Python away)."""
    if not python(root).exists():
        return False
    if _stamps(root) and (root / FOLDER / "pyvenv.cfg").exists():
        return subprocess.run([python(root), "-c", ""], capture_output=True, check=False).returncode == 0
    return subprocess.run([python(root), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def _create(root: Path, doing: Step) -> None:
    """Make `.venv` anew; Stop names the package to install where Python came without `venv`."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise Stop(
            f"This Python has no module {missing[0]!r}. Install it with\n\n    {_install_line()}\n\nand start again."
        )
    run([sys.executable, "-m", "venv", "--clear", root / FOLDER], doing, cwd=root)


def _install_line() -> str:
    """The one command that brings `venv` on this system."""
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        system = {}
    family = f"{system.get('ID', '')} {system.get('ID_LIKE', '')}"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if "debian" in family or "ubuntu" in family:
        return f"sudo apt install python{version}-venv"
    if "suse" in family:
        return f"sudo zypper install python{version.replace('.', '')}-pip"
    if "alpine" in family:
        return "sudo apk add python3 py3-pip"
    return f"the package of your system that holds venv and ensurepip for Python {version}"


def _stamp_file(root: Path) -> Path:
    return root / FOLDER / STAMPS


def _stamps(root: Path) -> dict[str, str]:
    try:
        read: dict[str, str] = json.loads(_stamp_file(root).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read


def _launcher(root: Path) -> Path:
    return root / FOLDER / "bin" / "yiwang"


def _path_file(root: Path) -> Path:
    """The .pth file that puts the project on the environment's path (where that folder exists)."""
    site = next(iter(sorted((root / FOLDER / "lib").glob("python3.*/site-packages"))), root / FOLDER)
    return site / "yiwang.pth"
