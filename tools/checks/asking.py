"""Asks another program of the environment for its complaints."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def answers(root: Path, module: str, *arguments: str, env: Mapping[str, str] | None = None) -> list[str]:
    """Run `python -m module …` in `root`; its output lines when it fails, nothing when it succeeds."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=root,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "160", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return []
    lines = _without_stack([line.rstrip() for line in (done.stdout + done.stderr).splitlines() if line.strip()])
    return lines or [f"{module} {' '.join(arguments)} ended with code {done.returncode} and said nothing"]


def _without_stack(lines: list[str]) -> list[str]:
    """Of a Python traceback only the last place and the error itself."""
    begins = [number for number, line in enumerate(lines) if line.startswith("Traceback (most recent call last)")]
    if not begins:
        return lines
    places = [number for number in range(begins[-1], len(lines)) if lines[number].startswith("  File ")]
    return lines[: begins[0]] + (lines[places[-1] :] if places else lines[begins[-1] + 1 :])
