"""Finds every text a person may see: in Python calls and in Django templates.

Python: the first literal of `_`, `gettext…`, `N_`, `Text`, `text`, of every kind of `Failure` (found by following the
class definitions), and the third of `problems.add(file, line, "…")`. Templates: what Django's own `templatize` finds.
Our ES modules hold no texts: a page hands them over in data attributes, so there is nothing to extract from them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.tree import files, python_files, syntax

# Function → positions of singular, plural and context among its arguments.
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop", "N_"}
PLURAL = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
PLURAL_IN_CONTEXT = {"npgettext", "npgettext_lazy"}
NAMED = {"Text", "text"}  # ours; counted only when called by their bare name or as `text.Text`
FAILURE = "Failure"

LITERAL = r"u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")


@dataclass(frozen=True)
class Message:
    """One text: id, plural id and context where it has them."""

    id: str
    plural: str = ""
    context: str = ""


@dataclass
class Found:
    """All texts with the places they stand at, and calls that no translator could follow."""

    places: dict[Message, list[str]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def add(self, message: Message, place: str) -> None:
        """Note a text at `file:line`."""
        if message.id:
            self.places.setdefault(message, []).append(place)


def find(root: Path) -> Found:
    """Every text of the platform."""
    found = Found()
    failures = _failure_classes(root)
    for path in python_files(root, "yiwang"):
        tree = syntax(path)
        if tree is not None:
            _in_python(tree, str(path.relative_to(root)), failures, found)
    for path in files(root):
        inside = path.relative_to(root).parts
        if path.suffix in {".html", ".txt", ".svg"} and inside[0] in {"templates", "yiwang"} and "templates" in inside:
            _in_template(path.read_text(encoding="utf-8"), str(path.relative_to(root)), found)
    return found


def room_of(place: str) -> str:
    """Whose text it is: the room's name (`areas`, `flow`, `events`), else the floor's (`kernel`, `web`)."""
    parts = Path(place.rsplit(":", 1)[0]).parts
    if parts[0] == "yiwang" and len(parts) > 3 and parts[1] in {"base", "engines", "domains"}:
        return parts[2]
    if parts[0] == "yiwang" and len(parts) > 2:
        return parts[1]
    return parts[1] if parts[0] == "templates" and len(parts) > 2 else "web"


def _failure_classes(root: Path) -> set[str]:
    """`Failure` and the names of all classes that descend from it."""
    bases: dict[str, set[str]] = {}
    for path in python_files(root, "yiwang"):
        for node in ast.walk(syntax(path) or ast.Module([], [])):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(_name(base) for base in node.bases)
    known, grown = {FAILURE}, True
    while grown:
        more = {name for name, above in bases.items() if above & known} - known
        known |= more
        grown = bool(more)
    return known


def _in_python(tree: ast.Module, name: str, failures: set[str], found: Found) -> None:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        place = f"{name}:{node.lineno}"
        for role_nodes in _argument_roles(node, failures):
            for message in _messages(role_nodes, place, found):
                found.add(message, place)


def _argument_roles(
    call: ast.Call, failures: set[str]
) -> Iterator[tuple[ast.expr | None, ast.expr | None, ast.expr | None]]:
    """(singular, plural, context) nodes of a call that names a text."""
    called, arguments = _name(call.func), call.args
    is_bare = isinstance(call.func, ast.Name)

    def at(position: int) -> ast.expr | None:
        return arguments[position] if position < len(arguments) else None

    if called in SINGULAR or called in failures or (called in NAMED and (is_bare or called == "Text")):
        given = next((keyword.value for keyword in call.keywords if keyword.arg == "msgid"), None)
        yield at(0) or given, None, None
    elif called in PLURAL:
        yield at(0), at(1), None
    elif called in IN_CONTEXT:
        yield at(1), None, at(0)
    elif called in PLURAL_IN_CONTEXT:
        yield at(1), at(2), at(0)
    elif called == "add" and not is_bare and len(arguments) >= 3:
        yield at(2), None, None


def _messages(roles: Sequence[ast.expr | None], place: str, found: Found) -> Iterator[Message]:
    """The literal texts of a call; f-strings are complained of, variables carry texts marked elsewhere."""
    singular, plural, context = ([*_literals(role)] if role is not None else [] for role in roles)
    if any(isinstance(role, ast.JoinedStr) for role in roles):
        found.complaints.append(f"{place}: an f-string cannot be translated; use %(name)s and give the name")
    for index, text in enumerate(singular):
        yield Message(text, plural[index] if index < len(plural) else "", context[0] if context else "")


def _literals(node: ast.expr) -> Iterator[str]:
    """String constants of an expression: plain, added up, or the branches of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = [*_literals(node.left)], [*_literals(node.right)]
        if len(left) == len(right) == 1:
            yield left[0] + right[0]


def _name(node: ast.expr) -> str:
    """The last name of `a.b.c` or `c`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _in_template(source: str, name: str, found: Found) -> None:
    """Texts of one template."""
    from django.utils.translation.template import templatize

    try:
        code = templatize(source, origin=name)
    except SyntaxError as error:
        found.complaints.append(f"{name}:0: {error}")
        return
    for match in TEMPLATE_CALL.finditer(code):
        parts = [str(ast.literal_eval(part)) for part in re.findall(LITERAL, match[2])]
        context = parts.pop(0) if "p" in match[1] else ""
        line = code.count("\n", 0, match.start()) + 1
        found.add(Message(parts[0], parts[1] if len(parts) > 1 else "", context), f"{name}:{line}")
