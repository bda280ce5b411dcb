"""A data directory of its own for each test, so that keys and heads never mix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    settings.KEYS = tmp_path / "keys"
    return tmp_path
