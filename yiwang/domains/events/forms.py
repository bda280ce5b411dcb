"""Forms of the desk pages: the filter of lists, the entry of a matter, and one form for each step of an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.domains.events.actions.coursing import MAX_WORDS
from yiwang.domains.events.wording import STATE_TITLES

Options = Sequence[tuple[str, str]]
MAX_PHOTOS = 9
DAY_MINUTES = 480
"""A working day where no calendar is asked."""


class DateInput(forms.DateInput):
    """A date with the browser's calendar; the value travels as ISO 8601."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day a clock in any zone can show; years beyond are typing errors and would not fit into a moment."""

    widget = DateInput
    default_validators = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2199, 12, 31))]


class MomentInput(forms.DateTimeInput):
    """A moment to the minute with the browser's picker."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class LongSelect(forms.Select):
    """A select of a hundred choices written in one go; Django's own runs a template for each of them.

    With scripts it is typed into (`choose.js`); without them it is a plain select.
    """

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The element with its options, everything escaped."""
        chosen = {str(one) for one in self.format_value(value)}
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (code, mark_safe(" selected") if str(code) in chosen else "", title)
                for code, title in cast(Options, self.choices)
            ),
        )
        words = {
            "data-choose": gettext("Type to find: words, initials of the pinyin, or the code"),
            "data-found": gettext("%(n)s to choose from"),
            "data-none": gettext("Nothing matches. Try fewer letters."),
        }
        given = self.build_attrs(self.attrs, {"name": name} | words | (attrs or {}))
        return format_html("<select{}>{}</select>", flatatt(given), options)

    def use_required_attribute(self, initial: Any) -> bool:
        """Never: what is missing is said by the page, in its own words."""
        return False


class PhotosInput(forms.ClearableFileInput):
    """Several photographs, taken on the spot where the device can."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"accept": "image/*", "multiple": True})


class PhotosField(forms.FileField):
    """Cleans to a list of uploads; what they really are is judged by `base.files`."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each upload checked like a single one. ValidationError for too many."""
        given = data if isinstance(data, list | tuple) else ([data] if data else [])
        if len(given) > MAX_PHOTOS:
            raise forms.ValidationError(_("At most %(most)s photos at once."), params={"most": MAX_PHOTOS})
        return [super(PhotosField, self).clean(one, initial) for one in given]


class FilterForm(forms.Form):
    """What the URL of a list may say; every field may be left out."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False)
    state = forms.ChoiceField(label=_("State"), choices=list(STATE_TITLES.items()), required=False)
    place = forms.ChoiceField(label=_("City"), required=False)
    category = forms.ChoiceField(label=_("Category"), widget=LongSelect, required=False)
    area = forms.ChoiceField(label=_("Area"), widget=LongSelect, required=False)
    department = forms.ChoiceField(label=_("Department"), widget=LongSelect, required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), required=False)
    source = forms.ChoiceField(label=_("Source"), widget=LongSelect, required=False)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    sort = forms.ChoiceField(
        label=_("Order"),
        choices=[("recent", _("Newest first")), ("due", _("Next due first")), ("changed", _("Last changed first"))],
        required=False,
    )

    def __init__(
        self,
        data: Any,
        *,
        places: Options = (),
        categories: Options = (),
        areas: Options = (),
        departments: Options = (),
        urgencies: Options = (),
        sources: Options = (),
    ) -> None:
        super().__init__(data, auto_id="filter_%s")
        offers = {
            "place": [("", _("All cities")), *places],
            "category": [("", _("All categories")), *categories],
            "area": [("", _("All areas")), *areas],
            "department": [("", _("All departments")), *departments],
            "urgency": [("", _("Any urgency")), *urgencies],
            "source": [("", _("All sources")), *sources],
        }
        offer(self, offers)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins."""
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day lies before the first one."))
        return given


def offer(form: forms.Form, offers: Mapping[str, Sequence[tuple[Any, Any]]]) -> None:
    """Append choices to the selects of a form; names it does not have are passed over."""
    for name, options in offers.items():
        field = form.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = [*cast(Options, field.choices), *options]


def _words(label: Any, *, required: bool = True, hint: Any = "", rows: int = 3) -> forms.CharField:
    area = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, required=required, max_length=MAX_WORDS, help_text=hint, widget=area)


class StepForm(forms.Form):
    """What a step of an event asks for; `offers` gives the choices of its selects. A bare one only asks to be sent."""

    def __init__(
        self, data: Any = None, files: Any = None, *, verb: str, offers: Mapping[str, Options] | None = None
    ) -> None:
        super().__init__(data, files, auto_id=f"{verb}_%s")
        offer(self, offers or {})


class ReasonForm(StepForm):
    """Why."""

    reason = _words(_("Reason"))


