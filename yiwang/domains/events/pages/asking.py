"""Who asks, what the browser wants back, and how a failure of an action finds its way to the fields of a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext

from yiwang.base.access import Viewer
from yiwang.base.access.request import ViewerRequest
from yiwang.kernel.errors import Invalid, NotAllowed
from yiwang.kernel.text import N_


def signed_in(request: ViewerRequest) -> Viewer:
    """The viewer of a desk page; NotAllowed (which leads to the sign-in page) for nobody."""
    if not request.viewer.is_signed_in:
        raise NotAllowed(N_("Please sign in first."))
    return request.viewer


def official(request: ViewerRequest) -> Viewer:
    """The viewer of a page only officials have: holders of `events.view` anywhere."""
    viewer = signed_in(request)
    if not viewer.may("events.view"):
        raise NotAllowed(N_("This page is for those who work on events."))
    return viewer


def take_failure(form: forms.Form, failure: Invalid, places: Mapping[str, str] | None = None) -> None:
    """Put what an action found wrong beside the form's fields; `places` maps the action's names to the form's."""
    told = False
    for name, texts in failure.fields.items():
        field = (places or {}).get(name, name)
        for text in texts:
            form.add_error(field if field in form.fields else None, text.render(gettext))
            told = True
    if not told:
        form.add_error(None, failure.text.render(gettext))


def address_with(query: QueryDict, **changes: Any) -> str:
    """The present query string with some values replaced (None or "" takes one out), always back on the first page."""
    changed = query.copy()
    changed.pop("cursor", None)
    for name, value in changes.items():
        if value in (None, ""):
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"
