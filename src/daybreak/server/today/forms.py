"""What a person types before the first session: the words that stand for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from daybreak.core.cues import LONGEST_CUE, Cues, cue_text
from daybreak.core.errors import DaybreakError

FACTS = 4


class CuesForm(forms.Form):
    """The first name, and up to four words more."""

    first_name = forms.CharField(max_length=LONGEST_CUE, label=gettext_lazy("Your first name"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, FACTS + 1):
            self.fields[f"fact_{number}"] = forms.CharField(max_length=LONGEST_CUE, required=False)
        for field in self.fields.values():
            field.error_messages |= {
                "required": gettext_lazy("Please type your first name."),
                "max_length": gettext_lazy("This is too long to show. Please use at most %(limit_value)d letters."),
            }

    def clean(self) -> dict[str, Any]:
        """Refuse what could not be shown, by the rule that the plan maker follows."""
        cleaned = super().clean() or self.cleaned_data
        for name, text in list(cleaned.items()):
            if text:
                self._check(name, text)
        return cleaned

    def _check(self, name: str, text: str) -> None:
        try:
            cue_text(text, name)
        except DaybreakError:
            self.add_error(name, ValidationError(_("Please use letters, so that this can be shown.")))

    def cues(self) -> Cues:
        """Return what was typed; only for a valid form."""
        facts = (self.cleaned_data[f"fact_{number}"] for number in range(1, FACTS + 1))
        return Cues(self.cleaned_data["first_name"], tuple(fact for fact in facts if fact))

    @staticmethod
    def filled(cues: Cues | None) -> CuesForm:
        """Return the form with what is stored already."""
        if cues is None:
            return CuesForm()
        facts = {f"fact_{number}": fact for number, fact in enumerate(cues.facts, start=1)}
        return CuesForm(initial={"first_name": cues.first_name, **facts})
