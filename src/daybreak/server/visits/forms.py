"""Forms of visits and deviations."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from daybreak.core.study import VisitRules
from daybreak.server.visits.actions.recording import VisitFacts
from daybreak.server.visits.models import Deviation, VisitRecord
from daybreak.server.visits.moment_field import MomentField, kept_exact

MODES = {"in-person": "in person", "phone": "by phone", "video": "by video", "online": "online"}


class VisitForm(forms.Form):
    """When and how a visit took place; for one that was recorded already, why that is corrected."""

    def __init__(
        self, *args: Any, rules: VisitRules, zone: ZoneInfo, record: VisitRecord | None = None, **kwargs: Any
    ) -> None:
        if record:
            stored = {"done_at": record.done_at, "mode": record.mode, "notes": record.notes}
            kwargs["initial"] = stored | {f"seen_{name}": _written(value) for name, value in stored.items()}
        super().__init__(*args, **kwargs)
        self.record, self.rules = record, rules
        self.fields["done_at"] = MomentField(zone=zone, label="It took place at")
        self.fields["mode"] = forms.ChoiceField(
            label="How",
            choices=[(mode, MODES[mode]) for mode in rules.mode],
            widget=forms.RadioSelect,
            error_messages={"required": "Choose how it was held."},
        )
        if not record and len(rules.mode) == 1:
            self.fields["mode"].initial = rules.mode[0]
        notes = "What matters for the study. No names, no contact details."
        self.fields["notes"] = forms.CharField(
            label="Notes", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=notes
        )
        if record:
            self.fields["reason"] = forms.CharField(
                label="Why it is corrected",
                max_length=400,
                help_text="It stands in the audit trail.",
                error_messages={"required": "Write in a few words why it is corrected."},
            )
            for name in ("done_at", "mode", "notes"):
                self.fields[f"seen_{name}"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def facts(self) -> VisitFacts:
        """Return what was entered; only for a valid form."""
        data = self.cleaned_data
        done_at = kept_exact(data["done_at"], self.record.done_at if self.record else None)
        return VisitFacts(done_at, data["mode"], data["notes"].strip())

    def saw(self, record: VisitRecord) -> VisitFacts:
        """Return what the record said when the page was opened: the stored facts, or others that can never match."""
        same = all(
            self.cleaned_data[f"seen_{name}"].replace("\r\n", "\n") == _written(getattr(record, name))
            for name in ("done_at", "mode", "notes")
        )
        return VisitFacts.of(record) if same else VisitFacts(record.done_at, "changed since")


class ExplanationForm(forms.Form):
    """Why a deviation came about."""

    explanation = forms.CharField(
        label="What happened, and what was done about it",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what happened, in a sentence or two."},
        help_text="No names, no contact details.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, deviation: Deviation) -> None:
        stored = deviation.explanation
        super().__init__(data, initial={"explanation": stored, "seen": stored})
        if stored:
            self.fields["reason"] = forms.CharField(
                label="Why the explanation is changed",
                max_length=400,
                required=data is None or bool(data.get("seen")),
                error_messages={"required": "Write in a few words why it is changed."},
            )


def _written(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
