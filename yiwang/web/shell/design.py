"""The living page `/design`: every component in every state, with the line that puts it on a page.

It shows only made-up samples and asks no database, so it is open to everybody and tested for accessibility.
"""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yiwang.web.shell import samples
from yiwang.web.shell.templatetags.ui import icon_names
from yiwang.web.shell.widgets import DateInput, HintedRadios, PhotoInput


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label=_("What is it about"), max_length=60, help_text=_("A few words, for instance: street lamp out")
    )
    account = forms.CharField(label=_("What happened"), max_length=500, widget=forms.Textarea, required=False)
    category = forms.ChoiceField(
        label=_("Category"),
        choices=[("", "—"), ("road", _("Roads")), ("light", _("Street lighting")), ("water", _("Water"))],
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"),
        choices=[("normal", _("Normal")), ("urgent", _("Urgent")), ("critical", _("Critical"))],
        widget=HintedRadios(
            hints={"urgent": _("Somebody should come today"), "critical": _("Life or health is in danger")}
        ),
        initial="normal",
    )
    seen_on = forms.DateField(label=_("Seen on"), widget=DateInput, required=False)
    channels = forms.MultipleChoiceField(
        label=_("Tell me by"),
        choices=[("sms", _("Text message")), ("page", _("This page"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    photos = forms.FileField(
        label=_("Photos"), widget=PhotoInput, required=False, help_text=_("Up to five, 10 MB each")
    )
    is_anonymous = forms.BooleanField(label=_("Keep my name from the department"), required=False)


@require_safe
def design_page(request: HttpRequest) -> HttpResponse:
    """All desk components; `?shown=errors` is what a refused form looks like."""
    refused = SampleForm(
        {"title": "", "account": "…", "category": "no such", "urgency": "urgent", "seen_on": "tomorrow"}
    )
    shown = {
        "form": SampleForm(),
        "refused": refused,
        "icons": icon_names(),
        "page": Paginator(range(120), 10).page(4),
        **samples.everything(),
    }
    shown["pages"] = list(shown["page"].paginator.get_elided_page_range(4, on_each_side=1, on_ends=1))
    return render(request, "design/desk.html", shown)


@require_safe
def citizen_page(request: HttpRequest) -> HttpResponse:
    """A citizen's page in the citizen sheet: form, errors, confirmation, progress."""
    form = SampleForm(request.GET) if "urgency" in request.GET else SampleForm()
    return render(
        request, "design/citizen.html", {"form": form, "steps": samples.steps(), "timeline": samples.timeline()}
    )


@require_safe
def wall_page(request: HttpRequest) -> HttpResponse:
    """A board as a command centre's wall shows it."""
    return render(request, "design/wall.html", samples.wall())
