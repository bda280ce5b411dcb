"""Which files a scene's folder may hold, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes.parts import Part
from yiwang.kernel.specs.fields import ID_PATTERN
from yiwang.kernel.specs.wording import nearest
from yiwang.kernel.text import N_

SCENE_FILE = "scene.yaml"
README = "README.md"
OWN_FOLDERS = ("locale", "sample", "checks")
SAMPLE_SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".geojson", ".xlsx", ".parquet", ".txt", ".xml", ".jpg", ".png")
MAX_SAMPLE_BYTES = 20 * 1024 * 1024

_PROGRAMS = (".py", ".pyc", ".pyi", ".pyx", ".pyw", ".ipynb", ".so", ".sh", ".js", ".exe")
_IGNORED = (".gitkeep",)


@dataclass
class Layout:
    """The files of a scene by whose they are; those that belong nowhere are problems, not in here."""

    documents: list[tuple[Part, Path]] = field(default_factory=list)
    attachments: list[tuple[Part, Path]] = field(default_factory=list)
    locale: list[Path] = field(default_factory=list)
    samples: list[Path] = field(default_factory=list)
    checks: list[Path] = field(default_factory=list)


def layout_of(folder: Path, parts: Sequence[Part], problems: Problems) -> Layout:
    """Sort the files of a scene's folder; every file or folder that does not belong is a problem."""
    known = known_folders(parts)
    layout = Layout()
    for file in _files(folder, folder, known, problems):
        place = file.parent.relative_to(folder).as_posix()
        if file.suffix.lower() in _PROGRAMS:
            problems.add(file, 0, N_("a scene holds no programs; what YAML cannot say belongs in an engine"))
        elif place == ".":
            if file.name not in (SCENE_FILE, README):
                told = N_("“%(name)s” does not belong in the scene's folder itself")
                problems.add(file, 0, told, name=file.name)
        elif place in OWN_FOLDERS:
            _sort_own(file, place, layout, problems)
        else:
            _sort_part(file, place, parts, layout, problems)
    for name in (SCENE_FILE, README):
        if not (folder / name).is_file():
            problems.add(folder / name, 0, N_("the file is missing"))
    return layout


def known_folders(parts: Sequence[Part]) -> set[str]:
    """Folders a scene may have, with those above them."""
    known = set(OWN_FOLDERS)
    for part in parts:
        path = PurePosixPath(part.folder)
        known.update(p.as_posix() for p in (path, *path.parents) if p.as_posix() != ".")
    return known


def _files(folder: Path, root: Path, known: set[str], problems: Problems) -> Iterator[Path]:
    """All files below `folder`, sorted; folders nobody knows are reported once and left out."""
    for entry in sorted(folder.iterdir()):
        if entry.is_symlink():
            problems.add(entry, 0, N_("links are not allowed in a scene"))
        elif entry.is_dir():
            place = entry.relative_to(root).as_posix()
            if place in known:
                yield from _files(entry, root, known, problems)
            elif near := nearest(place, known):
                problems.add(entry, 0, N_("unknown folder “%(name)s”; did you mean “%(near)s”?"), name=place, near=near)
            else:
                problems.add(entry, 0, N_("unknown folder “%(name)s”"), name=place)
        elif entry.name not in _IGNORED:
            yield entry


def _sort_own(file: Path, place: str, layout: Layout, problems: Problems) -> None:
    """Place a file of `locale/`, `sample/` or `checks/`."""
    suffixes = SAMPLE_SUFFIXES if place == "sample" else (".yaml",)
    if not _has_suffix(file, place, suffixes, problems):
        return
    if place == "locale":
        layout.locale.append(file)
    elif not is_id(file, problems):
        return
    elif place == "checks":
        layout.checks.append(file)
    elif file.stat().st_size > MAX_SAMPLE_BYTES:
        problems.add(file, 0, N_("the file is larger than %(limit)s bytes"), limit=MAX_SAMPLE_BYTES)
    else:
        layout.samples.append(file)


def _sort_part(file: Path, place: str, parts: Sequence[Part], layout: Layout, problems: Problems) -> None:
    """Place a file of a part's folder."""
    here = [part for part in parts if part.folder == place]
    if not here:
        told = N_("“%(name)s” does not belong in %(folder)s/ itself")
        problems.add(file, 0, told, name=file.name, folder=place)
        return
    suffixes = (".yaml", *dict.fromkeys(suffix for part in here for suffix in part.suffixes))
    if not (_has_suffix(file, place, suffixes, problems) and is_id(file, problems)):
        return
    claiming = [part for part in here if part.ids and part.claims(place, file.stem)]
    claiming += [part for part in here if not part.ids]
    fitting = [part for part in claiming if file.suffix == ".yaml" or file.suffix in part.suffixes]
    if not fitting:
        names = ", ".join(sorted(name for part in here for name in part.ids))
        told = N_("“%(name)s” does not belong in %(folder)s/; known here: %(known)s")
        problems.add(file, 0, told, name=file.name, folder=place, known=names)
    elif file.suffix == ".yaml":
        layout.documents.append((fitting[0], file))
    else:
        layout.attachments.append((fitting[0], file))


def _has_suffix(file: Path, place: str, suffixes: Sequence[str], problems: Problems) -> bool:
    """Whether a file is of a kind that belongs in its folder; else a problem."""
    if file.suffix in suffixes:
        return True
    if file.suffix.lower() in (".yml", ".yaml") and ".yaml" in suffixes:
        problems.add(file, 0, N_("write the suffix as .yaml"))
    else:
        told = N_("files of this kind do not belong in %(folder)s/; known here: %(known)s")
        problems.add(file, 0, told, folder=place, known=", ".join(suffixes))
    return False


def is_id(file: Path, problems: Problems) -> bool:
    """Whether a file's name without suffix is an identifier; else a problem."""
    if re.match(ID_PATTERN, file.stem):
        return True
    told = N_("“%(value)s” is no identifier: a lower-case letter, then letters, digits or _, at most 60")
    problems.add(file, 0, told, value=file.stem)
    return False
