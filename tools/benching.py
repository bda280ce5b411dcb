"""Runs the measuring scripts of `bench/` one after the other; each appends its figures to bench/RESULTS.md.

    python3 start.py bench [NAMES…] [--OPTIONS…]

A script is a file `bench/<name>.py` that is no module of ours (`report.py`) and does its work when run. Options are
passed on to the one script named (`bench lifecycle --help` shows which it has).
"""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NO_SCRIPTS = {"__init__", "report"}


def scripts(root: Path) -> dict[str, Path]:
    """Name → script."""
    return {
        path.stem: path for path in sorted((root / "bench").glob("*.py")) if path.stem not in NO_SCRIPTS and _runs(path)
    }


def _runs(path: Path) -> bool:
    """True when the module does something when run; the others are what scripts share."""
    return "__main__" in path.read_text(encoding="utf-8")


def _about(path: Path) -> str:
    """First line of a script's docstring."""
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return told.partition("\n")[0]


def main(arguments: list[str]) -> int:
    """Run the named scripts, or all; returns the exit code."""
    known = scripts(ROOT)
    first = next((n for n, word in enumerate(arguments) if word.startswith("-")), len(arguments))
    arguments, options = arguments[:first], arguments[first:]
    if options and len(arguments) != 1:
        print(__doc__)
        print("\n".join(f"  {name:<16} {_about(path)}" for name, path in known.items()) or "  there is none yet")
        return 0 if {"-h", "--help"} & set(options) else 2
    unknown = sorted(set(arguments) - set(known))
    if unknown or not known:
        print(
            f"no such measurement: {', '.join(unknown) or 'bench/ is empty'}; there are: {', '.join(known) or 'none'}"
        )
        return 2
    failed = []
    for name in arguments or known:
        print(f"── {name}: {_about(known[name])}", flush=True)
        begun = time.monotonic()
        code = subprocess.run([sys.executable, "-m", f"bench.{name}", *options], cwd=ROOT, check=False).returncode
        print(
            f"── {name}: {'done' if code == 0 else f'failed (code {code})'} after {time.monotonic() - begun:.0f} s",
            flush=True,
        )
        failed += [name] if code else []
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
