"""What the forms of an event's page do: steps of its course, merging with a preview, and showing who reported."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.base.access import Viewer, require
from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas import queries as areas
from yiwang.domains.events import actions, queries
from yiwang.domains.events.forms import PurposeForm
from yiwang.domains.events.pages.asking import signed_in, take_failure
from yiwang.domains.events.pages.event import Refused, render_event
from yiwang.domains.events.pages.merging import merge_preview
from yiwang.domains.events.pages.stepping import VERBS, Verb, offers_for
from yiwang.domains.events.queries import EventView
from yiwang.kernel.errors import Conflict, Invalid, NotFound
from yiwang.kernel.text import N_


def verb_of(code: str) -> Verb:
    """The verb of an address. NotFound when there is none."""
    verb = VERBS.get(code)
    if verb is None:
        raise NotFound(N_("There is no such step."))
    return verb


def attempt(request: ViewerRequest, viewer: Viewer, view: EventView, verb: Verb) -> Refused | None:
    """Do one verb with what was sent. What is wrong stands beside its field; who came too late is told kindly (409)."""
    place = areas.jurisdiction(view.jurisdiction)
    form = verb.form(request.POST, request.FILES, verb=verb.code, offers=offers_for(verb, viewer, place, view))
    if not form.is_valid():
        return Refused(verb.code, form)
    try:
        with transaction.atomic():  # photos of a refused result are not kept
            verb.act(view.row.uid, viewer, form.cleaned_data)
    except Invalid as failure:
        take_failure(form, failure, verb.places)
        return Refused(verb.code, form)
    except Conflict as failure:
        return Refused(text=failure.text.render(gettext), status=409)
    return None


@require_POST
def take_step(request: ViewerRequest, number: str, code: str) -> HttpResponse:
    """Do one verb from the event's page; see `attempt` for what is refused."""
    viewer, verb = signed_in(request), verb_of(code)
    refused = attempt(request, viewer, queries.event(viewer, number), verb)
    if refused is not None:
        return render_event(request, number, refused=refused)
    messages.success(request, str(verb.done))
    return redirect("event", number=number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def judge_duplicate(request: ViewerRequest, number: str, other: str) -> HttpResponse:
    """Show what merging two events would do (GET); merge the later into the earlier, or say they are not one matter."""
    viewer = signed_in(request)
    views = sorted((queries.event(viewer, each) for each in (number, other)), key=lambda view: view.row.id)
    earlier, later = views[0], views[-1]
    for view in views:
        require(viewer, "events.dispatch", area_path=view.area_path)
    if request.method != "POST":
        return render(request, "events/event_merge.html", merge_preview(viewer, earlier, later))
    try:
        if request.POST.get("judgement") == "different":
            actions.reject_duplicate(later.row.uid, other=earlier.row.uid, by=viewer)
            messages.success(request, gettext("Noted: these are two matters."))
        else:
            reason = request.POST.get("reason", "")
            actions.merge_events(later.row.uid, into=earlier.row.uid, by=viewer, reason=reason)
            said = gettext("%(later)s is merged into %(earlier)s.")
            messages.success(request, said % {"later": later.row.number, "earlier": earlier.row.number})
    except Conflict as failure:
        return render_event(request, number, refused=Refused(text=failure.text.render(gettext), status=409))
    return redirect("event", number=number)


@never_cache
@require_POST
def show_reporter(request: ViewerRequest, number: str, report: UUID) -> HttpResponse:
    """Show name and telephone of who reported, this once; the purpose goes into the audit."""
    viewer = signed_in(request)
    view = queries.event(viewer, number)
    if report not in {one.uid for one in view.reports}:
        raise NotFound(N_("There is no such report."))
    form = PurposeForm(request.POST, auto_id="unmask_%s")
    if form.is_valid():
        try:
            found = actions.unmask_reporter(report, purpose=form.cleaned_data["purpose"], by=viewer)
        except Invalid as failure:
            take_failure(form, failure)
        else:
            return render_event(request, number, opened={str(report): found})
    return render_event(request, number, refused=Refused("unmask", form), purpose=form)
