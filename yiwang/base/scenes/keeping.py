"""A copy of each installed scene, so that it can be removed as it was installed even when its folder has changed.

Kept below `settings.HOME/scenes/<digest>/<name>`, without the samples.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from yiwang.kernel.errors import NotFound, Problems
from yiwang.kernel.scenes import Scene
from yiwang.kernel.scenes.checking import read_scene
from yiwang.kernel.text import N_

LEFT_OUT = shutil.ignore_patterns("sample", ".*", "__pycache__")


def digest_of(folder: Path) -> str:
    """SHA-256 (hex) over the names and contents of all files of a scene."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return total.hexdigest()


def keep_copy(folder: Path, digest: str) -> None:
    """Copy a scene's folder, whole or not at all; one that is kept already stays."""
    target = _place(folder.name, digest)
    if target.is_dir():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.parent / f".{uuid4().hex}"
    shutil.copytree(folder, fresh, ignore=LEFT_OUT)
    try:
        fresh.rename(target)
    except OSError:  # another process was quicker
        shutil.rmtree(fresh)


def kept_scene(name: str, digest: str) -> Scene:
    """The scene as it was installed. NotFound when its copy is gone."""
    place = _place(name, digest)
    if not place.is_dir():
        raise NotFound(N_("The copy of scene %(name)s as it was installed is gone."), name=name)
    return read_scene(place, None, Problems())


def _place(name: str, digest: str) -> Path:
    return Path(settings.HOME) / "scenes" / digest[:16] / name
