"""The signature under a consent text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from daybreak.server.participation.actions.consent import LONGEST_NAME, ConsentError, Signing, read_strokes
from daybreak.server.participation.consent_copy import Strokes

DRAWING_AT_MOST = 100_000


class SignatureForm(forms.Form):
    """Full name and ticks; the drawing is as good, and not needed."""

    use_required_attribute = False
    name = forms.CharField(max_length=LONGEST_NAME, label=gettext_lazy("Your full name"))
    strokes = forms.CharField(required=False, max_length=DRAWING_AT_MOST, widget=forms.HiddenInput)
    agreed = forms.BooleanField(label=gettext_lazy("I have read this text, or heard it. I agree to take part."))
    witnessed = forms.BooleanField(label=gettext_lazy("Staff: I answered this person's questions and saw them sign."))
    key = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    sha256 = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["name"].error_messages["required"] = gettext_lazy("Please type your first and last name.")
        for name in ("agreed", "witnessed"):
            self.fields[name].error_messages["required"] = gettext_lazy("Please tick this box, or do not sign.")

    def clean_strokes(self) -> Strokes:
        """Return what was drawn."""
        try:
            return read_strokes(self.cleaned_data["strokes"])
        except ConsentError as error:
            raise forms.ValidationError(error.sentence()) from error

    def signing(self) -> Signing:
        """Return what the person did; only for a valid form."""
        return Signing(**self.cleaned_data)
