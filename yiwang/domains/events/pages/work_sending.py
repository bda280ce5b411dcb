"""What a telephone sends from the street: taking a task, its result with photos, or a note; each submission once.

Scripts ask for JSON and learn `state`: `done` (also for a repeat), `moved` (409: the event is elsewhere by now),
`wrong` (422), `signed_out` (401). A plain form is led back to the task.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yiwang.base.access import Viewer
from yiwang.base.access.request import ViewerRequest
from yiwang.base.files.actions import store_upload
from yiwang.base.files.judging import PHOTOS
from yiwang.domains.events import actions, queries
from yiwang.domains.events.actions import Standing
from yiwang.domains.events.actions.coursing import MAX_WORDS
from yiwang.domains.events.forms import PhotosField
from yiwang.domains.events.pages.asking import official
from yiwang.domains.events.queries import EventView
from yiwang.domains.events.wording import STATUS_TITLES
from yiwang.kernel.errors import Conflict, Failure, Invalid, NotAllowed, NotFound

DONE = {"accept": _("It is yours now."), "handle": _("Sent to verification."), "note": _("The note is kept.")}


class SendForm(forms.Form):
    """One submission; `submission` is its sender's own uid, by which a repeat is known."""

    verb = forms.ChoiceField(choices=[(code, code) for code in DONE])
    submission = forms.UUIDField()
    text = forms.CharField(label=_("What was done"), max_length=MAX_WORDS, required=False)
    before = PhotosField(label=_("Before"), required=False)
    after = PhotosField(label=_("After"), required=False)

    def clean(self) -> dict[str, Any]:
        """A result needs words."""
        given = super().clean() or {}
        if given.get("verb") == "handle" and not given.get("text", "").strip():
            self.add_error("text", _("Please say in a few words what was done."))
        return given


@never_cache
@require_POST
def send(request: ViewerRequest, number: str) -> HttpResponse:
    """Take one submission about an event."""
    is_script = "application/json" in request.headers.get("Accept", "")
    try:
        viewer = official(request)
    except NotAllowed:
        if not is_script:
            raise
        return _told("signed_out", gettext("Please sign in again; what you wrote stays on this phone."), 401)
    try:
        view = queries.event(viewer, number)
        standing, verb = _taken(request, viewer, view)
    except (Conflict, NotAllowed, NotFound) as failure:
        return _refused(request, number, failure, "moved", 409) if is_script else _led_back(request, number, failure)
    except Invalid as failure:
        return _refused(request, number, failure, "wrong", 422) if is_script else _led_back(request, number, failure)
    actions.see_event(view.row.id, by=viewer)
    said = str(DONE[verb])
    if not is_script:
        messages.success(request, said)
        return redirect("work_task", number=number)
    return _told("done", said, 200, status=gettext(STATUS_TITLES[standing.status]), is_repeat=standing.is_repeat)


def _taken(request: ViewerRequest, viewer: Viewer, view: EventView) -> tuple[Standing, str]:
    """Do what the form says, photos and all, in one transaction. Invalid names what is wrong with it."""
    form = SendForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Invalid(" ".join(str(each) for errors in form.errors.values() for each in errors))
    given = form.cleaned_data
    uid, submission, text = view.row.uid, given["submission"], given["text"].strip()
    with transaction.atomic():
        before, after = (_stored(given[name], viewer, uid) for name in ("before", "after"))
        if given["verb"] == "accept":
            standing = actions.accept_event(uid, by=viewer, submission=submission)
        elif given["verb"] == "handle":
            standing = actions.handle_event(
                uid, by=viewer, result=text, files=after, before=before, submission=submission
            )
        else:
            standing = actions.note_event(uid, by=viewer, text=text, files=(*before, *after), submission=submission)
        if standing.is_repeat:
            transaction.set_rollback(True)  # its photos are here already
    return standing, str(given["verb"])


def _stored(photos: list[Any], viewer: Viewer, uid: object) -> tuple[str, ...]:
    return tuple(str(store_upload(photo, by=viewer, kinds=PHOTOS, subject=f"event:{uid}").uid) for photo in photos)


def _refused(request: ViewerRequest, number: str, failure: Failure, state: str, status: int) -> HttpResponse:
    return _told(state, failure.text.render(gettext), status)


def _led_back(request: ViewerRequest, number: str, failure: Failure) -> HttpResponse:
    if isinstance(failure, NotFound):
        raise failure
    messages.warning(request, failure.text.render(gettext))
    return redirect("work_task", number=number)


def _told(state: str, words: str, code: int, **more: object) -> JsonResponse:
    return JsonResponse(
        {"state": state, "words": words, **more}, status=code, json_dumps_params={"ensure_ascii": False}
    )
