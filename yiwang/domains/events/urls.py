"""Addresses of the desk pages of events."""

from __future__ import annotations

from django.urls import path

from yiwang.domains.events.pages import entry, event, lists, map, steps, work

urlpatterns = [
    path("work/", work.work_page, name="work"),
    path("work/accept/", work.accept_many, name="accept_events"),
    path("search", lists.search_page, name="search"),
    path("events/", lists.list_page, name="events"),
    path("events/newer", lists.newer_part, name="newer_events"),
    path("events/export.csv", lists.export, name="export_events"),
    path("events/map/", map.map_page, name="events_map"),
    path("events/points.json", map.points, name="event_points"),
    path("events/grids/<slug:place>.json", map.grids, name="event_grids"),
    path("events/card/<int:pk>/", map.card, name="event_card"),
    path("events/new/", entry.entry_page, name="new_event"),
    path("events/new/suggest", entry.suggest_part, name="suggest_event"),
    path("events/new/done/", entry.receipt_page, name="event_receipt"),
    path("events/<str:number>/", event.event_page, name="event"),
    path("events/<str:number>/duplicates/<str:other>/", steps.judge_duplicate, name="judge_duplicate"),
    path("events/<str:number>/reports/<uuid:report>/", steps.show_reporter, name="show_reporter"),
    path("events/<str:number>/<slug:code>/", steps.take_step, name="event_step"),
]
