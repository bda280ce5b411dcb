"""What is generated is fresh: every generator in `tools/generated.py` would write what lies there."""

from __future__ import annotations

from pathlib import Path

from tools.checks.asking import answers

TITLE = "generated files fresh"


def run(root: Path) -> list[str]:
    """Stale, missing and superfluous generated files."""
    return answers(root, "tools.generated", "--check")
