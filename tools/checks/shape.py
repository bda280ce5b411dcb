"""The shape of the code: size budgets, forbidden file names, docstrings (DESIGN §10).

Modules ≤ 600 lines and a median ≤ 150, functions ≤ 60, our ES modules < 200; no drawer-like file names; a docstring
on every module, public class and public function outside tests (ruff checks those too; this one says it for `yiwang`,
`tools` and `bench` even where ruff is told to be silent).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tools.tree import files, python_files, syntax

TITLE = "shape (sizes, names, docstrings)"
MODULE_LINES, MEDIAN_LINES, FUNCTION_LINES, SCRIPT_LINES = 600, 150, 60, 200
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "lib"}
FOLDERS = ("yiwang", "tools", "bench")
PYTHON_FREE = "scenes"  # a scene is data


def run(root: Path) -> list[str]:
    """Everything over its budget or badly named."""
    found = [f"{path.relative_to(root)}: rename it after what it holds" for path in files(root) if _is_drawer(path)]
    sizes = []
    for path in python_files(root, *FOLDERS):
        name = str(path.relative_to(root))
        n_lines = len(path.read_text(encoding="utf-8").splitlines())
        if n_lines > 10:  # package files with only a docstring would pull the median down
            sizes.append(n_lines)
        if n_lines > MODULE_LINES:
            found.append(f"{name}: {n_lines} lines, at most {MODULE_LINES}")
        found += [f"{name}:{line}: {what}" for line, what in _complaints(path)]
    if sizes and median(sizes) > MEDIAN_LINES:
        found.append(f"the median module has {median(sizes):.0f} lines, at most {MEDIAN_LINES}")
    for path in python_files(root, "tests"):
        n_lines = len(path.read_text(encoding="utf-8").splitlines())
        if n_lines > MODULE_LINES:
            found.append(f"{path.relative_to(root)}: {n_lines} lines, at most {MODULE_LINES}")
    return found + _scripts(root) + _python_in_scenes(root)


def _is_drawer(path: Path) -> bool:
    return path.stem in DRAWERS or path.parent.name in DRAWERS


def _complaints(path: Path) -> Iterator[tuple[int, str]]:
    """Long functions and missing docstrings of one module, as (line, what)."""
    tree = syntax(path)
    if tree is None:
        return
    if tree.body and ast.get_docstring(tree) is None:
        yield 1, "the module has no docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            n_lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if n_lines > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {n_lines} lines, at most {FUNCTION_LINES}"
    for node in _public(tree):
        if ast.get_docstring(node) is None:
            yield node.lineno, f"{node.name} has no docstring"


def _public(tree: ast.Module) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Public classes and functions of a module; of an overloaded function only the last, which does it."""
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if not any(getattr(mark, "id", getattr(mark, "attr", "")) == "overload" for mark in node.decorator_list):
            yield node


def _scripts(root: Path) -> list[str]:
    """Our ES modules over their budget."""
    found = []
    for path in files(root):
        inside = path.relative_to(root).parts
        if path.suffix in {".js", ".mjs"} and inside[0] in {"assets", "yiwang"} and "vendor" not in inside:
            n_lines = len(path.read_text(encoding="utf-8").splitlines())
            if n_lines >= SCRIPT_LINES:
                found.append(f"{path.relative_to(root)}: {n_lines} lines, fewer than {SCRIPT_LINES} allowed")
    return found


def _python_in_scenes(root: Path) -> list[str]:
    return [f"{path.relative_to(root)}: a scene holds no Python" for path in python_files(root, PYTHON_FREE)]
