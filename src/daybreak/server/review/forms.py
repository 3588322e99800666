"""Forms of data queries, holds and signatures."""

from __future__ import annotations

from django import forms

from daybreak.server.accounts.password_field import PasswordField
from daybreak.server.review.signing import MEANINGS


class RemarkForm(forms.Form):
    """What somebody says about a value."""

    says = forms.CharField(label="What do you want to say?", max_length=2000, widget=forms.Textarea({"rows": 4}))


class HoldForm(forms.Form):
    """A freeze or a lock: of what, and why."""

    kind = forms.ChoiceField(
        label="What",
        choices=[("freeze", "Freeze: no changes for now; can be lifted"), ("lock", "Lock: final; cannot be undone")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea({"rows": 2}))
    password = PasswordField("For a lock only: a lock carries your signature.", required=False)


class PersonHoldForm(HoldForm):
    """A freeze or lock of a person, or of one visit."""

    visit = forms.ChoiceField(label="Of", required=False)
    field_order = ("visit", "kind", "reason", "password")

    def __init__(self, *args: object, visits: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choice = self.fields["visit"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101  narrows the type
        choice.choices = [("", "everything of this person"), *visits]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea({"rows": 2}))


class SignForm(forms.Form):
    """A signature: what it means, and the signer's password as their hand."""

    meaning = forms.ChoiceField(
        label="By signing I say", choices=[(each, each) for each in MEANINGS], widget=forms.RadioSelect
    )
    password = PasswordField("Typing it now is your signature.")
