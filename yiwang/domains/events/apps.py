"""Django application of `yiwang.domains.events`."""

from django.apps import AppConfig

from yiwang.kernel.text import N_


class EventsConfig(AppConfig):
    """Registers permissions, scene parts and the schema for conditions."""

    name = "yiwang.domains.events"
    label = "events"

    def ready(self) -> None:
        """Runs once when Django starts."""
        from yiwang.base.access import register_permission
        from yiwang.base.files.readers import register_reader
        from yiwang.domains.events import live, live_lateness, live_present, parts, publishing, runners
        from yiwang.domains.events.importing.fields import FIELDS, TARGET
        from yiwang.domains.events.knowledge import parts as knowledge_parts
        from yiwang.domains.events.queries.single import may_read_event_files, may_read_report_files
        from yiwang.domains.events.schema import EVENT_SCHEMA
        from yiwang.engines.data.mapping.targets import register_target
        from yiwang.kernel import schemas

        register_permission("events.report", N_("Report events for others"))
        register_permission("events.patrol", N_("Report what one sees oneself"))
        register_permission("events.view", N_("See events"))
        register_permission("events.dispatch", N_("Dispatch events"))
        register_permission("events.handle", N_("Handle events"))
        register_permission("events.verify", N_("Verify results"))
        register_permission("events.supervise", N_("Supervise events"))
        register_permission("events.export", N_("Export events"))
        register_permission("events.unmask", N_("See who reported"))
        register_permission("events.import", N_("Import events"))
        register_reader("event", may_read_event_files)
        register_reader("report", may_read_report_files)
        schemas.register(EVENT_SCHEMA)
        register_target(TARGET, FIELDS)
        parts.register()
        knowledge_parts.register()
        live.register()
        live_lateness.register()
        live_present.register()
        runners.register()
        publishing.register()
