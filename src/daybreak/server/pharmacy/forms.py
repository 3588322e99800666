"""Forms about one kit."""

from __future__ import annotations

from django import forms

from daybreak.server.pharmacy.actions import STATES

WITHOUT_DRUG = "It stands in the audit trail, which blinded staff read: never name the drug."
NO_REASON = "Write in a few words why."
SAID = {
    "to-prepare": "to prepare",
    "prepared": "prepared",
    "handed-over": "handed over",
    "used": "used",
    "replaced": "replaced",
}


class ReplaceForm(forms.Form):
    """Why a kit is replaced."""

    reason = forms.CharField(
        label="Why it is replaced", max_length=400, help_text=WITHOUT_DRUG, error_messages={"required": NO_REASON}
    )


class StateForm(forms.Form):
    """In which state a kit really is."""

    state = forms.ChoiceField(label="It is", choices=[(each, SAID[each]) for each in STATES], widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why it is corrected", max_length=400, help_text=WITHOUT_DRUG, error_messages={"required": NO_REASON}
    )
    seen = forms.CharField(widget=forms.HiddenInput)
