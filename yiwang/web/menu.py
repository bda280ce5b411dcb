"""What the side navigation offers. Domains must not know the shell, so their entries are registered here."""

from __future__ import annotations

from yiwang.demo.switch import MAY_SWITCH
from yiwang.engines.flow.queries import open_item_count
from yiwang.kernel.text import N_
from yiwang.web.shell.navigation import register_navigation

VIEW = "events.view"


def register() -> None:
    """Register every entry (called once, when Django starts)."""
    work, city = N_("Daily work"), N_("The city")
    register_navigation("home", N_("Start"), "home", "home", "", 5, group=work)
    register_navigation("work", N_("My work"), "work", "inbox", VIEW, 10, group=work, count=open_item_count)
    register_navigation("events", N_("Events"), "events", "list", VIEW, 20, group=work)
    register_navigation("events_map", N_("Map"), "events_map", "map", VIEW, 30, group=work)
    register_navigation("supervise", N_("Supervision"), "supervise", "flag", "events.supervise", 25, group=work)
    register_navigation("new_event", N_("New report"), "new_event", "plus", "events.report", 40, group=work)
    street = N_("Report from the street")
    register_navigation("work_report", street, "work_report", "camera", "events.patrol", 42, group=work)
    register_navigation("knowledge", N_("Knowledge"), "knowledge", "document", VIEW, 45, group=work)
    register_navigation("boards", N_("Boards"), "boards", "board", "boards.view", 50, group=city)
    register_navigation("classifier", N_("Understanding"), "classifier", "bolt", "events.supervise", 60, group=city)
    register_navigation("demo", N_("Demo city"), "demo", "play", MAY_SWITCH, 90, group=city)
