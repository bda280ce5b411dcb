"""Reads a YAML file into its spec, with every error at its line in plain words.

The data goes through pydantic's strict JSON mode: a list is a tuple and ISO text a time, but `5` is no text and
`"5"` no number, so that a file never means something other than it says.
"""

from __future__ import annotations

import json
import pathlib
from collections import defaultdict
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from yiwang.kernel.errors import Problems
from yiwang.kernel.specs.document import Document, Path, read_yaml
from yiwang.kernel.specs.fields import SpecError
from yiwang.kernel.specs.wording import message

S = TypeVar("S", bound=BaseModel)


def read_spec(path: pathlib.Path, spec: type[S], problems: Problems) -> S | None:
    """Read one YAML file into `spec`; None when anything is wrong, and `problems` then holds all of it."""
    document = read_yaml(path, problems)
    return None if document is None else build_spec(document, spec, problems)


def build_spec(document: Document, spec: type[S], problems: Problems) -> S | None:
    """Turn a document that was read into `spec`; None when anything is wrong, and `problems` then holds all of it."""
    try:
        return spec.model_validate_json(json.dumps(document.data), strict=True)
    except ValidationError as failed:
        for error in best_branches(document.data, failed.errors(include_url=False)):
            path = path_in(document.data, error["loc"])
            path += placed_at(error)
            document.add(problems, path, message(error, spec, document.data, path))
    return None


def placed_at(error: ErrorDetails) -> Path:
    """Where below the validated value a `SpecError` says it belongs."""
    raised = error.get("ctx", {}).get("error")
    return raised.at if isinstance(raised, SpecError) else ()


def path_in(data: Any, location: tuple[int | str, ...]) -> Path:
    """The path in the data of pydantic's error location, which also names union branches and `[key]`."""
    return _path_and_branches(data, location)[0]


def _path_and_branches(data: Any, location: tuple[int | str, ...]) -> tuple[Path, list[tuple[Path, str]]]:
    """The path, and the parts of the location that are no keys, each with the path it stands at."""
    path: Path = ()
    branches: list[tuple[Path, str]] = []
    for part in location:
        is_key = isinstance(data, dict) and part in data
        if is_key or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            data = data[part]
            path = (*path, part)
        elif part != "[key]":
            branches.append((path, str(part)))
    return path, branches


def best_branches(data: Any, errors: list[ErrorDetails], level: int = 0) -> list[ErrorDetails]:
    """Of a union without a discriminator pydantic reports every branch; keep the one the writer probably meant.

    That is a branch that has at least the right kind of value, and of those the one with the fewest errors.
    """
    kept: list[ErrorDetails] = []
    unions: dict[Path, dict[str, list[ErrorDetails]]] = defaultdict(lambda: defaultdict(list))
    for error in errors:
        branches = _path_and_branches(data, error["loc"])[1]
        if error["type"] == "missing":
            branches = branches[:-1]  # the last part is the key that is not there
        if level < len(branches):
            at, branch = branches[level]
            unions[at][branch].append(error)
        else:
            kept.append(error)
    for at, found in unions.items():
        ranked = [(_is_wrong_kind(data, at, group), len(group), n) for n, group in enumerate(found.values())]
        likeliest = list(found.values())[min(ranked)[2]]
        kept += best_branches(data, likeliest, level + 1)
    return kept


def _is_wrong_kind(data: Any, at: Path, errors: list[ErrorDetails]) -> bool:
    """Whether the value at `at` is not even of the branch's kind (text for a list and so on)."""
    return any(path_in(data, e["loc"]) == at and e["type"].endswith("_type") for e in errors)
