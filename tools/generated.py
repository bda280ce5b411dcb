"""Files that are written by a program and kept in the tree: written anew, or compared.

    python -m tools.generated            write them
    python -m tools.generated --check    say which are stale, missing or superfluous

A generator returns `{path below the root: text}` and owns a folder or single files; `GENERATORS` lists them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Generator:
    """What writes files: `pattern` says which ones in the tree are its own."""

    name: str
    pattern: str
    write: Callable[[], Mapping[str, str]]


def schemas() -> Mapping[str, str]:
    """JSON Schemas of everything a scene may hold, from the specs that all rooms register."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["YIWANG_HOME"] = scratch  # settings want a data directory; nothing is kept in it
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.web.settings")
        import django

        from yiwang.kernel.scenes import write_schemas

        django.setup()
        folder = Path(scratch) / "schemas"
        write_schemas(folder)
        return {f"scenes/_schema/{path.name}": path.read_text(encoding="utf-8") for path in folder.glob("*.json")}


GENERATORS: tuple[Generator, ...] = (Generator("scene schemas", "scenes/_schema/*.json", schemas),)


def stale(root: Path, generators: tuple[Generator, ...] = GENERATORS) -> list[str]:
    """Generated files that do not hold what would be written now."""
    told = []
    for generator in generators:
        wanted = generator.write()
        there = {str(path.relative_to(root)) for path in root.glob(generator.pattern)}
        told += [f"{name}: superfluous, {generator.name} does not write it" for name in sorted(there - set(wanted))]
        for name, text in sorted(wanted.items()):
            path = root / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                told.append(f"{name}: stale ({generator.name}); run: .venv/bin/python -m tools.generated")
    return told


def write(root: Path, generators: tuple[Generator, ...] = GENERATORS) -> list[str]:
    """Write all generated files, remove superfluous ones; returns what changed."""
    changed = []
    for generator in generators:
        wanted = generator.write()
        for path in root.glob(generator.pattern):
            if str(path.relative_to(root)) not in wanted:
                path.unlink()
                changed.append(f"removed {path.relative_to(root)}")
        for name, text in sorted(wanted.items()):
            path = root / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                changed.append(f"wrote {name}")
    return changed


def main(arguments: list[str]) -> int:
    """Write or compare; returns the exit code."""
    if arguments == ["--check"]:
        told = stale(ROOT)
        print("\n".join(told))
        return 1 if told else 0
    print("\n".join(write(ROOT)) or "all fresh")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
