"""Translations are complete: every text has its Chinese, placeholders agree, nothing stale."""

from __future__ import annotations

from pathlib import Path

from tools import messages

TITLE = "translations complete"


def run(root: Path) -> list[str]:
    """What is missing, disagreeing or stale in the catalogues."""
    return messages.complaints(root)
