"""What the side navigation offers. Domains must not know the shell, so their entries are registered here."""

from __future__ import annotations

from yiwang.engines.flow.queries import open_item_count
from yiwang.kernel.text import N_
from yiwang.web.shell.navigation import register_navigation

VIEW = "events.view"


def register() -> None:
    """Register every entry (called once, when Django starts)."""
    work, city = N_("Daily work"), N_("The city")
    register_navigation("work", N_("My work"), "work", "inbox", VIEW, 10, group=work, count=open_item_count)
    register_navigation("events", N_("Events"), "events", "list", VIEW, 20, group=work)
    register_navigation("events_map", N_("Map"), "events_map", "map", VIEW, 30, group=work)
    register_navigation("new_event", N_("New report"), "new_event", "plus", "events.report", 40, group=work)
    register_navigation("boards", N_("Boards"), "boards", "board", "boards.view", 50, group=city)
