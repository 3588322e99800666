"""The form that takes a new version of the study file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

LONGEST = 300_000
AT_ONCE = "Leave it empty to begin at once."


class VersionForm(forms.Form):
    """A new version as a file or as text; the file counts if both are given, and its text is shown from then on."""

    file = forms.FileField(required=False, label="Study file", help_text="A .toml file. Or change the text below.")
    text = forms.CharField(
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )
    begins = forms.DateField(
        required=False,
        label="In effect from",
        help_text=f"The version begins when this day begins in UTC. {AT_ONCE}",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = forms.CharField(max_length=500, label="Why it changes", help_text="It stands in the audit trail.")

    def clean(self) -> dict[str, Any]:
        """Put the text of the file in the place of the text, with one kind of line ends."""
        given = super().clean() or self.cleaned_data
        text = given.get("text", "")
        if given.get("file"):
            try:
                text = given["file"].read(LONGEST + 1).decode("utf-8")
            except UnicodeDecodeError:
                self.add_error("file", "This is no text in UTF-8. Choose a .toml file.")
                return given
        text = text.replace("\r\n", "\n")
        self._show(text)
        if not text.strip() and "text" not in self.errors:
            self.add_error("text", "There is no text. Choose a file, or write here.")
        elif len(text) > LONGEST:
            self.add_error("text", "This text is too long to be a study file.")
        return {**given, "text": text}

    def _show(self, text: str) -> None:
        """Let the form show this text when it is shown again."""
        shown = QueryDict(mutable=True)
        shown.update(self.data)
        shown["text"] = text
        self.data = shown

    @property
    def name(self) -> str:
        """What to call the version in messages."""
        upload = self.files.get("file")
        return str(upload.name) if upload else "this text"


class DecidedForm(forms.Form):
    """What was looked at, hidden, to be confirmed; `seen` is the version it was compared to."""

    text = forms.CharField(max_length=LONGEST, strip=False, widget=forms.Textarea(attrs={"hidden": True}))
    begins = forms.DateField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=500, widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """Return the text with one kind of line ends: browsers send another."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")
