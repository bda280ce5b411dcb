"""The files of the project: those git tracks or would track; where git is missing, all outside the ignored folders."""

from __future__ import annotations

import ast
import os
import subprocess
from functools import cache
from pathlib import Path

IGNORED = {".git", ".venv", "node_modules", "var", "vendor", "__pycache__", ".mypy_cache", ".ruff_cache"}
IGNORED |= {".pytest_cache", ".hypothesis", ".import_linter_cache", "build", "tmp"}


@cache
def files(root: Path) -> tuple[Path, ...]:
    """Every file of the project, absolute, sorted; new files count before their first commit."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout
        paths = {root / name for name in listed.split("\0") if name}
    except (OSError, subprocess.CalledProcessError):
        paths = set(_walk(root))
    return tuple(sorted(path for path in paths if path.is_file()))


def python_files(root: Path, *folders: str) -> tuple[Path, ...]:
    """The Python files under some folders (`yiwang`, `tools`, …); migrations are not among them."""
    return tuple(
        path
        for path in files(root)
        if path.suffix == ".py"
        and path.relative_to(root).parts[0] in folders
        and "migrations" not in path.relative_to(root).parts[:-1]
    )


@cache
def syntax(path: Path) -> ast.Module | None:
    """The parsed module, or None when it does not parse (ruff reports that)."""
    try:
        return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    except (SyntaxError, UnicodeDecodeError):
        return None


def module_name(root: Path, path: Path) -> str:
    """`yiwang/base/areas/queries.py` → `yiwang.base.areas.queries`; a package's `__init__` is the package."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _walk(root: Path) -> list[Path]:
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in IGNORED]
        found += [Path(folder) / name for name in names if not name.endswith((".pyc", ".mo"))]
    return found
