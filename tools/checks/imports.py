"""Imports go down only, and never in a circle: the contracts in `.importlinter` and `tools/checks/cycles.ini`."""

from __future__ import annotations

from pathlib import Path

from tools.checks.asking import answers

TITLE = "imports (import-linter)"
CONTRACTS = (".importlinter", "tools/checks/cycles.ini")


def run(root: Path) -> list[str]:
    """Broken contracts with the imports that break them."""
    found = []
    for contracts in CONTRACTS:
        # without its cache, which has called a tree sound that a fresh clone was not
        told = answers(root, "tools.checks.imports", "--no-logo", "--no-cache", "--config", contracts)
        # the linter opens with the contracts that are kept
        begins = [number for number, line in enumerate(told) if line == "Broken contracts"]
        found += [line for line in told[begins[0] + 2 :] if line.strip("-")] if begins else told
    return found


if __name__ == "__main__":  # the linter's command has no module of its own to run with -m
    from importlinter.cli import lint_imports_command

    lint_imports_command()
