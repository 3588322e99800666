"""The questions of the study file as a form; any of them may be left open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms

from daybreak.core.screening import BIRTH
from daybreak.core.study import Criterion
from daybreak.server.enrolment.models import Screening
from daybreak.server.participation.forms.opening import IN_THE_TRAIL, read_moment

YES_NO = (("yes", "Yes"), ("no", "No"))
PREFIX = "question"


class ScreeningForm(forms.Form):
    """One field a question. Asks for a reason as soon as something was saved before."""

    use_required_attribute = False
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, criteria: Iterable[Criterion], screening: Screening) -> None:
        self.asked = [criterion for criterion in criteria if criterion.key != BIRTH]
        super().__init__(data, prefix=PREFIX, initial=_initial(self.asked, screening))
        for criterion in self.asked:
            self.fields[criterion.key] = _field(criterion)
        if any(answer is not None for answer in screening.answers.values()):
            self.fields["reason"] = forms.CharField(
                required=False,
                max_length=300,
                label="Reason for a change",
                help_text="Needed only if you change an answer that was saved before. No names here.",
            )

    def clean_seen(self) -> datetime:
        """Return when what the page showed had been saved."""
        return read_moment(self.cleaned_data["seen"])

    def answers(self) -> dict[str, Any]:
        """Return the answers as typed, None for a question left open; only for a valid form."""
        typed = {criterion.key: self.cleaned_data[criterion.key] for criterion in self.asked}
        return {key: None if answer == "" else answer for key, answer in typed.items()}


def _initial(asked: Iterable[Criterion], screening: Screening) -> dict[str, Any]:
    shown = {criterion.key: shown_answer(criterion, screening.answers) for criterion in asked}
    return shown | {"seen": screening.saved_at.isoformat()}


def shown_answer(criterion: Criterion, answers: Mapping[str, Any]) -> Any:
    """Return an answer as its field shows it."""
    answer = answers.get(criterion.key)
    if criterion.kind == "yes-no" and answer is not None:
        return "yes" if answer else "no"
    return answer


def _yes_or_no(said: str) -> bool:
    return said == "yes"


def _field(criterion: Criterion) -> forms.Field:
    options: dict[str, Any] = {"label": criterion.ask, "required": False}
    if criterion.kind == "yes-no":
        return forms.TypedChoiceField(
            choices=YES_NO, widget=forms.RadioSelect, coerce=_yes_or_no, empty_value=None, **options
        )
    if criterion.kind == "choice":
        choices = [(choice, choice.replace("-", " ")) for choice in criterion.choices]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **options)
    if criterion.kind == "date":
        return forms.DateField(widget=forms.DateInput({"type": "date"}), **options)
    if criterion.kind == "real":
        return forms.FloatField(min_value=criterion.least, max_value=criterion.most, **options)
    least, most = (None if bound is None else int(bound) for bound in (criterion.least, criterion.most))
    return forms.IntegerField(min_value=least, max_value=most, **options)


class WhyForm(forms.Form):
    """Why somebody does not take part, or why they come back."""

    use_required_attribute = False
    why = forms.CharField(max_length=300, label="Why", help_text=IN_THE_TRAIL)
