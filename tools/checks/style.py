"""Style: ruff's rules and its format (configured in pyproject.toml)."""

from __future__ import annotations

from pathlib import Path

from tools.checks.asking import answers

TITLE = "style (ruff check, ruff format)"


def run(root: Path) -> list[str]:
    """What ruff complains of, rules first."""
    found = answers(root, "ruff", "check", "--quiet", "--output-format=concise")
    return found + answers(root, "ruff", "format", "--check", "--quiet", "--output-format=concise")
