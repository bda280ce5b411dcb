"""Addresses of the citizen's pages; no account is needed for any of them."""

from __future__ import annotations

from django.urls import path

from yiwang.domains.events.pages import citizen_aids, citizen_own, citizen_public, citizen_report
from yiwang.domains.events.pages import citizen_follow as follow

urlpatterns = [
    path("report/", citizen_report.report_page, name="report"),
    path("report/photos/<str:key>", citizen_report.kept_photo, name="report_photo"),
    path("report/<slug:place>/", citizen_report.report_page, name="report_in"),
    path("report/<slug:place>/aid", citizen_aids.aid, name="report_aid"),
    path("my/reports/", citizen_own.own_page, name="my_reports"),
    path("follow/", follow.ask_page, name="follow"),
    path("follow/<str:code>", follow.course_page, name="follow_code"),
    path("follow/<str:code>/receipt", follow.receipt_page, name="follow_receipt"),
    path("follow/<str:code>/code.svg", follow.code_picture, name="follow_picture"),
    path("follow/<str:code>/evaluate", follow.evaluate, name="follow_evaluate"),
    path("follow/<str:code>/keep", follow.keep, name="follow_keep"),
    path("follow/<str:code>/reopen", follow.reopen, name="follow_reopen"),
    path("follow/<str:code>/photos/<uuid:uid>", follow.photo, name="follow_photo"),
    path("public/", citizen_public.public_page, name="public_list"),
    path("public/<slug:place>/", citizen_public.public_page, name="public_list_of"),
    path("public/<slug:place>/map/", citizen_public.map_page, name="public_map"),
    path("public/<slug:place>/spots.json", citizen_public.spots, name="public_spots"),
]
