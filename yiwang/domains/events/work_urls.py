"""Addresses of my work, of the pages for the street, of the supervisor's desk and of the lists people keep."""

from __future__ import annotations

from django.urls import path

from yiwang.domains.events.pages import (
    supervisor,
    views,
    work,
    work_batch,
    work_field,
    work_patrol,
    work_preview,
    work_sending,
)

urlpatterns = [
    path("work/", work.work_page, name="work"),
    path("work/live", work.live_part, name="work_live"),
    path("work/batch/", work_batch.batch, name="work_batch"),
    path("work/preview/<str:number>/", work_preview.preview, name="work_preview"),
    path("work/preview/<str:number>/<slug:code>/", work_preview.step, name="work_step"),
    path("work/near/", work_field.near_page, name="work_near"),
    path("work/near/<str:number>/", work_field.task_page, name="work_task"),
    path("work/near/<str:number>/send/", work_sending.send, name="work_send"),
    path("work/report/", work_patrol.patrol_page, name="work_report"),
    path("work/report/suggest", work_patrol.suggest_part, name="work_report_suggest"),
    path("work/offline/", work_field.offline_page, name="work_offline"),
    path("work/worker.js", work_field.worker_script, name="work_worker"),
    path("supervise/", supervisor.supervise_page, name="supervise"),
    path("supervise/live", supervisor.live_part, name="supervise_live"),
    path("supervise/act/", supervisor.act, name="supervise_act"),
    path("views/<slug:page>/", views.keep, name="keep_view"),
    path("views/<int:pk>/change/", views.change, name="change_view"),
]
