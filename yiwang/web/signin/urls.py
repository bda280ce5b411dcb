"""Addresses of sign-in and the own account."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from yiwang.web.signin import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", pages.sign_in, name="sign_in"),
    path("sign-out", pages.sign_out, name="sign_out"),
    path("language", pages.choose_language, name="set_language"),
    path("appearance", pages.choose_look, name="choose_look"),
    path("tour/end", pages.end_tour, name="end_tour"),
    path("account", pages.account, name="account"),
    path("account/tokens", pages.create_token, name="create_token"),
    path("account/tokens/<uuid:uid>/end", pages.revoke_token, name="revoke_token"),
]

if getattr(settings, "OIDC_RP_CLIENT_ID", ""):
    urlpatterns.append(path("oidc/", include("mozilla_django_oidc.urls")))
