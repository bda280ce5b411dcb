"""Imports go down only: the contracts in `.importlinter` (floors, rooms, cycles)."""

from __future__ import annotations

from pathlib import Path

from tools.checks.asking import answers

TITLE = "imports (import-linter)"


def run(root: Path) -> list[str]:
    """Broken contracts with the imports that break them."""
    return answers(root, "tools.checks.imports")


if __name__ == "__main__":  # the linter's command has no module of its own to run with -m
    from importlinter.cli import lint_imports_command

    lint_imports_command()
