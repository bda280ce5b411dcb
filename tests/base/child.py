"""Runs a piece of code in another process on the very test database, so that it can be killed with SIGKILL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
START = """
import os, sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["CHILD_DATABASE"]
django.setup()
"""


def start_child(code: str, *args: str) -> subprocess.Popen[str]:
    """Start `code` after Django's set-up, with stdout readable line by line; the caller kills or awaits it."""
    environment = os.environ | {
        "CHILD_DATABASE": str(connection.settings_dict["NAME"]),
        "YIWANG_HOME": str(settings.HOME),
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
    }
    return subprocess.Popen(
        [sys.executable, "-c", START + code, *args], env=environment, stdout=subprocess.PIPE, text=True
    )
