"""`locale/<language>.yaml`: longer texts of a scene (notices, letters, help), by key, the same keys in each language.

reply.received: 您的来件已收到，编号 {number}。
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import RootModel, StringConstraints

from yiwang.kernel.errors import Problems
from yiwang.kernel.specs import LANGUAGES, Document, build_spec, read_yaml
from yiwang.kernel.text import N_

TextKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class TextsSpec(RootModel[dict[TextKey, Annotated[str, StringConstraints(min_length=1)]]]):
    """Texts of one language by dotted key; `{number}` is a place to be filled in."""


def read_texts(files: Sequence[Path], problems: Problems) -> tuple[dict[str, dict[str, str]], dict[str, Document]]:
    """The texts by language and key, and the files they stand in; missing translations are problems."""
    texts: dict[str, dict[str, str]] = {}
    sources: dict[str, Document] = {}
    for file in files:
        if not re.match(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?\Z", file.stem):
            told = N_("“%(code)s” is no language code such as zh-Hans or en")
            problems.add(file, 0, told, code=file.stem)
            continue
        source = read_yaml(file, problems)
        if source is None:
            continue
        sources[file.stem] = source
        spec = build_spec(source, TextsSpec, problems)
        given = spec.root if spec else source.data if isinstance(source.data, dict) else {}
        texts[file.stem] = {key: str(text) for key, text in given.items()}
    if files:
        _check_languages(files[0].parent, {file.stem for file in files}, texts, sources, problems)
    return texts, sources


def _check_languages(
    folder: Path,
    present: set[str],
    texts: dict[str, dict[str, str]],
    sources: dict[str, Document],
    problems: Problems,
) -> None:
    """Both house languages must have every key; all must fill in the same places."""
    for language in LANGUAGES:
        if language not in present:
            problems.add(folder / f"{language}.yaml", 0, N_("the file is missing"))
    for language, given in texts.items():
        for other, known in texts.items():
            if other == language:
                continue
            for key in sorted(known.keys() - given.keys()) if language in LANGUAGES else ():
                if other in LANGUAGES:
                    line = sources[other].line_of((key,))
                    told = N_("the text “%(key)s” (%(place)s) is missing here")
                    problems.add(sources[language].file, 1, told, key=key, place=f"{other}.yaml:{line}")
            if other == LANGUAGES[0]:
                _check_places(sources[language], given, known, problems)


def _check_places(source: Document, given: dict[str, str], model: dict[str, str], problems: Problems) -> None:
    """A translation fills in the same places as the Chinese text."""
    for key in sorted(given.keys() & model.keys()):
        here, there = set(_PLACEHOLDER.findall(given[key])), set(_PLACEHOLDER.findall(model[key]))
        if here != there:
            told = N_("the places to fill in differ from the Chinese text: %(names)s")
            source.add(problems, (key,), told, names=", ".join(sorted(here ^ there)))
