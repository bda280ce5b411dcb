"""The forms by which matters come in: the hotline's call with one for each matter said in it, and the patrol's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwang.domains.events.actions.coursing import MAX_WORDS
from yiwang.domains.events.actions.reporting import MAX_TEXT
from yiwang.domains.events.forms import LongSelect, MomentInput, Options, PhotosField, offer


class CallForm(forms.Form):
    """Who calls, from where, and through what; `parts` holds the numbers of the matters, in order."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    parts = forms.CharField(widget=forms.HiddenInput, required=False)
    reporter_phone = forms.CharField(
        label=_("Caller's telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    reporter_name = forms.CharField(
        label=_("Caller's name"), max_length=80, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    place = forms.ChoiceField(label=_("City"))
    source = forms.ChoiceField(label=_("Source"))

    def __init__(
        self, data: Any = None, *, initial: dict[str, Any] | None = None, offers: Mapping[str, Options]
    ) -> None:
        super().__init__(data, initial=initial)
        offer(self, offers)


class PartForm(forms.Form):
    """One matter. The first has plain field names, the n-th `<name>_<n>`, so that a form of one matter is as it was."""

    text = forms.CharField(label=_("What is the matter"), max_length=MAX_TEXT, widget=forms.Textarea({"rows": 5}))
    address = forms.CharField(
        label=_("Where"), max_length=300, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    category = forms.ChoiceField(
        label=_("Category"), choices=[("", _("Let the classifier decide"))], widget=LongSelect, required=False
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=[("", _("As the category says"))], required=False)
    occurred_at = forms.DateTimeField(
        label=_("When"), widget=MomentInput, required=False, help_text=_("Left empty, it is now.")
    )
    lon = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180, required=False)
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, required=False)
    element = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    joins = forms.CharField(label=_("Same matter as"), max_length=32, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        number: int,
        initial: dict[str, Any] | None = None,
        offers: Mapping[str, Options],
    ) -> None:
        self.number = number
        super().__init__(data, initial=initial)
        offer(self, offers)

    def add_prefix(self, field_name: str) -> str:
        """The name a field has in the whole form."""
        return field_name if self.number == 1 else f"{field_name}_{self.number}"

    def clean(self) -> dict[str, Any]:
        """A place needs both numbers."""
        given = super().clean() or {}
        for one, other in (("lon", "lat"), ("lat", "lon")):
            if given.get(one) is None and given.get(other) is not None and one not in self.errors:
                self.add_error(one, _("A place needs both longitude and latitude."))
        return given


def part_numbers(given: str, *, most: int) -> list[int]:
    """The numbers of the matters in `parts` (`1 3`): whole numbers from 1, each once; [1] for nothing sensible."""
    found = [int(word) for word in given.split()[:most] if word.isdecimal() and len(word) < 4 and int(word) > 0]
    return list(dict.fromkeys(found)) or [1]


class PatrolForm(forms.Form):
    """What somebody sees on their round: photo, place, words, kind; and what they did about it themselves."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    before = PhotosField(label=_("Photo"), required=False)
    text = forms.CharField(
        label=_("What do you see?"),
        max_length=MAX_TEXT,
        required=False,
        help_text=_("Or only choose the category."),
        widget=forms.Textarea({"rows": 3}),
    )
    category = forms.ChoiceField(
        label=_("Category"), choices=[("", _("Let the classifier decide"))], widget=LongSelect, required=False
    )
    address = forms.CharField(
        label=_("Where"),
        max_length=300,
        required=False,
        help_text=_("Your position, the map, the address or the code: one is enough."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    facility = forms.CharField(
        label=_("Code on the facility"),
        max_length=64,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )
    lon = forms.FloatField(min_value=-180, max_value=180, required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)
    is_settled = forms.BooleanField(label=_("Settled on the spot"), required=False)
    result = forms.CharField(
        label=_("What was done"),
        max_length=MAX_WORDS,
        required=False,
        help_text=_("The reporter reads this."),
        widget=forms.Textarea({"rows": 2}),
    )
    after = PhotosField(label=_("After"), required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        initial: dict[str, Any] | None = None,
        offers: Mapping[str, Options],
    ) -> None:
        super().__init__(data, files, initial=initial)
        offer(self, offers)

    def clean(self) -> dict[str, Any]:
        """Words or a category, some place, and for what is settled what was done."""
        given = super().clean() or {}
        if not given.get("text", "").strip() and not given.get("category"):
            self.add_error("text", _("Please say in a few words what you see, or choose the category."))
        has_point = given.get("lon") is not None and given.get("lat") is not None
        if not has_point and not given.get("address", "").strip() and not given.get("facility", "").strip():
            missing = _("Please say where: your position, the map, the address or the code on the facility.")
            self.add_error("address", missing)
        if given.get("is_settled") and not given.get("result", "").strip():
            self.add_error("result", _("Please say in a few words what was done."))
        return given
