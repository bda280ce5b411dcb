"""Forms of the citizen's pages: the report, the code, the evaluation, reopening. They work without JavaScript."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from yiwang.base.areas import queries as areas
from yiwang.domains.events import queries
from yiwang.domains.events.wording import REASON_TITLES
from yiwang.kernel.codes import phone
from yiwang.kernel.titles import Title, pick

MAX_TEXT = 2_000
MAX_PHOTOS = 3
MAX_OPTIONS = 200
"""Above this many streets only the districts are offered: the page must stay light."""

STARS = [
    (5, _("★★★★★ Very satisfied")),
    (4, _("★★★★ Satisfied")),
    (3, _("★★★ So-so")),
    (2, _("★★ Dissatisfied")),
    (1, _("★ Very dissatisfied")),
]


class Words(forms.CharField):
    """Text of a person: one character a line break, as people count them; blank ends cut off."""

    def to_python(self, value: Any) -> str:
        """The text with plain line breaks."""
        return str(super().to_python(value) or "").replace("\r\n", "\n").strip()


class PhotosInput(forms.ClearableFileInput):
    """Several photographs at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Cleans to a list of uploads; what they are is judged by `base.files`, how many by the form."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each upload checked like a single one; empty file controls are passed over."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(PhotosField, self).clean(one, initial) for one in given if one]


class Moment(forms.DateTimeField):
    """A moment to the minute with the browser's picker, in the zone that is active."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **more)


class CityForm(forms.Form):
    """No marks of the browser's own checking: every error is shown by us, in the reader's language."""

    use_required_attribute = False


class ReportForm(CityForm):
    """A matter as a citizen reports it."""

    text = Words(
        label=_("What is the matter?"),
        max_length=MAX_TEXT,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("What you see, since when, and what is dangerous about it. No names or numbers of other people."),
        error_messages={"required": _("Please say in a few words what is the matter.")},
    )
    address = Words(
        label=_("Where?"),
        max_length=300,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Street and number, housing estate, or what is close by"),
    )
    area = forms.ChoiceField(label=_("District or street"), required=False)
    lon = forms.CharField(required=False, widget=forms.HiddenInput)
    lat = forms.CharField(required=False, widget=forms.HiddenInput)
    photos = PhotosField(
        label=_("Photos"), required=False, help_text=_("Up to three. Where they were taken is removed from them.")
    )
    category = forms.ChoiceField(label=_("What is it about?"), required=False)
    occurred_at = Moment(label=_("When did you notice it?"), required=False)
    name = Words(label=_("Your name"), max_length=80, required=False, widget=forms.TextInput({"autocomplete": "name"}))
    phone = Words(
        label=_("Your telephone number"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    wants_answer = forms.BooleanField(label=_("Please call me about the result"), required=False)
    is_public = forms.BooleanField(
        label=_("May be shown on the public list"),
        required=False,
        help_text=_("Only the first sentence, the kind of matter, the district, the state and the dates"),
    )
    website = forms.CharField(label=_("Leave this empty"), required=False)
    facility = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    joins = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, city: areas.JurisdictionView, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.city = city
        self._offer("area", _area_options(city))
        self._offer("category", _category_options(city))

    def _offer(self, name: str, options: Sequence[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("I do not know")), *options]

    def clean_website(self) -> str:
        """A trap for programs: people do not see the field."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("This field is there to stop programs. Please leave it empty."))
        return ""

    def clean_phone(self) -> str:
        """A number one can call, if any."""
        number = str(self.cleaned_data["phone"])
        if number and (bad := phone.problem(number)):
            raise forms.ValidationError(bad.render(gettext))
        return number

    def clean(self) -> dict[str, Any]:
        """Who wants to be called leaves a number."""
        given = super().clean() or self.cleaned_data
        if given.get("wants_answer") and not given.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Please leave a number, so that we can call you."))
        return given

    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude sent by "use my position" (perhaps swapped), None when they are no such numbers."""
        try:
            lon, lat = float(self.cleaned_data.get("lon", "")), float(self.cleaned_data.get("lat", ""))
        except ValueError:
            return None
        is_sound = math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 180
        return (lon, lat) if is_sound else None

    def submission_uid(self) -> UUID:
        """The key of this sending: the same page with the same words is the same report, other words are another."""
        base: UUID = self.cleaned_data["submission"]
        said = (str(self.cleaned_data.get(name) or "") for name in ("text", "address", "area", "lon", "lat", "joins"))
        return uuid5(base, f"{self.city.code}\0" + "\0".join(said))


class CodeForm(CityForm):
    """The code of a receipt."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Twelve letters and digits, for example ABCD-EFGH-2345. It stands on your receipt."),
        error_messages={"required": _("Please enter the code of your receipt.")},
    )


class EvaluationForm(CityForm):
    """Stars and a few words."""

    score = forms.TypedChoiceField(
        label=_("How satisfied are you with the result?"),
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose between one and five stars.")},
    )
    reasons = forms.MultipleChoiceField(
        label=_("Why?"),
        choices=[(code, gettext_lazy(title)) for code, title in REASON_TITLES.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = Words(
        label=_("Would you like to add something?"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class ReopenForm(CityForm):
    """Why it is not solved, with a photo of how it looks now."""

    reason = Words(
        label=_("What is still wrong?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Please say what is still wrong.")},
    )
    photos = PhotosField(
        label=_("Photo of how it looks now"),
        required=False,
        widget=PhotosInput({"accept": "image/jpeg,image/png,image/webp", "multiple": True}),
    )


def _title(title: Title) -> str:
    return pick(title, get_language() or "")


def _area_options(city: areas.JurisdictionView) -> list[Any]:
    """The districts as groups of their streets; districts alone where there are very many streets."""
    districts = areas.children(city.root_path) if city.root else []
    streets = {one.code: areas.children(one.path) for one in districts[:MAX_OPTIONS]}
    if sum(map(len, streets.values())) > MAX_OPTIONS:
        streets = {}
    options: list[Any] = []
    for one in districts[:MAX_OPTIONS]:
        name = _title(one.title)
        below = [(street.code, _title(street.title)) for street in streets.get(one.code, ())]
        options.append((name, [(one.code, name), *below]) if below else (one.code, name))
    return options


def _category_options(city: areas.JurisdictionView) -> list[Any]:
    """The top of the category tree; a citizen is not asked for more."""
    return [(c.code, _title(c.title)) for c in queries.categories(city) if c.level == 1][:MAX_OPTIONS]
