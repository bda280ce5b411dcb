"""The command line `yiwang`: what a person runs by hand. `yiwang --help` is good enough to work from.

Each group of commands is a module here with an `app`; `main` sets Django up first, so that help and messages come in
the language of the terminal (`YIWANG_LANGUAGE`, else `LANG`). Expected failures end with one line and status 1.
"""

from __future__ import annotations

import os
import sys

LANGUAGES = {"zh": "zh-hans"}


def main() -> None:
    """Run the command line and exit with its status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.web.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate(language_of_terminal())
    # Only now: the texts of commands are translated while their modules are read.
    from yiwang.web.cli.running import run

    sys.exit(run(sys.argv[1:]))


def language_of_terminal() -> str:
    """`zh-hans` or `en`, as the environment says."""
    wanted = os.environ.get("YIWANG_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    return LANGUAGES.get(wanted.replace("_", "-").split("-")[0].lower(), "en")