class DispatchForm(StepForm):
    """To whom, as what, until when. `offers["needed"]` names the fields that nothing answers by itself: an event
    without a category, one for which the responsibility list names nobody."""

    department = forms.ChoiceField(
        label=_("Department"),
        widget=LongSelect,
        required=False,
        error_messages={"required": _("The responsibility list names nobody here; please choose a department.")},
    )
    category = forms.ChoiceField(
        label=_("Category"),
        widget=LongSelect,
        required=False,
        error_messages={"required": _("Please choose the category; limit and department depend on it.")},
    )
    hours = forms.IntegerField(
        label=_("Time limit in working hours"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=_("Left empty, the limit of the category holds."),
    )
    reason = _words(_("Note for the department"), required=False, rows=2)

    def __init__(
        self, data: Any = None, files: Any = None, *, verb: str, offers: Mapping[str, Options] | None = None
    ) -> None:
        offered = dict(offers or {})
        needed = {name for name, _words in offered.pop("needed", ())}
        firsts = {"department": _("As the responsibility list says"), "category": _("As it is")}
        for name, first in firsts.items():
            offered[name] = [("", str(_("Please choose") if name in needed else first)), *offered.get(name, ())]
        super().__init__(data, files, verb=verb, offers=offered)
        for name in needed:
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        """With another category the list is asked again, so a department need not be chosen before it has answered."""
        given = super().clean() or {}
        if given.get("category") and "department" not in given and not self.data.get("department"):
            self.errors.pop("department", None)
            given["department"] = ""
        return given


class RedispatchForm(DispatchForm):
    """To whom instead, and why it is taken from the one who has it; both departments and the story are told."""

    reason = _words(_("Reason"), rows=2)


class HandleForm(StepForm):
    """What was done, with photos."""

    result = _words(_("What was done"), hint=_("The reporter reads this."))
    photos = PhotosField(label=_("Photos of the result"), required=False, help_text=_("Up to nine, 10 MB each."))


class TransferForm(StepForm):
    """Whose it is instead, and why."""

    department = forms.ChoiceField(label=_("Department"), choices=[("", _("Please choose"))], widget=LongSelect)
    reason = _words(_("Reason"))


class VerifyForm(StepForm):
    """The outcome of a check; a failed one needs words."""

    is_passed = forms.ChoiceField(
        label=_("Is the matter settled?"),
        choices=[("yes", _("Yes, it is settled")), ("no", _("No, back to the department"))],
        widget=forms.RadioSelect,
    )
    text = _words(_("What was found"), required=False, hint=_("Needed when it is not settled."))

    def clean(self) -> dict[str, Any]:
        """Ask for words when the check failed."""
        given = super().clean() or {}
        if given.get("is_passed") == "no" and not given.get("text", "").strip():
            self.add_error("text", _("Please say what is not settled yet."))
        return given


class CloseForm(StepForm):
    """A last word, if any."""

    text = _words(_("Closing words"), required=False, hint=_("The reporter reads this."))


class ExtendForm(StepForm):
    """How much more working time, and why: one of the offered lengths (minutes, with dates), or days and hours.

    The first offered length is a working day.
    """

    more = forms.ChoiceField(label=_("How much more time?"), widget=forms.RadioSelect, required=False)
    days = forms.IntegerField(label=_("Other: working days"), min_value=0, max_value=250, required=False)
    hours = forms.IntegerField(label=_("and working hours"), min_value=0, max_value=1_000, required=False)
    reason = _words(_("Reason"))

    def clean(self) -> dict[str, Any]:
        """Reckon the working minutes (`minutes`); days and hours win over a chosen length."""
        given = super().clean() or {}
        lengths = [int(code) for code, _title in cast(Options, cast(forms.ChoiceField, self.fields["more"]).choices)]
        days, hours = given.get("days") or 0, given.get("hours") or 0
        own = days * (lengths[0] if lengths else DAY_MINUTES) + hours * 60
        given["minutes"] = own or int(given.get("more") or 0)
        if not given["minutes"] and not self.errors:
            self.add_error("more", _("Please choose how much more time it needs."))
        return given


class NoteForm(StepForm):
    """Words for colleagues."""

    text = _words(_("Note"), hint=_("Only colleagues read this; the reporter never does."))
    photos = PhotosField(label=_("Photos"), required=False, help_text=_("Up to nine, 10 MB each."))


class MergeForm(StepForm):
    """Why two events are one matter."""

    reason = _words(
        _("Reason"), required=False, rows=2, hint=_("Stands in both stories; the reporters do not read it.")
    )


class PurposeForm(forms.Form):
    """What personal data is needed for."""

    purpose = forms.CharField(label=_("What do you need it for?"), min_length=2, max_length=200)
