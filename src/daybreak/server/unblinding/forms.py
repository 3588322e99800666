"""Forms of unblinding; each that shows or opens something asks for the password."""

from __future__ import annotations

from django import forms

from daybreak.server.accounts.password_field import PasswordField


class EmergencyForm(forms.Form):
    """Why a person must be unblinded now."""

    why = forms.CharField(
        label="Why must you know now?",
        max_length=1000,
        help_text="For instance what happened, and which decision depends on it.",
        widget=forms.Textarea({"rows": 3}),
    )
    password = PasswordField("To be sure that it is you.")


class PlannedForm(forms.Form):
    """Why the study is unblinded now."""

    why = forms.CharField(label="Reason", max_length=1000, widget=forms.Textarea({"rows": 2}))
    password = PasswordField("To be sure that it is you.")


class AgreeForm(forms.Form):
    """The second person's agreement."""

    password = PasswordField("To be sure that it is you.")


class AccidentForm(forms.Form):
    """Who learned an allocation, and how."""

    how = forms.CharField(
        label="Who learned something, and how?",
        max_length=2000,
        help_text="Do not write which drug or which training it was.",
        widget=forms.Textarea({"rows": 4}),
    )


class AssessmentForm(forms.Form):
    """What follows."""

    assessment = forms.CharField(
        label="What follows from it?",
        max_length=2000,
        help_text="For the person, for who rates them, for the analysis. Do not write the allocation.",
        widget=forms.Textarea({"rows": 4}),
    )
