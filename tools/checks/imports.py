"""Imports go down only: the contracts in `.importlinter` (floors, rooms, cycles)."""

from __future__ import annotations

from pathlib import Path

from tools.checks.asking import answers

TITLE = "imports (import-linter)"


def run(root: Path) -> list[str]:
    """Broken contracts with the imports that break them."""
    told = answers(root, "tools.checks.imports")
    # the linter opens with its logo and the contracts that are kept
    begins = [number for number, line in enumerate(told) if line == "Broken contracts"]
    return [line for line in told[begins[0] + 2 :] if line.strip("-")] if begins else told


if __name__ == "__main__":  # the linter's command has no module of its own to run with -m
    from importlinter.cli import lint_imports_command

    lint_imports_command()
