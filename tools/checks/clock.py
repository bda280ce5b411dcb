"""One "now": only `kernel/clock.py` asks the system for the moment or the day (DESIGN §9).

Durations (`time.monotonic`, `perf_counter`, `process_time`) are fine; so is everything in tests, tools and bench.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.tree import python_files, syntax

TITLE = "now only from kernel.clock"
SOURCE = "yiwang/kernel/clock.py"
# (what stands before the dot, method): datetime.now(), datetime.datetime.utcnow(), date.today(), time.time() …
ASKED = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("time", "strftime"),
    ("functions", "Now"),
}
DATABASE_NOW = {"auto_now", "auto_now_add"}


def run(root: Path) -> list[str]:
    """Every place that asks another clock."""
    found = []
    for path in python_files(root, "yiwang"):
        name = str(path.relative_to(root))
        tree = syntax(path)
        if tree is not None and name != SOURCE:
            found += [f"{name}:{line}: {what}; take it from yiwang.kernel.clock" for line, what in _asked(tree)]
    return found


def _asked(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Calls and arguments that bring another now, as (line, what)."""
    brought = _from_imports(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Attribute):
            before = function.value
            owner = (
                before.id if isinstance(before, ast.Name) else before.attr if isinstance(before, ast.Attribute) else ""
            )
            owner = brought.get(owner, ("", owner))[1]
            if (owner, function.attr) in ASKED and not _given(function.attr, node):
                yield node.lineno, f"{owner}.{function.attr}()"
        elif isinstance(function, ast.Name) and brought.get(function.id) in ASKED:
            yield node.lineno, f"{'.'.join(brought[function.id])}()"
        for keyword in node.keywords:
            if keyword.arg in DATABASE_NOW:
                yield node.lineno, f"{keyword.arg}=…"


def _given(method: str, call: ast.Call) -> bool:
    """`time.gmtime(seconds)` and the like convert a moment given to them."""
    least = {"localtime": 1, "gmtime": 1, "localdate": 1, "strftime": 2}.get(method)
    return least is not None and len(call.args) >= least


def _from_imports(tree: ast.Module) -> dict[str, tuple[str, str]]:
    """Local name → (module's last part, name) of every `from … import …`."""
    brought = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                brought[alias.asname or alias.name] = (node.module.rsplit(".", 1)[-1], alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                brought[alias.asname or alias.name] = ("", alias.name)
    return brought
