"""Forms about alerts."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet

from daybreak.core.study import AlertRules
from daybreak.server.safety.actions.answering import CONTACTS, RISKS, Assessment
from daybreak.server.safety.models import Alert
from daybreak.server.studies.models import Site

NO_NAMES = "No names, no telephone numbers: they belong on the page of names and contact."


class AssessmentForm(forms.Form):
    """What was found, how they were reached, the risk, what was done."""

    found = forms.CharField(
        label="What did you find?", max_length=2000, help_text=NO_NAMES, widget=forms.Textarea({"rows": 4})
    )
    contact = forms.ChoiceField(label="Contact", choices=list(CONTACTS.items()), widget=forms.RadioSelect)
    risk = forms.ChoiceField(label="Risk, as you judge it", choices=list(RISKS.items()), widget=forms.RadioSelect)
    action = forms.CharField(
        label="What was done, and what comes next",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, alert: Alert, **kwargs: Any) -> None:
        seen = alert.assessed_at.isoformat() if alert.assessed_at else ""
        super().__init__(*args, **kwargs)
        self.initial = {**alert.assessment, "seen": seen}

    def assessment(self) -> Assessment:
        """Return what was written; only for a valid form."""
        return Assessment(**{name: self.cleaned_data[name] for name in ("found", "contact", "risk", "action")})


class NoteForm(forms.Form):
    """How it ended, or why it is opened again."""

    note = forms.CharField(max_length=2000, help_text=NO_NAMES, widget=forms.Textarea({"rows": 4}))

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = label


class DrillForm(forms.Form):
    """Where, and as which rule."""

    form = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sites: QuerySet[Site], rules: tuple[AlertRules, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"form": uuid4()}
        only = sites.first() if sites.count() == 1 else None
        self.fields["site"] = forms.ModelChoiceField(
            label="Site", queryset=sites, to_field_name="key", empty_label=None if only else "choose", initial=only
        )
        self.fields["site"].label_from_instance = lambda site: site.name  # type: ignore[attr-defined]
        self.fields["rule"] = forms.ChoiceField(
            label="As if this happened",
            choices=[(rule.key, rule.says) for rule in rules],
            widget=forms.RadioSelect,
            help_text="Those whom this rule tells are told, with its clock.",
        )
