"""A condition of the rules in the reader's words: fields by their titles, codes by what they stand for."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext

from yiwang.domains.events.schema import EVENT_SCHEMA
from yiwang.domains.events.wording import SOURCE_TITLES, URGENCY_TITLES
from yiwang.kernel.conditions import ConditionError, condition
from yiwang.kernel.conditions.tree import (
    ANY,
    And,
    Between,
    Compare,
    Convert,
    Field,
    In,
    IsNull,
    Like,
    Literal,
    Node,
    Not,
    Or,
)
from yiwang.kernel.conditions.wording import wording
from yiwang.kernel.text import N_

FIELDS = {
    "category": N_("the category"),
    "urgency": N_("the urgency"),
    "area": N_("the area"),
    "grid": N_("the grid"),
    "source": N_("the source"),
    "text": N_("the text"),
    "address": N_("the address"),
    "occurred_at": N_("the time"),
    "hour": N_("the hour of the day"),
    "lon": N_("the longitude"),
    "lat": N_("the latitude"),
    "n_reports": N_("the number of reports"),
    "is_public": N_("that it may be shown in public"),
}
COMPARED = {
    "=": N_("%(left)s is %(right)s"),
    "<>": N_("%(left)s is not %(right)s"),
    "<": N_("%(left)s is below %(right)s"),
    "<=": N_("%(left)s is at most %(right)s"),
    ">": N_("%(left)s is above %(right)s"),
    ">=": N_("%(left)s is at least %(right)s"),
}
Titles = Mapping[str, Mapping[str, str]]
"""Titles in the reader's language by code, for each field whose values are codes (`category`, `area`)."""


def condition_in_words(text: str, titles: Titles) -> str:
    """The condition as a clause (`the urgency is urgent`); a text that is no condition any more stays as it is."""
    try:
        return _words(condition(text, EVENT_SCHEMA).node, titles)
    except ConditionError:
        return text


def _words(node: Node, titles: Titles) -> str:
    match node:
        case Field():
            return gettext(FIELDS[node.name])
        case Convert(is_written=False):
            return _words(node.arg, titles)
        case Literal():
            return str(node.value)
        case And() | Or():
            joint = gettext(" and ") if isinstance(node, And) else gettext(" or ")
            return joint.join(_words(child, titles) for child in node.children())
        case Not():
            return gettext("not: %(what)s") % {"what": _words(node.arg, titles)}
        case Compare():
            sides = {"left": _words(node.left, titles), "right": _value(node.right, node.left, titles)}
            return gettext(COMPARED[node.op]) % sides
        case In():
            values = gettext(", ").join(_value(item, node.arg, titles) for item in node.items)
            return gettext("%(left)s is one of %(values)s") % {"left": _words(node.arg, titles), "values": values}
        case Between():
            ends = {"low": _value(node.low, node.arg, titles), "high": _value(node.high, node.arg, titles)}
            return gettext("%(left)s is from %(low)s to %(high)s") % {"left": _words(node.arg, titles), **ends}
        case Like():
            said = "".join(part for part in node.parts if part != ANY)
            return gettext("%(left)s says “%(words)s”") % {"left": _words(node.arg, titles), "words": said}
        case IsNull():
            return gettext("%(left)s is not known") % {"left": _words(node.arg, titles)}
        case _:
            return wording(node)


def _value(node: Node, of: Node, titles: Titles) -> str:
    """A value beside a field: a code by its title, an urgency or source by its word."""
    plain = node.arg if isinstance(node, Convert) else node
    field = of.arg if isinstance(of, Convert) else of
    if not isinstance(plain, Literal) or not isinstance(field, Field):
        return _words(node, titles)
    code = str(plain.value)
    own = {"urgency": URGENCY_TITLES, "source": SOURCE_TITLES}.get(field.name, {})
    if code in own:
        return gettext(own[code])
    known = titles.get(field.name, {})
    return (
        known.get(code)
        or known.get(code.rstrip("/").rsplit("/", 1)[-1])
        or (gettext("“%(text)s”") % {"text": code} if isinstance(plain.value, str) else code)
    )
