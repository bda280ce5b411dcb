"""Messages for people, kept apart from their language.

The kernel has no Django: it names a message by its English id with parameters (`Text`), and whoever shows it
passes the translating function. `N_` only marks an id so that `tools/messages.py` extracts it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


def N_(msgid: str) -> str:
    """Mark a message id for extraction; returns it unchanged."""
    return msgid


@dataclass(frozen=True)
class Text:
    """A message id with `%(name)s` parameters; `str()` gives the English, `render` any language."""

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def render(self, gettext: Callable[[str], str]) -> str:
        """Translate the id with `gettext`, then fill in the parameters (which may be `Text` themselves)."""
        filled = {k: v.render(gettext) if isinstance(v, Text) else v for k, v in self.params.items()}
        template = gettext(self.msgid)
        return template % filled if filled else template

    def __str__(self) -> str:
        return self.render(lambda msgid: msgid)


def text(msgid: str, **params: Any) -> Text:
    """Shorthand for `Text(msgid, params)`."""
    return Text(msgid, params)
