"""Has the translations compiled when a catalogue changed (`tools/messages.py` does it, in the environment).

Standard library only.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from tools import environment
from tools.show import run, step

STAMP = "yiwang-messages.sha256"


def prepare(root: Path) -> None:
    """Compile all catalogues unless the compiled file is of just these. Raises Stop."""
    stamp = root / environment.FOLDER / STAMP
    whole = hashlib.sha256()
    languages = [folder for folder in sorted((root / "locale").glob("*/LC_MESSAGES")) if any(folder.glob("*.po"))]
    for catalogue in sorted((root / "locale").glob("*/LC_MESSAGES/*.po")):
        whole.update(str(catalogue.relative_to(root)).encode() + b"\0" + catalogue.read_bytes())
    compiled = all((folder / "django.mo").exists() for folder in languages)
    if compiled and stamp.exists() and stamp.read_text(encoding="utf-8") == whole.hexdigest():
        return
    with step("Translations") as doing:
        run([environment.python(root), "-m", "tools.messages", "compile"], doing, cwd=root)
        stamp.write_text(whole.hexdigest(), encoding="utf-8")
