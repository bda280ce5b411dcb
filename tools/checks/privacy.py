"""Models are private to their package, and foreign keys point down (DESIGN §1).

A *room* is a package directly under a floor: `yiwang.base.areas`, `yiwang.engines.flow`, `yiwang.domains.events` …
Only a room's own modules import its `models`; nobody gets a model class through another of its modules either. One
exception: the account is Django's user everywhere, so annotations may name it (an import under `TYPE_CHECKING`). The
order of the rooms is the one of `.importlinter`, so it is written once.
"""

from __future__ import annotations

import ast
import configparser
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tools.tree import module_name, python_files, syntax

TITLE = "models private, foreign keys downwards"
FLOORS = ("base", "engines", "domains")
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
NAMED_IN_ANNOTATIONS = {"yiwang.base.people.models.Account"}
FOREIGN_APPS = {"auth", "contenttypes", "sessions", "django_tasks_db"}


def run(root: Path) -> list[str]:
    """Foreign imports of models, and relations that point up or sideways."""
    found = []
    models = _model_classes(root)
    order = ranks(root)
    for path in python_files(root, "yiwang"):
        tree = syntax(path)
        if tree is None:
            continue
        name, module = str(path.relative_to(root)), module_name(root, path)
        found += [f"{name}:{line}: {what}" for line, what in _foreign_models(tree, module, models)]
        if "models" in module.split("."):
            found += [f"{name}:{line}: {what}" for line, what in _upward_relations(tree, room_of(module), order)]
    return found


def room_of(module: str) -> str:
    """`yiwang.base.areas.queries` → `yiwang.base.areas`; on other floors the floor itself."""
    parts = module.split(".")
    return ".".join(parts[:3] if len(parts) > 2 and parts[1] in FLOORS else parts[:2])


@cache
def ranks(root: Path) -> dict[str, int]:
    """Room → height, from the layers in `.importlinter` (contracts named floors, base, engines, …); rooms of equal
    height do not know each other."""
    config = configparser.ConfigParser()
    config.read(root / ".importlinter", encoding="utf-8")
    heights: dict[str, int] = {}
    for number, floor in enumerate(reversed(FLOORS)):
        section = f"importlinter:contract:{floor}"
        layers = config.get(section, "layers", fallback="").split("\n")
        for depth, layer in enumerate(filter(None, map(str.strip, layers))):
            for room in layer.replace("|", ":").split(":"):
                heights[f"yiwang.{floor}.{room.strip(' ()')}"] = -(number * 1000 + depth)
    return heights


def _model_classes(root: Path) -> dict[str, set[str]]:
    """Room → names of the classes defined in its models."""
    classes: dict[str, set[str]] = {}
    for path in python_files(root, "yiwang"):
        module, tree = module_name(root, path), syntax(path)
        if tree is not None and "models" in module.split("."):
            names = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
            classes.setdefault(room_of(module), set()).update(names)
    return classes


def _foreign_models(tree: ast.Module, module: str, models: dict[str, set[str]]) -> Iterator[tuple[int, str]]:
    """Imports that bring another room's models, as (line, what)."""
    for_types = {id(node) for node in _type_checking_imports(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if _is_foreign(alias.name, module) and "models" in alias.name.split("."):
                    yield node.lineno, f"imports {alias.name}; ask {room_of(alias.name)}'s actions or queries"
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0 and _is_foreign(node.module, module):
            room = room_of(node.module)
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in NAMED_IN_ANNOTATIONS and id(node) in for_types:
                    continue
                if "models" in whole.split(".") or _is_passed_on(node.module, alias.name, models.get(room, set())):
                    yield node.lineno, f"imports {whole}; ask {room}'s actions or queries"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_model":
            app = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
            if isinstance(app, str) and app.split(".")[0] != room_of(module).rsplit(".", 1)[-1]:
                yield node.lineno, f"gets the model {app} of another room"


def _type_checking_imports(tree: ast.Module) -> Iterator[ast.AST]:
    """Everything under `if TYPE_CHECKING:`."""
    for node in tree.body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            yield from ast.walk(node)


def _is_foreign(imported: str, module: str) -> bool:
    """True when `imported` lies in a room of ours that is not the module's own."""
    parts = imported.split(".")
    return len(parts) > 2 and parts[0] == "yiwang" and parts[1] in FLOORS and room_of(imported) != room_of(module)


def _is_passed_on(module: str, name: str, models: set[str]) -> bool:
    """True when a module hands on a model class instead of defining something of that name itself."""
    if name not in models:
        return False
    path = Path(__file__).resolve().parents[2].joinpath(*module.split("."))
    source = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    tree = syntax(source) if source.exists() else None
    return tree is None or not any(isinstance(node, ast.ClassDef) and node.name == name for node in tree.body)


def _upward_relations(tree: ast.Module, room: str, order: dict[str, int]) -> Iterator[tuple[int, str]]:
    """Relations to a room that does not lie below, as (line, what)."""
    labels = {name.rsplit(".", 1)[-1]: name for name in order}
    for node in ast.walk(tree):
        if (
            not isinstance(node, ast.Call)
            or not isinstance(node.func, ast.Attribute)
            or node.func.attr not in RELATIONS
        ):
            continue
        target = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "to"), None)
        if not isinstance(target, ast.Constant) or not isinstance(target.value, str) or "." not in target.value:
            continue
        label = target.value.split(".")[0]
        if label in FOREIGN_APPS or label == room.rsplit(".", 1)[-1]:
            continue
        if label not in labels:
            yield node.lineno, f"relation to {target.value}: no such room in .importlinter"
        elif order[labels[label]] >= order.get(room, -10_000):
            yield node.lineno, f"relation to {target.value} does not point down"
