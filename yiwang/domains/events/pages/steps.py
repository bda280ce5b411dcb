"""What the forms of an event's page do: steps of its course, merging, and showing who reported."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas import queries as areas
from yiwang.domains.events import actions, queries
from yiwang.domains.events.forms import PurposeForm
from yiwang.domains.events.pages.asking import signed_in, take_failure
from yiwang.domains.events.pages.event import Refused, render_event
from yiwang.domains.events.pages.stepping import VERBS, offers_for
from yiwang.kernel.errors import Conflict, Invalid, NotFound
from yiwang.kernel.text import N_


@require_POST
def take_step(request: ViewerRequest, number: str, code: str) -> HttpResponse:
    """Do one verb; what is wrong comes back beside its field, a step somebody else took first is said kindly (409)."""
    viewer = signed_in(request)
    verb = VERBS.get(code)
    if verb is None:
        raise NotFound(N_("There is no such step."))
    view = queries.event(viewer, number)
    place = areas.jurisdiction(view.jurisdiction)
    form = verb.form(request.POST, request.FILES, verb=code, offers=offers_for(verb, viewer, place))
    if not form.is_valid():
        return render_event(request, number, refused=Refused(code, form))
    try:
        with transaction.atomic():  # photos of a refused result are not kept
            verb.act(view.row.uid, viewer, form.cleaned_data)
    except Invalid as failure:
        take_failure(form, failure, verb.places)
        return render_event(request, number, refused=Refused(code, form))
    except Conflict as failure:
        return render_event(request, number, refused=Refused(text=failure.text.render(gettext), status=409))
    messages.success(request, str(verb.done))
    return redirect("event", number=number)


@require_POST
def judge_duplicate(request: ViewerRequest, number: str, other: str) -> HttpResponse:
    """Merge two events (the later into the earlier), or say that they are not one matter (`judgement`)."""
    viewer = signed_in(request)
    rows = sorted((queries.event(viewer, each).row for each in (number, other)), key=lambda row: row.id)
    earlier, later = rows[0], rows[-1]
    try:
        if request.POST.get("judgement") == "different":
            actions.reject_duplicate(later.uid, other=earlier.uid, by=viewer)
            messages.success(request, gettext("Noted: these are two matters."))
        else:
            actions.merge_events(later.uid, into=earlier.uid, by=viewer, reason=request.POST.get("reason", ""))
            said = gettext("%(later)s is merged into %(earlier)s.")
            messages.success(request, said % {"later": later.number, "earlier": earlier.number})
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
