"""Addresses of the desk pages of events."""

from __future__ import annotations

from django.urls import include, path

from yiwang.domains.events.pages import classifier, entry, event, knowledge, lists, map, steps, suggesting

urlpatterns = [
    path("", include("yiwang.domains.events.work_urls")),
    path("knowledge/", knowledge.search_page, name="knowledge"),
    path("knowledge/<slug:place>/<str:code>/", knowledge.article_page, name="knowledge_article"),
    path("classifier/", classifier.classifier_page, name="classifier"),
    path("classifier/train", classifier.train, name="train_classifier"),
    path("classifier/use", classifier.use, name="use_classifier"),
    path("events/", lists.list_page, name="events"),
    path("events/newer", lists.newer_part, name="newer_events"),
    path("events/export.csv", lists.export, name="export_events"),
    path("events/map/", map.map_page, name="events_map"),
    path("events/map/tiles/<int:z>/<int:x>/<int:y>.mvt", map.tile, name="event_tile"),
    path("events/map/list", map.seen, name="events_seen"),
    path("events/grids/<slug:place>.json", map.grids, name="event_grids"),
    path("events/card/<int:pk>/", map.card, name="event_card"),
    path("events/new/", entry.entry_page, name="new_event"),
    path("events/new/suggest", suggesting.suggest_part, name="suggest_event"),
    path("events/new/caller", suggesting.caller_part, name="look_up_caller"),
    path("events/new/done/", entry.receipt_page, name="event_receipt"),
    path("events/new/knowledge", knowledge.beside_part, name="knowledge_beside"),
    path("events/<str:number>/", event.event_page, name="event"),
    path("events/<str:number>/duplicates/<str:other>/", steps.judge_duplicate, name="judge_duplicate"),
    path("events/<str:number>/reports/<uuid:report>/", steps.show_reporter, name="show_reporter"),
    path("events/<str:number>/<slug:code>/", steps.take_step, name="event_step"),
]
