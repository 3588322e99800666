"""Leaving a study, or a site."""

from __future__ import annotations

from typing import Any

from django import forms

from daybreak.core.participation import SCOPES, Scope
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.leaving import WHY
from daybreak.server.participation.forms.opening import IN_THE_TRAIL
from daybreak.server.participation.meanings import MEANINGS
from daybreak.server.studies.models import Site


class WithdrawForm(forms.Form):
    """How much ends, and why. Offers what has not ended yet."""

    use_required_attribute = False
    scope = forms.ChoiceField(widget=forms.RadioSelect, label="What ends")
    why = forms.ChoiceField(choices=[("", "choose"), *WHY.items()], label="Why")
    notes = forms.CharField(
        required=False, max_length=1000, label="Notes", widget=forms.Textarea({"rows": 3}), help_text=IN_THE_TRAIL
    )

    def __init__(self, *args: Any, ended: frozenset[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        still = [scope for scope in SCOPES if scope not in ended]
        self.fields["scope"].choices = [(scope.value, MEANINGS[scope].title) for scope in still]  # type: ignore[attr-defined]


class StopAnswerForm(forms.Form):
    """What came of a talk with somebody who asked to stop."""

    use_required_attribute = False
    outcome = forms.CharField(max_length=300, label="What you agreed on", help_text=IN_THE_TRAIL)


class TransferForm(forms.Form):
    """To which site somebody moves, and why."""

    use_required_attribute = False
    target = forms.ModelChoiceField(Site.objects.none(), label="New site", empty_label="choose")
    why = forms.CharField(max_length=300, label="Why", help_text=IN_THE_TRAIL)

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = (
            Site.objects.filter(study=participant.study, closed_at=None)
            .exclude(pk=participant.site_id)
            .order_by("name")
        )
        self.fields["target"].queryset = others  # type: ignore[attr-defined]
        self.fields["target"].label_from_instance = lambda site: site.name  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """A reason, and nothing else."""

    use_required_attribute = False
    reason = forms.CharField(max_length=300, label="Reason", help_text=IN_THE_TRAIL)
