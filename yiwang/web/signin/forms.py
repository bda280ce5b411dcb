"""Forms of sign-in and of the own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yiwang.kernel.errors import Invalid


class FailureForm(forms.Form):
    """A form that can show what an action refused beside the field it concerns."""

    def take(self, failure: Invalid) -> None:
        """Show an `Invalid`: each message at its field, the rest on top."""
        placed = {name: texts for name, texts in failure.fields.items() if name in self.fields}
        for name, texts in placed.items():
            for text in texts:
                self.add_error(name, text.render(gettext))
        if not placed:
            self.add_error(None, failure.text.render(gettext))


class SignInForm(FailureForm):
    """User name and password; where the name is known already, the password is asked next."""

    username = forms.CharField(
        label=_("User name"), max_length=150, widget=forms.TextInput({"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.initial.get("username"):
            self.fields["username"].widget.attrs.pop("autofocus", None)
            self.fields["password"].widget.attrs["autofocus"] = True


class PasswordForm(FailureForm):
    """The current password and twice the new one."""

    current = forms.CharField(
        label=_("Current password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        help_text=_("At least 10 characters, not a common word, not like your name"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """The two new passwords must be the same."""
        given = super().clean() or self.cleaned_data
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", gettext("The two new passwords differ."))
        return given


class TokenForm(FailureForm):
    """What a new API token is for."""

    title = forms.CharField(label=_("What is the token for"), max_length=150)
